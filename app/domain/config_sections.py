"""Which lines of a configuration stand in which section, by their indentation as network devices print them."""

from collections.abc import Sequence

_CLOSERS = frozenset({"", "!", "#", "exit", "quit", "end", "}", "};", "next", "return", "exit-address-family"})

Known = dict[tuple[int, str], int]
Shapes = dict[str, tuple[int, bool]]


def is_closer(line: str) -> bool:
    """Say whether the line only ends what stands above it, such as "!", and says nothing by itself."""
    return line.strip() in _CLOSERS


def places(left: Sequence[str], right: Sequence[str]) -> tuple[list[int], list[int]]:
    """Give each line a number; two lines have the same when they say the same in the same section, on either side."""
    known: Known = {}
    shapes: Shapes = {}
    return _places(left, known, shapes), _places(right, known, shapes)


def _places(lines: Sequence[str], known: Known, shapes: Shapes) -> list[int]:
    # The loop that every comparison waits for: it looks at each line as little as it can.
    found: list[int] = []
    indents, numbers = [-1], [-1]  # of the lines below which this one may stand
    for line in lines:
        indent, opens = shapes.get(line) or shapes.setdefault(line, _shape(line))
        while indents[-1] >= indent:
            indents.pop()
            numbers.pop()
        number = known.setdefault((numbers[-1], line), len(known))
        if opens:
            indents.append(indent)
            numbers.append(number)
        found.append(number)
    return found


def headings(lines: Sequence[str]) -> list[int]:
    """Give for each line the place of the line below which it stands; -1 for none."""
    found: list[int] = []
    shapes: Shapes = {}
    indents, ats = [-1], [-1]
    for at, line in enumerate(lines):
        indent, opens = shapes.get(line) or shapes.setdefault(line, _shape(line))
        while indents[-1] >= indent:
            indents.pop()
            ats.pop()
        found.append(ats[-1])
        if opens:
            indents.append(indent)
            ats.append(at)
    return found


def section(heads: Sequence[int], at: int) -> tuple[int, ...]:
    """Give the places of the lines below which this one stands, the outermost first."""
    found: list[int] = []
    while heads[at] >= 0:
        at = heads[at]
        found.append(at)
    return tuple(reversed(found))


def _shape(line: str) -> tuple[int, bool]:
    """Give how many columns a line is indented and whether others may stand below it; a closer stands below its own."""
    body = line.strip()
    if body in _CLOSERS:
        return line.find(body) + 1, False
    return line.find(body), True
