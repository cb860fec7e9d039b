"""Tags: words that people put on an issue. Each is a row of its own, so two people's tags never clash."""

from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput
from app.domain.issue import Issue
from app.domain.tag import Tag
from app.services import people
from app.services.desk import Desk

LONGEST = 40  # characters


def of_issue(desk: Desk, issue_id: str) -> tuple[str, ...]:
    """Give the words on the issue, each once, in the order of the alphabet."""
    return tuple(sorted({tag.word for tag in _rows(desk, issue_id)}))


def add(desk: Desk, issue_id: str, word: str) -> str:
    """Put a word on the issue and give it as it is kept; one that is there already is no edit. Raises BadInput."""
    kept = _normal(word)
    issue = desk.need(Issue, issue_id)
    people.need_right(desk, Verb.INSERT, Tag)
    if kept not in of_issue(desk, issue_id):
        with desk.edit() as edit:
            edit.insert(Tag(id=new_id(), issue_id=issue_id, customer_id=issue.customer_id, word=kept))
    return kept


def remove(desk: Desk, issue_id: str, word: str) -> str:
    """Take the word off the issue, whoever has put it on and however often; gives it as it was kept."""
    kept = _normal(word)
    people.need_right(desk, Verb.DELETE, Tag)
    found = [tag for tag in _rows(desk, issue_id) if tag.word == kept]
    if found:
        with desk.edit() as edit:
            for tag in found:
                edit.delete(tag)
    return kept


def write(desk: Desk, issue_id: str, typed: str) -> tuple[str, ...]:
    """Do what was typed: "vpn urgent" puts both words on, "-vpn" takes one off; gives the words there are then."""
    words = typed.replace(",", " ").split()
    if not words:
        raise BadInput("No word was typed.", "Write a word to put it on, or -word to take it off.")
    for word in words:
        _normal(word.removeprefix("-"))  # all or nothing
    for word in words:
        if word.startswith("-"):
            remove(desk, issue_id, word.removeprefix("-"))
        else:
            add(desk, issue_id, word)
    return of_issue(desk, issue_id)


def _normal(word: str) -> str:
    kept = "-".join(word.lower().split())
    if not kept:
        raise BadInput("A tag needs a word.", "Write letters or digits.")
    if len(kept) > LONGEST:
        raise BadInput(f"“{kept[:LONGEST]}…” is too long for a tag.", f"Use at most {LONGEST} characters.")
    return kept


def _rows(desk: Desk, issue_id: str) -> list[Tag]:
    return desk.cache.records(Tag, "issue_id = ? ORDER BY id", (issue_id,))
