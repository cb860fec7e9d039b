"""Emergencies: passing the guard is one key and a reason. A manager is told at once and reviews it the next day."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.person import Person, Role
from app.domain.session import Emergency
from app.services import people
from app.services.desk import Desk

# A line is an emergency's when it was given while that was on. One given later, by somebody who had not heard yet that
# a manager ended it, is the last one's that was on there, so that it is reviewed all the same.
_IS_ITS = """audit_line.device_id = emergency.device_id AND audit_line.person_id = emergency.person_id
    AND audit_line.passage = 'emergency' AND audit_line.deleted = 0 AND audit_line.line <> ''
    AND audit_line.line_class <> 'read' AND audit_line.at >= emergency.at
    AND (emergency.over_at IS NULL OR audit_line.at <= emergency.over_at OR NOT EXISTS (
        SELECT 1 FROM emergency AS other
        WHERE other.deleted = 0 AND other.id <> emergency.id AND other.device_id = audit_line.device_id
          AND other.person_id = audit_line.person_id AND other.at <= audit_line.at
          AND (other.at >= emergency.at OR other.over_at IS NULL OR audit_line.at <= other.over_at)))"""
_REVIEWED = f"""(reviewed_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM audit_line WHERE audit_line.at > emergency.reviewed_at AND {_IS_ITS}))"""  # noqa: S608  constants
_GIVEN = f"""SELECT audit_line.line FROM emergency JOIN audit_line ON {_IS_ITS}
    WHERE emergency.id = ? ORDER BY audit_line.at, audit_line.seq LIMIT 200"""  # noqa: S608  constants


@dataclass(frozen=True, slots=True)
class EmergencyLine:
    """An emergency as a list shows it; times are aware UTC. `lines` were given to the device with it.

    One that was reviewed is not any more once lines are known that were given after the review.
    """

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
    is_reviewed: bool

    @property
    def is_on(self) -> bool:
        """Say whether lines still pass the guard with it."""
        return self.over_at is None


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
    """Note that it is over: from now on the guard asks again. Raises Refused for another's, but for a manager."""
    me = desk.me()
    with desk.edit() as edit:
        row = desk.need(Emergency, emergency_id)
        if row.person_id != me.id and me.role is not Role.MANAGER:
            raise Refused("Only a manager ends somebody else's emergency.", "Ask whoever began it, or a manager.")
        if row.over_at is None:
            edit.update(row, over_at=edit.at)


def is_on(desk: Desk, emergency_id: str | None, device_id: str) -> bool:
    """Say whether this emergency lets lines to the device pass."""
    row = desk.cache.record(Emergency, emergency_id) if emergency_id else None
    return row is not None and not row.deleted and row.over_at is None and row.device_id == device_id


def to_review(desk: Desk) -> tuple[EmergencyLine, ...]:
    """Give those that no manager has reviewed yet, oldest first."""
    return _lines(desk, desk.cache.records(Emergency, f"NOT {_REVIEWED} ORDER BY at, id"))


def lately(desk: Desk, most: int = 50) -> tuple[EmergencyLine, ...]:
    """Give the last ones that were reviewed, newest first."""
    where = f"{_REVIEWED} ORDER BY at DESC, id DESC LIMIT {int(most)}"
    return _lines(desk, desk.cache.records(Emergency, where))


def review(desk: Desk, emergency_id: str, words: str) -> None:
    """Review an emergency with words.

    Raises BadInput without words, Refused while it is on, for whoever is no manager, and for one's own unless nobody
    else could. What was said before of the same emergency stays.
    """
    said = words.strip()
    if not said:
        raise BadInput("A review says what came of it.", "Write a few words.")
    refusal = why_no_review(desk, emergency_id)
    if refusal is not None:
        raise refusal
    with desk.edit() as edit:
        row = desk.need(Emergency, emergency_id)
        edit.update(row, reviewed_by=edit.by, reviewed_at=edit.at, review=f"{row.review}\n{said}".strip())


def why_no_review(desk: Desk, emergency_id: str) -> Refused | None:
    """Give why this person may not review it and who may; None when they may."""
    me, row = desk.me(), desk.need(Emergency, emergency_id)
    others = [p.name for p in people.people(desk) if p.is_manager and p.id != row.person_id]
    who = f"{' or '.join(others)} reviews it." if others else "A manager reviews it."
    if me.role is not Role.MANAGER:
        return Refused("Only a manager reviews an emergency.", who)
    if row.person_id == me.id and others:
        return Refused("Nobody reviews an emergency of their own.", who)
    if row.over_at is None:
        return Refused("This emergency is still on.", "End it first: what is done after a review is seen by nobody.")
    return None


def who_is_told(desk: Desk) -> str:
    """Name the managers who are told of this person's emergency, with their phone; "" when there is no other."""
    where = "role = ? AND is_active = 1 AND id <> ? ORDER BY name COLLATE NOCASE, id LIMIT 3"
    found = desk.cache.records(Person, where, (Role.MANAGER.value, desk.person_id))
    return " or ".join(people.reached(p.name, p.phone) for p in found)


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
    reviewed = {row.id for row in desk.cache.records(Emergency, _REVIEWED)}
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
            is_reviewed=row.id in reviewed,
        )
        for row in rows
    )


def _given(desk: Desk, row: Emergency) -> tuple[str, ...]:
    return tuple(line for (line,) in desk.cache.read(_GIVEN, (row.id,)))
