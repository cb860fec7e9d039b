"""Lines that cut somebody off, one to a row: what a table forgot once, and what each platform has of its own."""

from app.domain.guard import Mode

IOS, NXOS, XR = "cisco_ios", "cisco_nxos", "cisco_xr"
ASA, EOS, JUNOS = "cisco_asa", "arista_eos", "juniper_junos"
EXEC, CONFIG, ANSWER = Mode.EXEC, Mode.CONFIG, Mode.ANSWER

DESTRUCTIVE: dict[tuple[str, Mode], str] = {
    # A device may be kept under the wrong platform: what parts commands elsewhere parts them here.
    (IOS, EXEC): """
        show clock ; reload
        show clock; reload
        show clock;reload
        show clock && reload
        show clock `reload`
        show clock $(reload)
        $(x)
        show clock > x ; write erase
        show run > startup-config
        show version | sed x
        conf t ; int e1/1 ; shut
        request system reboot
        commit replace ; commit
        downgrade disk0:x
        failover active
        poweroff module 2
        conf
        configure
        archive copy-sw /force-reload tftp://10.0.0.9/x
        archive copy-sw /leave-old-sw tftp://10.0.0.9/x
        archive download-sw /reload tftp://10.0.0.9/x
        arch down /rel x
        service-module gi1/0 reload
        service-module wlan-ap 0 reset
        standby reload
        remote command switch reload
        remote login module 1
        rename flash:ios.bin flash:x
        ren flash:ios.bin flash:x
        copy null: flash:ios.bin
        cop null: nvram:x
        terminal shell
        term sh
        exec reload
        exe reload
        ios_config "interface e0" "shutdown"
        typeahead "y"
        menu x
        emm mdm x
        ap name X reset
        ap name X shutdown
        power cycle
        diagnostic start switch 1 test all
        test cable-diagnostics tdr interface gi0/1
        vtp primary vlan force
        clear zone-pair inspect sessions
        clear authentication sessions
        clear auth sess int gi1/0/1
        clear access-session all
        clear dot1x all
        clear wireless client mac-address 0011.2233.4455 deauthenticate
        clear port-security all
        clear cable modem all reset
        clear ip dhcp binding *
        clear ip nhrp
        clear dmvpn session
        clear gdoi
        clear policy-firewall session
        clear bfd
        clear ikev2 sa
        set platform software trace all
    """,
    (IOS, CONFIG): """
        description a ; reload
        banner motd # x ; reload #
        passive-interface default
        pass def
        prompt Password:
        prompt --More--
        menu x command 1 reload
        autocommand reload
        username x autocommand reload
        vrf forwarding X
        ip vrf forwarding X
        power inline never
        state suspend
        no service password-recovery
        no redistribute ospf 1
        no default-information originate
        spanning-tree vlan 1 root primary
        sp vl 1 pri 0
        no ip cef
        no exec
        reload
        write erase
        do exec reload
        do sh clock ; reload
        do copy null: flash:ios.bin
    """,
    (NXOS, EXEC): """
        ethanalyzer local interface mgmt write bootflash:startup
        ethanalyzer local interface inband limit-captured-frames 10 write bootflash:x
        ethan local int mgmt w bootflash:x
        terminal alias sh reload
        term al sh reload
        echo `reload`
        sh ver `reload`
        sh ver && reload
        $(x)
        move bootflash:nxos.bin bootflash:x
        rename bootflash:nxos.bin bootflash:x
        show run > startup-config
        show run > nvram:startup-config
        show run | tee startup-config
        cli alias name sh reload
        run-script bootflash:x
        tar extract bootflash:x.tar
        clear checkpoint database
        clear license x
        clear bfd session *
        copy null: bootflash:nxos.bin
        exec reload
    """,
    (NXOS, CONFIG): """
        vrf member X
        suspend
        state suspend
        isolate
        commit
        passive-interface default
        no redistribute bgp 65000 route-map x
        interface e1/1 ; sh ver ; shut
        terminal alias sh reload
        move bootflash:nxos.bin bootflash:x
    """,
    (XR, EXEC): """
        show clock ; reload
        show run > disk0:x ; reload
        config-register 0x2142
        shutdown location all
        zapdisk set location all
        utility mv x y
        clear l2vpn forwarding table
        clear bfd session all
        clear subscriber session all
        rename disk0:x disk0:y
        copy null: disk0:x
        downgrade x
    """,
    (XR, CONFIG): """
        description a ; commit
        suspend
        passive-interface default
        no redistribute static
        failover active
    """,
    (ASA, EXEC): """
        show clock ; reload
        clear ipsec sa
        clear ipsec sa peer 10.0.0.1
        clear isakmp sa
        clear isakmp
        clear crypto ipsec sa
        clear crypto ikev1 sa
        cle cry isa sa
        clear ikev2 sa
        clear vpn-sessiondb
        clear vpn-sessiondb statistics all
        clear webvpn
        clear uauth
        clear aaa local user lockout all
        clear dhcpd binding all
        downgrade disk0:x
        down disk0:x
        revert webvpn all
        restore
        eject disk1:
        redundant-interface redundant1 active-member gi0/1
        session 1 do shutdown
        session sfr do password-reset
        debug menu x
        configure
        conf net
        rename disk0:asa.bin disk0:x
        copy null: disk0:asa.bin
        show run | redirect startup-config
        request system reboot
    """,
    (ASA, CONFIG): """
        downgrade disk0:x
        clear isakmp sa
        clear vpn-sessiondb
        redundant-interface redundant1 active-member gi0/1
        passive-interface default
        no redistribute static
        description a ; reload
    """,
    (EOS, EXEC): """
        watch 1 reload
        watch reload
        wat 1 reload
        watch 1 diff bash reboot
        watch 1 bash reboot
        watch diff write erase
        watch 1 watch 1 reload
        tcpdump -w flash:startup-config
        tcpdump -nw flash:startup-config
        tcpdump -wflash:startup-config
        tcpdump -i et1 -z reload
        tcpdump interface et1 file flash:x
        show clock `reload`
        show run > startup-config
        rename flash:EOS.swi flash:x
        move flash:EOS.swi flash:x
        copy null: flash:EOS.swi
        clear bfd
        clear dot1x all
        poweroff module 2
    """,
    (EOS, CONFIG): """
        quiesce
        prompt x
        watch 1 reload
        passive-interface default
        state suspend
        no redistribute connected
        tcpdump -w flash:startup-config
    """,
    (JUNOS, EXEC): """
        monitor traffic write-file /config/juniper.conf
        monitor traffic interface ge-0/0/0 write-file /config/juniper.conf
        mon tra w x
        set cli prompt root@mx1#
        set cli pr x
        file copy x /config/juniper.conf
        file copy x /config/juniper.conf.gz
        file rename x y
        show configuration | save /config/juniper.conf
        show version `request system reboot`
        show version && request system reboot
        clear dot1x interface all
        clear network-access aaa subscriber
        clear bfd session
        reload
    """,
    (JUNOS, CONFIG): """
        set protocols ospf area 0 interface ge-0/0/0 disable
        set protocols bgp group x disable
        set vlans x disable
        set interfaces ae0 unit 0 family inet disa
        set chassis fpc 0 power off
        set event-options policy x
        set system scripts op file x
        run set cli prompt x
        run monitor traffic write-file /config/juniper.conf
        run file rename x y
        set interfaces ge-0/0/0 description a; commit
        reload
        write erase
    """,
    # Nobody knows these platforms: whatever is not known to be harmless is not.
    ("mikrotik_routeros", EXEC): """
        /system reboot
        /system reset-configuration
        /interface disable ether1
        /file remove x
        /ip address remove 0
        interface disable ether1
        ip firewall filter remove 0
    """,
    ("fortinet", EXEC): """
        execute factoryreset
        execute reboot
        execute shutdown
        execute formatlogdisk
        exec reb
        diagnose sys kill 9 1
        purge
        delete 1
    """,
    ("hp_comware", EXEC): """
        undo interface
        undo vlan 10
        reset saved-configuration
        system-view
        frobnicate
    """,
    ("hp_comware", CONFIG): """
        undo vlan 10
        shutdown
    """,
    ("extreme_exos", EXEC): """
        disable ports all
        unconfigure switch all
        configure
    """,
    ("", EXEC): """
        commit
        show x; reload
        show x; frobnicate
        show x > startup-config
        rm -rf /
        $(x)
    """,
    (IOS, ANSWER): """
        m
        me
        mem
        ne
        net
        startup-config
        y reload
        y;reload
    """,
    (XR, ANSWER): """
        y
        ye
        yes
        YES
    """,
    ("", ANSWER): """
        y
        yes
        m
    """,
}


def rows(table: dict[tuple[str, Mode], str]) -> list[tuple[str, Mode, str]]:
    """Give platform, mode and line of each row."""
    return [(*given, row.strip()) for given, text in table.items() for row in text.splitlines() if row.strip()]
