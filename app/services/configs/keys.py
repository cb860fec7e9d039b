"""The company's key: started, opened on this workstation, wrapped for whoever may read full texts, and rotated.

Each person has a key of their own on each workstation; its private part stands in the keyring there and never leaves
it. The company's key is wrapped for the public part of managers and engineers by somebody who holds it. After a
rotation the old key still opens what was sealed under it, for those who hold it; the part under the marks stays, so
that marks of all times can be compared.
"""

import functools
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from app.devices.seal_key import SealKey
from app.domain.config_backup import CompanyKey, PersonKey, WrappedKey
from app.domain.entities import TECHNICAL, Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput, EnvironmentFault, Refused
from app.domain.person import Person, Role
from app.domain.ports import Secrets
from app.services.desk import Desk, Edit
from app.services.people import name_of, need_right

P = ParamSpec("P")
T = TypeVar("T")

# Two threads that find no key would make two.
_turn = threading.RLock()
_NO_KEYRING = "This desktop keeps no key: install a keyring (such as gnome-keyring)"
_SEALS = "retired_at IS NULL ORDER BY made_at DESC, id DESC"


def _one_at_a_time(verb: Callable[P, T]) -> Callable[P, T]:
    @functools.wraps(verb)
    def in_turn(*args: P.args, **kwargs: P.kwargs) -> T:
        with _turn:
            return verb(*args, **kwargs)

    return in_turn


@dataclass(frozen=True, slots=True)
class Standing:
    """How this workstation stands with the company's key, in words for a screen.

    `can_open` says that full texts can be read here; `holders` are the names of those who can let somebody in.
    """

    can_open: bool
    is_started: bool
    words: str
    holders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tended:
    """What was done for the others: for whom the key was wrapped, who lost it, and whether it was rotated."""

    wrapped_for: tuple[str, ...] = ()
    taken_from: tuple[str, ...] = ()
    is_rotated: bool = False


def secret_name(key: PersonKey) -> str:
    """Give the name of a person key's private part in the keyring."""
    return name_of_private(key.id)


def name_of_private(key_id: str) -> str:
    """Give the same of a person key's id."""
    return f"person-key/{key_id}"


def may_open(desk: Desk) -> bool:
    """Say whether this person's role may read full texts."""
    me = desk.cache.record(Person, desk.person_id)
    return me is not None and me.role in TECHNICAL


def present(desk: Desk) -> CompanyKey | None:
    """Give the key that seals what is sealed now; None before the first."""
    found = desk.cache.records(CompanyKey, f"{_SEALS} LIMIT 1")
    return found[0] if found else None


def opened(desk: Desk, secrets: Secrets, key_id: str) -> SealKey | None:
    """Open a company key here; None when nothing on this workstation opens it. May wait for the keyring."""
    from app.devices import sealing  # noqa: PLC0415  loads libsodium

    for wrapped, private in _wrapped_for_me(desk, secrets, key_id):
        try:
            return sealing.unwrap(wrapped.wrapped, private, key_id)
        except EnvironmentFault:
            continue  # a later one may be whole
    return None


@_one_at_a_time
def sealing_key(desk: Desk, secrets: Secrets) -> SealKey | None:
    """Give the key under which a copy is sealed now; None when it cannot be opened here.

    The first manager or engineer whose keyring keeps what it is given, or has a key of theirs already, starts it.
    """
    now = present(desk)
    if now is not None:
        return opened(desk, secrets, now.id) if may_open(desk) else None
    return start(desk, secrets) if may_open(desk) and _keeps_keys(desk, secrets) else None


@_one_at_a_time
def start(desk: Desk, secrets: Secrets, *, reason: str = "") -> SealKey:
    """Start the company's key, or with a reason a new one where nobody can open the present one any more.

    Raises Refused without the right, or when there is a key and no reason is given.
    """
    from app.devices import sealing  # noqa: PLC0415  loads libsodium

    need_right(desk, Verb.INSERT, CompanyKey, WrappedKey)
    before = present(desk)
    if before is not None and not reason.strip():
        raise Refused(
            "The company has a key already.", f"Ask {_names(desk, before.id)} to open the console: then you are let in."
        )
    mine = publish(desk, secrets)
    key = sealing.new_key(new_id())
    with desk.edit() as edit:
        _put_new(edit, key, [mine], reason)
        if before is not None:
            _retire(desk, edit, before, reason)
    return key


