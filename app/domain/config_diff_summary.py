"""What changed between two configurations, in figures and in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.config_diff import Change
from app.domain.config_diff_rows import Compared, Side
from app.domain.config_sections import is_closer

_CALLED = {
    "interface": "interfaces",
    "vlan": "VLANs",
    "access-list": "access lists",
    "router": "routing processes",
    "vrf": "VRFs",
    "line": "terminal lines",
    "class-map": "class maps",
    "policy-map": "policy maps",
    "route-map": "route maps",
    "object-group": "object groups",
}
_MOST_SAID = 3
"""More kinds of sections than that nobody keeps in mind."""


@dataclass(frozen=True, slots=True)
class Summary:
    """How many lines are gone, new and altered, and of those gone and new how many only stand elsewhere.

    `sections` are the headings of the outermost sections with a change, in order; `has_single` says that lines
    outside of all sections changed.
    """

    gone: int = 0
    new: int = 0
    altered: int = 0
    moved: int = 0
    sections: tuple[str, ...] = ()
    has_single: bool = False

    @property
    def lines(self) -> int:
        """How many lines changed; one that was altered or moved counts once."""
        return self.gone + self.new + self.altered - self.moved

    def __str__(self) -> str:
        """Give "7 lines changed in 2 interfaces"."""
        if not self.lines:
            return "Nothing changed"
        where = self.where
        return f"{self.lines} line{'' if self.lines == 1 else 's'} changed{f' in {where}' if where else ''}"

    @property
    def where(self) -> str:
        """Where it changed: the sections as people say them, and the lines outside of all sections."""
        said = _said(self.sections)
        if self.has_single:
            said.append("the global part")
        return " and ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else "".join(said)


def summary(compared: Compared) -> Summary:
    """Count what changed."""
    gone = new = altered = 0
    found: dict[str, None] = {}
    has_single = False
    for one in compared.comparison.stretches:
        if one.change is Change.EQUAL:
            continue
        left, right = range(one.left, one.left_end), range(one.right, one.right_end)
        if one.change is Change.ALTERED:
            altered += len(left)
        else:
            gone += len(left)
            new += len(right)
        # Of an altered line the section is where it stands now.
        for side, ats in ((compared.right, right), (compared.left, left if not right else ())):
            for at in ats:
                heading = _outermost(side, at)
                if heading:
                    found[heading] = None
                else:
                    has_single = has_single or not is_closer(side.lines[at])
    moved = min(len(compared.comparison.moved_left), len(compared.comparison.moved_right))
    return Summary(gone, new, altered, moved, tuple(found), has_single)


def _said(sections: Sequence[str]) -> list[str]:
    """Give the sections in few words: a single one of a kind by its name, several of a kind by their number."""
    kinds: dict[str, list[str]] = {}
    for name in sections:
        kinds.setdefault(_kind(name), []).append(name)
    others = kinds.pop("", [])
    if len(kinds) + len(others) > _MOST_SAID:
        return [f"{len(sections)} sections"]
    of_kinds = [f"{len(names)} {_CALLED[kind]}" if len(names) > 1 else names[0] for kind, names in kinds.items()]
    return [*of_kinds, *others]


def _kind(heading: str) -> str:
    words = heading.split(None, 2)[:2]
    return next((word for word in words if word in _CALLED), "")


def _outermost(side: Side, at: int) -> str:
    """Give the heading of the outermost section in which a line stands or which it opens; else nothing."""
    above = side.sections.above(at)
    if above or side.sections.opens(at):
        return side.lines[above[0] if above else at].strip()
    return ""
