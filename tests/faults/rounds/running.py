"""The rounds one after the other: edits, a fault, healing, and everything compared."""

import json
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from app.domain.entities import TABLES
from tests.faults.rounds import mirror
from tests.faults.rounds.firm import Firm
from tests.faults.rounds.ledger import Findings, Ledger
from tests.faults.rounds.seat import Seat, wait_until
from tests.faults.rounds.tally import PROMISED_S, OfFault, Tally
from tests.faults.rounds.trouble import BESIDE_ANOTHER, FAULTS, OF_THE_SERVER, Scene

_STUCK_AFTER_S = 40.0
_EDITS_LIMIT_S = 60.0
_LONG_STALL_S = 24.0  # beyond the 20 s within which a black hole is noticed
_FULL_EVERY = 10
_DOUBLE = 0.2  # as many rounds have a second fault at the same time


class Rounds:
    """Rounds on one firm."""

    def __init__(self, firm: Firm, tally: Tally, say: Callable[[str], None], *, is_long: bool) -> None:
        self._firm, self._tally, self._say = firm, tally, say
        self._long_stall_s = _LONG_STALL_S if is_long else 0.0
        self._may_double = is_long
        self._ledger = Ledger({s.profile.workstation_id: s.role for s in firm.seats})
        self._number = 0
        tally.disk = firm.seats[0].disk.how

    def begin(self) -> None:
        """Wait until everybody is at work, and take what is there as given."""
        healed_at = time.monotonic()
        found = self._settle(healed_at, OfFault())
        assert not found.stuck, found.stuck
        with self._firm.connected() as company:
            self._ledger.begin(company)

    def one(self, fault: str) -> Findings:
        """Run a round; gives what is wrong after it."""
        self._number += 1
        die = random.Random(f"{self._tally.seed}:{self._number}")
        of_fault = self._tally.by_fault.setdefault(fault, OfFault())
        of_fault.rounds += 1
        scene = Scene(self._firm, die.choice(self._firm.seats), die, self._long_stall_s)
        for seat in self._firm.seats:
            is_bursting = die.random() < 0.15
            seat.edit(
                self._number, die.randint(4, 16), die.uniform(0.02, 0.1), die.randint(50, 400) if is_bursting else 0
            )
        if die.random() < 0.8:
            scene.pause(0, 0.4)
        scenes = [(fault, scene)]
        if self._may_double and die.random() < _DOUBLE:
            others = [seat for seat in self._firm.seats if seat is not scene.seat]
            scenes.append((die.choice(BESIDE_ANOTHER), Scene(self._firm, die.choice(others), die)))
            self._tally.double_rounds += 1
        troubles = [FAULTS[name](of) for name, of in scenes]
        began = time.monotonic()
        for trouble in troubles:
            next(trouble)
        is_done = wait_until(lambda: not any(seat.is_busy for seat in self._firm.seats), _EDITS_LIMIT_S)
        of_fault.refused += sum(seat.made["refused"] for seat in self._firm.seats if seat.made is not None)
        healed_at = time.monotonic()
        for trouble in troubles:
            next(trouble, None)
            if trouble is troubles[0] and fault in OF_THE_SERVER:
                healed_at = time.monotonic()  # from when the server answers again, not from when we began to start it
        found = self._settle(healed_at, of_fault)
        if not is_done:
            found.stuck.append("somebody cannot go on editing")
        found.stuck += [f"the console of {seat.login} has crashed" for seat in self._firm.seats if seat.has_crashed]
        of_fault.hits += scene.has_hit
        found.stuck += [of.orphans for _, of in scenes if of.orphans]
        self._compare(found, of_fault)
        took = time.monotonic() - began
        empty_s = of_fault.empty_s[-1] if of_fault.empty_s else 0.0
        line = f"{self._number:5} {fault:32}{scene.seat.login:6}{took:6.2f} s, empty after {empty_s:5.2f} s"
        line += "".join(f", and {name} ({of.seat.login})" for name, of in scenes[1:])
        self._say(line)
        self._write_down(line, began, healed_at)
        return found

    def _write_down(self, line: str, began: float, healed_at: float) -> None:
        """Keep what every desk said in this round, by seconds since it began."""
        with (self._firm.folder / "story.txt").open("a", encoding="utf-8") as story:
            story.write(f"{line}, healed at {healed_at - began:.2f}\n")
            for seat in self._firm.seats:
                story.writelines(f"  {at - began:6.2f} {seat.login:5} {said}\n" for at, said in tuple(seat.heard))
                seat.heard.clear()

    def _settle(self, healed_at: float, of_fault: OfFault) -> Findings:
        """Wait until every outbox is empty, everybody in contact and every cache equal."""
        found = Findings()
        waits = {
            "the outbox to empty": lambda: all(s.is_open and s.unsent() == 0 for s in self._firm.seats),
            "contact": lambda: all(s.contact == "synced" for s in self._firm.seats),
        }
        for what, condition in waits.items():
            if not wait_until(condition, _STUCK_AFTER_S):
                found.stuck += [f"{s.login} waits for {what}: {self._state(s)}" for s in self._firm.seats]
                return found
            if what == "the outbox to empty":
                self._note_time(time.monotonic() - healed_at, of_fault)
        with ExitStack() as open_ones:
            asked = [(s, open_ones.enter_context(self._firm.connected(s.login))) for s in self._firm.seats]
            differing = list(asked)
            said: list[str] = []
            end = time.monotonic() + _STUCK_AFTER_S
            while differing and time.monotonic() < end:
                said = [mirror.difference(company, seat) for seat, company in differing]
                differing = [pair for pair, what in zip(differing, said, strict=True) if what]
                if differing:
                    time.sleep(0.03)
            of_fault.equal_s.append(time.monotonic() - healed_at)
            found.stuck += [what for what in said if what] if differing else []
            if self._number % _FULL_EVERY == 0 and not differing:
                found.lost += filter(None, (mirror.difference_in_full(company, seat) for seat, company in asked))
        return found

    def _note_time(self, took_s: float, of_fault: OfFault) -> None:
        of_fault.empty_s.append(took_s)
        if took_s > PROMISED_S:
            name = next((n for n, f in self._tally.by_fault.items() if f is of_fault), "start")
            self._tally.late.append(f"round {self._number} ({name}): outbox empty after {took_s:.1f} s")

    @staticmethod
    def _state(seat: Seat) -> str:
        unsent = seat.unsent() if seat.is_open else "?"
        return f"contact {seat.contact!r}, {unsent} unsent, open {seat.is_open}, trouble {seat.trouble}"

    def _compare(self, found: Findings, of_fault: OfFault) -> None:
        for seat in self._firm.seats:
            of_fault.edits += self._ledger.promise(seat.profile.workstation_id, seat.promised())
            orphans = seat.orphans()
            if orphans and not wait_until(lambda s=seat: not s.orphans(), 5):
                found.stuck.append(f"sync processes {orphans} of {seat.login} are nobody's")
        if found.stuck:
            return  # what is not there yet is not lost
        with self._firm.connected() as company:
            there = self._ledger.check(company, self._firm.seats)
        found.lost += there.lost
        found.doubled += there.doubled
        self._tally.statuses = self._ledger.statuses

    def keep(self, folder: Path) -> None:
        """Write down what the company and the workstations hold, for whoever looks for the reason."""
        self._firm.await_server()
        with self._firm.connected() as company:
            for table in ("sync.op", "sync.feed", "sync.workstation", *(f"baton.{t.name}" for t in TABLES)):
                rows = company.execute(f"SELECT to_jsonb(r) FROM {table} r".encode()).fetchall()
                text = "\n".join(json.dumps(row) for (row,) in rows)
                (folder / f"{table}.jsonl").write_text(text, encoding="utf-8")
        for seat in self._firm.seats:
            seat.disk.keep(folder / f"{seat.login} kept")


