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


class Sections:
    """Says of each line of one configuration in which section it stands; looks only at the lines that it must."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._known: dict[int, tuple[int, int]] = {}  # indentation and head of lines that were asked for

    def head(self, at: int) -> int:
        """Give the place of the line below which this one stands; -1 for none."""
        known = self._known.get(at)
        if known is not None:
            return known[1]
        indent = _shape(self._lines[at])[0]
        head = at - 1 if indent else -1
        while head >= 0:
            above, opens = _shape(self._lines[head])
            if opens and above < indent:
                break
            known = self._known.get(head)
            if known is not None and known[0] == indent:
                head = known[1]
                break
            head -= 1
        self._known[at] = indent, head
        return head

    def above(self, at: int) -> tuple[int, ...]:
        """Give the places of the lines below which this one stands, the outermost first."""
        found: list[int] = []
        while (at := self.head(at)) >= 0:
            found.append(at)
        return tuple(reversed(found))

    def opens(self, at: int) -> bool:
        """Say whether other lines stand below this one."""
        after = at + 1
        return after < len(self._lines) and not is_closer(self._lines[after]) and self.head(after) == at


def _shape(line: str) -> tuple[int, bool]:
    """Give how many columns a line is indented and whether others may stand below it; a closer stands below its own."""
    body = line.strip()
    if body in _CLOSERS:
        return line.find(body) + 1, False
    return line.find(body), True
