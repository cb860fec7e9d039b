"""command: one `show version` on a held session, against netmiko's send_command on a session of its own.

Both get the same device in the same run, turn by turn, and must give the same bytes; raw paramiko, which knows the
prompt and believes the first one it sees, stands beside them.
"""

import re
import time
from collections.abc import Callable
from typing import Any

from netmiko import ConnectHandler

from app.devices.command_line import CommandLine
from app.devices.login import Patience
from tests.bench.fleet import Raw
from tests.bench.fleet_farm import PASSWORD, Doors, FarmApart
from tests.bench.process import profiled
from tests.bench.result import Reach, Result, percentile
from tests.bench.wish import Wish

COMMAND, LONG = "show version", "show running-config"
TURNS = 5  # of ours and of raw for one of netmiko's, which takes as long


def bench(wish: Wish) -> Result:
    with FarmApart(1) as farm:
        line = CommandLine.open(farm.doors.target(0), Patience())
        stock, raw = _stock(farm.doors), Raw(farm.doors, 0)
        try:
            times, alike = _measure(wish, line, stock, raw)
            with profiled(wish.is_profiled, "command: CommandLine.run"):
                for _ in range(100 if wish.is_profiled else 0):
                    line.run(COMMAND, 10, 1_000_000)
        finally:
            line.close()
            stock.disconnect()
            raw.close()
    ms = {name: {share: percentile(found, share) * 1000 for share in (0.5, 0.95)} for name, found in times.items()}
    ratio = ms["netmiko"][0.5] / ms["ours"][0.5]
    figures: dict[str, Any] = {}
    for name, row in ms.items():
        figures |= {f"{name}_median_ms": round(row[0.5], 2), f"{name}_p95_ms": round(row[0.95], 2)}
    return Result(
        "command",
        len(times["netmiko"]),
        figures,
        (
            Reach(f"times as fast as netmiko's {COMMAND}", ">= 20x", f"{ratio:.0f}x", ratio >= 20),
            Reach("the same bytes as netmiko's", "all", f"{alike:.1%}", alike == 1),
        ),
    )


def _measure(wish: Wish, line: CommandLine, stock: Any, raw: Raw) -> tuple[dict[str, list[float]], float]:
    times: dict[str, list[float]] = {"ours": [], "raw": [], "netmiko": [], "ours_43_kb": [], "netmiko_43_kb": []}
    alike: list[bool] = []

    def timed(name: str, act: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        found = act()
        times[name].append(time.perf_counter() - began)
        return found

    for _ in range(wish.runs(40)):
        for _turn in range(TURNS):
            ours = timed("ours", lambda: line.run(COMMAND, 10, 1_000_000))
            timed("raw", lambda: raw.says(COMMAND))
        alike.append(ours == timed("netmiko", lambda: stock.send_command(COMMAND)))
        ours = timed("ours_43_kb", lambda: line.run(LONG, 10, 1_000_000))
        alike.append(_still(ours) == _still(timed("netmiko_43_kb", lambda: stock.send_command(LONG))))
    return times, sum(alike) / len(alike)


def _still(configuration: str) -> str:
    """Give the configuration without the number that IOS changes by itself whenever one looks."""
    return re.sub(r"clock-period \d+", "", configuration)


def _stock(doors: Doors) -> Any:
    return ConnectHandler(
        device_type="cisco_ios", host="127.0.0.1", port=doors.ports[0], username="support", password=PASSWORD
    )