def deck(count: int, seed: str) -> list[str]:
    """Give the kinds of that many rounds: all kinds, shuffled, again and again."""
    die = random.Random(seed)
    return [name for _ in range(0, count, len(FAULTS)) for name in die.sample(sorted(FAULTS), len(FAULTS))][:count]


def run(
    faults: Sequence[str], seed: str, say: Callable[[str], None], *, is_long: bool = False, keep: bool = False
) -> Tally:
    """Run a round for each named fault, until one fails; gives the counts.

    The folder of a failing or late round stays, with what everybody held and said. `is_long` adds black holes of many
    seconds and rounds with two faults.
    """
    folder = Path(tempfile.mkdtemp(prefix="rounds-"))
    tally = Tally(seed, folder=str(folder))
    began = time.monotonic()
    firm = Firm(folder, seed)
    try:
        rounds = Rounds(firm, tally, say, is_long=is_long)
        rounds.begin()
        for fault in faults:
            found = rounds.one(fault)
            tally.lost += len(found.lost)
            tally.doubled += len(found.doubled)
            tally.stuck += len(found.stuck)
            tally.findings += found.all
            if not tally.is_good:
                rounds.keep(folder)
                break
        for seat in firm.seats:
            seat.close()
    finally:
        firm.close()
    tally.took_s = time.monotonic() - began
    tally.crashes = sum(log.read_text().count("Traceback") for log in folder.glob("*.log"))
    if tally.is_good and not tally.late and not keep:
        shutil.rmtree(folder)
        tally.folder = ""
    return tally
