"""What people keep by a name: views, canned replies, macros, snippets. Each is one person's own, or everybody's."""

from typing import Any, TypeVar

from app.domain.command_text import Highlight, Snippet
from app.domain.entities import Verb
from app.domain.entity import SERVER_FIELDS, fields_of, new_id
from app.domain.errors import Refused
from app.domain.reply import CannedReply, Macro
from app.domain.view import SavedView
from app.services.desk import Desk
from app.services.people import need_right

R = TypeVar("R", SavedView, CannedReply, Macro, Snippet, Highlight)
_NOUNS = {SavedView: "view", CannedReply: "reply", Macro: "macro", Snippet: "snippet", Highlight: "highlight"}


def all_of(desk: Desk, record: type[R], order: str = "name COLLATE NOCASE, id") -> list[R]:
    """Give mine and everybody's, in this order of SQL."""
    mine = f"(person_id IS NULL OR person_id = ?) ORDER BY {order}"
    return desk.cache.records(record, mine, (desk.person_id,))


def keep(desk: Desk, record: type[R], row_id: str, *, is_mine: bool, **fields: Any) -> str:
    """Keep a new one, or give the one with this id other fields; gives its id. Raises Refused for somebody else's.

    Whose it is never changes. What is everybody's stays so when somebody keeps it for themselves: they get a copy. Of
    one's own, kept for everybody, only everybody's is left. Both give the id of the new one.
    """
    need_right(desk, Verb.UPDATE if row_id else Verb.INSERT, record)
    there = _own(desk, record, row_id) if row_id else None
    person_id = desk.person_id if is_mine else None
    with desk.edit() as edit:
        if there is not None and there.person_id == person_id:
            edit.update(there, **fields)
            return row_id
        if there is not None and not is_mine:
            edit.delete(there)
        known = {} if there is None else {f.name: getattr(there, f.name) for f in fields_of(record)}
        new = {name: value for name, value in known.items() if name not in SERVER_FIELDS}
        return edit.insert(record(**{**new, **fields, "id": new_id(), "person_id": person_id})).id


def remove(desk: Desk, record: type[R], row_id: str) -> R:
    """Take one away and give it; raises Refused for somebody else's own."""
    need_right(desk, Verb.DELETE, record)
    there = _own(desk, record, row_id)
    with desk.edit() as edit:
        edit.delete(there)
    return there


def _own(desk: Desk, record: type[R], row_id: str) -> R:
    there = desk.need(record, row_id)
    if there.person_id not in {None, desk.person_id}:
        noun = _NOUNS[record]
        raise Refused(f"This {noun} is somebody else's own.", f"Keep a {noun} of your own.")
    return there
