import multiprocessing
import os
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from app.runtime.console_door import address, knock
from ui.shell.single_instance import SingleInstance


def _second_start(folder: str, wish: dict[str, Any], answer: Connection) -> None:
    """What a second console does, in a process of its own."""
    application = QCoreApplication([])
    second = SingleInstance(Path(folder))
    answer.send((second.take(), knock(Path(folder), wish)))
    del application


def _hold_and_wait(folder: str, answer: Connection) -> None:
    application = QCoreApplication([])
    first = SingleInstance(Path(folder))
    answer.send(first.take())
    answer.recv()
    del application


def start(qtbot: QtBot, target: Any, *given: Any) -> tuple[Any, Any, Any]:
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=target, args=(*given, theirs))
    process.start()
    qtbot.waitUntil(lambda: mine.poll(0) or not process.is_alive(), timeout=20_000)
    return process, mine, mine.recv()


def test_a_second_start_hands_its_wish_to_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    first = SingleInstance(tmp_path)
    asked: list[dict[str, Any]] = []
    first.asked.connect(asked.append)
    assert first.take()
    process, _pipe, answer = start(qtbot, _second_start, str(tmp_path), {"verb": "call", "number": "+1 212 555 0147"})
    assert answer == (False, True)
    assert asked == [{"verb": "call", "number": "+1 212 555 0147"}]
    process.join(10)
    assert process.exitcode == 0
    first.leave()


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed by signal")
def test_a_console_that_was_killed_leaves_the_place_free(qtbot: QtBot, tmp_path: Path) -> None:
    process, _pipe, answer = start(qtbot, _hold_and_wait, str(tmp_path))
    assert answer is True
    waiting = SingleInstance(tmp_path)
    assert not waiting.take()
    os.kill(process.pid, signal.SIGKILL)
    process.join(10)
    assert waiting.take()
    waiting.leave()


def test_nobody_answers_when_there_is_no_console(tmp_path: Path) -> None:
    assert not knock(tmp_path, {"verb": "raise"})


def test_the_place_can_be_taken_again(tmp_path: Path) -> None:
    first, second = SingleInstance(tmp_path), SingleInstance(tmp_path)
    assert first.take()
    assert not second.take()
    first.leave()
    assert second.take()
    second.leave()


def sent(qtbot: QtBot, folder: Path, data: bytes) -> bytes:
    socket = QLocalSocket()
    socket.connectToServer(address(folder))
    assert socket.waitForConnected(1000)
    socket.write(data)
    socket.flush()
    connected = QLocalSocket.LocalSocketState.ConnectedState
    qtbot.waitUntil(lambda: socket.bytesAvailable() > 0 or socket.state() != connected)
    answer = bytes(socket.readAll().data())
    socket.abort()
    return answer


def test_what_is_no_wish_is_not_passed_on(qtbot: QtBot, tmp_path: Path) -> None:
    first = SingleInstance(tmp_path)
    asked: list[dict[str, Any]] = []
    first.asked.connect(asked.append)
    assert first.take()
    assert sent(qtbot, tmp_path, b"{broken\n") == b"not understood\n"
    assert sent(qtbot, tmp_path, b"[1]\n") == b"not understood\n"
    assert sent(qtbot, tmp_path, b"\xff" * 100_000) == b""  # too long a line: hung up
    assert sent(qtbot, tmp_path, b'{"verb": "raise"}\n{"verb": "touched"}\n').startswith(b"ok\n")
    qtbot.waitUntil(lambda: asked == [{"verb": "raise"}, {"verb": "touched"}])
    first.leave()


def test_a_folder_with_a_long_name_has_a_short_address(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 90) / ("y" * 90)
    assert len(address(deep).encode()) < 108
    first = SingleInstance(deep)
    assert first.take()
    first.leave()


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_only_the_person_can_knock(tmp_path: Path) -> None:
    first = SingleInstance(tmp_path)
    assert first.take()
    assert Path(address(tmp_path)).stat().st_mode & 0o077 == 0
    first.leave()
