"""A change of a device's configuration, from its beginning to its end: never left half way inside config mode."""

import re
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from app.devices.config_ways import ConfigWay, error_in, save_error_in, steps_of, way_for
from app.devices.messages import ApplyConfig, ConfigApplied
from app.domain.errors import DeviceFault

_LEAVE_S = 10.0
_READ_BACK_S = 120.0
_SAVE_S = 120.0
_HOSTNAME = re.compile(r"\s*(?:set system host-name|hostname|switchname) +(\S+)")
_UNWRITTEN = ("no ", "default ", "delete ", "exit", "end", "do ", "banner ")
"""Lines that no configuration shows as they were typed."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, and the prompt that ended it."""

    text: str
    prompt: str


class Line(Protocol):
    """What a change needs of a command line."""

    def say(self, line: str, timeout_s: float, *, prompts: Iterable[str] = (), confirms: bool = False) -> Said:
        """Type the line and give its answer. Raises DeviceFault when none came in time or the connection ended."""

    def interrupt(self) -> None:
        """Press Ctrl-C."""


class NotApplied(Exception):
    """Why a change was not made whole: `error` for the person, `transcript` of what was typed and answered.

    `is_out` says that the session is out of config mode and may go on.
    """

    def __init__(self, error: DeviceFault, transcript: str, *, is_out: bool) -> None:
        super().__init__(error)
        self.error, self.transcript, self.is_out = error, transcript, is_out


