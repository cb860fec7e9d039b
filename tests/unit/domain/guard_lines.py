"""Hundreds of lines as people type them, and the class that each must have.

`python -m tests.unit.domain.guard_lines` prints them with what the guard says.
"""

from app.domain.guard import Mode, Verdict, classify
from tests.unit.domain.dangerous_lines import DESTRUCTIVE, rows
from tests.unit.domain.harmless_lines import CHANGING, HARMLESS
from tests.unit.domain.invented_lines import INVENTED

R, C, D = "read", "config", "destructive"

# Lines of one class, parted by semicolons where a line has none itself, else one to an entry.
_EXEC: dict[str, dict[str, str]] = {
    "cisco_ios": {
        R: "sh ver;SHOW RUN;sh ip int bri | i up;sh log | inc error|tee;dir flash:;ping 10.0.0.1;"
           "traceroute 10.0.0.1;"
           "ter len 0;term mon;en;exit;reload cancel;reload can;no debug all;undebug all;u all;wr t;"
           "verify flash:x.bin;"
           "! a remark;who;more flash:x",
        C: "conf t;configure terminal;wr;wr mem;copy run start;copy run tftp://10.0.0.9/x;clear counters;"
           "cle arp-cache;clear logg;clear ip bgp * soft;debug ip ospf adj;sh run | redirect flash:x;"
           "sh tech | append flash:x;telnet 10.0.0.2;ssh -l ops 10.0.0.2;clock set 12:00:00 1 jan 2027;"
           "monitor capture x start;frobnicate;mkdir flash:new",
        D: "wr er;write erase;rel;RELOAD;reload in 5;reload at 23:00;do wr er;del flash:x;del /f flash:x;"
           "del/f flash:x;"
           "delete /force /recursive flash:;format flash:;erase nvram:;er startup;squeeze flash:;debug all;"
           "debug ip packet;configure replace flash:x;conf rep flash:x;conf mem;copy tftp: run;"
           "copy flash:x startup-config;"
           "copy flash:x running-config;clear ip bgp *;clear line vty 3;clear crypto sa;clear ip route *;"
           "tclsh;guestshell;"
           "install add file flash:x activate commit;redundancy force-switchover;crypto key zeroize rsa;"
           "event manager run x;sh run | redirect nvram:startup-config;w er;test crash;request platform software x;"
           "factory-reset all;copy /noconfirm flash:x run;copy /y tftp: start;"
           "sh run | tee /append nvram:startup-config",
    },
    "cisco_xe": {R: "show platform", C: "write memory", D: "install remove inactive;reload slot 1"},
    "cisco_nxos": {
        R: "sh ver;show int brief | grep up | count;sh run | no-more;ethanalyzer local interface mgmt",
        C: "conf t;copy r s;checkpoint x;sh run > bootflash:x;show run | tee bootflash:x;clear counters",
        D: "reload;write erase;show clock ; reload;install all nxos bootflash:x;run bash;guestshell;python;"
           "rollback running-config checkpoint x;poweroff module 2;system switchover;sh run | awk x;sh run | vsh;"
           "restart bgp 65000;delete bootflash:x no-prompt;init system;conf t ; no router bgp 1;conf t ;"
           " interface e1/1 ; shut",
    },
    "cisco_xr": {
        R: "show bgp summary;sh run | utility head -n 5;monitor interface",
        C: "configure;conf t;show run | file disk0:x;admin",
        D: "reload location all;process restart bgp;hw-module location 0/0 reload;run;"
           "rollback configuration last 1;"
           "install activate x;clear bgp *;crypto key zeroize rsa;show run | utility script x",
    },
    "cisco_asa": {
        R: "sh ver;show conn count;packet-tracer input in tcp 1.1.1.1 1 2.2.2.2 2;sh run | grep nat",
        C: "conf t;wr mem;write standby;capture x interface inside;clear logging buffer",
        D: "clear configure all;cle conf all;clear conf primary;no failover;failover active;fail act;reload;wr er;"
           "configure factory-default;clear xlate;clear conn;vpn-sessiondb logoff all;shun 10.0.0.1;write erase",
    },
    "arista_eos": {
        R: "sh ver;show int status | grep connected;watch show clock;configure session x abort",
        C: "conf t;configure session x;wr;show run | redirect flash:x;copy running-config startup-config",
        D: "reload;bash;bash sudo reboot;write erase;configure replace flash:x;configure session x commit;"
           "show ver ; reload now;delete flash:x;python-shell;zerotouch enable;agent Bgp terminate",
    },
    "juniper_junos": {
        R: "show version | no-more;show configuration | display set;ping 10.0.0.1;file list;"
           "show log messages | match x;"
           "request support information;# a remark",
        C: "configure;edit;show configuration | save x;clear interfaces statistics all;set date 202701011200;"
           "file copy a b",
        D: "request system reboot;req sys zero;req sys halt;request system software add x;restart routing;"
           "start shell;file delete x;clear bgp neighbor all;op script;configure; delete interfaces;"
           "show version; request system reboot",
    },
    "hp_procurve": {R: "show version;sh run", C: "configure terminal",
                    D: "ls;frobnicate;reload;reset saved-configuration;sudo ls;reboot;rm -rf /"},
}  # fmt: skip
_CONFIG: dict[str, dict[str, str]] = {
    "cisco_ios": {
        R: "end;exit;do sh run;do ping 10.0.0.1;! x",
        C: "hostname x;int gi0/1;ip address 10.0.0.1 255.255.255.0;no shut;description reload me | now;"
           "switchport trunk allowed vlan add 20;sw tr all vl add 20;do wr;no ip domain-lookup;vlan 20;"
           "router bgp 65000;username x secret y;frobnicate;do copy run start",
        D: "shut;shutdown;sh;no ip add;no ip address;no vlan 20;no vlan20;no router bgp 65000;no interface lo0;"
           "default int gi0/1;switchport trunk allowed vlan 20;sw tr all vl 20;sw tr all vl a 20;"
           "switchport trunk allowed vlan remove 20;switchport trunk allowed vlan none;no switchport;"
           "no ip route 0.0.0.0 0.0.0.0;"
           "no ip routing;no access-list 10 permit any;no aaa new-model;aaa new-model;transport input none;"
           "no username x;"
           "crypto key zeroize rsa;boot system flash:x;config-register 0x2142;no spanning-tree vlan 1;"
           "vtp mode client;"
           "do rel;do wr er;no neighbor 10.0.0.1;neighbor 10.0.0.1 shutdown;alias exec sh reload;"
           "event manager applet x;"
           "access-class 10 in;kron occurrence x",
    },
    "cisco_nxos": {
        R: "sh run int e1/1;show clock;end",
        C: "feature bgp;interface e1/1;copy run start",
        D: "no feature bgp;vpc domain 1;shutdown;reload;interface e1/1 ; shutdown;no vpc 10;"
           "cli alias name sh reload",
    },
    "cisco_xr": {
        R: "abort;clear;do show run;commit show",
        C: "interface Gi0/0/0/0;commit confirmed 60;hostname x",
        D: "commit;commit replace;no router bgp 1;load disk0:x;shutdown;do reload",
    },
    "cisco_asa": {R: "sh run;exit", C: "access-list x permit ip any any;nat (in,out) source static a b",
                  D: "no failover;clear configure all;no nameif;no access-list x;write erase;mode multiple;"
                     "no route outside;"
                     "firewall transparent"},
    "arista_eos": {R: "show run;abort", C: "interface Et1;commit timer 00:10:00", D: "commit;"
    "no mlag configuration;shutdown;"
                   "bash;rollback clean-config"},
    "juniper_junos": {
        R: "show | compare;commit check;top;run show bgp summary;ru sh ver;exit",
        C: "set interfaces ge-0/0/0 description x;commit confirmed 5;annotate x;show | save x",
        D: "delete interfaces;del protocols bgp;rollback 1;commit;commit and-quit;commit synchronize;"
           "run request system reboot;load override x;deactivate protocols;set interfaces ge-0/0/0 disable;"
           "wildcard delete interfaces ge-.*",
    },
}  # fmt: skip

