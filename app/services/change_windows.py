"""Change windows: when a customer lets us change something, written down by hand or agreed with a rollout."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.customer import Customer
from app.domain.entities import Verb, table_of
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.issue import Issue
from app.domain.release import Release, Rollout
from app.domain.run import Run
from app.domain.session import ChangeKind, ChangeWindow
from app.services import people
from app.services.desk import Desk
from app.store.codec import instant_cell

LONGEST = timedelta(days=14)
_IN_WORK = "('window_agreed', 'deployed', 'backed_out')"


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """A window that is open. `window_id` is None for one that was agreed with a rollout; times are aware UTC."""

    window_id: str | None
    what: str
    opens_at: datetime
    closes_at: datetime
    issue_id: str | None
    run_id: str | None

    @property
    def says_what_for(self) -> bool:
        """Say whether an issue or a run is named with it."""
        return bool(self.issue_id or self.run_id)


@dataclass(frozen=True, slots=True)
class WindowLine:
    """A window as a list shows it; `is_ours` when it was written down by hand, so that it can be closed."""

    id: str
    customer: str
    what: str
    kind: ChangeKind
    opens_at: datetime
    closes_at: datetime
    agreed_with: str
    by: str
    issue_id: str | None
    is_open: bool
    is_ours: bool
    back_out: str = ""


def make(
    desk: Desk,
    customer_id: str | None,
    what: str,
    closes_at: datetime,
    *,
    opens_at: datetime | None = None,
    kind: ChangeKind = ChangeKind.NORMAL,
    agreed_with: str = "",
    issue_id: str | None = None,
    run_id: str | None = None,
    back_out: str = "",
) -> ChangeWindow:
    """Write a window down, open from a time (aware; default: now). Without a customer it is for devices of nobody's.

    Raises BadInput when it says nothing, lasts too long or is over, Refused for another customer's issue and for
    whoever may not write one: it says whom to ask.
    """
    _need_right(desk)
    begins = opens_at or desk.now
    _check(what, begins, closes_at, desk.now)
    issue = desk.need(Issue, issue_id) if issue_id else None
    if issue is not None and customer_id and issue.customer_id and issue.customer_id != customer_id:
        raise Refused(f"Issue {issue.label} is another customer's.", "Choose one of this customer's, or none.")
    owner = customer_id or (issue.customer_id if issue is not None else None)
    if kind is ChangeKind.NORMAL and owner and not agreed_with.strip():
        raise BadInput("A normal change is agreed with somebody at the customer.", "Write who agreed to it.")
    with desk.edit() as edit:
        return edit.insert(
            ChangeWindow(
                id=new_id(),
                customer_id=owner,
                issue_id=issue_id,
                run_id=run_id,
                kind=kind,
                what=what.strip(),
                opens_at=begins,
                closes_at=closes_at,
                agreed_with=agreed_with.strip(),
                back_out=back_out.strip(),
                person_id=edit.by,
            )
        )


def close(desk: Desk, window_id: str) -> None:
    """Close a window now, before its time; one that is closed stays as it is."""
    _need_right(desk)
    with desk.edit() as edit:
        window = desk.need(ChangeWindow, window_id)
        if window.closed_at is None and desk.now < window.closes_at:
            edit.update(window, closed_at=edit.at)


def open_now(desk: Desk, customer_id: str | None, now: datetime | None = None) -> tuple[OpenWindow, ...]:
    """Give the customer's windows that are open, those first that name an issue or run, then by when they close."""
    at = now or desk.now
    rows = desk.cache.records(ChangeWindow, "customer_id IS ? AND closes_at > ?", (customer_id, instant_cell(at)))
    found = [open_window(row) for row in rows if row.is_open(at)]
    found += _of_rollouts(desk, customer_id, at)
    return tuple(sorted(found, key=lambda one: (not one.says_what_for, one.closes_at)))


def open_window(row: ChangeWindow) -> OpenWindow:
    """Give a window that was written down as the guard takes it."""
    return OpenWindow(row.id, row.what, row.opens_at, row.closes_at, row.issue_id, row.run_id)