@dataclass(slots=True)
class ConfigSession:
    """One change on one device. `is_given_up` is asked between two lines."""

    line: Line
    ask: ApplyConfig
    is_given_up: Callable[[], bool] = lambda: False
    _way: ConfigWay = field(init=False)
    _steps: list[str] = field(init=False)
    _said: list[str] = field(default_factory=list)
    _is_inside: bool = False
    _given: int = 0
    _words: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Look at what is asked. Raises BadInput: nothing has been typed."""
        minutes = self.ask.revert_minutes
        self._way, self._steps = way_for(self.ask.target.platform, minutes), steps_of(self.ask.lines)
        clock = f"{minutes // 60:02d}:{minutes % 60:02d}:00"
        name = f"baton-{secrets.token_hex(3)}"
        self._words = {"minutes": str(minutes), "seconds": str(minutes * 60), "clock": clock, "name": name}

    def apply(self) -> ConfigApplied:
        """Make the change, read it back, confirm and save it. Raises NotApplied, and DeviceFault before the change."""
        way, ask = self._way, self.ask
        before = self._typed(way.read_back, _READ_BACK_S, is_noted=False).text
        try:
            self._configure()
        except DeviceFault as error:
            self._get_out(error)
            raise self._not_applied(error, self._what_became()) from error
        try:
            after = self._verify()
        except DeviceFault as error:
            self._get_out(error)
            raise self._not_applied(error, self._what_hangs()) from error
        save_output = self._save() if ask.is_saved and way.save else ""
        missing = unseen(self._steps, after)
        return ConfigApplied(ask.request_id, self._transcript, save_output, before, after, missing)

    def _configure(self) -> None:
        way = self._way
        is_timed = bool(self.ask.revert_minutes)
        self._is_inside = True  # from here on it may be
        self._obeyed(way.enter_timed if is_timed and way.enter_timed else way.enter)
        if not self._is_inside:
            raise DeviceFault(f"{self._where} does not let this account into config mode.", "")
        for step in self._steps:
            if self.is_given_up():
                raise DeviceFault("The change was cancelled.", "")
            self._obeyed(step)
            self._given += 1
        if way.commit:
            self._obeyed(way.commit_timed if is_timed else way.commit)

    def _verify(self) -> str:
        """Read the configuration back, and only then take the timer away."""
        way, is_timed = self._way, bool(self.ask.revert_minutes)
        if is_timed and way.read_inside:
            after = self._typed(way.read_inside, _READ_BACK_S, is_noted=False).text
            self._obeyed(way.confirm)
            self._leave()
            return after
        self._leave()
        after = self._typed(way.read_back, _READ_BACK_S, is_noted=False).text
        if is_timed:
            self._obeyed(way.confirm)
        return after

    def _save(self) -> str:
        answer = ""
        try:
            answer = self._typed(self._way.save, _SAVE_S, confirms=True).text
            trouble = save_error_in(answer)
        except DeviceFault as error:
            trouble = error.what
        if trouble:
            unsaved = DeviceFault(
                f"{self._where} took the lines but did not save them: {trouble}",
                "They are lost when it restarts. Make room or mend the cause, then save.",
            )
            raise NotApplied(unsaved, self._transcript, is_out=not self._is_inside)
        return answer

    def _get_out(self, error: DeviceFault) -> None:
        """Leave config mode after an error; whoever owns the line ends it when that fails too."""
        with suppress(DeviceFault):
            if error.__cause__ is not None:  # it did not answer: it may be asking something
                self.line.interrupt()
                self._typed("", _LEAVE_S)
            if self._is_inside and self._way.undo:
                self._typed(self._way.undo, _LEAVE_S, confirms=True)
            self._leave()
            if self.ask.revert_minutes and self._way.go_back and self._way.enter_timed:
                self._typed(self._way.go_back, _READ_BACK_S, confirms=True)

    def _leave(self) -> None:
        if self._is_inside:
            self._typed(self._way.leave, _LEAVE_S, confirms=True)
        if self._is_inside:
            raise DeviceFault(f"{self._where} does not leave config mode.", "")

    def _obeyed(self, step: str) -> None:
        """Type a line. Raises DeviceFault when the device answers with an error, or not at all."""
        host = _HOSTNAME.match(step)
        answer = self._typed(step, self.ask.timeout_s, prompts=(host[1][:16],) if host else ())
        trouble = error_in(answer.text)
        if trouble:
            raise DeviceFault(f"{self._where} refused “{step.splitlines()[0].strip()}”: {trouble}", "")

    def _typed(
        self, line: str, timeout_s: float, *, prompts: Iterable[str] = (), confirms: bool = False, is_noted: bool = True
    ) -> Said:
        typed = line.format(**self._words) if line in self._way.own_lines else line
        if is_noted:
            self._said.append(f"> {typed}")
        said = self.line.say(typed, timeout_s, prompts=prompts, confirms=confirms)
        self._is_inside = self._way.config_sign in said.prompt
        if is_noted and said.text:
            self._said.append(said.text)
        return said

    @property
    def _transcript(self) -> str:
        return "\n".join(self._said)

    @property
    def _where(self) -> str:
        return self.ask.target.where

    def _not_applied(self, error: DeviceFault, todo: str) -> NotApplied:
        return NotApplied(DeviceFault(error.what, todo), self._transcript, is_out=not self._is_inside)

    def _what_became(self) -> str:
        given, way = self._given, self._way
        if way.commit:
            return "Nothing was changed: the device takes all lines or none."
        if not given:
            return "Nothing was changed."
        lines = "The line before it" if given == 1 else f"The {given} lines before it"
        if self.ask.revert_minutes:
            back = _minutes(self.ask.revert_minutes)
            return f"{lines} were given; the device was told to go back at once, and does so by itself within {back}."
        verb = "is" if given == 1 else "are"
        return f"{lines} {verb} in the running configuration, not saved. Look at the device, and take back or go on."

    def _what_hangs(self) -> str:
        if self.ask.revert_minutes:
            return f"It was not confirmed: the device goes back by itself within {_minutes(self.ask.revert_minutes)}."
        return "All lines were given, but they could not be read back and are not saved. Look at the device."


def unseen(steps: Iterable[str], after: str) -> tuple[str, ...]:
    """Give the lines that the configuration does not show as they were typed: abbreviated, hashed, or not taken."""
    shown = {" ".join(line.split()) for line in after.splitlines()}
    typed = [" ".join(step.split()) for step in steps if "\n" not in step]
    return tuple(line for line in typed if line not in shown and not line.startswith(_UNWRITTEN))


def _minutes(count: int) -> str:
    return "a minute" if count == 1 else f"{count} minutes"
