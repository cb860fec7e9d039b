"""Dangerous lines that nobody had reported, looked for in what each platform can do, one to a row."""

from app.domain.guard import Mode
from tests.unit.domain.dangerous_lines import ASA, CONFIG, EOS, EXEC, IOS, JUNOS, NXOS, XR

INVENTED: dict[tuple[str, Mode], str] = {
    (IOS, EXEC): """
        disconnect ssh 1
        copy /erase tftp: flash:
        copy tftp: nvram:private-config
        copy tftp: nvram:/startup-config
        copy tftp: system:/running-config
        clear ip mroute *
        clear ip dhcp snooping binding *
        clear device-tracking database
        clear call voice causecode 17
        clear isdn x
        clear lisp site x
        clear ip rsvp reservation *
        hw-module subslot 0/0 reload
        issu runversion
        switch 1 renumber 2
        upgrade rom-monitor file flash:x
        ztp clean
    """,
    (IOS, CONFIG): """
        no ip dhcp pool X
        no service dhcp
        no address-family ipv4
        default router bgp 65000
        default ip address
        default neighbor 10.0.0.1
        default switchport
        no ip ospf 1 area 0
        no ip router isis
        no mpls ip
        no key chain X
        bgp router-id 10.0.0.1
        no ip multicast-routing
        no service instance 10 ethernet
        no bridge-domain 10
        no xconnect
        no encapsulation dot1q 10
        no ip unnumbered
        ip route 10.0.0.0 255.0.0.0 null0
        session-limit 0
    """,
    (NXOS, EXEC): """
        virtual-service uninstall name x
        copy bootflash:x scheduled-config
        clear nve peers all
        clear ip mroute *
        clear ip bgp vrf all *
        write erase boot
        reload vdc x
        debug all
        sh ver | no-more ; reload
    """,
    (NXOS, CONFIG): """
        zoneset activate name x vsan 1
        no zoneset activate name x vsan 1
        no zone name x
        no vsan 10
        vsan 10 suspend
        fcdomain restart vsan 1
        no nv overlay evpn
        no member vni 10
        no vn-segment
        no switch-profile x all-config
        no ssh key rsa
        ssh key rsa 2048 force
        ip route 10.0.0.0/8 null0
        system mode maintenance
    """,
    (XR, EXEC): """
        admin reload location all
        admin hw-module location all reload
        ad inst x
        dumpcore running 1
        ztp initiate
        process shutdown bgp
        clear mroute *
        clear rsvp counters
        clear evpn x
    """,
    (XR, CONFIG): """
        replace interface Gi0/0/0/0 with Gi0/0/0/1
        no route-policy X
        no prefix-set X
        no bundle id 1
        no ssh server v2
        no l2vpn
        no evpn
        no address-family ipv4 unicast
        commit best-effort
    """,
    (ASA, EXEC): """
        ssh disconnect 0
        vpnclient disconnect
        activation-key 0x0 0x0 0x0 0x0
        license smart deregister
        aaa-server X fail host 10.0.0.1
        no cluster
        cluster exec reload
        failover reload-standby
        failover reset
        clear startup-config
    """,
    (ASA, CONFIG): """
        no context x
        no allocate-interface gi0/1
        config-url disk0:x.cfg
        threat-detection scanning-threat shun
        no sysopt connection permit-vpn
        no management-access inside
        route null0 10.0.0.0 255.0.0.0
        no dhcpd enable inside
        no key chain x
    """,
    (EOS, EXEC): """
        copy tftp://10.0.0.9/x flash:startup-config
        copy flash:x flash:/startup-config
        copy flash:x file:/mnt/flash/startup-config
        copy flash:x boot-config
        copy flash:x installed-extensions
        copy flash:x extension:
        show run > flash:startup-config
        show version > flash:boot-config
        show version | redirect flash:/startup-config
        clear vxlan counters vtep
        reload fast-boot
        reload all now
    """,
    (EOS, CONFIG): """
        no vxlan vlan 10
        no ip virtual-router address
        ip route 10.0.0.0/8 null0
        default router bgp
        no ssh x
        no encapsulation dot1q vlan 10
        show run > flash:startup-config
    """,
    (JUNOS, EXEC): """
        test interface restart-auto-negotiation ge-0/0/0
        clear lacp statistics
        clear vpls mac-address
        clear evpn mac-table
        clear rip x
        clear msdp x
        clear ike security-associations
        clear multicast x
        request chassis fpc slot 0 offline
        request pfe execute command x
    """,
    (JUNOS, CONFIG): """
        top delete interfaces
        top commit
        up delete
        up 2 delete interfaces
        t del protocols
        top top commit
        top load override x
        top run request system reboot
        set protocols bgp group x neighbor 10.0.0.1 shutdown
        set chassis fpc 0 offline
        save /config/juniper.conf.gz
        commit synchronize force
    """,
}
