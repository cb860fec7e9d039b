"""The demo day as a newcomer's script would play it: one command, off screen, with a report and pictures."""

import json
import os
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.workstations import ROOT

STEPS = [
    "company_up", "workstations_up", "caller_found", "call_logged", "seen_elsewhere", "offline_edits",
    "conflict_shown", "conflict_resolved", "escalated", "outcome_recorded", "host_key_accepted", "device_command",
    "table_parsed", "guard_held", "backup_taken", "window_opened", "config_changed", "change_shown",
    "changed_key_refused", "broadcast_asked", "audit_whole", "run_started", "critical_step_refused", "step_ticked",
    "signed_off", "reopened",
]  # fmt: skip
PANES = {"queue", "escalations", "releases", "devices"}


def size_of(file: Path) -> tuple[int, int]:
    """Give width and height of a PNG, by its header."""
    head = file.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n", f"{file} is no PNG"
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def processes_of(folder: Path) -> list[str]:
    """Give the command lines of living processes that name a folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # gone in the meantime
        if str(folder) in line:
            found.append(line)
    return found


@pytest.mark.timeout(240)
def test_the_demo_day_plays_from_the_first_call_to_the_reopened_window(tmp_path: Path) -> None:
    out, temporary = tmp_path / "out", tmp_path / "t"
    temporary.mkdir()
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "TMPDIR": str(temporary),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "demo", "--no-window", "--json", "--out", str(out)],
        capture_output=True,
        text=True,
        env=environment,
        timeout=200,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    lines = done.stdout.splitlines()
    assert len(lines) == 1, done
    told: dict[str, Any] = json.loads(lines[0])
    failed = [f"{s['name']}: {s['detail']}" for s in told["steps"] if not s["ok"]]
    assert not failed, f"{failed}\n{done.stderr[-3000:]}"
    assert (told["ok"], done.returncode) == (True, 0)
    assert [s["name"] for s in told["steps"]] == STEPS
    assert all(set(s) == {"name", "ok", "ms", "detail"} and s["ms"] >= 0 and s["detail"] for s in told["steps"])
    screens = [Path(s) for s in told["screens"]]
    assert {f"{pane}-{scheme}.png" for pane in PANES for scheme in ("light", "dark")} <= {s.name for s in screens}
    for screen in screens:
        width, height = size_of(screen)
        assert 1100 <= width <= 1300, screen
        assert 700 <= height <= 820, screen
    assert "Traceback" not in done.stderr
    _nothing_is_left(temporary)


def _nothing_is_left(temporary: Path) -> None:
    if not Path("/proc/self").exists():
        return
    end = time.monotonic() + 20
    while processes_of(temporary) and time.monotonic() < end:
        time.sleep(0.1)
    assert not processes_of(temporary)
    assert not [p for p in temporary.iterdir() if p.name.startswith("baton-play-")], "the demo's folder goes with it"
