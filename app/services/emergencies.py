"""Emergencies: passing the guard is one key and a reason. A manager is told at once and reviews it the next day."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.person import Person, Role
from app.domain.session import AuditLine, Emergency
from app.services import people
from app.services.desk import Desk
from app.store.codec import instant_cell


@dataclass(frozen=True, slots=True)
class EmergencyLine:
    """An emergency as a list shows it; times are aware UTC. `lines` were given to the device meanwhile."""

    id: str
    device_id: str
    device: str
    customer: str
    person_id: str
    person: str
    at: datetime
    over_at: datetime | None
    reason: str
    lines: tuple[str, ...]
    reviewed_by: str
    review: str


def declare(desk: Desk, device_id: str, reason: str, issue_id: str | None = None) -> Emergency:
    """Pass the guard on one device from now on; raises BadInput without a reason."""
    why = reason.strip()
    if not why:
        raise BadInput("An emergency has a reason, however short.", "Write a few words; nothing else is asked.")
    with desk.edit() as edit:
        device = desk.need(Device, device_id)
        return edit.insert(
            Emergency(
                id=new_id(),
                device_id=device.id,
                customer_id=device.customer_id,
                issue_id=issue_id,
                person_id=edit.by,
                workstation=desk.workstation,
                at=edit.at,
                reason=why,
            )
        )


def end(desk: Desk, emergency_id: str) -> None:
    """Note that it is over: from now on the guard asks again."""
    with desk.edit() as edit:
        row = desk.need(Emergency, emergency_id)
        if row.over_at is None:
            edit.update(row, over_at=edit.at)


def is_on(desk: Desk, emergency_id: str | None, device_id: str) -> bool:
    """Say whether this emergency lets lines to the device pass."""
    row = desk.cache.record(Emergency, emergency_id) if emergency_id else None
    return row is not None and not row.deleted and row.over_at is None and row.device_id == device_id


def to_review(desk: Desk) -> tuple[EmergencyLine, ...]:
    """Give those that no manager has reviewed yet, oldest first."""
    return _lines(desk, desk.cache.records(Emergency, "reviewed_at IS NULL ORDER BY at, id"))


def lately(desk: Desk, most: int = 50) -> tuple[EmergencyLine, ...]:
    """Give the last ones that were reviewed, newest first."""
    where = f"reviewed_at IS NOT NULL ORDER BY at DESC, id DESC LIMIT {int(most)}"
    return _lines(desk, desk.cache.records(Emergency, where))


def review(desk: Desk, emergency_id: str, words: str) -> None:
    """Review an emergency with words.

    Raises BadInput without words, Refused for whoever is no manager, and for one's own unless nobody else could.
    """
    said = words.strip()
    if not said:
        raise BadInput("A review says what came of it.", "Write a few words.")
    refusal = why_no_review(desk, emergency_id)
    if refusal is not None:
        raise refusal
    with desk.edit() as edit:
        row = desk.need(Emergency, emergency_id)
        edit.update(row, reviewed_by=edit.by, reviewed_at=edit.at, review=said)


def why_no_review(desk: Desk, emergency_id: str) -> Refused | None:
    """Give why this person may not review it and who may; None when they may."""
    me, row = desk.me(), desk.need(Emergency, emergency_id)
    others = [p.name for p in people.people(desk) if p.is_manager and p.id != row.person_id]
    who = f"{' or '.join(others)} reviews it." if others else "A manager reviews it."
    if me.role is not Role.MANAGER:
        return Refused("Only a manager reviews an emergency.", who)
    if row.person_id == me.id and others:
        return Refused("Nobody reviews an emergency of their own.", who)
    return None


def for_manager(desk: Desk) -> tuple[EmergencyLine, ...]:
    """Give what a manager has to be told: others' emergencies that wait for a review; nothing for anybody else."""
    me = desk.cache.record(Person, desk.person_id)
    if me is None or me.role is not Role.MANAGER:
        return ()
    return tuple(one for one in to_review(desk) if one.person_id != me.id)


def _lines(desk: Desk, rows: list[Emergency]) -> tuple[EmergencyLine, ...]:
    names = people.names(desk)
    devices = dict(desk.cache.read("SELECT id, name FROM device"))
    customers = dict(desk.cache.read("SELECT id, name FROM customer"))
    return tuple(
        EmergencyLine(
            id=row.id,
            device_id=row.device_id,
            device=devices.get(row.device_id, ""),
            customer=customers.get(row.customer_id or "", ""),
            person_id=row.person_id,
            person=names.get(row.person_id, people.OUTSIDE),
            at=row.at,
            over_at=row.over_at,
            reason=row.reason,
            lines=_given(desk, row),
            reviewed_by=names.get(row.reviewed_by or "", ""),
            review=row.review,
        )
        for row in rows
    )


def _given(desk: Desk, row: Emergency) -> tuple[str, ...]:
    until = instant_cell(row.over_at or desk.now)
    where = (
        "device_id = ? AND person_id = ? AND passage = 'emergency' AND line <> '' AND line_class <> 'read' "
        "AND at >= ? AND at <= ? ORDER BY at, seq LIMIT 200"
    )
    found = desk.cache.records(AuditLine, where, (row.device_id, row.person_id, instant_cell(row.at), until))
    return tuple(one.line for one in found)
