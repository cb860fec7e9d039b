"""The practice page: the normal Devices pane on the practice network, between its own bars."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout

from app.domain.errors import BatonError
from app.domain.guard import Mode, classify
from app.runtime.practice import ENABLE_PASSWORD, PASSWORD, USERNAME, LineTyped, Practice, exercise_of, first_device_id
from app.services.desk import Desk
from app.services.people import name_of
from ui.kit.buttons import KeyButton
from ui.kit.cards import EmptyState
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.page import Page
from ui.panes.devices.pane import DevicesPane
from ui.panes.devices.practice.bar import Explained, PracticeBar
from ui.panes.devices.practice.surroundings import mirrored, practice_console

PLACE = "practice"
_LOGIN = f"Log in as {USERNAME} with “{PASSWORD}”; enable with “{ENABLE_PASSWORD}”"
_SETTING_UP = "The practice devices are being set up…"


class PracticePage(Page):
    """GUI thread only. The window must show it under the name PLACE, and call `end` before it closes."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._practice: Practice | None = None
        self._has_ended = False
        self.pane: DevicesPane | None = None
        self.explained = Explained()
        self._start_over = Command(
            f"{PLACE}.start_over",
            "Start over",
            "Every practice device as new: sessions end, what was configured and accepted is forgotten",
            ("Ctrl+Shift+Backspace",),
            "Practice",
            self.start_over,
            lambda: self.pane is not None,
        )
        self.explained.add(KeyButton.of(console.book, self._start_over))
        self._empty = EmptyState("Practice", _SETTING_UP)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(PracticeBar(_LOGIN))
        layout.addWidget(self.explained)
        layout.addLayout(self._stack, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.explained.say_waiting(_SETTING_UP)
        # Its cache and its temporary folder are made on a reader's thread: the window stays alive.
        console.mailbox.deliver(console.workstation.read(_set_up), self, self._made, self._failed)

    def commands(self) -> tuple[Command, ...]:
        """Give what works before the pane stands; the pane's own come with it."""
        return (self._start_over,)

    def focus_first(self) -> None:
        """Put the focus where the pane wants it."""
        if self.pane is None:
            self.setFocus()
        else:
            self.pane.focus_first()

    def start_over(self) -> None:
        """Make everything as it was at first."""
        if self._practice is not None:
            self.explained.say_waiting("Every practice device is made new…")
            self._practice.start_over()

    def end(self) -> None:
        """End the practice network; blocks while its processes end. Safe to call twice."""
        self._has_ended = True
        practice, self._practice = self._practice, None
        if practice is not None:
            practice.close()

    def _made(self, practice: Practice) -> None:
        if self._has_ended:
            practice.close()
            return
        self._practice = practice
        mailbox = self._console.mailbox
        practice.on_line = lambda line: mailbox.call(self, partial(self._explain, line))
        practice.on_up = lambda: mailbox.call(self, self._is_up)
        practice.on_failure = lambda reason: mailbox.call(self, partial(self.explained.say_failed, reason))
        if practice.is_up.is_set():
            self._is_up()

    def _failed(self, error: BatonError) -> None:
        self.explained.say_failed(str(error))
        self._empty.say("Practice does not work now", str(error))

    def _is_up(self) -> None:
        if self.pane is None and self._practice is not None:
            self._show_pane(practice_console(self._console, self._practice.workstation))
        self._say_exercise()

    def _show_pane(self, console: Console) -> None:
        self.pane = DevicesPane(console)
        self._stack.addWidget(self.pane)
        self._stack.setCurrentWidget(self.pane)
        self.pane.inventory.chosen.connect(self._say_exercise)
        self._console.book.add(*mirrored(console, self.pane.commands(), PLACE))
        console.book.refreshed.connect(self._console.book.refresh)
        self.pane.open_device(first_device_id())
        if self.isVisible():
            self.pane.focus_first()

    def _say_exercise(self) -> None:
        if self.pane is not None:
            self.explained.say_exercise(exercise_of(self.pane.device_id))

    def _explain(self, typed: LineTyped) -> None:
        if typed.is_refused:
            self.explained.say_refused(typed.line)
            return
        mode = Mode.CONFIG if typed.is_config else Mode.EXEC
        self.explained.say_line(typed.line, classify(typed.platform, typed.line, mode))


def _set_up(desk: Desk) -> Practice:
    return Practice(name_of(desk, desk.person_id) or "you")
