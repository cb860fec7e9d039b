"""Which devices an issue is about."""

from app.domain.device import Device
from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.issue import Issue
from app.domain.on_issue import IssueDevice
from app.services.desk import Desk
from app.services.people import need_right


def of_issue(desk: Desk, issue_id: str) -> tuple[tuple[str, str], ...]:
    """Give the devices as (id, name), by name."""
    found = desk.cache.read(
        "SELECT DISTINCT d.id, d.name FROM issue_device i JOIN device d ON d.id = i.device_id AND d.deleted = 0 "
        "WHERE i.issue_id = ? AND i.deleted = 0 ORDER BY d.name COLLATE NOCASE, d.id",
        (issue_id,),
    )
    return tuple((str(device_id), str(name)) for device_id, name in found)


def put(desk: Desk, issue_id: str, device_id: str) -> None:
    """Say that the issue is about this device; once is enough."""
    need_right(desk, Verb.INSERT, IssueDevice)
    issue, device = desk.need(Issue, issue_id), desk.need(Device, device_id)
    if not _rows(desk, issue_id, device_id):
        with desk.edit() as edit:
            made = IssueDevice(id=new_id(), issue_id=issue.id, customer_id=issue.customer_id, device_id=device.id)
            edit.insert(made)


def take_off(desk: Desk, issue_id: str, device_id: str) -> None:
    """Say that the issue is not about this device."""
    need_right(desk, Verb.DELETE, IssueDevice)
    with desk.edit() as edit:
        for row in _rows(desk, issue_id, device_id):
            edit.delete(row)


def _rows(desk: Desk, issue_id: str, device_id: str) -> list[IssueDevice]:
    return desk.cache.records(IssueDevice, "issue_id = ? AND device_id = ?", (issue_id, device_id))
