"""Which panes and settings there are: the one place that knows them all.

A pane's module is loaded when the pane is first shown: four of them would double the time to the first paint.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from ui.kit.console import Console
from ui.kit.settings import Setting
from ui.kit.theme import Scheme
from ui.shell.navigation import WindowNavigator
from ui.shell.pane import Pane, PaneSpec, SetBadge

if TYPE_CHECKING:
    from ui.panes.devices import DevicesPane
    from ui.panes.escalations import EscalationsPane
    from ui.panes.queue import QueuePane
    from ui.panes.releases import ReleasesPane

QUEUE, ESCALATIONS, RELEASES, DEVICES = "queue", "escalations", "releases", "devices"
REPORTS = "reports"

SCHEME: Setting[str] = Setting(
    "look.scheme",
    "Colours",
    "Light, dark, or as the desktop has it",
    str,
    Scheme.SYSTEM.value,
    ((Scheme.SYSTEM.value, "As the desktop"), (Scheme.LIGHT.value, "Light"), (Scheme.DARK.value, "Dark")),
    group="Look",
)
AMBER_UNSENT_S: Setting[int] = Setting(
    "sync.amber_unsent_s",
    "Warn of unsent edits after",
    "Seconds after which an edit that has not reached the company turns the status amber",
    int,
    60,
    group="Sync",
    low=5,
    high=3600,
)
AMBER_STALE_S: Setting[int] = Setting(
    "sync.amber_stale_s",
    "Warn of old data after",
    "Seconds without news of the company after which the status turns amber",
    int,
    90,
    group="Sync",
    low=30,
    high=3600,
)
KEEP_YEARS: Setting[int] = Setting(
    "sync.keep_closed_years",
    "Keep closed issues for",
    "Years; 0 keeps all. Older ones are in the company's archive, which the search asks. Counts from the next start on",
    int,
    2,
    group="Sync",
    low=0,
    high=50,
)
SETTINGS: tuple[Setting[str] | Setting[int], ...] = (SCHEME, AMBER_UNSENT_S, AMBER_STALE_S, KEEP_YEARS)


def panes(console: Console) -> Sequence[PaneSpec]:
    """Give the panes in the order of their tabs."""

    def queue(set_badge: SetBadge) -> Pane:
        from ui.panes.queue import QueuePane  # noqa: PLC0415  loaded when it is shown

        return QueuePane(console, set_badge)

    def escalations(set_badge: SetBadge) -> Pane:
        from ui.panes.escalations import EscalationsPane  # noqa: PLC0415  loaded when it is shown

        return EscalationsPane(console, set_badge)

    def releases(set_badge: SetBadge) -> Pane:
        from ui.panes.releases import ReleasesPane  # noqa: PLC0415  loaded when it is shown

        return ReleasesPane(console, set_badge)

    def devices(set_badge: SetBadge) -> Pane:
        from ui.panes.devices import DevicesPane  # noqa: PLC0415  loaded when it is shown
        from ui.panes.devices.guard.news import EmergencyNews  # noqa: PLC0415  see above

        pane = DevicesPane(console, set_badge)
        EmergencyNews(console, pane)
        return pane

    return (
        PaneSpec(QUEUE, "Queue", queue),
        PaneSpec(ESCALATIONS, "Escalations", escalations),
        PaneSpec(RELEASES, "Releases", releases),
        PaneSpec(DEVICES, "Devices", devices),
    )


def navigator() -> WindowNavigator:
    """Give the way from pane to pane; to be attached to the window."""
    ways = WindowNavigator()
    ways.add_way("issue", QUEUE, _open_issue)
    ways.add_way("device", DEVICES, _open_device)
    ways.add_way("escalation", ESCALATIONS, _open_escalation)
    ways.add_way("run", RELEASES, _open_run)
    ways.add_list_way(QUEUE, _show_issues)
    return ways


def _open_issue(pane: Pane, issue_id: str, _from_issue: str | None) -> None:
    cast("QueuePane", pane).open_issue(issue_id)


def _show_issues(pane: Pane, issue_ids: Sequence[str], title: str) -> None:
    cast("QueuePane", pane).show_issues(title, issue_ids)


def _open_device(pane: Pane, device_id: str, from_issue: str | None) -> None:
    cast("DevicesPane", pane).open_device(device_id, from_issue)


def _open_escalation(pane: Pane, escalation_id: str, _from_issue: str | None) -> None:
    cast("EscalationsPane", pane).open_escalation(escalation_id)


def _open_run(pane: Pane, run_id: str, _from_issue: str | None) -> None:
    cast("ReleasesPane", pane).open_run(run_id)