Given = tuple[str, Mode, str, str]


def lines() -> list[Given]:
    """Give platform, mode, line and class of each."""
    found: list[Given] = []
    for mode, table in ((Mode.EXEC, _EXEC), (Mode.CONFIG, _CONFIG)):
        for platform, classes in table.items():
            for line_class, text in classes.items():
                found += [(platform, mode, line, line_class) for line in _parted(text)]
    for line_class, given in ((R, HARMLESS), (C, CHANGING), (D, DESTRUCTIVE), (D, INVENTED)):
        found += [(*one, line_class) for one in rows(given)]
    return found


def _parted(text: str) -> list[str]:
    """Part at semicolons without a blank before or after them."""
    return [line.replace("\0", ";") for line in text.replace(" ; ", " \0 ").replace("; ", "\0 ").split(";") if line]


def said(given: Given) -> Verdict:
    platform, mode, line, _class = given
    return classify(platform, line, mode)


if __name__ == "__main__":
    print(f"{len(lines())} lines")  # noqa: T201  for whoever wants to know
    for given in lines():
        verdict = said(given)
        print(  # noqa: T201  for whoever wants to see them
            f"{given[0]:14} {given[1]:7} {given[2]:52} {verdict.line_class:12} {verdict.expanded:52} {verdict.reason}"
        )
