"""What bringing a file in would do, person by person, before anything is written."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.domain.customer import Contact, Customer, Site
from app.domain.entity import new_id
from app.domain.errors import BadInput
from app.domain.import_map import folded
from app.domain.phone import shown
from app.domain.region import phone_kept, split_extension
from app.services.contact_files.card import Card
from app.services.contact_files.reading import read_file
from app.services.contacts import PHONES, check_email
from app.services.desk import Desk

_NOBODY = "It says neither a name, a number nor an address."
_TEXTS = ("name", "role", "email", "note")


class Doing(StrEnum):
    """What becomes of one person of the file."""

    ADD = "add"
    CHANGE = "change"
    SAME = "same"
    LEFT_OUT = "left out"


_DONE = {Doing.ADD: "added", Doing.CHANGE: "changed", Doing.SAME: "as it is"}


@dataclass(frozen=True, slots=True)
class Line:
    """One person of the file. `values` are the contact's fields; of a change only those that differ, with `before`.

    `reason` says why somebody is left out; `remarks` what was not taken along, and who else has the number.
    """

    line: int
    doing: Doing
    label: str
    customer: str = ""
    customer_id: str = ""
    contact_id: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would bring. `columns` are a table's headings with what each is read as."""

    file: str
    digest: str
    lines: tuple[Line, ...]
    columns: tuple[tuple[str, str], ...] = ()
    left_out: tuple[str, ...] = ()

    def count(self, doing: Doing) -> int:
        """Give how many people this becomes of."""
        return sum(line.doing is doing for line in self.lines)

    @property
    def does_anything(self) -> bool:
        """Say whether there is anything to write."""
        return any(line.doing in {Doing.ADD, Doing.CHANGE} for line in self.lines)


def preview(desk: Desk, file: Path, into_customer_id: str | None = None) -> Preview:
    """Say what would come of the file; writes nothing. With a customer, all who name no other known one are theirs.

    Raises BadInput when the file holds no contacts.
    """
    found = read_file(file)
    lines = tuple(_Weighing(desk, into_customer_id).lines(found.cards))
    return Preview(found.name, found.digest, lines, found.columns, found.left_out)


