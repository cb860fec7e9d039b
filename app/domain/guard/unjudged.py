"""What is added where nobody has said how a platform's commands are to be read. Tables only.

Its words count when they are whole: their beginnings are everyday commands elsewhere.
"""

from app.domain.guard.rules import Table, destructive, read

EXEC = Table(
    (
        destructive("Restarts the machine or switches it off.", "reboot", "halt", "poweroff", "shutdown", "init",
                    "reset"),
        destructive("Removes files or overwrites disks for good.", "rm", "dd", "mkfs", "shred", "wipefs", "fdisk",
                    "mv"),
        destructive("Works with every right there is: the guard cannot judge what follows.", "sudo", "su", "doas",
                    "bash", "zsh", "perl", "python", "python3", "ruby", "lua", "eval", "exec", "xargs"),
        destructive("Stops services or changes how the network reaches the machine.", "systemctl", "service",
                    "iptables",
                    "nft", "ifconfig", "ifdown", "kill", "killall", "pkill"),
        destructive("Takes something away or sets it back; what hangs on it cannot be judged.", "undo", "remove",
                    "purge", "unset", "factoryreset", "factory-reset", "reset-configuration", "zeroize"),
    ),
)  # fmt: skip

LINES = Table(
    (
        read("Shows what is there and changes nothing.", "disp[lay]", "get"),
        destructive("Switches something off.", "disable WORD"),
    ),
)  # fmt: skip
"""Lines that are read like those of the known platforms."""