@_one_at_a_time
def publish(desk: Desk, secrets: Secrets) -> PersonKey:
    """Give this person's key on this workstation, made and published when there is none yet."""
    from app.devices import sealing  # noqa: PLC0415  loads libsodium

    for known, _private in _mine(desk, secrets):
        return known
    pair = sealing.new_pair()
    me = desk.me()
    made = PersonKey(
        id=new_id(), person_id=me.id, workstation=desk.workstation, public_key=pair.public, made_at=desk.now
    )
    secrets.put(secret_name(made), pair.private)  # first: a published key that nobody can use lets nobody in
    with desk.edit() as edit:
        return edit.insert(made)


@_one_at_a_time
def tend(desk: Desk, secrets: Secrets) -> Tended:
    """Do what whoever works here can do for the others; to be called at the start of work and after each sync of keys.

    Publishes my key; wraps every company key that I hold for those who may have it; takes it from those who may no
    more, and then rotates it. Does nothing for a role that may not read full texts, or where no keyring would keep a
    key. May wait for the keyring.
    """
    if not may_open(desk) or not _keeps_keys(desk, secrets):
        return Tended()
    publish(desk, secrets)
    now = present(desk)
    held = [key for one in _all(desk) if (key := opened(desk, secrets, one.id)) is not None]
    if now is None or now.id not in {key.id for key in held}:
        return Tended()
    gone = _without_right(desk)
    rotated = _rotated(desk, secrets, now, "; ".join(f"{name} may no more" for name in gone)) if gone else None
    if rotated is not None:
        held.append(rotated)
    return Tended(_wrap(desk, held), gone, rotated is not None)


@_one_at_a_time
def rotate(desk: Desk, secrets: Secrets, reason: str) -> SealKey:
    """Seal under a new key from now on. Raises Refused without the right or the key, BadInput without a reason."""
    need_right(desk, Verb.INSERT, CompanyKey, WrappedKey)
    if not reason.strip():
        raise BadInput("A rotation says why.", "Write a few words.")
    now = present(desk)
    if now is None:
        raise Refused("There is no key to rotate yet.", "The first backup makes it.")
    return _rotated(desk, secrets, now, reason)


def standing(desk: Desk, secrets: Secrets) -> Standing:
    """Give how this workstation stands with the company's key. May wait for the keyring."""
    now = present(desk)
    if now is None:
        words = "Nothing is sealed yet: the first backup by a manager or an engineer makes the company's key."
        if may_open(desk) and not _keeps_keys(desk, secrets):
            words = f"Nothing is sealed yet. {_NO_KEYRING}, or take the first backup at a desk that has one."
        return Standing(can_open=False, is_started=False, words=words, holders=())
    holders = tuple(sorted(_holders(desk, now.id)))
    who = ", ".join(holders) or "nobody"
    if not may_open(desk):
        words = f"Full texts are for managers and engineers; you see them with their secrets marked. Ask {who}."
        return Standing(can_open=False, is_started=True, words=words, holders=holders)
    if opened(desk, secrets, now.id) is not None:
        return Standing(can_open=True, is_started=True, words="Full texts can be read here.", holders=holders)
    words = f"This workstation is let in when one of these next works in the console: {who}."
    if not _keeps_keys(desk, secrets):
        words = f"{_NO_KEYRING}; then {who} can let this workstation in."
    return Standing(can_open=False, is_started=True, words=words, holders=holders)


def why_not_here(desk: Desk) -> Refused:
    """Give the refusal of somebody whose workstation cannot open the company's key, with whom to ask."""
    now = present(desk)
    who = _names(desk, now.id) if now is not None else "a manager or an engineer"
    return Refused(
        "This workstation cannot open the company's key.", f"Ask {who} to open the console; sync; try again."
    )


def _rotated(desk: Desk, secrets: Secrets, before: CompanyKey, reason: str) -> SealKey:
    from app.devices import sealing  # noqa: PLC0415  loads libsodium

    old = opened(desk, secrets, before.id)
    if old is None:
        raise why_not_here(desk)
    key = sealing.new_key(new_id(), old.marking)
    with desk.edit() as edit:
        _put_new(edit, key, _allowed(desk), reason)
        _retire(desk, edit, before, reason)
        for wrapped in desk.cache.records(WrappedKey):
            if wrapped.person_id not in _allowed_ids(desk):
                edit.delete(wrapped)
    return key


