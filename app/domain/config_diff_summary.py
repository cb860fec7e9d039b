"""What changed between two configurations, in figures and in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.config_diff import Change
from app.domain.config_diff_rows import Compared, Side
from app.domain.config_sections import is_closer

_CALLED = {
    "interface": ("interface", "interfaces"),
    "vlan": ("VLAN", "VLANs"),
    "access-list": ("access list", "access lists"),
    "router": ("routing process", "routing processes"),
    "vrf": ("VRF", "VRFs"),
    "line": ("line", "lines"),
    "class-map": ("class map", "class maps"),
    "policy-map": ("policy map", "policy maps"),
    "route-map": ("route map", "route maps"),
    "object-group": ("object group", "object groups"),
}


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
        what = f"{self.lines} line{'' if self.lines == 1 else 's'} changed"
        where = where_words(self.sections)
        if where and self.has_single:
            return f"{what} in {where} and outside of {'it' if len(self.sections) == 1 else 'them'}"
        return f"{what} in {where}" if where else what


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


def where_words(sections: Iterable[str]) -> str:
    """Give the sections as people say them: the one by its name, several of a kind by their number."""
    names = list(sections)
    if len(names) == 1:
        return names[0]
    kinds: dict[str, list[str]] = {}
    for name in names:
        kinds.setdefault(_kind(name), []).append(name)
    if len(kinds) > 3 or "" in kinds:
        return f"{len(names)} sections" if names else ""
    said = [
        f"{len(of_kind)} {_CALLED[kind][1]}" if len(of_kind) > 1 else f"1 {_CALLED[kind][0]}"
        for kind, of_kind in kinds.items()
    ]
    return " and ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else "".join(said)


def _kind(heading: str) -> str:
    words = heading.split(None, 2)[:2]
    return next((word for word in words if word in _CALLED), "")


def _outermost(side: Side, at: int) -> str:
    """Give the heading of the outermost section in which a line stands or which it opens; else nothing."""
    above = side.sections.above(at)
    if above or side.sections.opens(at):
        return side.lines[above[0] if above else at].strip()
    return ""
