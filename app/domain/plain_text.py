"""Text from outside, as it may stand inside our own lines: cut, on one line, and not turning what is around it."""

import unicodedata

_FIRST_STRONG, _POP = "\u2068", "\u2069"
_ISOLATES = frozenset("\u2066\u2067\u2068")
_EMBEDDINGS = frozenset("\u202a\u202b\u202d\u202e")
_CLOSES_EMBEDDING = "\u202c"
_MARKS = frozenset("\u200e\u200f\u061c") | _ISOLATES | _EMBEDDINGS | {_CLOSES_EMBEDDING, _POP}
_ABBREVIATED = {"sla": "SLA"}  # its first letter is spoken as "ess"
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


def isolated(text: str) -> str:
    """Give the text such that its directions end with it; one that has only one direction stays as it is.

    A mark that closes what was opened outside of the text is left out: it would end the isolation before the text.
    """
    if text.isascii() or not any(c in _MARKS or unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in text):
        return text
    depth, kept = 0, []
    for c in text:
        if c in _ISOLATES:
            depth += 1
        elif c == _POP:
            if not depth:
                continue
            depth -= 1
        kept.append(c)
    return f"{_FIRST_STRONG}{''.join(kept)}{_POP * depth}{_POP}"


def noun_of(table: str) -> str:
    """Give what one record of a table is called in a sentence: "escalation", "SLA policy"."""
    return " ".join(_ABBREVIATED.get(word, word) for word in table.split("_"))


def with_article(noun: str) -> str:
    """Give the noun with "a" or "an", as it is spoken: "an incident", "an SLA policy"."""
    is_vowel = noun[:1] in "aeiou" or noun.split(" ", 1)[0] in _ABBREVIATED.values()
    return f"{'an' if is_vowel else 'a'} {noun}"


def cut(text: str, most: int) -> str:
    """Give the text on one line, in at most so many characters; where something is left out it ends with "…"."""
    # Only the beginning is looked at: a text may be a hundred kilobytes.
    head = " ".join(text[: 4 * most].split())
    return head if len(head) <= most and len(text) <= 4 * most else f"{head[: most - 1].rstrip()}…"
