"""python -m tests.faults.reader_rounds [--commands N] [--seed S]: commands under random chunking and latency.

Each device prints its answers in pieces of random size with random pauses, from two bytes on; some outputs are made of
prompts, some devices page whatever they were told. Prints how many outputs were wrong; exit 1 when any was.
"""

import argparse
import random
import secrets
import sys
import threading
import time
from dataclasses import dataclass, field, replace

from app.devices.commands import Commands, Limits
from app.devices.messages import CommandDone, FromChild, KnownKey, RunCommand, Target
from app.practice.device import Faults, SimulatedDevice
from app.practice.farm import Farm, fingerprint, new_host_key
from app.practice.platform import fill

DEVICES = 16
PAGING = 8  # every eighth asks for a key after each page
PLAIN = ("show interfaces", "show inventory", "show vlan", "show interfaces status", "show mac address-table")
TRICKY = "show prompts"
PAUSE_S = 0.02
TIMEOUT_S = 600  # a device that prints letter by letter keeps the others of its farm waiting


@dataclass
class Tally:
    commands: int = 0
    wrong: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def as_text(self) -> str:
        head = f"{self.commands} commands in {self.seconds:.0f} s: {len(self.wrong)} wrong outputs"
        return "\n  ".join((f"{head}, {len(self.failed)} refused", *self.wrong[:10], *self.failed[:10]))


def run(commands: int, seed: str) -> Tally:
    """Run so many commands on several devices at once and compare each output with what the device meant to print."""
    chance, tally, began = random.Random(seed), Tally(), time.monotonic()
    key = new_host_key()
    devices = [
        SimulatedDevice(f"sw-{n}", host_key=key, is_privileged=True, interfaces=12 * (n % 3)) for n in range(DEVICES)
    ]
    with Farm(devices) as farm:
        wanted = {device.name: _outputs(farm, device, chance) for device in devices}
        for at, device in enumerate(devices):
            farm.set_faults(device.name, _faults(at, chance))
        answers = _Answers()
        runner = Commands(answers.put, Limits(held=DEVICES))
        asked: dict[str, tuple[str, str]] = {}
        print_key = fingerprint(key)

        def ask(request_id: str, device: SimulatedDevice, command: str) -> None:
            port, keys = farm.ports[device.name], (KnownKey("ssh-ed25519", print_key),)
            target = Target(device.name, "127.0.0.1", port, device.username, device.password, known_keys=keys)
            runner.run(RunCommand(request_id, target, command, TIMEOUT_S))

        for device in devices[::PAGING]:
            ask(f"page {device.name}", device, PLAIN[0])  # from then on it is known to page
        answers.wait(len(devices[::PAGING]))
        for n in range(commands):
            device, command = chance.choice(devices), chance.choice((*PLAIN, TRICKY))
            asked[str(n)] = (device.name, command)
            ask(str(n), device, command)
        for answer in answers.wait(commands):
            tally.commands += 1
            name, command = asked[getattr(answer, "request_id", "0")]
            if not isinstance(answer, CommandDone):
                tally.failed.append(f"{name} {command}: {answer}")
            elif answer.raw != wanted[name][command]:
                tally.wrong.append(f"{name} {command}: {answer.raw[-80:]!r}, not {wanted[name][command][-80:]!r}")
        runner.close(20)
    tally.seconds = time.monotonic() - began
    return tally


def _faults(at: int, chance: random.Random) -> Faults:
    """Give what the device does to its answers: pieces and pauses of one kind or another, and pages."""
    chunk_bytes, chunk_delay_s = chance.choice(((2, 0.0), (30, 0.001), (300, PAUSE_S), (3000, PAUSE_S)))
    return Faults(
        chunk_bytes=chunk_bytes,
        chunk_delay_s=chunk_delay_s,
        latency_s=chance.choice((0.0, 0.0, 0.03)),
        pages_anyway=at % PAGING == 0,
    )


def answer_with(farm: Farm, name: str, command: str, text: str) -> None:
    """Let a device answer this to a command that it did not know."""
    box = farm._stands[name].box
    box.platform = replace(
        box.platform,
        replies={**box.platform.replies, command: text},
        privileged={**box.platform.privileged, command: "reply"},
    )


def _outputs(farm: Farm, device: SimulatedDevice, chance: random.Random) -> dict[str, str]:
    """Give what each command prints; one of them is made up of prompts."""
    box = farm._stands[device.name].box
    lines = ["", "!", "line vty 0 4"] + [f"{device.name}{end}" for end in ("#", "#show clock", "(config)#", "# ", ">")]
    tricky = "".join(f"{chance.choice(lines)}\n" for _ in range(60)) + "the end\n"
    answer_with(farm, device.name, TRICKY, tricky)
    texts = {command: fill(box.platform.replies[command], box.words()) for command in (*PLAIN, TRICKY)}
    return {command: text.removesuffix("\n") for command, text in texts.items()}


class _Answers:
    def __init__(self) -> None:
        self._changed, self._done = threading.Condition(), list[FromChild]()

    def put(self, message: FromChild) -> None:
        with self._changed:
            self._done.append(message)
            self._changed.notify_all()

    def wait(self, count: int) -> list[FromChild]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._done) >= count, TIMEOUT_S + count), len(self._done)
            done, self._done = self._done, []
            return done


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.reader_rounds", description=__doc__)
    parser.add_argument("--commands", type=int, default=10_000)
    parser.add_argument("--seed", default=secrets.token_hex(4))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", file=sys.stderr, flush=True)  # noqa: T201  to do it again
    tally = run(arguments.commands, arguments.seed)
    print(tally.as_text())  # noqa: T201  its result
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
