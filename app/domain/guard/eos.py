"""Arista EOS: commands of the exec level work in configuration mode too. Tables only."""

from app.domain.guard.common_rules import (
    CLEARS,
    CONFIG_CHANGES,
    CONFIG_READS,
    COPIES,
    ENTER,
    ERASE,
    EXEC_CHANGES,
    EXEC_READS,
    PROMPT,
    SAVE,
    SHELL,
    STARTUP,
    UNJUDGED,
)
from app.domain.guard.rules import Table, config, destructive, read

EXEC = Table(
    EXEC_READS,
    (
        read("Watches and changes nothing.", "diff", "verify", "write terminal", "whoami"),
        config("Captures traffic on the live device.", "tcpdump"),
        destructive("Writes over a file on the device, or runs something.", "tcpdump ... -w", "tcpdump ... file",
                    "tcpdump ... -z"),
        config(SAVE, "write $", "write memory"),
        config("Writes a copy of the configuration elsewhere.", "write"),
        destructive(ERASE, "write erase", "erase startup-config"),
        config(ENTER, "configure", "configure terminal", "configure session"),
        destructive("Puts another configuration in the place of the running one.", "configure replace",
                    "configure network"),
        destructive("Puts what waits in a session in force at once.", "configure session WORD commit"),
        read("Throws a session away; the device stays as it is.", "configure session WORD abort"),
        config("Keeps the configuration of now, to come back to.", "configure checkpoint save"),
        destructive("Takes the configuration back to another time.", "configure checkpoint restore",
                    "configure revert",
                    "rollback"),
        destructive(STARTUP, "copy WORD flash:startup-config|flash:/startup-config|file:/mnt/flash/startup-config",
                    "copy WORD boot-config|flash:boot-config|flash:/boot-config|boot-extensions"),
        destructive(UNJUDGED, "copy WORD extension:|installed-extensions"),
        destructive("Puts another system on the device or restarts a part of it.", "install", "boot", "agent",
                    "reset",
                    "redundancy", "platform", "zerotouch", "hardware"),
        destructive(SHELL, "bash", "python-shell", "run", "fdisk", "start"),
        destructive(UNJUDGED, "event", "schedule", "script", "source", "extension"),
        config("Works on files, certificates or tests.", "security", "scp", "monitor", "bfd", "mpls", "extract"),
        config("Looks at or changes an extension.", "no extension"),
    ),
    EXEC_CHANGES,
    CLEARS,
    COPIES,
)  # fmt: skip

_CONFIG_OWN = (
    config("Changes the configuration.", "hostname", "interface", "ip", "ipv6", "router", "vlan", "logging", "ntp",
           "snmp-server", "username", "banner", "description", "speed", "mtu", "switchport", "channel-group",
           "spanning-tree", "neighbor", "network", "name", "permit", "deny", "remark", "vrf", "service", "management",
           "daemon", "aaa", "enable", "mlag", "route-map", "class-map", "policy-map", "lldp", "domain-id",
           "local-interface",
           "peer-address", "peer-link", "reload-delay", "virtual-router", "tacacs-server", "radius-server",
           "idle-timeout",
           "address-family", "vxlan", "bgp", "maximum-paths", "match", "set", "load-interval", "dns", "clock",
           "role"),
    destructive("Ends what two switches share: ports on both of them go down.", "no mlag", "no peer-link",
                "no peer-address", "no domain-id"),
    destructive("Closes a way to log in, maybe the one you came by.", "no management"),
    destructive("Throws every line of the configuration away in this session.", "rollback clean-config"),
    destructive("Puts what waits in the session in force at once. “commit timer” takes itself back.", "commit"),
    config("Puts what waits in force, and takes it back unless it is confirmed in time.", "commit timer"),
    read("Throws what waits in the session away; the device stays as it is.", "abort"),
    destructive("Switches agents of the system.", "agent"),
    destructive("Takes the switch out of use for maintenance.", "quiesce"),
    destructive(PROMPT, "prompt"),
)  # fmt: skip

CONFIG = Table(CONFIG_READS, _CONFIG_OWN, CONFIG_CHANGES, EXEC.rules)

PIPES = Table(
    (
        read("Shows a part of it.", "begin", "exclude", "include", "section", "grep", "json", "no-more", "nz",
             "head", "tail",
             "wc", "sort", "uniq", "count", "egrep", "text", "more", "less"),
        config("Writes what it says into a file; one of that name is overwritten.", "redirect", "tee", "append"),
        destructive("Writes over what the device starts with or runs by.",
                    "redirect|tee|append startup-config|running-config|flash:startup-config|boot-config",
                    "redirect|tee|append flash:/startup-config|flash:boot-config|flash:/boot-config",
                    "redirect|tee|append file:/mnt/flash/startup-config"),
        destructive(SHELL, "bash", "awk", "sed", "python", "sh", "xargs"),
    ),
)  # fmt: skip