def listed(desk: Desk, customer_id: str | None = None) -> tuple[WindowLine, ...]:
    """Give the windows that are open or to come, of one customer or of all, by when they open."""
    where, values = "closes_at > ? AND closed_at IS NULL", list[object]([instant_cell(desk.now)])
    if customer_id is not None:
        where, values = f"{where} AND customer_id = ?", [*values, customer_id]
    names = people.names(desk)
    customers = dict(desk.cache.read("SELECT id, name FROM customer"))
    lines = [
        WindowLine(
            id=row.id,
            customer=customers.get(row.customer_id or "", ""),
            what=row.what,
            kind=row.kind,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            agreed_with=row.agreed_with,
            by=names.get(row.person_id, people.OUTSIDE),
            issue_id=row.issue_id,
            is_open=row.is_open(desk.now),
            is_ours=True,
            back_out=row.back_out,
        )
        for row in desk.cache.records(ChangeWindow, where, values)
    ]
    return tuple(sorted([*lines, *_rollout_lines(desk, customer_id, customers)], key=lambda one: one.opens_at))


def whom_to_ask(desk: Desk) -> str:
    """Name the people who may write a window down."""
    return people.whom_to_ask(desk, Verb.INSERT, ChangeWindow)


def customer_name(desk: Desk, customer_id: str | None) -> str:
    """Give the name of the customer that a window is for; "" for nobody's."""
    customer = desk.cache.record(Customer, customer_id) if customer_id else None
    return customer.name if customer is not None else ""


def _need_right(desk: Desk) -> None:
    me = desk.me()
    if me.role not in table_of(ChangeWindow).may(Verb.INSERT):
        raise Refused(f"As {me.role} you may not open a change window.", f"Ask {whom_to_ask(desk)}.")


def _check(what: str, opens_at: datetime, closes_at: datetime, now: datetime) -> None:
    if not what.strip():
        raise BadInput("A change window says what is changed in it.", "Write a few words.")
    if closes_at <= opens_at:
        raise BadInput("A change window closes after it opens.", "Write a later time.")
    if closes_at <= now:
        raise BadInput("That is over already.", "Write a time that is to come.")
    if closes_at - opens_at > LONGEST:
        raise BadInput("A change window is open for at most 14 days.", "Open another one when it is over.")


def _of_rollouts(desk: Desk, customer_id: str | None, at: datetime) -> list[OpenWindow]:
    if customer_id is None:
        return []
    now = instant_cell(at)
    where = f"customer_id = ? AND state IN {_IN_WORK} AND window_from <= ? AND window_until > ?"
    found = []
    for row in desk.cache.records(Rollout, where, (customer_id, now, now)):
        if row.window_from is not None and row.window_until is not None:
            run = _run_of(desk, row)
            found.append(
                OpenWindow(None, _what(desk, row), row.window_from, row.window_until, None, run.id if run else None)
            )
    return found


def _rollout_lines(desk: Desk, customer_id: str | None, customers: dict[str, str]) -> list[WindowLine]:
    where, values = f"state IN {_IN_WORK} AND window_until > ?", list[object]([instant_cell(desk.now)])
    if customer_id is not None:
        where, values = f"{where} AND customer_id = ?", [*values, customer_id]
    return [
        WindowLine(
            id=row.id,
            customer=customers.get(row.customer_id, ""),
            what=_what(desk, row),
            kind=ChangeKind.NORMAL,
            opens_at=row.window_from,
            closes_at=row.window_until,
            agreed_with="",
            by="",
            issue_id=None,
            is_open=row.window_from <= desk.now < row.window_until,
            is_ours=False,
        )
        for row in desk.cache.records(Rollout, where, values)
        if row.window_from is not None and row.window_until is not None
    ]


def _what(desk: Desk, rollout: Rollout) -> str:
    release = desk.cache.record(Release, rollout.release_id)
    return f"Rollout of {release.name}" if release is not None else "Rollout"


def _run_of(desk: Desk, rollout: Rollout) -> Run | None:
    where = "release_id = ? AND finished_at IS NULL ORDER BY started_at DESC, id DESC LIMIT 1"
    return next(iter(desk.cache.records(Run, where, (rollout.release_id,))), None)
