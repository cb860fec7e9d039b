"""A person as a file tells of them, whatever the file's form."""

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Card:
    """One person of a file, beginning at a line (from 1). Texts are as written; `trouble` says why it is none.

    `customer` is the organisation, `key` the id that the file gives the person. An empty text says nothing and takes
    nothing away.
    """

    line: int
    name: str = ""
    role: str = ""
    phone: str = ""
    mobile: str = ""
    email: str = ""
    note: str = ""
    customer: str = ""
    site: str = ""
    key: str = ""
    trouble: str = ""
    left_out: tuple[str, ...] = ()  # what it says besides, for which a contact has no place

    @property
    def label(self) -> str:
        """What to call the person in a list."""
        return self.name or self.email or self.phone or self.mobile or "nobody"

    def with_texts(self, texts: Mapping[str, str]) -> "Card":
        """Give the card with these texts by field, all but the note in one line; empty ones say nothing."""
        said = {name: text.strip() if name == "note" else " ".join(text.split()) for name, text in texts.items()}
        return replace(self, **{name: text for name, text in said.items() if text})  # type: ignore[arg-type]
