"""Redacts a whole text: line by line, with what only the lines around tell, and blocks that are one secret."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from app.domain.redaction.marks import is_hidden, mark_of
from app.domain.redaction.words import Span, may_matter, prose_spans_of, spans_of

_LINES = re.compile(r"\r\n|\r|\n")
PRIVATE_BEGIN = re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----|-----BEGIN PKCS12-----")
PRIVATE_END = re.compile(r"-----END (?:[A-Z0-9]+ )*(?:PRIVATE KEY|PKCS12)-----")
PKCS12 = re.compile(r"\s*crypto\s+(?:ca|pki)\s+import\s+\S+\s+pkcs12\b")
QUIT = re.compile(r"^\s*quit\s*$")
_BANNER = re.compile(
    r"\s*banner\s+(?:motd|login|exec|incoming|slip-ppp|prompt-timeout)\s*(?P<mark>\^C|\S)?(?P<rest>.*)"
)
KEY_NUMBER = re.compile(r"\s*key\s+\d+\s*;?")
_KEY = re.compile(r"(?P<before>\s*key\s+)(?P<secret>\d+)\s*;?")
_CHAIN = re.compile(r"\s*key\s+chain\b|\s*(?:authentication-)?key-chains?\b")
_SNMP = re.compile(r"\s*(?:replace:\s*)?snmp\s*\{")
_COMMUNITY = re.compile(r"\s*(?:inactive:\s*)?community\s+(?P<secret>\"[^\"]*\"|[^\s;{]+)")
_LONGEST_BANNER = 200  # lines; a banner without an end must not make the rest of a configuration prose
LONGEST_PACK = 2000  # lines
_LEAST_STRONG = 8


def redact(text: str, key: bytes | None = None) -> str:
    """Give the text with a mark for each secret; line ends stay as they are. Redacting twice changes nothing.

    `key` is the company's, for marks that can be compared; without it they are bare.
    """
    reader = Reader(key)
    pieces: list[str] = []
    at = 0
    ends = [(found.start(), found.group()) for found in _LINES.finditer(text)]
    lines = []
    for end, ending in [*ends, (len(text), "")]:
        lines.append(text[at:end])
        at = end + len(ending)
    endings = [ending for _end, ending in ends] + [""]
    for number, line in reader.read(lines):
        pieces += [line, endings[number]]
    return reader.without_repeats("".join(pieces))


def redact_line(line: str, key: bytes | None = None) -> str:
    """Give one line, perhaps typed and abbreviated, with a mark for each secret."""
    return Reader(key).line(line)


@dataclass(slots=True)
class Reader:
    """Reads lines in their order, under the company's key or none; what stands above a line is remembered."""

    key: bytes | None
    _strong: dict[str, str] = field(default_factory=dict)
    _parents: list[tuple[int, str]] = field(default_factory=list)

    def read(self, lines: list[str]) -> Iterator[tuple[int, str]]:
        """Give the redacted lines with the number of the one each stands for; a secret block becomes one line."""
        at = 0
        while at < len(lines):
            line = lines[at]
            if not may_matter(line):
                yield at, self.next(line)
                at += 1
                continue
            end = _end_of_secret_block(lines, at)
            if end is not None:
                yield at, self.line(line)
                if (body := lines[at + 1 : end]) and not (len(body) == 1 and is_hidden(body[0].strip())):
                    yield at + 1, mark_of("\n".join(one.strip() for one in body), self.key)
                elif body:
                    yield at + 1, body[0]
                at = end
                continue
            prose = end_of_banner(lines, at)
            if prose is not None:
                for number in range(at, prose + 1):
                    yield number, self._marked(lines[number], prose_spans_of(lines[number]))
                at = prose + 1
                continue
            yield at, self.next(line)
            at += 1

    def copy(self) -> "Reader":
        """Give a reader at the same place, which reads on without this one."""
        return Reader(self.key, {}, list(self._parents))

    def next(self, line: str) -> str:
        """Give the next line as it stands below those before it."""
        self._enter(line)
        return self._in_context(line) if may_matter(line) else line

    def line(self, line: str) -> str:
        """Give a line as it stands alone."""
        return self._marked(line, spans_of(line))

    def _in_context(self, line: str) -> str:
        above = self._parents[:-1]
        if KEY_NUMBER.fullmatch(line) and above and not any(_CHAIN.match(text) for _indent, text in above):
            found = _KEY.match(line)  # a server's key of digits, not the number of a key in a chain
            return line if found is None else self._marked(line, [Span(*found.span("secret"))])
        spans = list(spans_of(line))
        if any(_SNMP.match(text) for _indent, text in above) and (found := _COMMUNITY.match(line)):
            spans.append(Span(*found.span("secret")))
        return self._marked(line, spans)

    def _enter(self, line: str) -> None:
        text = line.lstrip()
        if not text or text[0] in "!#":
            return
        indent = len(line) - len(text)
        while self._parents and self._parents[-1][0] >= indent:
            self._parents.pop()
        self._parents.append((indent, line))

    def _marked(self, line: str, spans: Iterable[Span]) -> str:
        pieces, at = [], 0
        for span in _apart(spans):
            start, end = span.start, span.end
            if end - start >= 2 and line[start] == line[end - 1] == '"':
                start, end = start + 1, end - 1
            secret = line[start:end]
            if not secret or is_hidden(secret):
                continue
            mark = mark_of(secret, self.key, is_type_7=span.is_type_7)
            if _is_strong(secret):
                self._strong[secret] = mark
            pieces += [line[at:start], mark]
            at = end
        return "".join([*pieces, line[at:]])

    def without_repeats(self, text: str) -> str:
        """Mark the strong secrets once more wherever else they stand, such as in a script or a comment."""
        for secret, mark in self._strong.items():
            if secret in text:
                text = re.sub(rf"(?<![\w.-]){re.escape(secret)}(?![\w-])", mark, text)
        return text


