"""What most command lines of network devices have in common. Tables only."""

from app.domain.guard.rules import config, destructive, read

UNJUDGED = "Runs lines that nobody sees here, so the guard cannot judge them."
SHELL = "Opens a shell below the command line: what is typed there cannot be judged."
RELOAD = "Restarts the device: everything behind it is cut off until it is back, which takes minutes."
ERASE = "Erases the saved configuration: after the next restart the device knows nothing any more."
STARTUP = "Replaces what the device starts with: the next restart brings another configuration."
FLASH = "Erases files for good; without its system file the device does not start again."
MOVED = "Puts a file out of its place: without its system file the device does not start again."
ASKS = "Asks where the lines come from, and one letter answers. “configure terminal” asks nothing."
ALIAS = "Makes a word mean something else: the guard would judge it by what it meant before."
PROMPT = "Writes another prompt: the guard reads by it what is typed, and would read it wrong."
SAVE = "Saves the running configuration, with every mistake in it, as what the device starts with."
ENTER = "Goes into configuration mode: from here on each line changes the device at once."
DOWN = "Switches this off: whoever is behind it is cut off, maybe you too."
ADDRESS = "Takes an address away: who reaches the device or the network by it is cut off."
DOOR = "Closes a way to log in, maybe the one you came by."

EXEC_READS = (
    read("Shows what is there and changes nothing.", "show", "dir", "pwd", "more", "where", "who", "help", "?"),
    read("Asks the network and changes nothing.", "ping", "traceroute", "mtrace", "mrinfo", "traceroute6", "ping6"),
    read("Changes your own session only.", "terminal", "cd", "enable", "disable", "exit", "quit", "logout", "end",
         "lock", "login", "name-connection", "disconnect", "resume"),
    read("Stops diagnostic messages.", "undebug", "u all", "no debug", "no terminal"),
)  # fmt: skip

EXEC_CHANGES = (
    destructive("Makes the device report everything it does: a busy one stops forwarding.", "debug all"),
    destructive("Reports every packet: a busy device stops forwarding.", "debug ip packet", "debug ip mpacket",
                "debug ipv6 packet"),
    config("Makes the device work and talk more than it does: a busy one feels it.", "debug"),
    config("Goes on to another device from here: what is typed there is judged as if it were this one.",
           "ssh", "telnet", "rlogin", "connect", "session"),
    config("Resets what the device has counted, learned or logged here: that is gone.", "clear"),
    config("Sets the counters to zero: what they showed is lost for whoever looks for the fault.", "clear counters"),
    config("Sets the clock: logs and certificates depend on it.", "clock"),
    config("Tests something on the live device.", "test"),
    config("Sends a message to people logged in there.", "send"),
    config("Makes a folder.", "mkdir"),
    destructive(RELOAD, "reload", "reload WORD"),
    read("Calls a planned restart off.", "reload cancel"),
    destructive(MOVED, "rename", "move"),
    destructive("Ends another person's session, maybe your own.", "disconnect ssh", "ssh disconnect"),
    destructive(UNJUDGED, "ztp"),
    destructive(FLASH, "delete", "format", "erase", "squeeze", "fsck", "rmdir", "partition"),
    destructive(SHELL, "tclsh", "bash", "python", "python3", "guestshell"),
    destructive(UNJUDGED, "event", "setup"),
)  # fmt: skip

