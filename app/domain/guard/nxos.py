"""Cisco NX-OS. Tables only."""

from app.domain.guard.common_rules import (
    ALIAS,
    CLEARS,
    CONFIG_CHANGES,
    CONFIG_READS,
    COPIES,
    ENTER,
    ERASE,
    EXEC_CHANGES,
    EXEC_READS,
    SAVE,
    SHELL,
    UNJUDGED,
)
from app.domain.guard.rules import Table, config, destructive, read

_MODULE = "Switches a part of the chassis off or over: what is plugged into it is cut off."

EXEC = Table(
    EXEC_READS,
    (
        read("Watches and changes nothing.", "ethanalyzer", "blink", "sleep", "echo", "wait", "find", "diff"),
        destructive("Writes over a file on the device.", "ethanalyzer ... write",
                    "ethanalyzer ... capture-ring-buffer"),
        destructive(ALIAS, "terminal alias", "cli alias"),
        config("Lets the device ask nothing any more before it does something.", "terminal dont-ask"),
        destructive("Unpacks an archive over the files that are there.", "tar extract"),
        config(ENTER, "configure"),
        destructive("Puts another configuration in the place of the running one.", "configure replace"),
        config("Keeps what would have been taken back.", "configure replace commit"),
        destructive("Takes the running configuration back to another time, line for line.", "rollback"),
        config("Keeps the configuration of now, to come back to.", "checkpoint"),
        config(SAVE, "copy running-config startup-config"),
        destructive(ERASE, "write erase", "write erase boot", "write erase debug", "init"),
        destructive("Puts another system on the device and restarts it.", "install", "issu"),
        destructive(_MODULE, "system", "poweroff", "out-of-service", "hw-module", "reload module", "purge"),
        destructive("Restarts a routing process: its neighbours lose their routes.", "restart"),
        destructive("Ends a process of the system.", "kill", "terminate"),
        destructive(SHELL, "run bash", "run guestshell", "run", "attach", "slot", "vsh", "load", "tclquit",
                    "virtual-service", "app-hosting"),
        destructive(UNJUDGED, "scheduler", "source", "run-script"),
        config("Goes to another part of the device.", "switchto", "switchback"),
        config("Writes a large report into a file.", "tac-pac"),
        config("Works on certificates, files or tests.", "crypto", "tar", "gzip", "gunzip", "diagnostic", "cli", "ip",
               "test", "fips", "callhome", "discover", "autodiscovery"),
    ),
    EXEC_CHANGES,
    CLEARS,
    COPIES,
)  # fmt: skip

_CONFIG_OWN = (
    config("Changes the configuration.", "hostname", "interface", "ip", "ipv6", "router", "vlan", "line", "logging",
           "ntp", "snmp-server", "username", "banner", "description", "speed", "duplex", "mtu", "switchport",
           "channel-group", "spanning-tree", "access-list", "neighbor", "network", "name", "permit", "deny", "remark",
           "vrf", "hsrp", "vpc", "feature", "role", "aaa", "tacacs-server", "radius-server", "key",
           "class",
           "policy-map", "class-map", "route-map", "match", "set", "track", "lldp", "cdp", "address-family",
           "exec-timeout",
           "bandwidth", "delay", "service-policy", "storm-control", "peer-keepalive", "peer-gateway", "preempt",
           "priority", "negotiate", "encapsulation", "medium", "errdisable", "telemetry", "segment", "fex"),
    destructive("Takes a whole feature away, with every line of it in the configuration.", "no feature",
                "no feature-set"),
    destructive("Ends what two switches share: ports on both of them go down.", "no vpc", "no peer-link",
                "no peer-keepalive", "vpc domain", "vpc peer-link", "no hsrp", "shutdown lan"),
    destructive("Takes a whole virtual switch away.", "no vdc", "no switch-profile"),
    destructive("Cuts servers off from their storage.", "zoneset activate", "no zoneset", "no zone", "no vsan",
                "vsan WORD suspend", "fcdomain"),
    destructive("Makes a new key: the device shows another host key, which stops everybody.", "ssh key"),
    destructive(_MODULE, "poweroff", "system", "limit-resource", "no fex", "hardware"),
    destructive(ALIAS, "cli alias"),
    destructive("Puts what waits in a session in force at once.", "commit"),
    destructive("Takes the interface's addresses away: a network of its own has others.", "vrf member"),
    destructive("Takes the switch out of every routing protocol.", "isolate"),
)  # fmt: skip

CONFIG = Table(CONFIG_READS, _CONFIG_OWN, CONFIG_CHANGES, EXEC.rules)

PIPES = Table(
    (
        read("Shows a part of it.", "begin", "count", "cut", "diff", "egrep", "end", "exclude", "grep", "head",
             "human",
             "include", "json", "json-pretty", "last", "less", "no-more", "section", "sort", "tr", "uniq", "wc",
             "xml",
             "xmlin", "xmlout", "nosort", "source", "start"),
        config("Sends what it says to somebody.", "email"),
        config("Writes what it says into a file; one of that name is overwritten.", "tee", "redirect", "append"),
        destructive("Writes over what the device starts with or runs by.",
                    "redirect|tee|append startup-config|running-config|nvram:|nvram:startup-config"),
        destructive(SHELL, "vsh", "awk", "sed", "bash", "python", "sh", "xargs"),
    ),
)  # fmt: skip
