"""A console without a window, as a process of its own: python -m tests.faults.rounds.desk PROFILE JOURNAL LOGIN ...

Reads commands as JSON lines, says as JSON lines how it stands. What it has promised to the person (an edit whose
`write` has come back) it appends to the journal, on the disk before the next edit.
"""

import argparse
import json
import os
import random
import sys
import threading
import time
from pathlib import Path
from typing import Any, TextIO

from app.domain.errors import BatonError
from app.runtime.profile import Profile
from app.runtime.secrets import MemorySecrets
from app.runtime.workstation import Workstation
from app.store.edits import Op
from tests.faults.rounds.hand import Hand

_WRITE_LIMIT_S = 20.0


class _Mouth:
    def __init__(self, out: TextIO) -> None:
        self._out, self._lock = out, threading.Lock()

    def say(self, **words: Any) -> None:
        with self._lock:
            self._out.write(json.dumps(words) + "\n")
            self._out.flush()


class _Journal:
    """The promises, one a line; a line that a kill has cut short is none."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")
        self._file.write("\n")

    def keep(self, round_no: int, ops: list[Op]) -> None:
        for op in ops:
            line = {"round": round_no, **op.as_wire()}
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.rounds.desk")
    parser.add_argument("profile", type=Path)
    parser.add_argument("journal", type=Path)
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("seed")
    arguments = parser.parse_args()
    profile = Profile.load(arguments.profile)
    assert profile is not None
    mouth, journal = _Mouth(sys.stdout), _Journal(arguments.journal)
    workstation = Workstation(profile, MemorySecrets())
    workstation.on_sync_state = lambda s: mouth.say(
        contact=s.contact, unsent=s.unsent, trouble=None if s.trouble is None else str(s.trouble)
    )
    workstation.on_child_state = lambda _state: mouth.say(sync_pid=workstation.sync_pid)
    address = profile.address_at(arguments.host, arguments.port)
    # A password is asked for over TCP only, by Baton; the server of the rounds knows who we are without.
    workstation.start_sync(address, None if address.uses_socket else "none")
    mouth.say(open=True)
    try:
        for line in sys.stdin:
            _edit(workstation, journal, mouth, arguments.seed, json.loads(line))
    finally:
        workstation.close()
    return 0


def _edit(workstation: Workstation, journal: _Journal, mouth: _Mouth, seed: str, plan: dict[str, Any]) -> None:
    """Do what the plan says: `count` edits with pauses, and `burst` notes at once in between."""
    login, round_no = workstation.profile.login, int(plan["round"])
    die = random.Random(f"{seed}/{login}/{round_no}")
    hand = Hand(die, login, round_no)
    burst_at = die.randrange(plan["count"]) if plan["burst"] else -1
    made = refused = 0
    for n in range(plan["count"]):
        try:
            if n == burst_at:
                ops = workstation.write(lambda d: hand.burst(d, plan["burst"])).result(_WRITE_LIMIT_S)
            else:
                ops = workstation.write(hand.do_something).result(_WRITE_LIMIT_S)
            journal.keep(round_no, ops)
            made += len(ops)
        except (BatonError, OSError) as e:  # said to the person, so nothing was promised
            refused += 1
            sys.stderr.write(f"round {round_no}: not written: {e}\n")
        time.sleep(die.uniform(0, plan["pause_s"]))
    mouth.say(made=made, refused=refused, round=round_no)


if __name__ == "__main__":
    sys.exit(main())
