"""How any value of any row is said on a screen."""

from datetime import UTC, datetime

from app.services.values import Value
from ui.kit.timephrase import moment


def said(value: Value, now: datetime) -> str:
    """Give the value in words: a time by the clock, yes or no, "nothing" for what is empty."""
    if isinstance(value, datetime):
        return moment(value, now)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value in {None, ""} else str(value)


def as_typed(value: Value) -> str:
    """Give the value as somebody would type it, to be changed from there."""
    if isinstance(value, datetime):
        return f"{value.astimezone():%Y-%m-%d %H:%M}"
    return "" if value is None else said(value, datetime.min.replace(tzinfo=UTC))


def counted(count: int, what: str) -> str:
    """Give "1 issue", "8 issues", "12,345 issues"."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
