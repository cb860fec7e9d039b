"""start: from exec to the first painted pane on a cache of 890 issues, against an empty QMainWindow with tabs."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from app.domain.customer import Contact, Customer
from app.domain.entity import source_id
from app.domain.issue import Issue, IssueState
from app.domain.person import Person
from app.runtime.profile import CompanyKind, Profile
from app.store import edits
from app.store.arrivals import remember
from app.store.cache import Cache
from tests.bench.result import Reach, Result, percentile
from tests.bench.wish import Wish

ROOT = Path(__file__).resolve().parents[2]
ISSUES = 890

REFERENCE = """
import sys
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QTabWidget, QWidget
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, lambda: (print("painted", flush=True), app.exit(0)))
        return False
app = QApplication(sys.argv)
window = QMainWindow()
tabs = QTabWidget()
for name in ("Queue", "Escalations", "Releases", "Devices"):
    tabs.addTab(QWidget(), name)
window.setCentralWidget(tabs)
window.resize(1280, 800)
watch = Watch()
window.installEventFilter(watch)
window.show()
sys.exit(app.exec())
"""


@dataclass(frozen=True)
class Start:
    cpu_ms: float
    wall_ms: float
    said: str


def bench(wish: Wish) -> Result:
    n = wish.n or wish.size(9, 2)
    with tempfile.TemporaryDirectory() as folder:
        profile = _profile(Path(folder))
        ours_command = [sys.executable, str(ROOT / "main.py"), "--profile", str(profile.folder)]
        ours, reference = [], []
        reference_command, compiled = [sys.executable, "-c", REFERENCE], Path(folder) / "compiled"
        _start(ours_command, compiled)
        _start(reference_command, compiled)
        for _ in range(n):  # in turn, so that a machine that slows down slows both
            ours.append(_start(ours_command, compiled))
            reference.append(_start(reference_command, compiled))
    ratio = median(s.cpu_ms for s in ours) / median(s.cpu_ms for s in reference)
    loaded = sorted({name for s in ours for name in s.said.removeprefix("painted").strip().split(",") if name})
    early = [name for name in loaded if name in {"netmiko", "pyqtgraph", "psycopg"}]
    walls = [s.wall_ms for s in ours]
    return Result(
        "start",
        n,
        {
            "ours_cpu_ms": round(median(s.cpu_ms for s in ours)),
            "reference_cpu_ms": round(median(s.cpu_ms for s in reference)),
            "ours_wall_ms": round(median(walls)),
            "ours_wall_p95_ms": round(percentile(walls, 0.95)),
            "reference_wall_ms": round(median(s.wall_ms for s in reference)),
            "loaded_before_paint": ",".join(loaded) or "none of netmiko, paramiko, pyqtgraph, psycopg, asyncssh, numpy",
        },
        (
            Reach("CPU of the GUI process / empty window with tabs", "<= 1.5x", f"{ratio:.2f}x", ratio <= 1.5),
            Reach("netmiko, pyqtgraph, psycopg before first paint", "none", ",".join(early) or "none", not early),
        ),
    )


def _start(command: list[str], compiled: Path) -> Start:
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "BATON_TELL_FIRST_PAINT": "1",
        # A second start: Python has compiled both before, also where the environment forbids to keep that.
        "PYTHONPYCACHEPREFIX": str(compiled),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True)
    assert process.stdout is not None
    said = process.stdout.readline().strip()
    wall_s = time.monotonic() - began
    process.stdout.close()
    process.wait(30)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert said.startswith("painted"), f"{command} said {said!r}"
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Start(cpu_s * 1000, wall_s * 1000, said)


def _profile(folder: Path) -> Profile:
    profile = Profile.new(folder / "desk", CompanyKind.SERVER, "mara", host="127.0.0.1", port=1)
    profile.save()
    cache, now = Cache(profile.cache_path), datetime.now(UTC)
    me = source_id("bench", "mara")
    with cache.transaction():
        remember(cache, person_id=me)
        edits.insert(cache, Person(id=me, login="mara", name="Mara"), now, me)
        for c in range(40):
            customer = Customer(id=source_id("bench", f"customer/{c}"), name=f"Customer {c}", is_vip=c % 7 == 0)
            edits.insert(cache, customer, now, me)
            contact = Contact(id=source_id("bench", f"contact/{c}"), customer_id=customer.id, name=f"Contact {c}")
            edits.insert(cache, contact, now, me)
        for i in range(ISSUES):
            issue = Issue(
                id=source_id("bench", f"issue/{i}"),
                customer_id=source_id("bench", f"customer/{i % 40}"),
                title=f"Import {i} fails after the night deployment",
                state=IssueState.OPEN if i % 3 else IssueState.WAITING,
                opened_at=now - timedelta(hours=i),
                next_update_at=now + timedelta(minutes=i - 20),
            )
            edits.insert(cache, issue, now, me)
        cache.write("DELETE FROM outbox")
    cache.close()
    return profile
