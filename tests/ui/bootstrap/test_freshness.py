"""What the status line says, for every state of the sync."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.errors import CompanyUnreachable
from app.runtime.workstation import Contact, SyncState
from ui.bootstrap.freshness import Freshness, freshness
from ui.kit.theme import Kind

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


@pytest.mark.parametrize("contact", [c for c in Contact if c is not Contact.SYNCED])
def test_every_other_state_has_words_and_is_never_green(contact: Contact) -> None:
    trouble = CompanyUnreachable("It cannot be reached.", "Work goes on.")
    line = said(SyncState(contact, as_of=NOW, trouble=trouble))
    assert line.kind in {Kind.AMBER, Kind.RED}
    assert line.words
