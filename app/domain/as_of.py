"""The time for which figures are asked, as people and scripts write it."""

from datetime import UTC, datetime, time, tzinfo

from app.domain.errors import BadInput
from app.domain.when import at_local

EXAMPLES = "Write it as 2026-11-30, 2026-11-30 16:00 or 2026-11-30T16:00Z."


def as_of(text: str, zone: tzinfo | None = None) -> datetime:
    """Give the instant meant, aware UTC: a day alone is its end, a time without a zone is of `zone` (None: here).

    Raises BadInput for what is no time.
    """
    said = text.strip()
    try:
        at = datetime.fromisoformat(said)
    except ValueError as e:
        raise BadInput(f"“{said}” is no time that figures can be asked for.", EXAMPLES) from e
    if len(said) <= len("2026-11-30") and at.time() == time(0):
        at = datetime.combine(at.date(), time.max)
    if not 1 < at.year < 9999:
        raise BadInput(f"“{said}” is out of the range of times.", EXAMPLES)
    try:
        return at.astimezone(UTC) if at.tzinfo else at_local(at, zone)
    except (ValueError, OverflowError, OSError) as e:
        raise BadInput(f"“{said}” is out of the range of times.", EXAMPLES) from e
