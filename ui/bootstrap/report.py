"""Collects what the steps of the play did, and says it."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.domain.errors import BatonError


class StepFailed(Exception):
    """A step of the play did not come out as it should; the text says how."""


@dataclass(frozen=True, slots=True)
class StepDone:
    """One step: its name, whether it came out, how long it took and what was seen."""

    name: str
    is_fine: bool
    ms: int
    detail: str

    def as_dict(self) -> dict[str, Any]:
        """Give it as the command line prints it."""
        return {"name": self.name, "ok": self.is_fine, "ms": self.ms, "detail": self.detail}


@dataclass
class Report:
    """The steps so far and the pictures; `say` hears each step when it is over."""

    say: Callable[[str], None]
    steps: list[StepDone] = field(default_factory=list)
    screens: list[Path] = field(default_factory=list)

    def step(self, name: str, act: Callable[[], str]) -> bool:
        """Do a step and keep what came of it; gives whether it came out."""
        began = time.monotonic()
        try:
            detail, is_fine = act(), True
        except (BatonError, StepFailed) as e:
            detail, is_fine = str(e), False
        except Exception as e:  # noqa: BLE001  a step that breaks says so and the report goes on
            detail, is_fine = f"{type(e).__name__}: {e}", False
        self.steps.append(StepDone(name, is_fine, round((time.monotonic() - began) * 1000), detail))
        last = self.steps[-1]
        self.say(f"{'ok  ' if is_fine else 'FAIL'} {last.ms:6} ms  {name:22} {detail}")
        return is_fine

    @property
    def is_fine(self) -> bool:
        """Whether every step came out."""
        return all(s.is_fine for s in self.steps)

    def as_json(self) -> str:
        """Give the whole as one JSON object."""
        said = {
            "ok": self.is_fine,
            "steps": [s.as_dict() for s in self.steps],
            "screens": [str(f) for f in self.screens],
        }
        return json.dumps(said, ensure_ascii=False)


def check(condition: object, otherwise: str) -> None:
    """Go on only when the condition holds; raises StepFailed with what was seen instead."""
    if not condition:
        raise StepFailed(otherwise)
