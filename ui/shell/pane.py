"""What the window asks of a pane, and nothing more."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from ui.kit.commands import Command
from ui.kit.theme import Kind

SetBadge = Callable[[str, Kind], None]


class Pane(Protocol):
    """A pane as the window sees it; GUI thread only."""

    @property
    def widget(self) -> QWidget:
        """What is shown."""

    def commands(self) -> tuple[Command, ...]:
        """Give the pane's commands; the window sets their place."""

    def focus_first(self) -> None:
        """Put the focus where work in this pane begins."""

    def save_state(self) -> dict[str, Any]:
        """Give what to restore at the next start (JSON values): splitters, the chosen place and row."""

    def restore_state(self, state: dict[str, Any]) -> None:
        """Take up what `save_state` once gave; a state of another version is ignored."""


@dataclass(frozen=True, slots=True)
class PaneSpec:
    """A pane to show: its id, the word on its tab, and how to make it.

    `make` is called once, when the pane is first needed, with the function that sets the tab's badge
    (an empty text: none).
    """

    id: str
    title: str
    make: Callable[[SetBadge], Pane]
