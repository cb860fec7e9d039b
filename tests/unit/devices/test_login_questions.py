"""What a device asks during the login besides the password: nothing of it is answered."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncssh
import pytest

from app.devices.login import Patience, log_in
from app.devices.messages import AccountRefused, KnownKey, Target

KEY = asyncssh.generate_private_key("ssh-ed25519")
RIGHT = "right horse"


class Asking(asyncssh.SSHServer):
    """Asks these questions one after the other; keeps what it is told."""

    def __init__(self, questions: list[tuple[str, str]], answers: list[str], *, is_password: bool) -> None:
        self._questions, self._answers, self._is_password = list(questions), answers, is_password

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return self._is_password

    def validate_password(self, username: str, password: str) -> bool:
        self._answers.append(password)
        raise asyncssh.PasswordChangeRequired("Your password has expired.")

    def kbdint_auth_supported(self) -> bool:
        return not self._is_password

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> Any:
        return self._next()

    def validate_kbdint_response(self, username: str, responses: Any) -> Any:
        self._answers.extend(responses)
        return self._next() if self._questions else False

    def _next(self) -> Any:
        instructions, prompt = self._questions.pop(0)
        return "", instructions, "", [(prompt, False)]


@contextmanager
def asking(*questions: tuple[str, str], is_password: bool = False) -> Iterator[tuple[Target, list[str]]]:
    """Run a server; gives the way to it and what it was told."""
    loop, answers = asyncio.new_event_loop(), list[str]()
    running = threading.Thread(target=loop.run_forever)
    running.start()

    async def start() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=lambda: Asking(list(questions), answers, is_password=is_password),
            server_host_keys=[KEY],
        )

    async def stop(server: asyncssh.SSHAcceptor) -> None:
        server.close()
        await server.wait_closed()

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    known = KnownKey("ssh-ed25519", KEY.get_fingerprint())
    try:
        yield Target("box", "127.0.0.1", server.get_port(), "ops", RIGHT, known_keys=(known,)), answers
    finally:
        asyncio.run_coroutine_threadsafe(stop(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        running.join(5)
        loop.close()


def refusal(to: Target) -> AccountRefused:
    with pytest.raises(AccountRefused) as caught:
        log_in(to, Patience(login_s=5))
    return caught.value


@pytest.mark.parametrize(
    ("questions", "told"),
    [
        ([("", "Password: "), ("", "New password: ")], [RIGHT]),
        ([("", "Password: "), ("Your password has expired.", "Password: ")], [RIGHT]),
        ([("You must change your password now.", "Current password: ")], []),
        ([("", "Password: "), ("WARNING: Your password has expired.", "Retype it: ")], [RIGHT]),
    ],
)
def test_an_expired_password_is_told_and_no_other_is_typed(questions: list[tuple[str, str]], told: list[str]) -> None:
    with asking(*questions) as (to, answers):
        error = refusal(to)
        assert "The password of ops has expired" in error.what
        assert "Nothing was typed" in error.what
        assert error.todo
        assert answers == told


def test_a_device_that_wants_a_new_password_in_the_plain_method_is_told_the_same() -> None:
    with asking(is_password=True) as (to, answers):
        assert "The password of ops has expired" in refusal(to).what
        assert answers == [RIGHT]


def test_a_question_for_something_else_is_shown_and_not_answered() -> None:
    with asking(("", "Password: "), ("", "One-time code: ")) as (to, answers):
        error = refusal(to)
        assert "asks ops “One-time code:”" in error.what
        assert not error.can_retype
        assert answers == [RIGHT]


def test_the_same_question_again_means_that_the_password_was_wrong() -> None:
    with asking(("", "Password: "), ("", "Password: "), ("", "Password: ")) as (to, answers):
        error = refusal(to)
        assert "refused the login of ops" in error.what
        assert error.can_retype
        assert answers == [RIGHT]
