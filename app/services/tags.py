"""Tags: words that people put on an issue. Each is a row of its own, so two people's tags never clash."""

from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput
from app.domain.issue import Issue
from app.domain.tag import Tag
from app.services import people
from app.services.desk import Desk, Edit

LONGEST = 40  # characters


def of_issue(desk: Desk, issue_id: str) -> tuple[str, ...]:
    """Give the words on the issue, each once, in the order of the alphabet."""
    return tuple(sorted({tag.word for tag in _rows(desk, issue_id)}))


def add(desk: Desk, issue_id: str, word: str) -> str:
    """Put a word on the issue and give it as it is kept; one that is there already is no edit. Raises BadInput."""
    kept = normal(word)
    people.need_right(desk, Verb.INSERT, Tag)
    with desk.edit() as edit:
        add_in(desk, edit, desk.need(Issue, issue_id), kept)
    return kept


def add_in(desk: Desk, edit: Edit, issue: Issue, word: str) -> None:
    """Put a word on the issue inside an open edit, unless it is there already."""
    kept = normal(word)
    if kept not in of_issue(desk, issue.id):
        edit.insert(Tag(id=new_id(), issue_id=issue.id, customer_id=issue.customer_id, word=kept))


def remove(desk: Desk, issue_id: str, word: str) -> str:
    """Take the word off the issue, whoever has put it on and however often; gives it as it was kept."""
    kept = normal(word)
    people.need_right(desk, Verb.DELETE, Tag)
    with desk.edit() as edit:
        remove_in(desk, edit, desk.need(Issue, issue_id), kept)
    return kept


def remove_in(desk: Desk, edit: Edit, issue: Issue, word: str) -> None:
    """Take a word off the issue inside an open edit."""
    kept = normal(word)
    for tag in _rows(desk, issue.id):
        if tag.word == kept:
            edit.delete(tag)


def write(desk: Desk, issue_id: str, typed: str) -> tuple[str, ...]:
    """Do what was typed: "vpn urgent" puts both words on, "-vpn" takes one off; gives the words there are then."""
    words = typed.replace(",", " ").split()
    if not words:
        raise BadInput("No word was typed.", "Write a word to put it on, or -word to take it off.")
    for word in words:
        normal(word.removeprefix("-"))  # all or nothing
    is_off = [word.startswith("-") for word in words]
    for verb, is_asked in ((Verb.INSERT, not all(is_off)), (Verb.DELETE, any(is_off))):
        if is_asked:
            people.need_right(desk, verb, Tag)
    with desk.edit() as edit:
        issue = desk.need(Issue, issue_id)
        for word in words:
            (remove_in if word.startswith("-") else add_in)(desk, edit, issue, word.removeprefix("-"))
    return of_issue(desk, issue_id)


def normal(word: str) -> str:
    """Give a word as it is kept: small, with dashes for blanks. Raises BadInput for an empty or a long one."""
    kept = "-".join(word.lower().split())
    if not kept:
        raise BadInput("A tag needs a word.", "Write letters or digits.")
    if len(kept) > LONGEST:
        raise BadInput(f"“{kept[:LONGEST]}…” is too long for a tag.", f"Use at most {LONGEST} characters.")
    return kept


def _rows(desk: Desk, issue_id: str) -> list[Tag]:
    return desk.cache.records(Tag, "issue_id = ? ORDER BY id", (issue_id,))
