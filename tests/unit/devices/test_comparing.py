import threading

import pytest

from app.devices import comparing
from app.devices.comparing import Comparing
from app.devices.messages import CompareTexts, Crashed, TextsCompared
from app.domain.config_diff import Change, compare
from tests.unit.devices.mailbox import Mailbox, threads_end
from tests.unit.devices.test_devices_child import Console
from tests.unit.domain.config_texts import a_configuration, edited

LEFT = a_configuration(10_000)
RIGHT = edited(LEFT, 200)


def test_each_pair_of_texts_gets_its_one_answer() -> None:
    before = set(threading.enumerate())
    mail = Mailbox()
    desk = Comparing(mail.put)
    for at in range(3):
        desk.compare(CompareTexts(str(at), "a\nb\n", f"a\nb\nc{at}\n"))
    answers = [mail.wait(TextsCompared) for _ in range(3)]
    assert [answer.request_id for answer in answers] == ["0", "1", "2"]
    assert all(a.comparison is not None and a.comparison.stretches[-1].change is Change.NEW for a in answers)
    desk.close()
    threads_end(before)
    assert mail.count(TextsCompared) == 3


def test_a_bug_is_told_and_the_next_texts_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(threading.enumerate())
    mail = Mailbox()
    desk = Comparing(mail.put)
    with monkeypatch.context() as broken:
        broken.setattr(comparing, "lines_of", lambda _text: 1 / 0)
        desk.compare(CompareTexts("1", "a", "b"))
        answer = mail.wait(TextsCompared)
    assert answer.comparison is None
    assert answer.error is not None
    assert "ZeroDivisionError" in mail.wait(Crashed).text
    desk.compare(CompareTexts("2", "a", "a"))
    again = mail.wait(TextsCompared)
    assert again.comparison is not None
    assert again.comparison.is_same
    desk.close()
    threads_end(before)


def test_the_child_compares_long_texts_as_they_are_compared_here() -> None:
    console = Console()
    try:
        console.pipe.send(CompareTexts("long", "\n".join(LEFT), "\n".join(RIGHT)))
        assert console.mail.wait(TextsCompared).comparison == compare(LEFT, RIGHT)
    finally:
        console.end()
