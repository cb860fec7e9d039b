"""The same matter in other systems: which one, under which key, and how it stood there when somebody last looked."""

from urllib.parse import urlsplit

from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput
from app.domain.issue import Issue
from app.domain.on_issue import ExternalRef
from app.services.desk import Desk
from app.services.people import need_right


def of_issue(desk: Desk, issue_id: str) -> tuple[ExternalRef, ...]:
    """Give the issue's references by system and key."""
    return tuple(desk.cache.records(ExternalRef, "issue_id = ? ORDER BY system, key, id", (issue_id,)))


def write(desk: Desk, issue_id: str, system: str, key: str, *, url: str = "", status: str = "") -> ExternalRef:
    """Say where else the matter is; the same system and key again is that one with its new address and status.

    Raises BadInput without a system or key, and for an address that is not of the web.
    """
    system, key, url, status = (word.strip() for word in (system, key, url, status))
    if not system or not key:
        raise BadInput("A reference needs the other system and the key there.", "Write both, such as: Jira, OPS-12.")
    if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc):
        raise BadInput(f"“{url[:60]}” is no address of the web.", "Begin it with https://, or leave it empty.")
    issue = desk.need(Issue, issue_id)
    there = next((ref for ref in of_issue(desk, issue_id) if (ref.system, ref.key) == (system, key)), None)
    need_right(desk, Verb.UPDATE if there else Verb.INSERT, ExternalRef)
    with desk.edit() as edit:
        looked_at = edit.at if status else None
        if there is None:
            return edit.insert(
                ExternalRef(
                    id=new_id(),
                    issue_id=issue.id,
                    customer_id=issue.customer_id,
                    system=system,
                    key=key,
                    url=url,
                    status=status,
                    status_at=looked_at,
                )
            )
        changes = {"url": url} if url else {}
        edit.update(there, **changes, **({"status": status, "status_at": looked_at} if status else {}))
    return desk.need(ExternalRef, there.id)


def remove(desk: Desk, ref_id: str) -> None:
    """Take a reference away."""
    need_right(desk, Verb.DELETE, ExternalRef)
    with desk.edit() as edit:
        edit.delete(desk.need(ExternalRef, ref_id))
