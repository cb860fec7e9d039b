"""fleet: 200 devices are logged in to and asked two things; then, still held, for 43 kB of configuration each.

Beside ours, each in a process of its own and on the same devices: raw paramiko, which knows the prompt beforehand and
reads until it comes, and stock netmiko. The devices stand in one more process; what they cost is said, since their one
thread answers everybody.
"""

import logging
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Any

import paramiko
from netmiko import ConnectHandler

from app.devices.commands import Commands, Limits
from app.devices.messages import CommandDone, FromChild, RunCommand
from tests.bench.fleet_farm import PASSWORD, Doors, FarmApart
from tests.bench.process import Apart, cpu_s, peak_bytes
from tests.bench.result import Reach, Result
from tests.bench.wish import Wish

DEVICES = 200
COMMANDS = ("show version", "show ip interface brief")
LONG = "show running-config"
AT_ONCE = 32
READ_BYTES = 65_536


class Answers:
    """Counts what comes, as the console's side of the pipe would take it away, until all is there."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count, self._least_chars = 0, 1_000_000
        self._bad: FromChild | None = None

    def put(self, message: FromChild) -> None:
        with self._changed:
            self._count += 1
            if isinstance(message, CommandDone):
                self._least_chars = min(self._least_chars, len(message.raw))
            else:
                self._bad = message
            self._changed.notify_all()

    def wait(self, count: int, least_chars: int) -> None:
        """Wait for so many answers, none of them shorter."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._count >= count or self._bad is not None, 120), self._count
            assert self._bad is None, self._bad
            assert self._least_chars >= least_chars, self._least_chars
            self._count, self._least_chars = 0, 1_000_000


def ours(doors: Doors, rounds: int) -> dict[str, float]:
    count, answers = len(doors.ports), Answers()
    commands = Commands(answers.put, Limits(held=count))
    began = time.perf_counter()
    for command in COMMANDS:
        for at in range(count):
            commands.run(RunCommand(f"{at} {command}", doors.target(at), command))
    answers.wait(count * len(COMMANDS), 500)
    seconds = time.perf_counter() - began
    again = [_again(commands, doors, answers) for _ in range(rounds)]
    figures = {"s": seconds, "again_s": median(again), "peak_mb": peak_bytes() / 1e6, "cpu_s": cpu_s(os.getpid())}
    commands.close(20)
    return figures


def _again(commands: Commands, doors: Doors, answers: Answers) -> float:
    began = time.perf_counter()
    for at in range(len(doors.ports)):
        commands.run(RunCommand(f"{at}", doors.target(at), LONG))
    answers.wait(len(doors.ports), 42_000)
    return time.perf_counter() - began


def raw(doors: Doors, rounds: int) -> dict[str, float]:
    """paramiko alone: no prompt to be found, no paging to be asked about, one thread for each device."""
    held: list[Raw] = []
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as people:
        held += people.map(lambda at: Raw(doors, at), range(len(doors.ports)))
    seconds = time.perf_counter() - began
    again = []
    with ThreadPoolExecutor(AT_ONCE) as people:
        for _ in range(rounds):
            began = time.perf_counter()
            sizes = set(people.map(lambda one: len(one.says(LONG)), held))
            again.append(time.perf_counter() - began)
            assert min(sizes) > 42_000, sizes
    figures = {"s": seconds, "again_s": median(again), "peak_mb": peak_bytes() / 1e6, "cpu_s": cpu_s(os.getpid())}
    for one in held:
        one.close()
    return figures


class Raw:
    def __init__(self, doors: Doors, at: int) -> None:
        self._prompt = f"sw-{at}#".encode()
        self._transport = paramiko.Transport(("127.0.0.1", doors.ports[at]))
        self._transport.start_client(timeout=30)
        self._transport.auth_password("support", PASSWORD)
        self._channel = self._transport.open_session()
        self._channel.get_pty()
        self._channel.invoke_shell()
        self._read()
        for command in ("terminal length 0", *COMMANDS):
            self.says(command)

    def says(self, command: str) -> bytes:
        self._channel.sendall(command.encode() + b"\n")
        return self._read()

    def _read(self) -> bytes:
        text = b""
        while not text.endswith(self._prompt):
            came = self._channel.recv(READ_BYTES)
            assert came, text
            text += came
        return text

    def close(self) -> None:
        self._transport.close()


def netmiko(doors: Doors) -> dict[str, float]:
    """Stock netmiko in as many threads."""

    def one(at: int) -> None:
        connection: Any = ConnectHandler(
            device_type="cisco_ios", host="127.0.0.1", port=doors.ports[at], username="support", password=PASSWORD
        )
        for command in COMMANDS:
            assert connection.send_command(command)
        connection.disconnect()

    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as people:
        list(people.map(one, range(len(doors.ports))))
    return {"s": time.perf_counter() - began, "peak_mb": peak_bytes() / 1e6, "cpu_s": cpu_s(os.getpid())}


def bench(wish: Wish) -> Result:
    count, rounds = wish.size((DEVICES, 7), (6, 2))
    runs: list[dict[str, dict[str, float]]] = []
    with FarmApart(count) as farm:
        for _ in range(wish.runs(3)):
            found = {"raw": _apart(farm, raw, rounds), "ours": _apart(farm, ours, rounds)}
            runs.append(found | {"netmiko": _apart(farm, netmiko)})
    rows = {who: {name: round(median(run[who][name] for run in runs), 2) for name in runs[0][who]} for who in runs[0]}
    ratio = rows["ours"]["s"] / rows["raw"]["s"]
    again, peak = rows["ours"]["again_s"], rows["ours"]["peak_mb"]
    figures: dict[str, Any] = {"devices": count, "times_as_fast_as_netmiko": _ratio(rows, "netmiko", "ours")}
    for who, row in rows.items():
        figures |= {f"{who}_{name}": value for name, value in row.items()}
    return Result(
        "fleet",
        len(runs),
        figures,
        (
            Reach("connect and 2 commands / raw paramiko", "<= 1.25x", f"{ratio:.2f}x", ratio <= 1.25),
            Reach("43 kB on every held session", "<= 0.7 s", f"{again:.2f} s", again <= 0.7),
            Reach("memory", "<= 120 MB", f"{peak:.0f} MB", peak <= 120),
        ),
    )


def _ratio(rows: dict[str, dict[str, float]], slow: str, fast: str) -> float:
    return round(rows[slow]["s"] / rows[fast]["s"], 1)


def _apart(farm: FarmApart, function: Any, *arguments: Any) -> dict[str, float]:
    before = farm.cpu_s
    found: dict[str, float] = Apart(_quietly, function, farm.doors, *arguments).result()
    return found | {"devices_cpu_s": farm.cpu_s - before}


def _quietly(function: Any, *arguments: Any) -> Any:
    """Do it as in the devices child, where paramiko's complaints at the end of a connection go nowhere."""
    logging.getLogger("paramiko").addHandler(logging.NullHandler())
    return function(*arguments)
