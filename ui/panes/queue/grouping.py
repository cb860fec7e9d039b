"""Headings in a grouped list: rows of their own, with what those below have in common and how many they are."""

from collections.abc import Sequence

from app.domain.id_array import packed_ids
from app.services.issue_lists import Group, Grouping, IdArray
from ui.kit.said_values import counted

NOBODY = {Grouping.OWNER: "Nobody", Grouping.CUSTOMER: "No customer", Grouping.TOPIC: "No topic"}


def with_headings(ids: IdArray, groups: Sequence[Group], group_by: Grouping | None) -> tuple[IdArray, dict[str, str]]:
    """Give the ids with a heading's before each group, and the headings' words by their ids, which no row has."""
    packed: list[bytes] = []
    words = {}
    for at, group in enumerate(groups):
        heading = f"00000000-0000-0000-0000-{at:012x}"
        words[heading] = f"{_name(group.name, group_by)} · {counted(group.count, 'issue')}"
        packed += [packed_ids([heading]), bytes(ids[group.first : group.first + group.count].packed)]
    return IdArray.joined(packed), words


def _name(name: str, group_by: Grouping | None) -> str:
    if group_by is Grouping.PRIORITY:
        return f"P{name}"
    return name or (NOBODY.get(group_by, "None") if group_by else "None")
