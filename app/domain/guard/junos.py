"""Juniper Junos: lines wait in a candidate until they are committed; `run` gives a command there. Tables only."""

from app.domain.guard.common_rules import DOWN, FLASH, MOVED, PROMPT, SHELL, UNJUDGED
from app.domain.guard.rules import Table, config, destructive, read
from app.domain.guard.xr import COMMIT

_STARTS = "Writes over what the device starts with."
_SYSTEM = "Restarts, switches off or replaces the device's system: everything behind it is cut off."

EXEC = Table(
    (
        read("Shows what is there and changes nothing.", "show", "help", "?", "file list", "file show",
             "file compare",
             "file checksum", "request support", "monitor", "who", "pwd"),
        read("Asks the network and changes nothing.", "ping", "traceroute", "mtrace"),
        read("Changes your own session only.", "exit", "quit", "set cli", "logout", "op help"),
        destructive("Writes over a file on the device.", "monitor traffic ... write-file"),
        destructive(PROMPT, "set cli prompt"),
        destructive("Starts a link anew: it goes down for a moment.", "test interface"),
        config("Goes into configuration mode; lines wait there until they are committed.", "configure", "edit"),
        config("Resets what the device has counted, learned or logged here.", "clear"),
        config("Sets the counters to zero: what they showed is lost.", "clear interfaces statistics"),
        destructive("Ends routing sessions: routes are withdrawn and come back in minutes.", "clear bgp",
                    "clear ospf",
                    "clear ospf3", "clear isis", "clear ldp", "clear rsvp", "clear mpls", "clear pim", "clear bfd",
                    "clear vrrp", "clear rip", "clear msdp", "clear l2circuit", "clear vpls", "clear evpn",
                    "clear multicast", "clear lacp", "clear ike"),
        config("Asks the neighbours for their routes again without ending the sessions.", "clear bgp neighbor soft",
               "clear bgp neighbor WORD soft|soft-inbound"),
        destructive("Ends connections or tunnels that are open.", "clear security", "clear services", "clear ppp",
                    "clear pppoe", "clear dhcp", "clear system", "clear interfaces", "clear dot1x",
                    "clear network-access", "clear captive-portal"),
        destructive("Does something to the device's own system.", "request"),
        destructive(_SYSTEM, "request system reboot|halt|power-off|power-cycle|software|zeroize",
                    "request system storage|snapshot|recover",
                    "request chassis", "request vmhost", "request node", "request virtual-chassis"),
        config("Keeps the configuration of now, to come back to.", "request system configuration rescue save"),
        destructive("Restarts a process of the system: its neighbours may lose their routes.", "restart"),
        destructive(FLASH, "file delete", "file delete-directory"),
        destructive(MOVED, "file rename", "file move"),
        destructive(_STARTS, "file copy|archive|link WORD /config/juniper.conf.gz"),
        config("Copies or makes a file.", "file"),
        config("Sets the clock or a part of the chassis.", "set"),
        destructive(SHELL, "start"),
        destructive(UNJUDGED, "op", "test configuration", "load", "jaf"),
        config("Goes on to another device from here: what is typed there is judged as if it were this one.",
               "ssh", "telnet"),
        config("Tests something on the live device.", "test", "probe", "save"),
    ),
)  # fmt: skip

CONFIG = Table(
    (
        read("Moves in the configuration or shows it, and changes nothing.", "show", "help", "?", "edit", "top", "up",
             "exit", "quit", "status"),
        read("Checks what waits and changes nothing.", "commit check"),
        destructive(COMMIT, "commit"),
        config("Puts what waits in force, and takes it back unless it is confirmed in time.", "commit confirmed"),
        config("Changes the candidate.", "set", "copy", "rename", "insert", "activate", "protect", "unprotect",
               "annotate", "save"),
        destructive(DOWN, "set interfaces WORD disable", "set interfaces WORD unit WORD disable",
                    "set protocols WORD disable",
                    "set protocols bgp disable", "set ... disa[ble]", "set ... shutd[own]", "set ... offl[ine]",
                    "set chassis WORD WORD power off",
                    "set routing-options static route WORD discard|reject"),
        destructive(UNJUDGED, "set event-options", "set system scripts"),
        destructive("Changes who may log in as root.", "set system root-authentication"),
        destructive("Takes a part of the configuration away, with everything below it.", "delete", "wildcard"),
        destructive("Switches a part of the configuration off, with everything below it.", "deactivate"),
        destructive("Takes the candidate back to another time: what waits is lost.", "rollback"),
        destructive("Runs a file's lines into the candidate: nobody sees them here first.", "load"),
        destructive("Replaces words throughout the configuration.", "replace"),
        destructive(_STARTS, "save /config/juniper.conf.gz"),
        destructive("Erases the whole candidate.", "zeroize"),
    ),
)  # fmt: skip

PIPES = Table(
    (
        read("Shows a part of it.", "match", "except", "find", "last", "count", "display", "no-more", "compare",
             "trim",
             "hold", "resolve", "refresh", "grep", "mark", "find"),
        config("Writes what it says into a file; one of that name is overwritten.", "save", "append", "tee"),
        destructive(_STARTS, "save|append|tee /config/juniper.conf.gz"),
        config("Shows it to somebody who is logged in.", "request"),
    ),
)  # fmt: skip
