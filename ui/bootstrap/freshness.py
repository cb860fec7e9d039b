"""How the sync stands, in the words and colours of the status line. Pure, so that every case is tested."""

import math
from dataclasses import dataclass
from datetime import datetime

from app.runtime.workstation import Contact, SyncState
from ui.kit.theme import Kind
from ui.kit.timephrase import span
from ui.shell.filling import in_short
from ui.shell.sync_card import clock


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
        Contact.FILLING: in_short(state.fill),
        Contact.LOCKED: "Waits for your password",
        Contact.OFFLINE: f"Offline{_since(_heard_at(state))}, work goes on here",
        Contact.TOO_OLD: "Update Baton: your edits wait",
    }
    return Freshness(Kind.AMBER, words[state.contact], tip)


def details(state: SyncState, now: datetime) -> list[tuple[str, str]]:
    """Give what more there is to say, as names and values; those that are "" have nothing to say."""
    heard_at = _heard_at(state)
    heard = f"{clock(heard_at)}, {span((now - heard_at).total_seconds())} ago" if heard_at else "not yet"
    oldest = state.oldest_unsent_at
    waits = f"{state.unsent}, the oldest for {span((now - oldest).total_seconds())}" if oldest else "nothing"
    is_trying = state.try_at is not None or state.contact in {Contact.OFFLINE, Contact.CONNECTING}
    return [
        ("Last news", heard),
        ("Not sent", waits),
        ("To resolve", str(state.conflicts) if state.conflicts else ""),
        ("Last error", str(state.trouble or state.stuck)),
        ("Next try", _next_try(state.try_at, now) if is_trying else ""),
    ]


def _next_try(at: datetime | None, now: datetime) -> str:
    left_s = 0 if at is None else math.ceil((at - now).total_seconds())
    if left_s <= 0:
        return "now"
    return f"in {left_s} s" if left_s < 100 else f"in {span(left_s)}"


def _synced(state: SyncState, now: datetime, amber_unsent_s: int, amber_stale_s: int) -> Freshness:
    oldest, heard_at = state.oldest_unsent_at, _heard_at(state)
    if oldest is not None and (now - oldest).total_seconds() > amber_unsent_s:
        why = f": {state.stuck.split('. ')[0].rstrip('.')}" if state.stuck else ""
        return Freshness(Kind.AMBER, f"An edit waits since {clock(oldest)}{why}", state.stuck)
    if heard_at is not None and (now - heard_at).total_seconds() > amber_stale_s:
        return Freshness(Kind.AMBER, f"No news since {clock(heard_at)}")
    return Freshness(Kind.GREEN, at=state.as_of)


def _heard_at(state: SyncState) -> datetime | None:
    """Give when the last news came by this workstation's clock, which `now` is of too; else by the company's."""
    return state.pulled_at or state.as_of


def _since(at: datetime | None) -> str:
    return "" if at is None else f" since {clock(at)}"
