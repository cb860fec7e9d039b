"""The history of everything with a customer: words, promises, issues, deployments, escalations and decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from app.domain.deployment import Deployment
from app.domain.entity import Entity
from app.domain.escalation import DecisionRequest, Escalation
from app.domain.interaction import Direction, Interaction, Promise
from app.domain.issue import Issue
from app.services.desk import Desk
from app.services.people import OUTSIDE, names
from app.store import customer_history as history
from app.store.customers import names as names_of
from app.store.search import as_list

R = TypeVar("R", bound=Entity)


class Happening(StrEnum):
    """What kind of thing happened; the values are those of the keys."""

    INTERACTION = "interaction"
    PROMISE = "promise"
    OPENED = "opened"
    CLOSED = "closed"
    DEPLOYMENT = "deployment"
    ESCALATION = "escalation"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened. `issue` is the issue's number as people say it; `mark` a word on the state."""

    key: str
    kind: Happening
    row_id: str
    at: datetime
    text: str
    second: str = ""
    by: str = ""
    mark: str = ""
    issue_id: str | None = None
    issue: str = ""


def ids(desk: Desk, customer_id: str, kinds: Sequence[Happening] = tuple(Happening)) -> list[str]:
    """Give the keys of what happened, the newest first; only of these kinds."""
    return history.keys(desk.cache, customer_id, [str(kind) for kind in kinds])


def lines(desk: Desk, keys: Sequence[str]) -> list[HistoryLine]:
    """Give the lines of a page of keys in this order; what was removed is left out."""
    by_kind: dict[str, list[str]] = {}
    for key in keys:
        kind, _, row_id = key.partition(":")
        by_kind.setdefault(kind, []).append(row_id)
    found = _Page(desk).lines(by_kind)
    return [found[key] for key in keys if key in found]


class _Page:
    """Reads the rows of one page table by table: a handful of statements however many rows there are."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._who = desk, names(desk)
        self._issues: dict[str, Issue] = {}

    def lines(self, by_kind: dict[str, list[str]]) -> dict[str, HistoryLine]:
        said = self._rows(Interaction, by_kind.get("interaction", []))
        promised = self._rows(Promise, by_kind.get("promise", []))
        raised = self._rows(Escalation, by_kind.get("escalation", []))
        asked = self._rows(DecisionRequest, by_kind.get("decision", []))
        wanted = {*by_kind.get("opened", []), *by_kind.get("closed", [])}
        wanted |= {row.issue_id for rows in (said, promised, raised, asked) for row in rows if row.issue_id}
        self._issues = {issue.id: issue for issue in self._rows(Issue, list(wanted))}
        contacts = names_of(self._desk.cache, "contact", [row.contact_id for row in said])
        made = [self._word(row, contacts.get(row.contact_id, "")) for row in said]
        made += [self._promise(row) for row in promised]
        made += [self._escalation(row) for row in raised]
        made += [self._decision(row) for row in asked]
        made += [self._deployment(row) for row in self._rows(Deployment, by_kind.get("deployment", []))]
        made += [
            line
            for kind in (Happening.OPENED, Happening.CLOSED)
            for row_id in by_kind.get(kind, [])
            if (issue := self._issues.get(row_id)) is not None and (line := self._issue(issue, kind)) is not None
        ]
        return {line.key: line for line in made}

    def _rows(self, record: type[R], row_ids: Sequence[str]) -> list[R]:
        if not row_ids:
            return []
        return self._desk.cache.records(record, "id IN (SELECT value FROM json_each(?))", (as_list(row_ids),))

    def _line(
        self,
        kind: Happening,
        row: Entity,
        at: datetime,
        text: str,
        *,
        by: str | None = None,
        second: str = "",
        mark: str = "",
        issue_id: str | None = None,
    ) -> HistoryLine:
        issue = self._issues.get(issue_id or "")
        return HistoryLine(
            key=f"{kind}:{row.id}",
            kind=kind,
            row_id=row.id,
            at=at,
            text=text,
            second=second or (issue.title if issue else ""),
            by=self._who.get(by, OUTSIDE) if by else "",
            mark=mark,
            issue_id=issue_id,
            issue=issue.label if issue else "",
        )

    def _word(self, row: Interaction, contact: str) -> HistoryLine:
        what = str(row.channel).replace("_", " ").capitalize()
        way = "to" if row.direction is Direction.OUT else "from"
        whom = f" {way} {contact}" if contact else (" out" if way == "to" else "")
        first = row.subject or next((part.strip() for part in row.body.splitlines() if part.strip()), "")
        mark = "automatic" if row.is_automatic else "went around" if row.is_route_around else ""
        text = f"{what}{whom}" + (f": {first}" if first else "")
        return self._line(Happening.INTERACTION, row, row.at, text, by=row.person_id, mark=mark, issue_id=row.issue_id)

    def _promise(self, row: Promise) -> HistoryLine:
        mark = "late" if row.is_late(self._desk.now) else str(row.state)
        return self._line(
            Happening.PROMISE,
            row,
            row.made_at,
            f"Promised: {row.what}",
            by=row.made_by,
            mark=mark,
            issue_id=row.issue_id,
        )

    def _escalation(self, row: Escalation) -> HistoryLine:
        whom = row.to_team or self._who.get(row.to_person_id or "", OUTSIDE)
        text = f"Escalated to {whom}: {row.sentence}"
        return self._line(
            Happening.ESCALATION,
            row,
            row.raised_at,
            text,
            by=row.raised_by,
            mark=str(row.state),
            issue_id=row.issue_id,
        )

    def _decision(self, row: DecisionRequest) -> HistoryLine:
        return self._line(
            Happening.DECISION,
            row,
            row.asked_at,
            f"Decision asked of {row.owed_by}: {row.question}",
            by=row.asked_by,
            mark=str(row.outcome) if row.outcome else "no answer",
            issue_id=row.issue_id,
        )

    def _deployment(self, row: Deployment) -> HistoryLine:
        builds = f"build {row.from_build} → {row.to_build}" if row.from_build and row.to_build else row.to_build
        text = "Deployed " + (" ".join(part for part in (row.product, builds) if part) or row.what)
        return self._line(Happening.DEPLOYMENT, row, row.at, text, by=row.deployed_by, second=row.what)

    def _issue(self, issue: Issue, kind: Happening) -> HistoryLine | None:
        at = issue.opened_at if kind is Happening.OPENED else issue.closed_at
        if at is None:
            return None
        text = f"{kind.value.capitalize()} {issue.label}: {issue.title}".rstrip(": ")
        return self._line(
            kind,
            issue,
            at,
            text,
            by=issue.owner_id,
            second=str(issue.kind),
            issue_id=issue.id,
            mark=f"P{issue.priority}",
        )
