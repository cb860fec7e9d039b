"""Business minutes as people write and read them: "4 h 30 min"."""

import re

from app.domain.errors import BadInput

_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*(hours?|h|minutes?|min|m)?\s*", re.IGNORECASE)
_HOUR_M = 60


def minutes_of(text: str) -> int:
    """Give the minutes of "90", "30 min", "4h" or "1 h 30 min"; 0 for nothing typed. Raises BadInput."""
    typed, total, at = text.strip(), 0.0, 0
    while at < len(typed):
        found = _PART.match(typed, at)
        if found is None:
            raise BadInput(f"“{typed}” is no length of business time.", "Write it like 30 min, 4 h or 1 h 30 min.")
        amount, unit = float(found.group(1).replace(",", ".")), (found.group(2) or "m").lower()
        total += amount * (_HOUR_M if unit.startswith("h") else 1)
        at = found.end()
    return round(total)


def minutes_shown(minutes: int) -> str:
    """Give the minutes in words; "" for none."""
    hours, rest = divmod(minutes, _HOUR_M)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)
