"""The play of the demo day and the pictures of the panes, as the command line asks for them."""

import os
import sys
import tempfile
from argparse import Namespace
from pathlib import Path
from typing import cast

from ui.bootstrap.day import Day
from ui.bootstrap.declared import DEVICES, ESCALATIONS, QUEUE, RELEASES
from ui.bootstrap.report import Report
from ui.bootstrap.stage import SIZES, Stage, pictures, settle
from ui.bootstrap.starting import application
from ui.kit.theme import Scheme
from ui.panes.queue import QueuePane

MANAGER = "mara"
# Pages over the panes and in the Queue, by the command that shows them.
_PAGES = (
    ("queue.page.ledger", "ledger"),
    ("shell.customers", "customers"),
    ("shell.levels", "service-levels"),
    ("shell.topics", "topics"),
    ("shell.reports", "reports"),
    ("shell.broadcast", "broadcast"),
    ("shell.snippets", "snippets"),
    ("shell.safeguards", "safeguards"),
    ("shell.host_keys", "host-keys"),
    ("shell.accounts", "accounts"),
    ("shell.device_imports", "device-imports"),
    ("shell.config_search", "config-search"),
    ("shell.configure", "configure"),
    ("shell.configs", "configurations"),
    ("shell.highlights", "highlights"),
    ("shell.practice", "practice"),
)
_SCREEN = Path(__file__).resolve().parents[2] / "resources" / "offscreen" / "screen.json"


def play_demo_day(arguments: Namespace) -> int:
    """Play the day and say what happened; gives 1 when a step did not come out."""
    _use_big_screen()
    application()
    out = arguments.out or Path(tempfile.mkdtemp(prefix="baton-demo-"))
    report = Report(_say)
    with Stage() as stage:
        Day(stage, report, out).play()
    if arguments.json:
        print(report.as_json())  # noqa: T201  the verb's result
    else:
        _say(f"{len(report.screens)} pictures in {out}")
    return 0 if report.is_fine else 1


def take_shots(arguments: Namespace) -> int:
    """Save every pane of the demo company in each theme and size."""
    _use_big_screen()
    application()
    schemes = [Scheme(arguments.theme)] if arguments.theme else [Scheme.LIGHT, Scheme.DARK]
    files: list[Path] = []
    with Stage() as stage:
        session = stage.open(MANAGER)
        settle(500)
        for width, height in SIZES:
            session.window.resize(width, height)
            for pane in (QUEUE, ESCALATIONS, RELEASES, DEVICES):
                session.window.show_pane(pane)
                settle(400)
                files += pictures(session, f"{pane}-{width}", arguments.out, schemes)
            queue = cast("QueuePane", session.window.show_pane(QUEUE))
            queue.log_call("northgate")
            settle(500)
            files += pictures(session, f"call-{width}", arguments.out, schemes)
            queue.call.drop.click()
            settle(200)
            for command, name in _PAGES:
                session.book.run(command)
                settle(900)
                files += pictures(session, f"{name}-{width}", arguments.out, schemes)
                session.window.show_pane(QUEUE)
            queue.places.choose("promises")
    for file in files:
        _say(str(file))
    return 0


def _use_big_screen() -> None:
    """Play on a screen that holds the windows: Qt's own one without a display has 800 by 800 points."""
    if ":" not in str(_SCREEN):  # Qt splits the platform's name there
        os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={_SCREEN}"
    else:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201  what goes on, for the person who waits
