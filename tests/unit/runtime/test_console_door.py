"""Knocking at a console: somebody there, nobody there, somebody who does not answer."""

import json
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.domain.ports import Origin, Touched
from app.runtime.console_door import ConsoleTouches, address, knock

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sockets of POSIX")


class Door:
    """What a console does at its door: takes a line, says ok."""

    def __init__(self, folder: Path, answer: bytes) -> None:
        self.heard: list[Any] = []
        self._answer = answer
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(address(folder))
        self._door.listen()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                guest, _ = self._door.accept()
            except OSError:
                return
            with guest, guest.makefile("rb") as lines:
                self.heard.append(json.loads(lines.readline()))
                guest.sendall(self._answer)

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join(5)


@contextmanager
def a_door(folder: Path, answer: bytes = b"ok\n") -> Iterator[Door]:
    folder.mkdir(parents=True, exist_ok=True)
    door = Door(folder, answer)
    try:
        yield door
    finally:
        door.close()


def test_without_a_console_nobody_opens(tmp_path: Path) -> None:
    assert not knock(tmp_path, {"verb": "show"})
    assert not knock(tmp_path / "nowhere", {"verb": "show"})


def test_a_door_that_a_dead_console_left_is_nobody(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(address(tmp_path))
    assert not knock(tmp_path, {"verb": "show"})
    other = tmp_path / "other"
    other.mkdir()
    Path(address(other)).write_text("not a socket")
    assert not knock(other, {"verb": "show"})


def test_the_wish_arrives_as_it_was_made(tmp_path: Path) -> None:
    with a_door(tmp_path) as door:
        assert knock(tmp_path, {"verb": "call", "number": "+49 30 “5”\n"})
    assert door.heard == [{"verb": "call", "number": "+49 30 “5”\n"}]


@pytest.mark.parametrize("answer", [b"no\n", b"", b"\x00\xff" * 40, b"HTTP/1.0 400 Bad\r\n"])
def test_garbage_from_behind_the_door_is_no_console(tmp_path: Path, answer: bytes) -> None:
    with a_door(tmp_path, answer):
        assert not knock(tmp_path, {"verb": "show"})


def test_a_console_that_does_not_answer_is_waited_for_two_seconds(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(address(tmp_path))
        silent.listen()
        began = time.monotonic()
        assert not knock(tmp_path, {"verb": "show"})
    assert time.monotonic() - began < 4


def test_a_folder_with_a_long_name_has_a_door_too(tmp_path: Path) -> None:
    folder = tmp_path / ("a long name " * 12)
    assert len(address(folder).encode()) < 104
    with a_door(folder) as door:
        assert knock(folder, {"verb": "show"})
    assert door.heard
    Path(address(folder)).unlink()


def test_a_verb_tells_the_console_what_it_touched(tmp_path: Path) -> None:
    touches = ConsoleTouches(tmp_path)
    changes = [Touched("issue", frozenset({"b", "a"}), Origin.HERE), Touched("note", frozenset(), Origin.SYNC)]
    touches.touched(changes)  # nobody there
    with a_door(tmp_path) as door:
        touches.touched(changes)
    assert door.heard == [
        {"verb": "touched", "table": "issue", "ids": ["a", "b"]},
        {"verb": "touched", "table": "note", "ids": []},
    ]


def test_more_rows_than_fit_a_line_are_told_as_read_again(tmp_path: Path) -> None:
    ids = frozenset(f"{n:036}" for n in range(5000))
    with a_door(tmp_path) as door:
        ConsoleTouches(tmp_path).touched([Touched("issue", ids, Origin.HERE)])
        ConsoleTouches(tmp_path).touched([Touched("issue", frozenset(sorted(ids)[:1000]), Origin.HERE)])
    assert door.heard[0]["ids"] == []
    assert len(door.heard[1]["ids"]) == 1000
    assert len(json.dumps(door.heard[1])) < 64 * 1024
