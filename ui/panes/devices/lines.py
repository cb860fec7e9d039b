"""How the inventory says a device, a heading and a login: the words of its lines."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.domain.customer import Environment
from app.domain.device import Protocol
from app.services.devices import DeviceGroup, DeviceLine, Grouping
from ui.kit.paint import pill_width
from ui.kit.paint import width_of as text_width
from ui.kit.said_values import counted
from ui.kit.side_list import Place, Section
from ui.kit.theme import Face, Kind
from ui.kit.timephrase import ago, exact
from ui.panes.devices.words import ENVIRONMENTS, platform_word

GROUPINGS: Mapping[Grouping, str] = {
    Grouping.CUSTOMER: "By customer and site",
    Grouping.PLATFORM: "By platform",
    Grouping.ENVIRONMENT: "By environment",
    Grouping.TAG: "By tag",
}
NOT_ENCRYPTED = {Protocol.TELNET: "telnet", Protocol.SERIAL: "serial"}
"""What a way to speak is called where the network can read along."""

_BESIDE_NAME = 63  # margins, dot, gap and scroll bar of an entry, in px
_ENVIRONMENTS = {
    Environment.PRODUCTION: "Production",
    Environment.STAGING: "Staging",
    Environment.LAB: "Lab",
    Environment.PRACTICE: "Practice",
}


def sections(
    groups: Sequence[DeviceGroup],
    by: Grouping,
    sessions: Mapping[str, tuple[Kind, str]],
    width: int,
    now: datetime,
) -> list[Section]:
    """Give the list's sections; a customer's heading counts what is in all its sites."""
    if by is not Grouping.CUSTOMER:
        return [
            Section(_heading(group, by), _places(group, sessions, width, now), str(len(group.lines)))
            for group in groups
        ]
    found: list[Section] = []
    for key in dict.fromkeys(group.key for group in groups):
        own = [group for group in groups if group.key == key]
        first, *others = own
        title, count = _heading(first, by), str(sum(len(group.lines) for group in own))
        has_sites = bool(others) or bool(first.inner)
        if not has_sites:
            found.append(Section(title, _places(first, sessions, width, now), count))
            continue
        found.append(Section(title, (), count))
        found += [
            Section(
                group.inner or "No site", _places(group, sessions, width, now), str(len(group.lines)), is_inner=True
            )
            for group in own
        ]
    return found


def width_of(line: DeviceLine) -> int:
    """Give the px that name and environment take."""
    word, _kind = ENVIRONMENTS[line.environment]
    return text_width(Face.BOLD, line.name) + pill_width(word) + _BESIDE_NAME


def login_words(at: datetime, by: str, now: datetime) -> str:
    """Give who was let in last and when: "Erik 2 h ago"."""
    return f"{by.split(maxsplit=1)[0] if by.strip() else 'somebody'} {ago(at, now)}"


def _places(
    group: DeviceGroup, sessions: Mapping[str, tuple[Kind, str]], width: int, now: datetime
) -> tuple[Place, ...]:
    return tuple(_place(line, sessions.get(line.id), width, now) for line in group.lines)


def _place(line: DeviceLine, session: tuple[Kind, str] | None, width: int, now: datetime) -> Place:
    word, kind = ENVIRONMENTS[line.environment]
    dot, doing = session or (Kind.GREY, "")
    # The name wins: half a name may be another box's. What has no room is said in the tooltip.
    has_room = width_of(line) <= width
    signs = [NOT_ENCRYPTED.get(line.protocol, ""), "old SSH" if line.allows_legacy else ""]
    login = line.last_login
    below = [line.address, line.software or platform_word(line.platform)]
    if login is not None:
        below.append(login_words(login.at, login.by, now))
    tip = [
        "" if has_room else f"{line.name} ({word})",
        platform_word(line.platform),
        line.software,
        line.address,
        line.site,
        "not encrypted" if line.protocol in NOT_ENCRYPTED else "",
        "old SSH algorithms allowed" if line.allows_legacy else "",
        f"tags: {line.tags}" if line.tags else "",
        f"last login {exact(login.at)} by {login.by or 'somebody'}" if login is not None else "nobody was in yet",
        doing,
    ]
    return Place(
        line.id,
        line.name,
        word if has_room else "",
        kind,
        dot,
        " · ".join(part for part in tip if part),
        line.id,
        " · ".join(below),
        " · ".join(sign for sign in signs if sign),
    )


def _heading(group: DeviceGroup, by: Grouping) -> str:
    line = group.lines[0]
    match by:
        case Grouping.PLATFORM:
            return platform_word(group.key)
        case Grouping.ENVIRONMENT:
            return _ENVIRONMENTS[line.environment]
        case Grouping.TAG:
            return group.key or "No tag"
        case Grouping.CUSTOMER:
            pass
    if not line.customer_id:
        return "Practice" if group.key else "No customer"
    name = line.customer or "A customer who is not here"
    open_issues = f"{line.open_issues} open" if line.open_issues else ""
    return " · ".join(part for part in (name, "VIP" if line.is_vip else "", open_issues) if part)


def found_words(shown: int, total: int, text: str) -> str:
    """Say how many devices the filter found, and how many of them are not listed."""
    left_out = total - shown
    if left_out > 0:
        return f"{left_out:,} more: type a few letters to find them."
    return f"{counted(total, 'device')} found" if text.strip() else counted(total, "device")
