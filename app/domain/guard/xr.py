"""Cisco IOS XR: lines wait in a candidate until they are committed. Tables only."""

from app.domain.guard.common_rules import (
    CLEARS,
    CONFIG_CHANGES,
    CONFIG_READS,
    COPIES,
    ERASE,
    EXEC_CHANGES,
    EXEC_READS,
    SHELL,
    UNJUDGED,
)
from app.domain.guard.rules import Table, config, destructive, read

COMMIT = "Puts everything that waits in force at once, lines of others too. “commit confirmed” takes itself back."
_PARTS = "Restarts or switches off a part of the device: what is plugged into it is cut off."

EXEC = Table(
    EXEC_READS,
    (
        read("Watches and changes nothing.", "monitor", "describe",
             "utility head|tail|wc|sort|uniq|cut|md5sum", "utility egrep|fgrep|more|less"),
        config("Goes into configuration mode; lines wait there until they are committed.", "configure"),
        config("Goes into the administration of the chassis.", "admin $"),
        destructive(UNJUDGED, "admin WORD"),
        read("Shows what is there and changes nothing.", "admin show"),
        destructive("Stops a process while its memory is written out.", "dumpcore"),
        destructive("Takes the configuration back to another time and puts that in force.", "rollback"),
        destructive(ERASE, "write erase", "erase nvram:"),
        destructive(_PARTS, "hw-module", "process", "redundancy", "nsr", "placed", "lc", "config-[register]",
                    "shu[tdown]", "zapdisk"),
        destructive("Puts another system on the device and restarts it.", "install", "upgrade", "fpd"),
        destructive(SHELL, "run", "attach", "utility"),
        destructive(UNJUDGED, "load", "script", "exec"),
        destructive("Destroys the device's keys: SSH ends and nobody can log in that way.", "crypto key zeroize"),
        destructive("Makes a new key: the device shows another host key, which stops everybody.",
                    "crypto key generate"),
        config("Works on certificates, files or tests.", "crypto", "cfs", "diag", "diagnostic", "snmp", "license",
               "sam"),
    ),
    EXEC_CHANGES,
    CLEARS,
    COPIES,
)  # fmt: skip

CONFIG = Table(
    (
        read("Leaves without putting anything in force.", "abort", "root"),
        read("Throws away what waits in your candidate; the device stays as it is.", "clear"),
        destructive(COMMIT, "commit"),
        config("Puts what waits in force, and takes it back unless it is confirmed in time.", "commit confirmed"),
        destructive("Throws the whole configuration away for what waits.", "commit replace", "commit force"),
        read("Shows commits and changes nothing.", "commit show"),
        destructive("Runs a file's lines into the candidate: nobody sees them here first.", "load"),
        destructive("Takes the candidate back to another time.", "rollback"),
        destructive("Replaces words throughout the configuration.", "replace"),
        destructive("Takes away what decides which routes are passed on.", "no route-policy", "no prefix-set"),
        destructive("Takes the bundle away, or the port out of it.", "no bundle"),
        config("Changes the candidate.", "hostname", "interface", "ipv4", "ipv6", "router", "line", "logging", "ntp",
               "snmp-server", "username", "banner", "description", "speed", "mtu", "neighbor", "network", "vrf",
               "bundle",
               "policy-map", "class-map", "route-policy", "end-policy", "prefix-set", "end-set", "address-family",
               "ssh",
               "remote-as", "update-source", "area", "mpls", "l2vpn", "xconnect", "control-plane", "taskgroup",
               "usergroup", "aaa", "tacacs-server", "radius-server", "service", "lldp", "cdp", "encapsulation"),
        destructive(_PARTS, "hw-module"),
    ),
    CONFIG_READS,
    CONFIG_CHANGES,
)  # fmt: skip

PIPES = Table(
    (
        read("Shows a part of it.", "begin", "exclude", "include", "section", "count",
             "utility head|tail|wc|sort|uniq|cut",
             "utility egrep|fgrep|more|less"),
        config("Writes what it says into a file; one of that name is overwritten.", "file"),
        destructive(SHELL, "utility", "utility script|awk|sed|xargs"),
    ),
)  # fmt: skip