CLEARS = (
    destructive("Throws somebody off the line, maybe yourself.", "clear line", "clear tcp", "clear ssh",
                "clear user"),
    destructive("Ends routing sessions: routes are withdrawn and come back in minutes.", "clear ip bgp", "clear bgp",
                "clear ip ospf", "clear ospf", "clear ospfv3", "clear ipv6 ospf", "clear ip eigrp", "clear eigrp",
                "clear isis", "clear clns", "clear ip rip", "clear ldp", "clear mpls ldp", "clear pim",
                "clear ip pim",
                "clear ip msdp", "clear ip mroute", "clear mroute", "clear rsvp", "clear ip rsvp", "clear lisp",
                "clear otv", "clear nve", "clear evpn", "clear vxlan"),
    config("Asks the neighbours for their routes again without ending the sessions.",
           "clear ip bgp WORD soft|in|out", "clear bgp WORD soft|in|out", "clear ip bgp WORD WORD soft|in|out",
           "clear bgp WORD WORD soft|in|out", "clear bgp WORD unicast WORD soft|in|out"),
    destructive("Empties the routing table: traffic stops until it is learned again.", "clear ip route",
                "clear ipv6 route", "clear route", "clear forwarding", "clear cef", "clear ip cef"),
    destructive("Ends tunnels: who works through them is cut off.", "clear crypto", "clear vpdn", "clear l2tp",
                "clear pppoe", "clear ppp", "clear subscriber", "clear xconnect", "clear l2vpn", "clear tunnel",
                "clear ipsec", "clear isakmp", "clear ikev1|ikev2", "clear vpn-sessiondb", "clear webvpn",
                "clear dmvpn", "clear gdoi", "clear ip nhrp"),
    destructive("Throws people or devices off the network until they have logged in again.",
                "clear authentication", "clear access-session", "clear dot1x", "clear mab", "clear eap",
                "clear wireless", "clear ap", "clear uauth", "clear aaa", "clear ip auth-proxy|admission",
                "clear port-security", "clear cable", "clear cts"),
    destructive("Forgets who has which address: people can be cut off, or two get the same.",
                "clear ip dhcp binding|snooping", "clear device-tracking", "clear ip device tracking",
                "clear dhcpd"),
    destructive("Ends calls that people are in.", "clear call", "clear voice", "clear sip", "clear h323", "clear isdn"),
    destructive("Ends connections that are translated here.", "clear ip nat", "clear nat", "clear xlate",
                "clear conn",
                "clear local-host", "clear zone-pair", "clear policy-firewall", "clear ip inspect",
                "clear session"),
    destructive("Ends what watches a neighbour: routes are withdrawn.", "clear bfd", "clear vrrp", "clear hsrp"),
    destructive("Erases what the device keeps for later.", "clear checkpoint", "clear nvram", "clear license",
                "clear startup-config"),
    destructive("Resets the interface: its link goes down for a moment.", "clear interface"),
    config("Sets the counters of an interface to zero.", "clear interface counters"),
)  # fmt: skip

COPIES = (
    config("Copies a file; one of the same name over there is overwritten.", "copy"),
    config(SAVE, "copy running-config startup-config|nvram:startup-config|nvram:"),
    config("Writes a copy of the configuration elsewhere, with its secrets.", "copy running-config WORD",
           "copy startup-config WORD"),
    destructive("Runs a file's lines into the running configuration: nobody sees them here first.",
                "copy WORD running-config|system:running-config|system:/running-config",
                "copy startup-config running-config"),
    destructive(STARTUP, "copy WORD startup-config|nvram:startup-config|nvram:/startup-config|nvram:",
                "copy WORD nvram:private-config|scheduled-config"),
    destructive(FLASH, "copy /erase"),
    destructive("Writes nothing over a file: what was in it is gone.", "copy null:"),
)  # fmt: skip

CONFIG_READS = (
    read("Leaves this part of the configuration.", "exit", "quit", "end"),
    read("Shows what is there and changes nothing.", "show", "help", "?"),
)

