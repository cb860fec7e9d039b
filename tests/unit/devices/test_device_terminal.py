import pickle
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from app.devices.login import Patience
from app.devices.messages import (
    HostKeyMismatch,
    HostKeyUnknown,
    KnownKey,
    OpenTerminal,
    Target,
    TerminalClosed,
    TerminalOpened,
    TerminalOutput,
)
from app.devices.terminal import Terminal
from app.domain.errors import DeviceFault, HostKeyChanged
from app.practice.device import Faults, LoginForm
from app.practice.farm import Farm, fingerprint, new_host_key
from tests.unit.devices.mailbox import DEVICE, KEY, Mailbox, stranger, target_of, threads_end

Open = Callable[..., Terminal]


@pytest.fixture
def farm() -> Iterator[Farm]:
    before = set(threading.enumerate())
    with Farm([DEVICE]) as standing:
        yield standing
    threads_end(before)


@pytest.fixture
def mail() -> Mailbox:
    return Mailbox()


@pytest.fixture
def open_terminal(mail: Mailbox) -> Iterator[Open]:
    opened: list[Terminal] = []

    def start(target: Target, window_bytes: int = 0, rows: int = 24) -> Terminal:
        ask = OpenTerminal("t1", target, 80, rows, window_bytes)
        terminal = Terminal(ask, mail.put, Patience(banner_s=1))
        opened.append(terminal)
        terminal.start()
        return terminal

    yield start
    for terminal in opened:
        terminal.close()
        terminal.join(5)
        assert terminal.is_over


def test_typing_resizing_and_closing(farm: Farm, mail: Mailbox, open_terminal: Open) -> None:
    terminal = open_terminal(target_of(farm))
    mail.wait(TerminalOpened)
    mail.wait_output(b"sw-1>")
    terminal.type(b"sh ver\n")
    mail.wait_output(b"--More-- ")
    terminal.type(b"q")
    mail.wait_output(b"sw-1>")
    terminal.resize(120, 60)
    terminal.type(b"sh ver\n")
    assert b"register is 0xF" in mail.wait_output(b"0xF\r\nsw-1>")
    terminal.close()
    closed = mail.wait(TerminalClosed)
    assert (closed.reason, closed.error) == ("Closed.", None)
    assert [attempt.is_accepted for attempt in farm.attempts("sw-1")] == [True]


def test_logging_out_is_no_fault(farm: Farm, mail: Mailbox, open_terminal: Open) -> None:
    terminal = open_terminal(target_of(farm))
    mail.wait_output(b"sw-1>")
    terminal.type(b"exit\n")
    assert mail.wait(TerminalClosed).error is None


def test_first_contact_shows_the_key_and_sends_no_password(farm: Farm, mail: Mailbox, open_terminal: Open) -> None:
    open_terminal(stranger(target_of(farm)))
    asked = mail.wait(HostKeyUnknown)
    assert asked == HostKeyUnknown("t1", "id of sw-1", "ssh-ed25519", fingerprint(KEY))
    time.sleep(0.1)
    assert farm.attempts("sw-1") == ()
    assert mail.messages == [asked]


def test_a_changed_key_is_a_hard_stop(farm: Farm, mail: Mailbox, open_terminal: Open) -> None:
    target = target_of(farm)
    shown = farm.change_host_key("sw-1")
    open_terminal(target)
    stop = mail.wait(HostKeyMismatch)
    assert (stop.fingerprint, stop.expected) == (shown, target.known_keys)
    assert isinstance(stop.error, HostKeyChanged)
    assert shown in stop.error.what
    assert fingerprint(KEY) in stop.error.what
    time.sleep(0.1)
    assert farm.attempts("sw-1") == ()
    assert mail.messages == [stop]


def test_a_key_of_another_type_only_is_a_changed_key_too(farm: Farm, mail: Mailbox, open_terminal: Open) -> None:
    target = target_of(farm)
    farm.change_host_key("sw-1", new_host_key("ecdsa-sha2-nistp256"))
    open_terminal(target)
    assert mail.wait(HostKeyMismatch).key_type == "ecdsa-sha2-nistp256"
    assert farm.attempts("sw-1") == ()


@pytest.mark.parametrize("kind", ["ecdsa-sha2-nistp256", "ssh-rsa"])
def test_a_second_key_type_is_not_mistaken_for_a_change(mail: Mailbox, open_terminal: Open, kind: str) -> None:
    second = new_host_key(kind)
    with Farm([replace(DEVICE, second_host_key=second)]) as farm:
        open_terminal(replace(target_of(farm), known_keys=(KnownKey(kind, fingerprint(second)),)))
        mail.wait_output(b"sw-1>")


