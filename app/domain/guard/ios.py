"""Cisco IOS and IOS XE. Tables only."""

from app.domain.guard.common_rules import (
    CLEARS,
    CONFIG_CHANGES,
    CONFIG_READS,
    COPIES,
    ENTER,
    ERASE,
    EXEC_CHANGES,
    EXEC_READS,
    FLASH,
    SAVE,
    SHELL,
    UNJUDGED,
)
from app.domain.guard.rules import Table, config, destructive, read

_SYSTEM = "Changes the device's own system or restarts it: everything behind it can be cut off."

EXEC = Table(
    EXEC_READS,
    (
        read("Shows what is there and changes nothing.", "write terminal", "verify", "systat", "mls qos show"),
        config(SAVE, "write $", "write memory"),
        destructive(ERASE, "write erase", "erase startup-config", "erase nvram:"),
        config("Writes a copy of the configuration elsewhere.", "write"),
        config(ENTER, "configure", "configure terminal"),
        destructive("Puts another configuration in the place of the running one, line for line.",
                    "configure replace", "configure overwrite-network", "configure revert now"),
        destructive("Runs lines into the configuration that nobody sees here first.", "configure memory",
                    "configure network"),
        config("Keeps what would have been taken back.", "configure confirm", "configure revert timer"),
        destructive(FLASH, "archive download-sw", "archive tar /xtract"),
        config("Writes an archive.", "archive"),
        destructive(_SYSTEM, "install", "request", "software", "upgrade", "issu", "redundancy", "microcode",
                    "hw-module",
                    "switch WORD", "platform", "license", "test crash", "test platform", "processor", "stack"),
        destructive("Sets the device back to how the maker sent it.", "factory-reset"),
        destructive("Gives the address away: who reaches the device by it is cut off.", "rele[ase]", "ren[ew]"),
        destructive(UNJUDGED, "kron", "macro", "rsh", "gdb", "start-chat", "access-template"),
        destructive(SHELL, "request platform software system shell"),
        config("Works on certificates or keys.", "crypto"),
        destructive("Destroys the device's keys: SSH ends and nobody can log in that way.", "crypto key zeroize"),
        destructive("Makes a new key: the device shows another host key, which stops everybody.",
                    "crypto key generate"),
        config("Captures or watches traffic on the live device.", "monitor"),
        config("Edits VLANs at once.", "vlan", "vtp"),
        config("Starts what a device or port had stopped.", "udld", "access-enable", "cns", "dot1x",
               "authentication"),
        read("Ends or changes a session of yours.", "slip", "ppp", "pad", "x28", "x3", "tunnel"),
    ),
    EXEC_CHANGES,
    CLEARS,
    COPIES,
)  # fmt: skip

CONFIG = Table(
    CONFIG_READS,
    (
        config("Changes the configuration.", "hostname", "interface", "ip", "ipv6", "router", "vlan", "line",
               "logging",
               "ntp", "snmp-server", "service", "username", "enable", "banner", "description", "speed", "duplex",
               "mtu",
               "switchport", "channel-group", "spanning-tree", "access-list", "neighbor", "network", "name", "permit",
               "deny", "remark", "clock", "crypto", "lldp", "cdp", "vrf", "standby", "transport", "exec-timeout",
               "login", "password", "privilege", "archive", "exception", "encapsulation", "bandwidth", "delay", "set",
               "match", "class", "class-map", "policy-map", "route-map", "redistribute", "version", "storm-control",
               "power", "vtp", "monitor", "errdisable", "key", "track", "tacacs", "radius", "tacacs-server", "server",
               "radius-server", "address-family", "exit-address-family", "session-timeout", "authentication", "sntp",
               "negotiation", "keepalive", "carrier-delay", "load-interval", "auto", "mls", "qos", "priority",
               "shape"),
        destructive(_SYSTEM, "redundancy", "switch WORD priority|provision|renumber",
                    "no switch", "hw-module", "license", "system mtu", "platform", "sdm prefer"),
        destructive("Sends what this port receives into nothing.", "ip route WORD WORD null0"),
        destructive(SHELL, "guestshell", "iox", "tclsh", "app-hosting"),
        config("Tells nobody that the port is down.", "shutdown snmp"),
    ),
    CONFIG_CHANGES,
)  # fmt: skip

PIPES = Table(
    (
        read("Shows a part of it.", "begin", "exclude", "include", "section", "count", "format"),
        config("Writes what it says into a file; one of that name is overwritten.", "redirect", "tee", "append"),
        destructive("Writes over what the device starts with or runs by.",
                    "redirect|tee|append nvram:|startup-config|nvram:startup-config",
                    "redirect|tee|append system:running-config|running-config"),
    ),
)  # fmt: skip
