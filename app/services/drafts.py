"""What somebody has typed and not yet recorded: kept from the first key, also when the program is killed."""

import json
from typing import Any

from app.services.desk import Desk
from app.store.codec import instant_cell


def save(desk: Desk, name: str, content: dict[str, Any]) -> None:
    """Keep what stands in a form (JSON values) under its name, replacing what was kept."""
    with desk.cache.transaction():
        keep(desk, name, content)


def keep(desk: Desk, name: str, content: dict[str, Any]) -> None:
    """Keep it inside an open transaction."""
    text = json.dumps(content, ensure_ascii=False)
    desk.cache.write(
        "REPLACE INTO draft (name, content, saved_at) VALUES (?, ?, ?)", (name, text, instant_cell(desk.now))
    )


def names(desk: Desk, prefix: str) -> tuple[str, ...]:
    """Give the names that begin so, the one kept last first."""
    statement = "SELECT name FROM draft WHERE substr(name, 1, ?) = ? ORDER BY saved_at DESC, name DESC"
    return tuple(name for (name,) in desk.cache.read(statement, (len(prefix), prefix)))


def load(desk: Desk, name: str) -> dict[str, Any] | None:
    """Give what was kept; None when there is nothing, or nothing that this version can read."""
    found = desk.cache.read("SELECT content FROM draft WHERE name = ?", (name,))
    if not found:
        return None
    try:
        content = json.loads(found[0][0])
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def drop(desk: Desk, name: str) -> None:
    """Forget what was kept: it was recorded, or thrown away on purpose."""
    with desk.cache.transaction():
        forget(desk, name)


def forget(desk: Desk, name: str) -> None:
    """Forget inside the transaction that records what was typed: both hold, or neither."""
    desk.cache.write("DELETE FROM draft WHERE name = ?", (name,))
