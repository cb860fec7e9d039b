"""Cisco ASA: commands of the exec level work in configuration mode too. Tables only."""

from app.domain.guard.common_rules import (
    ASKS,
    CLEARS,
    CONFIG_CHANGES,
    CONFIG_READS,
    COPIES,
    DOOR,
    ENTER,
    ERASE,
    EXEC_CHANGES,
    EXEC_READS,
    SAVE,
    UNJUDGED,
)
from app.domain.guard.rules import Table, config, destructive, read

_FAILOVER = "Moves everything to the other unit, or takes the other unit away: connections can be lost."

EXEC = Table(
    EXEC_READS,
    (
        read("Watches and changes nothing.", "packet-tracer", "write terminal", "verify", "vpn-sessiondb show",
             "changeto",
             "perfmon"),
        config("Captures traffic on the live device.", "capture", "no capture", "logging", "cpu", "pager"),
        config(SAVE, "write $", "write memory"),
        config("Writes the configuration to the other unit or elsewhere.", "write"),
        destructive(ERASE, "write erase"),
        config(ENTER, "configure", "configure terminal"),
        destructive(ASKS, "configure $"),
        destructive("Sets the device back to how the maker sent it.", "configure factory-default"),
        destructive("Runs lines into the configuration that nobody sees here first.", "configure memory",
                    "configure net",
                    "configure http"),
        destructive("Takes lines out of the running configuration: all of a kind at once.", "clear configure",
                    "clear config"),
        destructive("Takes the whole configuration away: the firewall passes nothing any more.",
                    "clear configure all|primary|secondary"),
        destructive(_FAILOVER, "failover", "no failover", "cluster", "no cluster", "redundant-interface"),
        destructive("Ends tunnels: who works through them is cut off.", "vpn-sessiondb"),
        destructive("Restarts, switches off or replaces a module or the device.", "hw-module", "sw-module",
                    "crashinfo", "session WORD do", "eject", "debug menu"),
        destructive("Goes back to an older system, and its configuration with it.", "dow[ngrade]", "revert", "restore"),
        destructive(UNJUDGED, "script", "fxos", "system"),
        config("Works on certificates, licences or accounts.", "crypto", "aaa-server",
               "dynamic-access",
               "eou", "fips", "no shun"),
        destructive("Destroys the device's keys: SSH ends and nobody can log in that way.", "crypto key zeroize"),
        destructive("Throws somebody out.", "kill", "vpnclient"),
        destructive("Takes away what the device is licensed for, or may.", "activation-key", "license"),
        destructive("Makes a login server count as failed.", "aaa-server WORD fail"),
        destructive("Blocks an address at once, connections that are open too.", "shu[n]"),
    ),
    EXEC_CHANGES,
    CLEARS,
    COPIES,
)  # fmt: skip

_CONFIG_OWN = (
    config("Changes the configuration.", "hostname", "domain-name", "interface", "ip", "ipv6", "router", "logging",
           "ntp",
           "snmp-server", "username", "banner", "description", "speed", "duplex", "mtu", "access-list",
           "access-group",
           "object", "object-group", "nat", "route", "nameif", "security-level", "tunnel-group", "group-policy",
           "aaa",
           "aaa-server", "ssh", "http", "telnet", "enable", "passwd", "password", "names", "name", "webvpn",
           "class-map",
           "policy-map", "service-policy", "threat-detection", "timeout", "vlan", "subnet", "host", "range",
           "network-object",
           "service-object", "port-object", "console", "dhcpd", "dns", "ftp", "icmp", "same-security-traffic",
           "sysopt",
           "management-access", "arp", "monitor-interface", "prompt", "ca", "inspect", "match", "class", "key",
           "track"),
    destructive("Takes rules away: traffic they let through is stopped, or the other way round.", "no access-group",
                "no object", "no object-group", "no service-policy", "no nat", "no same-security-traffic",
                "no global"),
    destructive("Takes the interface out of use: all its connections end.", "no nameif", "no security-level"),
    destructive(DOOR, "no ssh", "no http", "no telnet", "no management-access", "no aaa-server", "no passwd"),
    destructive("Ends tunnels: who works through them is cut off.", "no tunnel-group", "no group-policy", "no webvpn",
                "no crypto"),
    destructive("Throws the configuration away for another way of working.", "firewall transparent", "no firewall",
                "mode", "no mode"),
    destructive("Takes a whole firewall of its own away, or gives it another configuration.", "no context",
                "no allocate-interface", "config-[url]"),
    destructive("Blocks addresses by itself from then on.", "threat-detection scanning-threat shun"),
    destructive("Takes away what lets tunnels through.", "no sysopt"),
    config("Changes how the units stand by for each other.", "failover lan", "failover link", "failover key"),
)  # fmt: skip

CONFIG = Table(CONFIG_READS, _CONFIG_OWN, CONFIG_CHANGES, EXEC.rules)

PIPES = Table(
    (
        read("Shows a part of it.", "begin", "exclude", "include", "grep", "count"),
        config("Writes what it says into a file; one of that name is overwritten.", "redirect", "tee", "append"),
        destructive("Writes over what the device starts with or runs by.",
                    "redirect|tee|append startup-config|running-config|nvram:|system:running-config"),
    ),
)  # fmt: skip
