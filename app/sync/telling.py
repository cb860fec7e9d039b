"""What changed, gathered by table and told to screens."""

from collections.abc import Iterable, Mapping

from app.domain.ports import Origin, Touched

# A table with more changed ids than this is told as "read again".
_IDS_TOLD = 1000


def add(touched: dict[str, set[str]], more: Mapping[str, set[str]]) -> None:
    """Add ids by table to those that are known."""
    for table, ids in more.items():
        touched.setdefault(table, set()).update(ids)


def told(touched: Mapping[str, set[str]]) -> list[Touched]:
    """Give what changed as it is told to screens."""
    return [
        Touched(table, frozenset(ids) if len(ids) <= _IDS_TOLD else frozenset(), Origin.SYNC)
        for table, ids in touched.items()
        if ids
    ]


def all_of(tables: Iterable[str]) -> list[Touched]:
    """Give these tables as to be read again."""
    return [Touched(table, frozenset(), Origin.SYNC) for table in tables]
