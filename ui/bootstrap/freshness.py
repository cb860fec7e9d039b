"""How the sync stands, in the words and colours of the status line. Pure, so that every case is tested."""

from dataclasses import dataclass
from datetime import datetime

from app.runtime.workstation import Contact, SyncState
from ui.kit.theme import Kind


@dataclass(frozen=True, slots=True)
class Freshness:
    """What the status line says; `at` is set when it says since when everything is here."""

    kind: Kind
    words: str = ""
    tip: str = ""
    at: datetime | None = None


def freshness(state: SyncState, now: datetime, *, amber_unsent_s: int, amber_stale_s: int) -> Freshness:
    """Give the line for a state: green only while nothing waits that should not."""
    tip = str(state.trouble or "")
    if state.contact is Contact.SYNCED:
        return _synced(state, now, amber_unsent_s, amber_stale_s)
    if state.contact is Contact.REFUSED:
        return Freshness(Kind.RED, "The company refused this login", tip)
    if state.contact is Contact.DISABLED:
        return Freshness(Kind.RED, "This login is disabled", tip)
    words = {
        Contact.PAUSED: "Fetching was stopped",
        Contact.CONNECTING: "Connecting…",
        Contact.FILLING: f"Fetching, {state.fill.rows if state.fill else 0:,} rows so far",
        Contact.LOCKED: "Waits for your password",
        Contact.OFFLINE: f"Offline{_since(state.as_of)}, work goes on here",
        Contact.TOO_OLD: "Update Baton: your edits wait",
    }
    return Freshness(Kind.AMBER, words[state.contact], tip)


def _synced(state: SyncState, now: datetime, amber_unsent_s: int, amber_stale_s: int) -> Freshness:
    if state.oldest_unsent_at is not None and (now - state.oldest_unsent_at).total_seconds() > amber_unsent_s:
        return Freshness(Kind.AMBER, f"An edit waits since {state.oldest_unsent_at.astimezone():%H:%M:%S}")
    if state.as_of is not None and (now - state.as_of).total_seconds() > amber_stale_s:
        return Freshness(Kind.AMBER, f"No news since {state.as_of.astimezone():%H:%M:%S}")
    return Freshness(Kind.GREEN, at=state.as_of)


def _since(at: datetime | None) -> str:
    return "" if at is None else f" since {at.astimezone():%H:%M:%S}"