def _apart(spans: Iterable[Span]) -> list[Span]:
    """Give the spans in order; of two that overlap what both cover, so that nothing between them is left."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if kept and span.start < kept[-1].end:
            last = kept[-1]
            kept[-1] = Span(last.start, max(last.end, span.end), last.is_type_7)
        else:
            kept.append(span)
    return kept


def _is_strong(secret: str) -> bool:
    """Say whether a secret can be nothing else: a word such as "cisco" also names things that are none."""
    kinds = [any(test(c) for c in secret) for test in (str.islower, str.isupper, str.isdigit)]
    kinds.append(any(not c.isalnum() for c in secret))
    return len(secret) >= _LEAST_STRONG and sum(kinds) >= 3


def _end_of_secret_block(lines: list[str], at: int) -> int | None:
    """Give the line that ends the private key or the PKCS12 that begins here; None where none does."""
    is_key, is_pack = PRIVATE_BEGIN.search(lines[at]), PKCS12.match(lines[at])
    if (is_key is None and is_pack is None) or (is_key is not None and PRIVATE_END.search(lines[at])):
        return None
    ends = PRIVATE_END if is_key is not None else QUIT
    most = len(lines) if is_key is not None else min(len(lines), at + LONGEST_PACK)
    for number in range(at + 1, most):
        if ends.search(lines[number]) if is_key is not None else ends.fullmatch(lines[number]):
            return number
    return len(lines) if is_key is not None else None


def end_of_banner(lines: Sequence[str], at: int) -> int | None:
    """Give the line in which the banner ends that begins in this one; None where none begins, or it has no end."""
    found = _BANNER.fullmatch(lines[at])
    if found is None:
        return None
    mark, rest = found["mark"], found["rest"]
    if mark is not None and (mark in rest or mark.isalnum()):
        return at  # it ends in its line
    for number in range(at + 1, min(len(lines), at + _LONGEST_BANNER)):
        if (mark in lines[number]) if mark is not None else (lines[number].strip() == "EOF"):
            return number
    return None
