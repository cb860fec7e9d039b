"""Made-up configurations for the tests and the bench of the diff."""

import random
from collections.abc import Sequence


def a_configuration(lines: int, seed: int = 1) -> list[str]:
    """Give an IOS configuration with interfaces, access lists, static routes and a routing process."""
    chance = random.Random(seed)
    made = ["version 15.2", "service timestamps log datetime msec", "!", "hostname core-nyc-1", "!"]
    number = 0
    while len(made) < lines:
        number += 1
        made += _interface(number, chance)
        if number % 7 == 0:
            made += _access_list(number, chance)
    made[-3:] = [f"ip route 10.99.{chance.randrange(250)}.0 255.255.255.0 10.0.0.1", "!", "end"]
    return [*made[: lines - 1], "end"]


def _interface(number: int, chance: random.Random) -> list[str]:
    return [
        f"interface GigabitEthernet{number // 48}/{number % 48}",
        f" description link {chance.randrange(10**6)}",
        f" ip address 10.{chance.randrange(250)}.{chance.randrange(250)}.1 255.255.255.0",
        " no ip redirects",
        " no ip proxy-arp",
        " duplex auto",
        " no shutdown",
        "!",
    ]


def _access_list(number: int, chance: random.Random) -> list[str]:
    lines = [f" permit tcp any host 10.1.{chance.randrange(99)}.{at} eq 443" for at in range(12)]
    return [f"ip access-list extended GATE-{number}", *lines, " deny ip any any log", "!"]


def edited(lines: Sequence[str], edits: int, seed: int = 2) -> list[str]:
    """Give the lines with so many of them altered, taken out or added."""
    chance = random.Random(seed)
    made = list(lines)
    for _ in range(edits):
        at = chance.randrange(len(made))
        act = chance.randrange(3)
        if act == 0:
            made[at] = f"{made[at]} {chance.randrange(10**6)}"
        elif act == 1:
            made.insert(at, f" description added {chance.randrange(10**6)}")
        else:
            del made[at]
    return made


def reordered(lines: Sequence[str], share: float = 0.1, seed: int = 3) -> list[str]:
    """Give the same sections, some of them at another place."""
    chance = random.Random(seed)
    sections: list[list[str]] = [[]]
    for line in lines:
        sections[-1].append(line)
        if line == "!":
            sections.append([])
    for _ in range(int(len(sections) * share)):
        section = sections.pop(chance.randrange(len(sections)))
        sections.insert(chance.randrange(len(sections) + 1), section)
    return [line for section in sections for line in section]


def repetitive(lines: int, seed: int = 4) -> list[str]:
    """Give lines of which half are one of three."""
    chance = random.Random(seed)
    return [
        chance.choice(("!", " no shutdown", " exit", f" permit ip host 10.0.0.{chance.randrange(250)} any"))
        for _ in range(lines)
    ]
