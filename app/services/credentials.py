"""Credentials by rule: as whom to log in to a device, and under which names of the keyring the passwords are kept.

A rule names the devices by the words of the inventory's filter; the first one that finds a device counts. What a
device says of itself, and a password kept for it alone, go before the rule's. No password is ever in the database.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.domain.customer import Customer
from app.domain.device import CredentialRule, Device, LoginWith
from app.domain.device_filter import DeviceFacts, DeviceFilter, facts_of, parse
from app.domain.entities import Verb, table_of
from app.domain.entity import new_id
from app.domain.errors import BadInput
from app.domain.ports import Secrets
from app.services import people
from app.services.desk import Desk

LONGEST = 100  # characters of a name, a user name or a path
SHOWN = 200
"""Devices that a preview names; the others are counted."""


@dataclass(frozen=True, slots=True)
class Account:
    """As whom to log in somewhere. The names are of secrets, in the order in which they are looked up.

    `rule` is the name of the rule that gave the account, "" for the device's own.
    """

    username: str
    login_with: LoginWith
    key_file: str
    secret_names: tuple[str, ...]
    enable_secret_names: tuple[str, ...]
    rule: str = ""

    @property
    def secret_name(self) -> str:
        """Where a password that was typed for this account belongs: with the rule when the rule gave the account."""
        return self.secret_names[-1] if self.rule else self.secret_names[0]


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule as its page shows it; `count` are the devices for which it is the one that counts.

    `shadowed` are those that it would find too if no rule stood before it; `trouble` says why it finds nothing.
    """

    rule: CredentialRule
    count: int
    shadowed: int
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class FoundDevice:
    """A device that a selector finds; `taken_by` is the earlier rule that counts for it instead, or ""."""

    id: str
    name: str
    customer: str
    address: str
    taken_by: str
    own_username: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a selector finds: the first devices by customer and name, and how many there are."""

    devices: tuple[FoundDevice, ...]
    total: int


def for_device(desk: Desk, device: Device) -> Account:
    """Give the account for a device: its own, completed by the first rule that finds it."""
    rule = _first(list(_ordered(desk)), _facts(desk, device))
    own = (device.secret_name,)
    own_enable = (device.enable_secret_name,)
    if rule is None:
        return Account(device.username, device.login_with, device.key_file, own, own_enable)
    enable = (*own_enable, rule.enable_secret_name)
    if device.username and device.username != rule.username:
        return Account(device.username, device.login_with, device.key_file, own, enable)
    proves_itself = device.login_with is not LoginWith.PASSWORD
    proof = device if proves_itself else rule
    names = own if proves_itself else (*own, rule.secret_name)
    return Account(rule.username, proof.login_with, proof.key_file, names, enable, "" if proves_itself else rule.name)


def kept(secrets: Secrets, names: tuple[str, ...]) -> tuple[str, str | None]:
    """Give the first secret that the keyring has, with its name; ("", None) when it has none.

    Raises SecretsUnavailable. Not on the GUI thread.
    """
    for name in names:
        found = secrets.get(name)
        if found is not None:
            return name, found
    return "", None


def rules(desk: Desk) -> tuple[RuleLine, ...]:
    """Give the rules in the order in which they are asked, each with how many devices it finds."""
    ordered = list(_ordered(desk))
    counts, shadowed = [0] * len(ordered), [0] * len(ordered)
    for facts in _all_facts(desk).values():
        finds = [at for at, (_rule, words) in enumerate(ordered) if words is not None and words.matches(facts)]
        for at in finds[:1]:
            counts[at] += 1
        for at in finds[1:]:
            shadowed[at] += 1
    return tuple(
        RuleLine(rule, counts[at], shadowed[at], "" if words is not None else _trouble(rule.selector))
        for at, (rule, words) in enumerate(ordered)
    )


def preview(desk: Desk, selector: str, rule_id: str = "") -> Preview:
    """Give the devices that a selector finds, for the rule with this id or a new one at the end. Raises BadInput."""
    words = _selector(selector)[1]
    before = [one for one in _ordered(desk) if one[0].id != rule_id]
    if rule_id:
        ids = [rule.id for rule, _words in _ordered(desk)]
        before = before[: ids.index(rule_id)] if rule_id in ids else before
    facts = _all_facts(desk)
    found = []
    for device in desk.cache.records(Device):
        if words.matches(facts[device.id]):
            first = _first(before, facts[device.id])
            taken_by = "" if first is None else first.name
            customer = facts[device.id].customer
            found.append(FoundDevice(device.id, device.name, customer, device.address, taken_by, device.username))
    found.sort(key=lambda one: (one.customer.casefold(), one.name.casefold(), one.id))
    return Preview(tuple(found[:SHOWN]), len(found))


def add(
    desk: Desk,
    *,
    name: str,
    selector: str,
    username: str = "",
    login_with: LoginWith = LoginWith.PASSWORD,
    key_file: str = "",
) -> CredentialRule:
    """Add a rule behind the others. Raises BadInput for what cannot be one, Refused when this person may not."""
    people.need_right(desk, Verb.INSERT, CredentialRule)
    made = CredentialRule(
        id=new_id(), name=name, selector=selector, username=username, login_with=login_with, key_file=key_file
    )
    with desk.edit() as edit:
        last = max((rule.rank for rule, _words in _ordered(desk)), default=0)
        return edit.insert(_checked(desk, made.but(rank=last + 1)))


def change(desk: Desk, rule_id: str, **fields: Any) -> CredentialRule:
    """Change a rule; takes the fields of `add`, raises as `add` does."""
    people.need_right(desk, Verb.UPDATE, CredentialRule)
    with desk.edit() as edit:
        before = desk.need(CredentialRule, rule_id)
        after = _checked(desk, before.but(**fields))
        edit.update(before, **{field: getattr(after, field) for field in fields})
        return after


def move(desk: Desk, rule_id: str, by: int) -> None:
    """Ask a rule earlier (-1) or later (1); at either end it stays."""
    people.need_right(desk, Verb.UPDATE, CredentialRule)
    with desk.edit() as edit:
        desk.need(CredentialRule, rule_id)
        ordered = [rule for rule, _words in _ordered(desk)]
        at = next(at for at, rule in enumerate(ordered) if rule.id == rule_id)
        ordered.insert(min(max(at + by, 0), len(ordered) - 1), ordered.pop(at))
        for rank, rule in enumerate(ordered, 1):
            edit.update(rule, rank=rank)


def remove(desk: Desk, rule_id: str) -> CredentialRule:
    """Take a rule away and give it; whoever kept its passwords has them in their keyring still."""
    people.need_right(desk, Verb.DELETE, CredentialRule)
    rule = desk.need(CredentialRule, rule_id)
    with desk.edit() as edit:
        edit.delete(rule)
    return rule


def may_change(desk: Desk) -> bool:
    """Say whether this person may change rules."""
    return desk.me().role in table_of(CredentialRule).may(Verb.UPDATE)


_Parsed = tuple[CredentialRule, DeviceFilter | None]


def _ordered(desk: Desk) -> Iterator[_Parsed]:
    """Give the rules in their order; None for a selector that this version cannot read, which then finds nothing."""
    for rule in desk.cache.records(CredentialRule, "1 ORDER BY rank, name COLLATE NOCASE, id"):
        try:
            yield rule, _selector(rule.selector)[1]
        except BadInput:
            yield rule, None


def _first(ordered: list[_Parsed], facts: DeviceFacts) -> CredentialRule | None:
    return next((rule for rule, words in ordered if words is not None and words.matches(facts)), None)


def _facts(desk: Desk, device: Device) -> DeviceFacts:
    customer = desk.cache.record(Customer, device.customer_id)
    return facts_of(device, "" if customer is None else customer.name)


def _all_facts(desk: Desk) -> dict[str, DeviceFacts]:
    customers = {customer.id: customer.name for customer in desk.cache.records(Customer)}
    devices = desk.cache.records(Device)
    return {device.id: facts_of(device, customers.get(device.customer_id or "", "")) for device in devices}


def _selector(text: str) -> tuple[str, DeviceFilter]:
    """Give the text as it is kept and the filter; an empty one would hand a password to every device."""
    kept_text = " ".join(text.split())
    words = parse(kept_text)
    if words.is_empty:
        raise BadInput("The rule does not say which devices.", "Write words of the filter; name:* finds all of them.")
    return kept_text, words


def _trouble(selector: str) -> str:
    try:
        _selector(selector)
    except BadInput as error:
        return error.what
    return ""


def _checked(desk: Desk, rule: CredentialRule) -> CredentialRule:
    name, username, key_file = " ".join(rule.name.split()), rule.username.strip(), rule.key_file.strip()
    if not name:
        raise BadInput("A rule needs a name.", "Say which account it is, such as Northgate core.")
    for text, word in ((name, "name"), (username, "user name"), (key_file, "path")):
        if len(text) > LONGEST or not text.isprintable():
            raise BadInput(f"“{text[:40]}…” cannot be a {word}.", f"Use at most {LONGEST} characters.")
    if any(character.isspace() for character in username):
        raise BadInput("A user name has no blanks.", "Correct it.")
    if desk.cache.records(CredentialRule, "name = ? COLLATE NOCASE AND id <> ?", (name, rule.id)):
        raise BadInput(f"There is a rule “{name}” already.", "Give this one another name, or change that one.")
    login_with = LoginWith(rule.login_with)
    if login_with is LoginWith.KEY and not key_file:
        raise BadInput("No key file is named.", "Write its path, such as ~/.ssh/id_ed25519.")
    return rule.but(
        name=name,
        selector=_selector(rule.selector)[0],
        username=username,
        login_with=login_with,
        key_file=key_file,
    )