def test_a_wrong_password_is_tried_once(farm: Farm, mail: Mailbox, open_terminal: Open) -> None:
    open_terminal(replace(target_of(farm), password="wrong horse"))
    error = mail.wait(TerminalClosed).error
    assert isinstance(error, DeviceFault)
    assert "refused the login of support" in error.what
    assert error.todo
    time.sleep(0.1)
    assert [attempt.is_accepted for attempt in farm.attempts("sw-1")] == [False]


@pytest.mark.parametrize("password", [DEVICE.password, "wrong horse"])
def test_a_device_that_asks_a_question_is_answered_once(mail: Mailbox, open_terminal: Open, password: str) -> None:
    with Farm([replace(DEVICE, login_form=LoginForm.QUESTION)]) as farm:
        open_terminal(replace(target_of(farm), password=password))
        mail.wait(TerminalOpened if password == DEVICE.password else TerminalClosed)
        assert len(farm.attempts("sw-1")) == 1


@pytest.mark.filterwarnings("ignore:Diffie-Hellman")  # that it is old is the point
def test_old_ssh_needs_the_setting_that_the_message_names(mail: Mailbox, open_terminal: Open) -> None:
    with Farm([replace(DEVICE, has_only_old_ssh=True)]) as farm:
        open_terminal(target_of(farm))
        error = mail.wait(TerminalClosed).error
        assert isinstance(error, DeviceFault)
        assert "SHA-1" in error.what
        assert "Allow old SSH algorithms" in error.todo
        assert farm.attempts("sw-1") == ()
        open_terminal(replace(target_of(farm), allows_legacy=True))
        mail.wait_output(b"sw-1>")


def test_a_dropped_connection_says_so(farm: Farm, mail: Mailbox, open_terminal: Open) -> None:
    open_terminal(target_of(farm))
    mail.wait_output(b"sw-1>")
    farm.drop("sw-1")
    error = mail.wait(TerminalClosed).error
    assert isinstance(error, DeviceFault)
    assert "dropped the connection" in error.what


def test_without_room_in_the_window_the_device_waits(farm: Farm, mail: Mailbox, open_terminal: Open) -> None:
    terminal = open_terminal(target_of(farm), window_bytes=100_000)
    mail.wait_output(b"sw-1>")
    terminal.taken(len(mail.output()))
    farm.set_faults("sw-1", Faults(is_endless=True))
    already = len(mail.output())
    terminal.type(b"sh ver\n")
    time.sleep(1.0)
    stalled = len(mail.output()) - already
    assert 0 < stalled <= 100_000 + 65_536
    terminal.taken(stalled)
    time.sleep(0.5)
    assert len(mail.output()) - already > stalled
    began = time.monotonic()
    terminal.close()
    terminal.join(5)
    assert time.monotonic() - began < 1


def test_endless_output_is_paced_and_ctrl_c_gets_through(farm: Farm, mail: Mailbox, open_terminal: Open) -> None:
    terminal = open_terminal(target_of(farm))
    mail.wait_output(b"sw-1>")
    farm.set_faults("sw-1", Faults(is_endless=True, has_escapes=True))
    already = len(mail.output())
    terminal.type(b"sh ver\n")
    time.sleep(1.0)
    in_a_second = len(mail.output()) - already
    assert 100_000 < in_a_second < 4_000_000
    terminal.type(b"\x03")
    mail.wait_output(b"sw-1>", 5)
    assert mail.count(TerminalOutput) < 200


def test_closing_need_not_wait_for_the_login(farm: Farm, mail: Mailbox, open_terminal: Open) -> None:
    farm.set_faults("sw-1", Faults(banner_delay_s=30))
    terminal = open_terminal(target_of(farm))
    time.sleep(0.2)
    began = time.monotonic()
    terminal.close()
    assert mail.wait(TerminalClosed).reason == "Closed."
    assert time.monotonic() - began < 0.7
    assert farm.attempts("sw-1") == ()


def test_a_device_that_takes_no_input_loses_its_terminal(farm: Farm, mail: Mailbox, open_terminal: Open) -> None:
    farm.set_faults("sw-1", Faults(banner_delay_s=0.8))
    terminal = open_terminal(target_of(farm))
    for _ in range(5000):
        terminal.type(b"x")
    error = mail.wait(TerminalClosed).error
    assert isinstance(error, DeviceFault)
    assert "takes no more input" in error.what


def test_no_message_shows_a_password(farm: Farm) -> None:
    target = replace(target_of(farm), enable_password="even righter")
    text = repr(OpenTerminal("t1", target)) + str(target)
    assert "horse" not in text
    assert "righter" not in text
    assert pickle.loads(pickle.dumps(target)) == target