class _Weighing:
    """Compares the people of one file with who is here, and with each other."""

    def __init__(self, desk: Desk, into_customer_id: str | None) -> None:
        self._desk = desk
        self._into = desk.need(Customer, into_customer_id) if into_customer_id else None
        self._customers: dict[str, list[Customer]] = {}
        for customer in desk.cache.records(Customer):
            self._customers.setdefault(folded(customer.name), []).append(customer)
        self._here: dict[str, list[Contact]] = {}
        self._sites: dict[str, dict[str, str]] = {}
        self._taken: dict[str, int] = {}  # contacts of ours that a line of the file is about already
        self._numbers: dict[str, str] = {}
        for number, name in desk.cache.read(
            "SELECT phone, name FROM contact WHERE deleted = 0 AND phone <> '' "
            "UNION ALL SELECT mobile, name FROM contact WHERE deleted = 0 AND mobile <> ''"
        ):
            self._numbers.setdefault(number, name)

    def lines(self, cards: Iterable[Card]) -> Iterable[Line]:
        for card in cards:
            if card.trouble:
                yield Line(card.line, Doing.LEFT_OUT, card.label, reason=card.trouble)
                continue
            try:
                yield self._line(card)
            except BadInput as e:
                yield Line(card.line, Doing.LEFT_OUT, card.label, card.customer, reason=e.what)

    def _line(self, card: Card) -> Line:
        if card.label == "nobody":
            raise BadInput(_NOBODY)
        customer = self._customer_of(card)
        values, remarks, unread = self._values(card, customer)
        here = self._contact_of(card, customer)
        if here is None and not any(values[name] for name in ("name", "email", *PHONES)):
            raise BadInput(" ".join([_NOBODY, *(why for _noun, why in unread)]))
        if here is None:
            return self._new(card, customer, values, [*_unread(unread, Doing.ADD), *remarks])
        if (first := self._taken.setdefault(here.id, card.line)) != card.line:
            raise BadInput(f"It is the same person as in line {first}.")
        changes = {name: value for name, value in values.items() if value and value != getattr(here, name)}
        before = {name: getattr(here, name) for name in changes}
        remarks += self._sharing({name: v for name, v in changes.items() if name in PHONES}, here.name)
        doing = Doing.CHANGE if changes else Doing.SAME
        remarks = [*_unread(unread, doing), *remarks]
        return Line(
            card.line, doing, card.label, customer.name, customer.id, here.id, changes, before, "", tuple(remarks)
        )

    def _new(self, card: Card, customer: Customer, values: dict[str, Any], remarks: list[str]) -> Line:
        made = Contact(id=new_id(), customer_id=customer.id, **({"name": ""} | values))
        remarks += self._sharing(values, made.name)
        self._of(customer.id).append(made)  # a second card of the same person is known again
        self._taken[made.id] = card.line
        said = {name: value for name, value in values.items() if value}
        return Line(card.line, Doing.ADD, card.label, customer.name, customer.id, made.id, said, remarks=tuple(remarks))

    def _customer_of(self, card: Card) -> Customer:
        named = self._customers.get(folded(card.customer), []) if card.customer else []
        if self._into is not None:
            if named and self._into.id not in {one.id for one in named}:
                raise BadInput(f"It belongs to {named[0].name}, not to {self._into.name}.")
            return self._into
        if not card.customer:
            raise BadInput("It names no customer.")
        if len(named) != 1:
            raise BadInput(
                f"There {'are several customers' if named else 'is no customer'} called “{card.customer}” here."
            )
        return named[0]

    def _values(self, card: Card, customer: Customer) -> tuple[dict[str, Any], list[str], list[tuple[str, str]]]:
        """Give the contact's fields, the remarks, and what cannot be read: a noun and why."""
        values: dict[str, Any] = {name: getattr(card, name) for name in _TEXTS}
        remarks = [f"left out: {what}" for what in card.left_out]
        unread = []
        if card.email:
            try:
                check_email(card.email)
            except BadInput as e:
                values["email"] = ""
                unread.append(("e-mail address", e.what))
        for name in PHONES:
            number, extension = split_extension(getattr(card, name))
            try:
                values[name] = phone_kept(number, customer.region)
            except BadInput as e:
                values[name] = ""
                unread.append(("number", e.what))
                continue
            words = f"{name} ext. {extension}"
            if extension and words not in values["note"]:
                values["note"] = f"{values['note']}\n{words}".strip()
        site_id = self._site_of(card, customer)
        if site_id:
            values["site_id"] = site_id
        elif card.site:
            remarks.append(f"left out: {customer.name} has no site called “{card.site}”")
        return values, remarks, unread

    def _site_of(self, card: Card, customer: Customer) -> str:
        if customer.id not in self._sites:
            sites = self._desk.cache.records(Site, "customer_id = ?", (customer.id,))
            self._sites[customer.id] = {folded(site.name): site.id for site in sites}
        return self._sites[customer.id].get(folded(card.site), "")

    def _of(self, customer_id: str) -> list[Contact]:
        if customer_id not in self._here:
            self._here[customer_id] = self._desk.cache.records(Contact, "customer_id = ?", (customer_id,))
        return self._here[customer_id]

    def _contact_of(self, card: Card, customer: Customer) -> Contact | None:
        """Give who it is here: by our own id, then by e-mail, then by name; raises BadInput when two fit alike."""
        own = card.key.removeprefix("urn:uuid:")
        everybody = self._of(customer.id)
        ways: Sequence[list[Contact]] = (
            [one for one in everybody if own and one.id == own],
            [one for one in everybody if card.email and one.email.casefold() == card.email.casefold()],
            [one for one in everybody if card.name and folded(one.name) == folded(card.name)],
            [one for one in everybody if not card.name and not card.email and self._has_number(one, card, customer)],
        )
        found = next((way for way in ways if way), [])
        if len(found) > 1:
            narrower = [one for one in found if folded(one.name) == folded(card.name)]
            if len(narrower) != 1:
                raise BadInput(f"{len(found)} contacts of {customer.name} may be meant.")
            found = narrower
        return found[0] if found else None

    @staticmethod
    def _has_number(one: Contact, card: Card, customer: Customer) -> bool:
        try:
            said = {phone_kept(getattr(card, name), customer.region) for name in PHONES} - {""}
        except BadInput:
            return False
        return bool(said & {one.phone, one.mobile})

    def _sharing(self, values: dict[str, Any], name: str) -> list[str]:
        """Say who else has one of the numbers; both are kept."""
        found = []
        for number in dict.fromkeys(str(values[one]) for one in PHONES if values.get(one)):
            other = self._numbers.setdefault(number, name)
            if other != name:
                found.append(f"{other or 'another contact'} has {shown(number)} too: both are kept")
        return found


def _unread(found: Iterable[tuple[str, str]], doing: Doing) -> list[str]:
    """Say what of a person is left out, and that they themselves are not."""
    return [f"{noun} left out, contact {_DONE[doing]}: {why}" for noun, why in found]


def changes(line: Line) -> list[str]:
    """Give what a change writes, field by field: "role: operations -> operations lead"."""
    said = []
    for name, value in line.values.items() if line.doing is Doing.CHANGE else ():
        was, now = (_words(name, one) for one in (line.before.get(name), value))
        said.append("site: another one" if name == "site_id" else f"{name}: {was} -> {now}")
    return said


def _words(name: str, value: object) -> str:
    text = str(value or "")
    return (shown(text) if name in PHONES and text else " ".join(text.split())) or "nothing"


def summary(found: Preview) -> str:
    """Give what would happen in a sentence."""
    counted = Counter(line.doing for line in found.lines)
    parts = [
        f"{counted[doing]:,} {words}"
        for doing, words in (
            (Doing.ADD, "to add"),
            (Doing.CHANGE, "to change"),
            (Doing.SAME, "the same already"),
            (Doing.LEFT_OUT, "left out"),
        )
        if counted[doing]
    ]
    return f"{found.file}: {', '.join(parts) or 'nobody in it'}"
