"""What the cells of the two lists say."""

from datetime import datetime

from app.domain.business_time import WorkingHours
from app.services.escalation_lists import HandedLine, OwedLine
from ui.kit.table import Cell, Column
from ui.kit.theme import Kind, Tone
from ui.kit.timephrase import due_phrase, exact, short_span
from ui.panes.escalations.words import calls, silence

_LONG_UNTAKEN_S = 4 * 3600


def owed_columns(hours: WorkingHours) -> tuple[Column[OwedLine], ...]:
    """Give the columns of the decisions owed."""

    def silent(row: OwedLine, now: datetime) -> Cell:
        if row.outcome:
            return Cell(row.outcome, pill=Kind.GREEN)
        said = silence(row.silent_since, now, hours)
        return Cell(said.text, said.tone, is_bold=True, suffix="business", tip=said.tip)

    return (
        Column("question", "Question", _question, 0, is_sortable=False),
        Column("owed_by", "Owed by", lambda row, _now: Cell(row.owed_by), 108, is_sortable=False),
        Column("silence", "No answer for", silent, 142, is_sortable=False),
        Column("cost", "Waiting cost", _cost, 92, is_sortable=False),
        Column("decide_by", "Decide by", _decide_by, 118, is_sortable=False),
    )


def _question(row: OwedLine, _now: datetime) -> Cell:
    where = " · ".join(p for p in (f"issue {row.issue_label}" if row.issue_label else "", row.customer) if p)
    return Cell(row.question, is_bold=not row.outcome, tip=where)


def _cost(row: OwedLine, _now: datetime) -> Cell:
    return Cell(
        calls(row.waiting_calls),
        Tone.TEXT if row.waiting_calls else Tone.FAINT,
        tip="about the issue, since it was asked",
    )


def _decide_by(row: OwedLine, now: datetime) -> Cell:
    if row.outcome:
        return Cell("decided" if row.is_prepared else "closed", Tone.FAINT)
    if not row.is_prepared:
        return Cell("to prepare", pill=Kind.AMBER)
    if row.decide_by is None:
        return Cell("no date", Tone.FAINT)
    due = due_phrase(row.decide_by, now)
    return Cell(due.text, Tone.DIM if due.tone is Tone.TEXT else due.tone, tip=exact(row.decide_by))


def handed_columns() -> tuple[Column[HandedLine], ...]:
    """Give the columns of what was handed on."""
    return (
        Column("issue", "Issue", _issue, 0, is_sortable=False),
        Column("from", "From", lambda row, _now: Cell(row.raised_by), 108, is_sortable=False),
        Column("to", "To", lambda row, _now: Cell(row.to), 118, is_sortable=False),
        Column("since", "Since", _since, 74, is_sortable=False),
        Column("taken", "Taken by", _taken, 118, is_sortable=False),
    )


def _issue(row: HandedLine, _now: datetime) -> Cell:
    title = f"{row.issue_label} {row.title}".strip() or row.sentence
    return Cell(title, is_bold=True, tip=" · ".join(p for p in (row.customer, row.sentence) if p))


def _is_long(row: HandedLine, now: datetime) -> bool:
    return not row.taken_by and (now - row.raised_at).total_seconds() >= _LONG_UNTAKEN_S


def _since(row: HandedLine, now: datetime) -> Cell:
    tone = Tone.AMBER if _is_long(row, now) else Tone.TEXT
    return Cell(short_span((now - row.raised_at).total_seconds()), tone, tip=exact(row.raised_at))


def _taken(row: HandedLine, now: datetime) -> Cell:
    if row.taken_by:
        return Cell(row.taken_by)
    return Cell("nobody yet", Tone.AMBER if _is_long(row, now) else Tone.DIM)