CONFIG_CHANGES = (
    config("Takes a setting away or sets it back.", "no"),
    config("Sets something back to what the maker gave it.", "default"),
    config("Switches this on.", "no shutdown"),
    destructive(DOWN, "shutdown $", "shutdown force|lan|graceful", "default shutdown", "neighbor WORD shutdown",
                "disable $"),
    destructive("Sets the whole interface back: its address, VLANs and description are gone.", "default interface"),
    destructive("Takes the whole interface away.", "no interface"),
    destructive(ADDRESS, "no ip address", "no ipv6 address", "no ipv4 address", "no ip unnumbered",
                "default ip address|unnumbered", "no ip virtual-router", "no encapsulation"),
    destructive("Ends the giving out of addresses.", "no ip dhcp", "no service dhcp", "no dhcpd"),
    destructive("Sends what goes there into nothing.", "ip route WORD null0", "ip route WORD WORD null0",
                "route null0"),
    destructive("Takes the VLAN away: its ports are cut off.", "no vlan", "no vlan-id"),
    destructive("Takes a whole routing process away, with all its neighbours.", "no router", "default router",
                "no address-family"),
    destructive("Takes the interface out of its routing process, or its key.", "no ip ospf", "no ipv6 ospf",
                "no ip router", "no isis", "no ip eigrp", "no ip pim", "no key", "no mpls"),
    destructive("Ends every session of the process and begins them anew.", "bgp router-id"),
    destructive("Stops passing multicast on.", "no ip multicast-routing", "no multicast-routing"),
    destructive("Takes a bridge or a circuit between places away.", "no l2vpn", "no evpn", "no xconnect",
                "no bridge-domain", "no service instance", "no vxlan", "no nv", "no member", "no vn-segment"),
    destructive("Ends a neighbour's session: its routes are gone.", "no neighbor", "default neighbor"),
    destructive("Stops announcing or routing this network.", "no network", "no area"),
    destructive("Takes a route away: what it led to cannot be reached any more.", "no ip route", "no ipv6 route",
                "no route", "no ip default-gateway", "no ip default-network"),
    destructive("Stops routing altogether.", "no ip routing", "no ipv6 unicast-routing"),
    destructive("Replaces the list of VLANs on the trunk: those not named are cut off. “add” adds to it.",
                "switchport trunk allowed vlan", "switchport trunk allowed vlan WORD"),
    config("Adds VLANs to the trunk.", "switchport trunk allowed vlan add|all"),
    destructive("Takes VLANs from the trunk: who is in them is cut off.",
                "switchport trunk allowed vlan remove|none|except"),
    destructive("Puts the port out of its VLANs: who is behind it is cut off.", "no switchport", "default switchport"),
    destructive("Takes the port out of its bundle, or the bundle away.", "no channel-group", "no port-channel"),
    destructive("Without spanning tree a loop floods the whole network.", "no spanning-tree"),
    destructive("The whole network works its tree out anew: traffic stops for a while.", "spanning-tree mode",
                "spanning-tree mst", "spanning-tree vlan WORD root|priority"),
    destructive("VLANs can vanish from every switch of the domain.", "vtp mode", "vtp domain", "no vtp"),
    destructive("Ends every neighbour's session of this process that is not named again.",
                "passive-interface default"),
    destructive("Stops the VLAN: its ports are cut off.", "state suspend", "suspend"),
    destructive("Stops passing routes on: whoever lives on them is cut off.", "no redistribute",
                "no default-information"),
    destructive("Stops forwarding as it is, or forwards by hand: a busy device cannot keep up.", "no ip cef",
                "no cef"),
    destructive("The gateway of a network moves or goes away.", "no standby", "no vrrp", "no glbp"),
    destructive("Takes the whole list away wherever it is used, not just one line of it.", "no access-list",
                "no ip access-list", "no ipv6 access-list", "no ip prefix-list", "no route-map", "no prefix-list"),
    destructive("Takes away what traffic is let through, translated or sent into a tunnel.", "no ip nat", "no nat",
                "no crypto map", "no crypto", "no tunnel", "no policy-map", "no class-map"),
    destructive("Lets nobody in who is not on the list: maybe not you either.", "access-class", "ip access-class"),
    destructive(DOOR, "transport input none", "no transport input", "no ip ssh", "no username", "no enable",
                "no aaa", "no login", "no line", "no ssh", "session-limit",
                "no radius-server", "no tacacs-server", "no tacacs", "no radius"),
    destructive("Changes who may log in, at once and for everybody.", "aaa new-model", "aaa authentication",
                "aaa authorization"),
    destructive("Destroys the device's keys: SSH ends and nobody can log in that way.", "crypto key zeroize"),
    destructive("Makes a new key: the device shows another host key, which stops everybody.", "crypto key generate"),
    destructive("Changes what the device starts with the next time.", "boot", "no boot", "config-register"),
    destructive("Takes a whole network of its own away, with all that is in it.", "no vrf", "no ip vrf",
                "no vrf definition"),
    destructive(ALIAS, "alias"),
    destructive(UNJUDGED, "event", "kron", "macro", "scheduler", "schedule", "event-handler"),
)  # fmt: skip