def _put_new(edit: Edit, key: SealKey, persons: list[PersonKey], reason: str) -> None:
    edit.insert(CompanyKey(id=key.id, made_at=edit.at, made_by=edit.by, reason=" ".join(reason.split())))
    for person in persons:
        _insert_wrapped(edit, key, person)


def _retire(desk: Desk, edit: Edit, key: CompanyKey, reason: str) -> None:
    # An engineer may not retire a key; the newest seals all the same.
    if desk.me().role is Role.MANAGER:
        edit.update(key, retired_at=edit.at, reason=" ".join(reason.split()))


def _wrap(desk: Desk, held: list[SealKey]) -> tuple[str, ...]:
    """Wrap what is held for whoever may have it and has not; gives their names."""
    there = {(w.key_id, w.person_key_id) for w in desk.cache.records(WrappedKey)}
    missing = [(key, person) for person in _allowed(desk) for key in held if (key.id, person.id) not in there]
    if not missing:
        return ()
    with desk.edit() as edit:
        done = [person for key, person in missing if _insert_wrapped(edit, key, person)]
    return tuple(sorted({name_of(desk, person.person_id) for person in done}))


def _insert_wrapped(edit: Edit, key: SealKey, person: PersonKey) -> bool:
    from app.devices import sealing  # noqa: PLC0415  loads libsodium

    try:
        wrapped = sealing.wrap(key, person.public_key)
    except BadInput:
        return False  # theirs is no key: they make another one
    edit.insert(
        WrappedKey(
            id=new_id(),
            key_id=key.id,
            person_key_id=person.id,
            person_id=person.person_id,
            wrapped=wrapped,
            wrapped_by=edit.by,
            wrapped_at=edit.at,
        )
    )
    return True


def _all(desk: Desk) -> list[CompanyKey]:
    return desk.cache.records(CompanyKey, "1 ORDER BY made_at, id")


def _allowed_ids(desk: Desk) -> set[str]:
    people = desk.cache.records(Person, "is_active = 1")
    return {person.id for person in people if person.role in TECHNICAL}


def _allowed(desk: Desk) -> list[PersonKey]:
    ids = _allowed_ids(desk)
    return [key for key in desk.cache.records(PersonKey, "1 ORDER BY made_at, id") if key.person_id in ids]


def _without_right(desk: Desk) -> tuple[str, ...]:
    """Give the names of those for whom a key is wrapped although they may not have it any more."""
    ids = _allowed_ids(desk)
    gone = {w.person_id for w in desk.cache.records(WrappedKey)} - ids
    return tuple(sorted(name_of(desk, person_id) for person_id in gone))


def _keeps_keys(desk: Desk, secrets: Secrets) -> bool:
    return secrets.lasts or bool(_mine(desk, secrets))


def _mine(desk: Desk, secrets: Secrets) -> list[tuple[PersonKey, str]]:
    """Give my keys whose private part is in this workstation's keyring, the newest first."""
    found = desk.cache.records(PersonKey, "person_id = ? ORDER BY made_at DESC, id DESC", (desk.person_id,))
    return [(key, private) for key in found if (private := secrets.get(secret_name(key))) is not None]


def _wrapped_for_me(desk: Desk, secrets: Secrets, key_id: str) -> list[tuple[WrappedKey, str]]:
    privates = {key.id: private for key, private in _mine(desk, secrets)}
    found = desk.cache.records(WrappedKey, "key_id = ? AND person_id = ?", (key_id, desk.person_id))
    return [(one, privates[one.person_key_id]) for one in found if one.person_key_id in privates]


def _holders(desk: Desk, key_id: str) -> set[str]:
    ids = _allowed_ids(desk)
    found = desk.cache.records(WrappedKey, "key_id = ?", (key_id,))
    return {name_of(desk, one.person_id) for one in found if one.person_id in ids}


def _names(desk: Desk, key_id: str) -> str:
    return " or ".join(sorted(_holders(desk, key_id))) or "a manager"
