"""Who changed a row: fetched from the company's trail when somebody wants it, and kept to be read off line."""

import json
from datetime import datetime

from app.company.link import Link
from app.company.on_demand import FIRST_STEP
from app.domain.errors import SchemaMismatch
from app.store import contents, histories
from app.store.cache import Cache

_JUST_ADDED_S = 60.0  # a file comes a moment before its row


def fetch(cache: Cache, link: Link, table: str, row_id: str, as_of: datetime) -> None:
    """Keep the row's history as the company has it now; of a row that may not be seen there is none."""
    changes = link.on_demand.history(table, row_id)
    histories.keep(cache, table, row_id, json.dumps(changes, ensure_ascii=False), as_of)


def forget_unseen(cache: Cache, *, at_leisure: bool = False) -> None:
    """Let go of what was fetched of rows that are not here any more: histories, and files of former attachments.

    `at_leisure` leaves those for a day of which nobody said that they may not be seen.
    """
    histories.forget_unseen(cache)
    if at_leisure:
        contents.tidy(cache)
    else:
        contents.tidy(cache, _JUST_ADDED_S)


def too_old() -> SchemaMismatch:
    """Give what to say where the company knows nothing of all this."""
    return SchemaMismatch(
        f"The company database is older than this Baton; this needs version {FIRST_STEP} of it.",
        "Ask whoever runs the server to run `main.py company upgrade`.",
    )
