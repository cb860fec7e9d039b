"""Proving who logs in, once: a password, a key file or the SSH agent, and never another of them after a refusal."""

import re
from collections.abc import Callable

import paramiko

from app.devices.messages import AccountRefused, Target
from app.devices.private_keys import AT_MOST, agent_keys, private_key
from app.devices.transport import DeviceTransport, Unanswered
from app.domain.device import LoginWith
from app.domain.errors import DeviceFault

NEW_PASSWORD = re.compile(
    r"\bnew pass|\bold pass|\bcurrent pass|re-?(type|enter)|chang\w* (your|the|its) pass|must (be )?change"
    r"|passw\w+ (has |is |have )?expired",
    re.IGNORECASE,
)
"""How devices ask for a new password instead of letting somebody in."""
_Prove = Callable[[str], None]


def authenticate(transport: DeviceTransport, target: Target) -> None:
    """Log in with what the target says: one attempt with a password or a key, since a second could lock the account.

    Raises AccountRefused when the device does not take it, DeviceFault for what else is wrong.
    """
    prove = _PROOFS[target.login_with]
    try:
        prove(transport, target)
    except Unanswered as question:
        raise unanswered(target, question.text) from question
    except paramiko.AuthenticationException as error:
        if not transport.is_active() or "timeout" in str(error).lower():
            raise _left(target) from error
        raise _not_taken(target) from error
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise _left(target) from error
    if not transport.is_authenticated():
        raise AccountRefused(
            f"{target.where} wants more than a {_WORD[target.login_with]} from {target.username}.",
            "Baton cannot log in there; use an account that needs one proof only.",
            target.device_id,
            can_retype=False,
        )


def unanswered(target: Target, said: str) -> AccountRefused:
    """Give the message for a device that asks something else than the password; nothing was typed."""
    if NEW_PASSWORD.search(said):
        return AccountRefused(
            f"The password of {target.username} has expired: {target.where} asks for a new one. Nothing was typed.",
            "Change it with another SSH client or let whoever runs the device set it, then log in here with it.",
            target.device_id,
        )
    return AccountRefused(
        f"{target.where} asks {target.username} “{said[:200]}”. Nothing was typed.",
        "Baton cannot log in there; use an account that needs a password only.",
        target.device_id,
        can_retype=False,
    )


def refused(target: Target) -> AccountRefused:
    """Give the message for a password that the device did not take."""
    return AccountRefused(
        f"{target.where} refused the login of {target.username}.",
        "Check the user name and the password. Baton tried once and does not repeat it, so nothing gets locked.",
        target.device_id,
    )


def _with_password(transport: DeviceTransport, target: Target) -> None:
    methods = transport.login_methods(target.username)
    if not methods:
        return
    if "password" in methods:
        transport.auth_password(target.username, target.password, fallback=False)
    elif "keyboard-interactive" in methods:
        answer = _OneAnswer(target.password)
        try:
            transport.auth_interactive(target.username, answer)
        except Unanswered:
            if answer.was_asked_again:
                raise refused(target) from None
            raise
    else:
        raise _accepts_no(target, "password", methods)


def _with_key(transport: DeviceTransport, target: Target) -> None:
    key = private_key(target)
    methods = transport.login_methods(target.username)
    if "publickey" in methods:
        transport.auth_publickey(target.username, key)
    elif methods:
        raise _accepts_no(target, "key", methods)


def _with_agent(transport: DeviceTransport, target: Target) -> None:
    with agent_keys(target) as keys:
        methods = transport.login_methods(target.username)
        if methods and "publickey" not in methods:
            raise _accepts_no(target, "key", methods)
        for at, key in enumerate(keys if methods else (), 1):
            try:
                transport.auth_publickey(target.username, key)
            except paramiko.AuthenticationException:
                if at == len(keys) or not transport.is_active():
                    raise
            else:
                return


_PROOFS = {LoginWith.PASSWORD: _with_password, LoginWith.KEY: _with_key, LoginWith.AGENT: _with_agent}
_WORD = {LoginWith.PASSWORD: "password", LoginWith.KEY: "key", LoginWith.AGENT: "key"}


class _OneAnswer:
    """Answers one hidden question with the password; whatever else is asked ends the login."""

    def __init__(self, password: str) -> None:
        self._password = password
        self._question = ""
        self.was_asked_again = False

    def __call__(self, title: str, instructions: str, questions: list[tuple[str, bool]]) -> list[str]:
        if not questions:
            return []
        said = " ".join((title, instructions, *(question for question, _is_shown in questions)))
        question, is_shown = questions[0]
        self.was_asked_again = bool(self._question) and question == self._question and not NEW_PASSWORD.search(said)
        if self._question or len(questions) > 1 or is_shown or NEW_PASSWORD.search(said):
            raise Unanswered(said)
        self._question = question or "?"
        return [self._password]


def _not_taken(target: Target) -> AccountRefused:
    if target.login_with is LoginWith.PASSWORD:
        return refused(target)
    if target.login_with is LoginWith.KEY:
        what = f"{target.where} refused the key {target.key_file} of {target.username}."
    else:
        what = f"{target.where} refused every key of the SSH agent for {target.username} (at most {AT_MOST} are shown)."
    todo = "Check that the key's public half is set up there for this account. No password was tried."
    if not target.allows_legacy:
        todo += ' An RSA key at an old device may need "Allow old SSH algorithms".'
    return AccountRefused(what, todo, target.device_id, can_retype=False)


def _accepts_no(target: Target, proof: str, methods: list[str]) -> DeviceFault:
    return AccountRefused(
        f"{target.where} accepts no {proof} from {target.username} ({', '.join(methods)}).",
        "Let the device accept one for this account, or choose another way to log in for the device.",
        target.device_id,
        can_retype=False,
    )


def _left(target: Target) -> DeviceFault:
    return DeviceFault(
        f"{target.where} ended the connection during the login.", "Its lines may all be taken. Try again in a minute."
    )
