import multiprocessing
import os
import signal
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from app.domain.errors import BadInput
from app.domain.interaction import Channel, Direction, Nature
from app.domain.ports import Touched
from app.services import calls, capture, drafts
from app.services.calls import CallDraft
from app.services.desk import Desk
from app.store.cache import Cache
from tests.stations import Station, TestCompany

TYPED = CallDraft(
    caller="Jane",
    begun_at=datetime(2026, 11, 20, 13, 3, tzinfo=UTC),
    direction=Direction.OUT,
    channel=Channel.EMAIL,
    nature=Nature.CHASER,
    subject="[4127] Import",
    lasted_s=95,
    rang_id="me",
    deployment_id="39",
    hand_to_team="Network",
    hand_words="Look",
)


class _Nobody:
    def touched(self, changes: object) -> None:
        assert not isinstance(changes, Touched)


def _type_and_hang(path: Path, said: Connection) -> None:
    """Type three keys as the pane does, each kept before the next, then hang until killed."""
    desk = Desk(Cache(path), "", "desk", _Nobody())
    for text in ("s", "st", "sti"):
        calls.save_draft(desk, replace(TYPED, body=text))
        capture.save_line(desk, f"jane called, {text}")
    said.send("typed")
    signal.pause()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system ends processes in another way")
def test_what_was_typed_survives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite3"
    Cache(path).close()
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    child = context.Process(target=_type_and_hang, args=(path, there))
    child.start()
    try:
        assert here.poll(30)
        assert here.recv() == "typed"
        os.kill(child.pid or 0, signal.SIGKILL)
    finally:
        child.kill()
        child.join()
        here.close()
        there.close()
    cache = Cache(path)
    try:
        kept = calls.kept_draft(Desk(cache, "", "desk", _Nobody()))
        line = capture.kept_line(Desk(cache, "", "desk", _Nobody()))
    finally:
        cache.close()
    assert kept == replace(TYPED, body="sti")
    assert line == "jane called, sti"


def test_a_draft_goes_when_it_is_recorded_and_stays_when_it_is_not(company: TestCompany) -> None:
    anna = company.station("anna")
    draft = CallDraft(body="printer", promise_by="nonsense")
    calls.save_draft(anna.desk, draft)
    with pytest.raises(BadInput):
        calls.log_call(anna.desk, draft)
    assert calls.kept_draft(anna.desk) == draft
    calls.log_call(anna.desk, CallDraft(body="printer"))
    assert calls.kept_draft(anna.desk) is None


def test_an_emptied_form_keeps_nothing(anna: Station) -> None:
    calls.save_draft(anna.desk, CallDraft(body="x"))
    calls.save_draft(anna.desk, CallDraft(body=" "))
    assert calls.kept_draft(anna.desk) is None
    calls.save_draft(anna.desk, CallDraft(caller="dana"))
    calls.drop_draft(anna.desk)
    assert calls.kept_draft(anna.desk) is None


def test_a_draft_of_another_version_is_no_draft(anna: Station) -> None:
    for content in ("{", "[]", '{"channel": "telepathy"}', '{"begun_at": "soon"}'):
        with anna.cache.transaction():
            anna.cache.write("REPLACE INTO draft (name, content, saved_at) VALUES ('call', ?, 0)", (content,))
        assert calls.kept_draft(anna.desk) is None


def test_drafts_are_kept_by_name(anna: Station) -> None:
    drafts.save(anna.desk, "note", {"text": "ä\n“x”"})
    drafts.save(anna.desk, "other", {"text": ""})
    assert drafts.load(anna.desk, "note") == {"text": "ä\n“x”"}
    drafts.drop(anna.desk, "note")
    assert drafts.load(anna.desk, "note") is None
    assert drafts.load(anna.desk, "other") == {"text": ""}


@pytest.fixture
def anna(company: TestCompany) -> Station:
    return company.station("anna")
