"""What the status line says, for every state of the sync."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.errors import CompanyUnreachable
from app.runtime.workstation import Contact, FillProgress, SyncState
from ui.bootstrap.freshness import Freshness, details, freshness
from ui.kit.theme import Kind
from ui.shell.filling import filling
from ui.shell.sync_card import clock

NOW = datetime(2026, 11, 21, 14, 3, 22, tzinfo=UTC)


def said(state: SyncState) -> Freshness:
    return freshness(state, NOW, amber_unsent_s=60, amber_stale_s=90)


def test_green_says_since_when() -> None:
    state = SyncState(Contact.SYNCED, as_of=NOW - timedelta(seconds=5), unsent=1, oldest_unsent_at=NOW)
    assert said(state) == Freshness(Kind.GREEN, at=state.as_of)


def test_an_edit_that_waits_too_long_turns_amber_with_the_reason() -> None:
    state = SyncState(Contact.SYNCED, as_of=NOW, unsent=1, oldest_unsent_at=NOW - timedelta(seconds=61))
    assert said(state).kind is Kind.AMBER
    assert "An edit waits since" in said(state).words


def test_no_news_for_too_long_turns_amber() -> None:
    state = SyncState(Contact.SYNCED, as_of=NOW - timedelta(seconds=91))
    assert said(state).kind is Kind.AMBER
    assert "No news since" in said(state).words


def test_news_count_by_this_workstations_own_clock() -> None:
    company_is_behind = SyncState(Contact.SYNCED, as_of=NOW - timedelta(minutes=10), pulled_at=NOW)
    assert said(company_is_behind).kind is Kind.GREEN
    company_is_ahead = SyncState(Contact.SYNCED, as_of=NOW, pulled_at=NOW - timedelta(seconds=91))
    assert said(company_is_ahead) == Freshness(Kind.AMBER, f"No news since {clock(company_is_ahead.pulled_at)}")


def test_off_line_says_since_when() -> None:
    at = NOW - timedelta(minutes=5)
    assert said(SyncState(Contact.OFFLINE, pulled_at=at)).words == f"Offline since {clock(at)}, work goes on here"


def test_a_fill_says_how_far_it_is_and_how_long_it_takes() -> None:
    fill = FillProgress(12_400, 90_210, 3_104.0)
    assert said(SyncState(Contact.FILLING, fill=fill)).words == "Fetching 12,400 of 90,210 rows, 25 s left"
    assert said(SyncState(Contact.FILLING)).words == "Fetching…"
    words, rows, expected = filling(fill)
    assert words == "Fetching what the company knows: 12,400 of 90,210 rows · 3,104 a second · 25 s left"
    assert (rows, expected) == (12_400, 90_210)
    assert filling(FillProgress(7, 0, 0.0, is_again=True))[0] == "Reading everything again: 7 rows so far"


def test_more_is_said_of_what_waits_and_what_went_wrong() -> None:
    trouble = CompanyUnreachable("It cannot be reached.", "Work goes on.")
    state = SyncState(
        Contact.OFFLINE, NOW, 3, NOW - timedelta(minutes=12), 2, pulled_at=NOW - timedelta(minutes=14), trouble=trouble
    )
    told = dict(details(state, NOW))
    assert told["Not sent"] == "3, the oldest for 12 min"
    assert told["Last news"].endswith("14 min ago")
    assert told["Last error"] == "It cannot be reached. Work goes on."
    assert told["To resolve"] == "2"


@pytest.mark.parametrize(
    ("left_s", "words"), [(None, "now"), (-3, "now"), (0, "now"), (0.2, "in 1 s"), (12, "in 12 s"), (150, "in 2 min")]
)
def test_the_next_try_is_said_to_the_second(left_s: float | None, words: str) -> None:
    at = None if left_s is None else NOW + timedelta(seconds=left_s)
    assert dict(details(SyncState(Contact.OFFLINE, try_at=at), NOW))["Next try"] == words


def test_where_nothing_is_tried_nothing_is_said_of_it() -> None:
    for contact in (Contact.SYNCED, Contact.LOCKED, Contact.REFUSED, Contact.FILLING):
        assert not dict(details(SyncState(contact), NOW))["Next try"]


@pytest.mark.parametrize("contact", [c for c in Contact if c is not Contact.SYNCED])
def test_every_other_state_has_words_and_is_never_green(contact: Contact) -> None:
    trouble = CompanyUnreachable("It cannot be reached.", "Work goes on.")
    line = said(SyncState(contact, as_of=NOW, trouble=trouble))
    assert line.kind in {Kind.AMBER, Kind.RED}
    assert line.words


def test_an_edit_that_waits_says_why() -> None:
    why = "The company database refused: permission denied. Ask your manager."
    state = SyncState(Contact.SYNCED, as_of=NOW, unsent=1, oldest_unsent_at=NOW - timedelta(seconds=61), stuck=why)
    assert said(state).words.endswith(": The company database refused: permission denied")
    assert said(state).tip == why
    assert ("Last error", why) in details(state, NOW)
