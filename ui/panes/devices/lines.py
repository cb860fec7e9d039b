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


class Lines:
    """Makes the list's entries, and keeps those of devices that did not change: thousands are shown again and again."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[DeviceLine, tuple[Kind, str] | None, bool, Place]] = {}
        self._minute = ""

    def sections(
        self,
        groups: Sequence[DeviceGroup],
        by: Grouping,
        sessions: Mapping[str, tuple[Kind, str]],
        width: int,
        now: datetime,
    ) -> list[Section]:
        """Give the list's sections; a customer's heading counts what is in all its sites. `width` is in px."""
        if (minute := f"{now:%H:%M}") != self._minute:
            self._kept, self._minute = {}, minute  # "2 h ago" is not true for ever

        def section(group: DeviceGroup, title: str, *, is_inner: bool = False) -> Section:
            places = tuple(self._place(line, sessions.get(line.id), width, now) for line in group.lines)
            return Section(title, places, str(len(group.lines)), is_inner=is_inner)

        if by is not Grouping.CUSTOMER:
            return [section(group, _heading(group, by)) for group in groups]
        of_customer: dict[str, list[DeviceGroup]] = {}
        for group in groups:
            of_customer.setdefault(group.key, []).append(group)
        found: list[Section] = []
        for own in of_customer.values():
            title = _heading(own[0], by)
            if len(own) == 1 and not own[0].inner:
                found.append(section(own[0], title))
                continue
            found.append(Section(title, (), str(sum(len(group.lines) for group in own))))
            found += [section(group, group.inner or "No site", is_inner=True) for group in own]
        return found

    def _place(self, line: DeviceLine, session: tuple[Kind, str] | None, width: int, now: datetime) -> Place:
        has_room = width_of(line) <= width
        kept = self._kept.get(line.id)
        if kept is not None and kept[:3] == (line, session, has_room):
            return kept[3]
        place = _place(line, session, now, has_room=has_room)
        self._kept[line.id] = line, session, has_room, place
        return place


def width_of(line: DeviceLine) -> int:
    """Give the px that name and environment take."""
    word, _kind = ENVIRONMENTS[line.environment]
    return text_width(Face.BOLD, line.name) + pill_width(word) + _BESIDE_NAME


def login_words(at: datetime, by: str, now: datetime) -> str:
    """Give who was let in last and when: "Erik 2 h ago"."""
    return f"{by.split(maxsplit=1)[0] if by.strip() else 'somebody'} {ago(at, now)}"


def _place(line: DeviceLine, session: tuple[Kind, str] | None, now: datetime, *, has_room: bool) -> Place:
    word, kind = ENVIRONMENTS[line.environment]
    dot, doing = session or (Kind.GREY, "")
    # The name wins: half a name may be another box's. What has no room is said in the tooltip.
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
