"""Lines that must not be taken for dangerous, one to a row: without them a table could call everything so."""

from app.domain.guard import Mode
from tests.unit.domain.dangerous_lines import ANSWER, ASA, CONFIG, EOS, EXEC, IOS, JUNOS, NXOS, XR

HARMLESS: dict[tuple[str, Mode], str] = {
    (IOS, EXEC): """
        ! a remark ; reload
        show reload
        sh ip bgp regexp ^65000_
        terminal length 0
    """,
    (IOS, CONFIG): "do show clock",
    (NXOS, EXEC): """
        ethanalyzer local interface mgmt limit-captured-frames 10
        terminal width 200
        show clock ; show version
    """,
    (EOS, EXEC): """
        watch 1 show clock
        watch 5 diff show interfaces counters
        wa show clock
    """,
    (JUNOS, EXEC): """
        monitor traffic interface ge-0/0/0
        set cli screen-length 0
    """,
    (JUNOS, CONFIG): """
        run set cli screen-width 0
        top
        up 2
        top show interfaces
        top edit protocols
        top run show version
        help topic bgp
    """,
    (XR, EXEC): """
        admin show platform
        show configuration commit list
        utility head disk0:x
    """,
    (ASA, EXEC): """
        show vpn-sessiondb anyconnect
        show crypto ipsec sa
    """,
    ("hp_comware", EXEC): "display version",
    ("fortinet", EXEC): "get system status",
    (IOS, ANSWER): """
        y
        n
        no
        yes
        flash:x.bin
    """,
    (XR, ANSWER): """
        n
        no
        cancel
    """,
}

CHANGING: dict[tuple[str, Mode], str] = {
    (IOS, EXEC): """
        show clock ; show version
        show log | i a;zz
        show run > bootflash:x
        show users > x
        clear arp-cache
        clear ip bgp * soft in
        frobnicate now
        copy running-config tftp://10.0.0.9/x
    """,
    (IOS, CONFIG): """
        description up; call 555 > noc
        passive-interface gi0/1
        power inline auto
        spanning-tree portfast
        source 10.0.0.1
        session target ipv4:10.0.0.1
        commands exec include show
        frobnicate
    """,
    (NXOS, EXEC): """
        copy running-config bootflash:$(SWITCHNAME).cfg
        terminal dont-ask
    """,
    (EOS, EXEC): """
        tcpdump interface et1
        clear counters
    """,
    (EOS, CONFIG): "vrf instance X",
    (JUNOS, EXEC): "file copy a b",
    (JUNOS, CONFIG): """
        set interfaces ge-0/0/0 description to-dc
        set system host-name x
        set policy-options policy-statement x term off then reject
    """,
    ("hp_procurve", CONFIG): "untagged 1-24",
}
