"""python -m tests.faults.reader_rounds [--commands N] [--seed S]: commands under random chunking and latency.

Each device prints its answers in pieces of random size with random pauses, some of them right behind what looks like
the prompt; some outputs contain prompts, some are long, some come page by page. Prints how many outputs were wrong;
exit 1 when any was.
"""

import argparse
import asyncio
import random
import secrets
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from app.devices.commands import Commands, Limits
from app.devices.messages import CommandDone, FromChild, KnownKey, RunCommand, Target
from app.practice import vty
from app.practice.device import SimulatedDevice
from app.practice.farm import Farm, fingerprint, new_host_key
from app.practice.replies import fill

DEVICES = 16
PAGING = 8  # every eighth asks for a key after each page
PLAIN = ("show ip interface brief", "show inventory", "show vlan", "show interfaces status", "show mac address-table")
LONG = "show running-config"
TRICKY = "show prompts"
PAUSE_S = 0.02


@dataclass
class Tally:
    commands: int = 0
    wrong: list[str] = field(default_factory=list)
    pieces: int = 0
    seconds: float = 0.0

    def as_text(self) -> str:
        return (
            f"{self.commands} commands in {self.pieces} pieces, {self.seconds:.0f} s: {len(self.wrong)} wrong outputs"
            + "".join(f"\n  {line}" for line in self.wrong[:10])
        )


def run(commands: int, seed: str) -> Tally:
    """Run so many commands on several devices at once and compare each output with what the device meant to print."""
    chance, tally, began = random.Random(seed), Tally(), time.monotonic()
    key = new_host_key()
    devices = [
        SimulatedDevice(f"sw-{n}", host_key=key, is_privileged=True, interfaces=12 * (n % 3)) for n in range(DEVICES)
    ]
    with _in_pieces(random.Random(seed + "pieces"), tally), Farm(devices) as farm:
        wanted = {device.name: _outputs(farm, device, chance) for device in devices}
        answers = _Answers()
        runner = Commands(answers.put, Limits(held=DEVICES))
        asked: dict[str, tuple[str, str]] = {}
        print_key = fingerprint(key)

        def ask(request_id: str, device: SimulatedDevice, command: str) -> None:
            port, keys = farm.ports[device.name], (KnownKey("ssh-ed25519", print_key),)
            target = Target(device.name, "127.0.0.1", port, device.username, device.password, known_keys=keys)
            runner.run(RunCommand(request_id, target, command, 60))

        for device in devices[::PAGING]:
            ask(f"paging {device.name}", device, "terminal length 24")
            ask(f"page {device.name}", device, LONG)  # from then on it is known to page
        answers.wait(2 * len(devices[::PAGING]))
        for n in range(commands):
            device, command = chance.choice(devices), chance.choice((*PLAIN, LONG, TRICKY))
            asked[str(n)] = (device.name, command)
            ask(str(n), device, command)
        for answer in answers.wait(commands):
            tally.commands += 1
            name, command = asked[getattr(answer, "request_id", "0")]
            if not isinstance(answer, CommandDone):
                tally.wrong.append(f"{name} {command}: {answer}")
            elif answer.raw != wanted[name][command]:
                tally.wrong.append(f"{name} {command}: {answer.raw[-80:]!r}, not {wanted[name][command][-80:]!r}")
        runner.close(20)
    tally.seconds = time.monotonic() - began
    return tally


def _outputs(farm: Farm, device: SimulatedDevice, chance: random.Random) -> dict[str, str]:
    """Give what each command prints; one of them is made up of prompts."""
    box = farm._stands[device.name].box
    lines = ["", "!", "line vty 0 4"] + [f"{device.name}{end}" for end in ("#", "#show clock", "(config)#", "# ", ">")]
    tricky = "".join(f"{chance.choice(lines)}\n" for _ in range(60)) + "the end\n"
    box.replies = {**box.replies, TRICKY: tricky}
    texts = {command: fill(box.replies[command], box.words()) for command in PLAIN}
    texts |= {LONG: box.running.text(), TRICKY: tricky}
    return {command: text.removesuffix("\n") for command, text in texts.items()}


@contextmanager
def _in_pieces(chance: random.Random, tally: Tally) -> Iterator[None]:
    """Let the devices print piece by piece; a piece often ends behind what looks like the prompt."""
    whole = vty.Vty._write

    async def write(self: vty.Vty, text: str) -> None:
        while text:
            size = chance.choice((1, 3, 20, 200, 2000, 10_000))
            mark = text.find("#", max(0, size - 50)) + 1
            size = mark if mark and chance.random() < 0.4 else size
            piece, text = text[:size], text[size:]
            tally.pieces += 1
            await whole(self, piece)
            if chance.random() < 0.1:
                await asyncio.sleep(chance.random() * PAUSE_S)

    vty.Vty._write = write  # type: ignore[method-assign]
    try:
        yield
    finally:
        vty.Vty._write = whole  # type: ignore[method-assign]


class _Answers:
    def __init__(self) -> None:
        self._changed, self._done = threading.Condition(), list[FromChild]()

    def put(self, message: FromChild) -> None:
        with self._changed:
            self._done.append(message)
            self._changed.notify_all()

    def wait(self, count: int) -> list[FromChild]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._done) >= count, 30 + count), len(self._done)
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
