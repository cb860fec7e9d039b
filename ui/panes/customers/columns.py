"""What the tables of the customers page say of each row."""

from datetime import datetime

from app.domain.customer import Environment, Installation, Site
from app.domain.phone import shown
from app.services.agreed_lines import zone_of
from app.services.contacts import ContactLine
from app.services.customer_history import Happening, HistoryLine
from app.services.customers import CustomerLine
from app.services.issue_lists import IssueLine
from ui.kit.table import Cell, Column
from ui.kit.theme import Kind, Tone
from ui.kit.timephrase import ago, exact, moment

_DASH = "–"  # noqa: RUF001  dash
_PRIORITIES = {1: Kind.RED, 2: Kind.AMBER}
_KINDS = {
    Happening.INTERACTION: ("word", Kind.BLUE),
    Happening.PROMISE: ("promise", Kind.AMBER),
    Happening.OPENED: ("opened", Kind.GREY),
    Happening.CLOSED: ("closed", Kind.GREEN),
    Happening.DEPLOYMENT: ("deployed", Kind.BLUE),
    Happening.ESCALATION: ("escalated", Kind.RED),
    Happening.DECISION: ("decision", Kind.AMBER),
}
_BAD_MARKS = {"late", "broken", "no answer", "went around"}


def customer_columns() -> tuple[Column[CustomerLine], ...]:
    """Give the columns of the list of customers."""
    return (
        Column("name", "Customer", _customer, 0, is_sortable=False),
        Column("open", "Open", _open, 50, is_sortable=False, is_right=True),
    )


def _customer(line: CustomerLine, _now: datetime) -> Cell:
    rest = " · ".join(part for part in (line.plan, line.account_rep) if part)
    return Cell(line.name, second=rest, second_marks=(("VIP", Kind.BLUE),) if line.is_vip else (), tip=line.name)


def _open(line: CustomerLine, now: datetime) -> Cell:
    tip = f"last word {ago(line.last_at, now)}" if line.last_at else "no word yet"
    return Cell(
        str(line.open_issues) if line.open_issues else _DASH, Tone.TEXT if line.open_issues else Tone.DIM, tip=tip
    )


def contact_columns() -> tuple[Column[ContactLine], ...]:
    """Give the columns of a customer's contacts."""
    return (
        Column("name", "Name", _contact, 0, is_sortable=False),
        Column("phone", "Phone", lambda c, _n: _quiet(c.phone, c), 138, is_sortable=False),
        Column("mobile", "Mobile", lambda c, _n: _quiet(c.mobile, c), 138, is_sortable=False, yields=2),
        Column("email", "E-mail", lambda c, _n: _quiet(c.email, c), 190, is_sortable=False, yields=3),
        Column("site", "Site", lambda c, _n: _quiet(c.site, c), 100, is_sortable=False, yields=1),
    )


def _contact(line: ContactLine, _now: datetime) -> Cell:
    name = line.name or line.email or line.phone or line.mobile
    marks = (("gone", Kind.GREY),) if line.has_gone else ()
    return Cell(name, Tone.DIM if line.has_gone else Tone.TEXT, second=line.role, second_marks=marks, tip=line.note)


def _quiet(text: str, line: ContactLine) -> Cell:
    return Cell(text or _DASH, Tone.DIM if line.has_gone or not text else Tone.TEXT, tip=text)


def site_columns() -> tuple[Column[Site], ...]:
    """Give the columns of a customer's sites."""
    return (
        Column("name", "Site", lambda s, _n: Cell(s.name, second=" ".join(s.address.split()), tip=s.address), 0,
               is_sortable=False),
        Column("phone", "Phone", lambda s, _n: Cell(shown(s.phone) if s.phone else _DASH), 150, is_sortable=False),
        Column("zone", "Time there", _there, 210, is_sortable=False),
    )  # fmt: skip


def _there(site: Site, now: datetime) -> Cell:
    zone = zone_of(site.time_zone)
    clock = f"{now.astimezone(zone):%H:%M} · " if zone is not None else ""
    return Cell(f"{clock}{site.time_zone}")


def installation_columns() -> tuple[Column[Installation], ...]:
    """Give the columns of what a customer runs."""
    return (
        Column("product", "Product", lambda i, _n: Cell(i.product, second=" ".join(i.hosts.split()), tip=i.hosts), 0,
               is_sortable=False),
        Column("environment", "Environment", _environment, 104, is_sortable=False),
        Column("build", "Build", lambda i, _n: Cell(i.build or _DASH), 64, is_sortable=False),
        Column("database", "Database", lambda i, _n: Cell(i.database or _DASH), 130, is_sortable=False, yields=2),
        Column("hosted", "Hosted by", lambda i, _n: Cell("us" if i.is_hosted_by_us else i.hosted_by or "them"), 100,
               is_sortable=False, yields=1),
    )  # fmt: skip


def _environment(line: Installation, _now: datetime) -> Cell:
    is_production = line.environment is Environment.PRODUCTION
    return Cell(str(line.environment), pill=Kind.RED if is_production else Kind.GREY)


def issue_columns() -> tuple[Column[IssueLine], ...]:
    """Give the columns of a customer's issues."""
    return (
        Column("number", "#", lambda i, _n: Cell(i.label, Tone.DIM), 62, is_sortable=False),
        Column("title", "Issue", lambda i, _n: Cell(i.title or "(no title)", tip=i.title), 0, is_sortable=False),
        Column("priority", "P", lambda i, _n: Cell(f"P{i.priority}", pill=_PRIORITIES.get(i.priority, Kind.GREY)), 52,
               is_sortable=False),
        Column("state", "State", _state, 110, is_sortable=False),
        Column("calls", "Calls", lambda i, _n: Cell(str(i.calls) if i.calls else _DASH), 52, is_sortable=False,
               yields=2),
        Column("opened", "Opened", _opened, 100, is_sortable=False, yields=1),
    )  # fmt: skip


def _state(line: IssueLine, _now: datetime) -> Cell:
    return Cell(str(line.state), tip=f"waiting on {line.waiting_on}" if line.waiting_on else "")


def _opened(line: IssueLine, now: datetime) -> Cell:
    return Cell(ago(line.opened_at, now), Tone.DIM, tip=exact(line.opened_at)) if line.opened_at else Cell(_DASH)


def history_columns() -> tuple[Column[HistoryLine], ...]:
    """Give the columns of what happened with a customer."""
    return (
        Column("at", "When", lambda h, n: Cell(moment(h.at, n), Tone.DIM, tip=exact(h.at)), 118, is_sortable=False),
        Column("kind", "What", _kind, 92, is_sortable=False, yields=1),
        Column("text", "", _happened, 0, is_sortable=False),
        Column("by", "By", lambda h, _n: Cell(h.by or _DASH, Tone.DIM), 116, is_sortable=False, yields=2),
    )


def _kind(line: HistoryLine, _now: datetime) -> Cell:
    word, kind = _KINDS[line.kind]
    return Cell(word, pill=kind)


def _happened(line: HistoryLine, _now: datetime) -> Cell:
    about = " ".join(part for part in (line.issue, line.second) if part)
    marks = ((line.mark, Kind.RED if line.mark in _BAD_MARKS else Kind.GREY),) if line.mark else ()
    return Cell(line.text, second=about, second_marks=marks, tip=line.text)
