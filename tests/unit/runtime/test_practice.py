"""Practice is a network of its own: real SSH, a real workstation, and no way to the company or to the real cache."""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.domain.device import Device
from app.domain.person import Role
from app.domain.session import AuditLine, Session
from app.practice.device import Faults
from app.runtime.practice import PASSWORD, USERNAME, Practice, exercise_of
from app.runtime.practice_messages import LineTyped
from app.services import devices, host_keys, terminals, ways_in
from app.services.devices import DeviceLine
from tests.unit.practice.typist import DEVICE, Typist
from tests.workstations import until


@pytest.fixture(scope="module")
def practice() -> Iterator[Practice]:
    before = set(threading.enumerate())
    made = Practice()
    assert made.is_up.wait(30)
    folder = made.folder
    yield made
    made.close()
    made.close()
    assert not folder.exists()
    assert not [child.name for child in multiprocessing.active_children()]
    with contextlib.suppress(AssertionError):
        until(lambda: set(threading.enumerate()) <= before, "the threads to end", 5)
    assert set(threading.enumerate()) <= before


def lines(practice: Practice) -> dict[str, DeviceLine]:
    found = practice.workstation.read(devices.tree).result(10)
    return {line.name: line for line in found.lines}


def device(practice: Practice, name: str) -> Device:
    return practice.workstation.read(lambda desk: desk.need(Device, lines_id(practice, name))).result(10)


def lines_id(practice: Practice, name: str) -> str:
    return lines(practice)[name].id


def sit_down(practice: Practice, name: str) -> Typist:
    return Typist(device(practice, name).port, DEVICE_LOGIN)


DEVICE_LOGIN = type(DEVICE)("practice", username=USERNAME, password=PASSWORD)


def test_the_inventory_stands_with_every_platform_and_an_exercise_for_each(practice: Practice) -> None:
    found = lines(practice)
    assert len(found) == 9
    assert {line.platform for line in found.values()} == {"cisco_ios", "cisco_nxos", "cisco_asa", "arista_eos"}
    assert {line.environment for line in found.values()} == {"practice"}
    for line in found.values():
        assert exercise_of(line.id)
    me = practice.workstation.read(lambda desk: desk.me()).result(10)
    assert me.role is Role.ENGINEER


def test_most_keys_are_known_some_are_to_be_accepted_and_one_is_another(practice: Practice) -> None:
    def known(name: str) -> int:
        device_id = lines_id(practice, name)
        return len(practice.workstation.read(lambda desk: host_keys.known(desk, device_id)).result(10))

    assert known("practice-access") == known("practice-moved") == 1
    assert known("practice-leaf") == known("practice-wall") == 0


def test_what_is_typed_is_told_but_no_password(practice: Practice) -> None:
    heard: list[LineTyped] = []
    practice.on_line = heard.append
    with sit_down(practice, "practice-access") as person:
        person.until("practice-access>")
        person.says("en", "Password: ")
        person.says(PASSWORD, "practice-access#")
        person.says("conf t", "(config)#")
        person.says("int gi0/3", "(config-if)#")
    until(lambda: len(heard) == 3, "the lines")
    assert [(line.line, line.is_config) for line in heard] == [("en", False), ("conf t", False), ("int gi0/3", True)]
    assert heard[0].platform == "cisco_ios"


def test_what_is_edited_waits_for_nobody(practice: Practice) -> None:
    device_id = lines_id(practice, "practice-leaf")
    practice.workstation.write(lambda desk: host_keys.accept(desk, device_id, "ssh-ed25519", "SHA256:x")).result(10)

    def unsent(desk: Any) -> int:
        return int(desk.cache.read("SELECT count(*) FROM outbox")[0][0])

    until(lambda: practice.workstation.read(unsent).result(10) == 0, "the outbox to be empty")
    assert practice.workstation.address is None  # no company
    assert practice.workstation.sync_pid is None


def test_start_over_makes_everything_as_it_was(practice: Practice) -> None:
    device_id = lines_id(practice, "practice-wall")
    practice.workstation.write(lambda desk: host_keys.accept(desk, device_id, "ssh-ed25519", "SHA256:y")).result(10)
    practice.break_device("practice-core", Faults(prompt="odd: "))
    with sit_down(practice, "practice-core") as person:
        person.until("odd: ")
        practice.start_over()
        assert practice.is_up.wait(20)
        assert person.left()
    with sit_down(practice, "practice-core") as person:
        person.until("practice-core>")
    assert not practice.workstation.read(lambda desk: host_keys.known(desk, device_id)).result(10)


def test_a_killed_process_stands_up_again_with_its_devices(practice: Practice) -> None:
    before, port = practice.pid, device(practice, "practice-core").port
    assert before is not None
    practice.is_up.clear()
    os.kill(before, signal.SIGTERM)
    assert practice.is_up.wait(30)
    assert practice.pid != before
    with sit_down(practice, "practice-core") as person:
        person.until("practice-core>")
    assert port


def test_nothing_counts_as_a_session_or_an_audit_line(practice: Practice) -> None:
    for record in (Session, AuditLine):
        assert practice.workstation.read(count(record)).result(10) == 0


def count(record: type[Any]) -> Callable[[Any], int]:
    return lambda desk: len(desk.cache.records(record))


def test_no_password_is_kept_anywhere(practice: Practice) -> None:
    device_id = lines_id(practice, "practice-access")
    way = practice.workstation.read(
        lambda desk: terminals.way_in(desk, device_id, practice.workstation.secrets)
    ).result(10)
    assert way.password is None
    assert not list(Path(practice.folder).glob("*.json"))


def test_the_inner_device_is_reached_through_its_jump_host_and_only_so(practice: Practice) -> None:
    inner, jump = device(practice, "practice-inner"), device(practice, "practice-jump")
    assert (inner.address, inner.port, inner.jump_id) == ("10.99.9.5", 22, jump.id)
    hops = {jump.id: ways_in.Login(USERNAME, PASSWORD)}
    to = practice.workstation.read(lambda desk: ways_in.target(desk, inner, PASSWORD, hops=hops)).result(10)
    answers: list[terminals.CommandAnswer] = []
    exchange = terminals.Exchange(practice.workstation.to_devices)
    practice.workstation.on_device_message = exchange.on_message
    exchange.run(to, "show version", answers.append)
    until(lambda: answers, "the answer")
    assert isinstance(answers[0], terminals.CommandDone), answers[0]
    assert "practice-inner uptime is" in answers[0].raw
