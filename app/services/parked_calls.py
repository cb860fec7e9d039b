"""Calls left unfinished for another one: each kept on this workstation under its own name, to go on with later."""

from dataclasses import dataclass

from app.domain.entity import new_id
from app.services import drafts
from app.services.calls import DRAFT, CallDraft, draft_content, draft_of
from app.services.desk import Desk

_PREFIX = "call/"


@dataclass(frozen=True, slots=True)
class ParkedCall:
    """An unfinished call, by the name under which it is kept."""

    name: str
    draft: CallDraft


def park(desk: Desk, draft: CallDraft) -> None:
    """Keep this call for later and leave the call form's own place empty; an empty call is not kept."""
    with desk.cache.transaction():
        if not draft.is_empty:
            drafts.keep(desk, f"{_PREFIX}{new_id()}", draft_content(draft))
        drafts.forget(desk, DRAFT)


def parked(desk: Desk) -> tuple[ParkedCall, ...]:
    """Give the calls that are parked, the one parked last at the top."""
    found = [(name, draft_of(drafts.load(desk, name) or {})) for name in drafts.names(desk, _PREFIX)]
    return tuple(ParkedCall(name, draft) for name, draft in found if draft is not None and not draft.is_empty)


def take(desk: Desk, name: str) -> CallDraft | None:
    """Make a parked call the one that is typed; None when it is not there any more."""
    content = drafts.load(desk, name)
    draft = None if content is None else draft_of(content)
    if content is None or draft is None:
        return None
    with desk.cache.transaction():
        drafts.keep(desk, DRAFT, content)
        drafts.forget(desk, name)
    return draft
