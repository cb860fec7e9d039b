"""Commands, declared once: menus, the palette, the key help page and the buttons all read this list.

A command belongs to a place (a pane's id) or, with an empty place, to the whole window. Two places may use
the same key; keys of one place are alive only while it is the current one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QKeySequenceEdit,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from ui.kit.terminal_keys import works_in_terminal


def always() -> bool:
    """Say yes: the command can be given at any time."""
    return True


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person can ask for; `keys` in Qt's portable form ("Ctrl+K", "F2", "B").

    While its place is the current one, it is given `instead_of` another, whose key it may have.
    """

    id: str
    title: str
    help: str
    keys: tuple[str, ...] = ()
    group: str = "General"
    run: Callable[[], object] = field(default=lambda: None, compare=False)
    is_enabled: Callable[[], bool] = field(default=always, compare=False)
    single_key: bool = False
    place: str = ""
    instead_of: str = ""


class CommandBook(QObject):
    """The one list of commands; GUI thread only."""

    changed = Signal()  # commands, keys or the place
    refreshed = Signal()  # what can be done now may have changed

    def __init__(self, overrides: Mapping[str, Iterable[str]] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._commands: dict[str, Command] = {}
        self._overrides: dict[str, tuple[str, ...]] = {k: tuple(v) for k, v in (overrides or {}).items()}
        self._place = ""
        self._only: frozenset[str] | None = None
        self._windows: list[QWidget] = []
        self._is_in_terminal = False
        self._shortcuts: list[QShortcut] = []
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def add(self, *commands: Command) -> None:
        """Add commands; a second one with the same id is a bug and raises ValueError."""
        for command in commands:
            if command.id in self._commands:
                raise ValueError(f"Command {command.id} is declared twice.")
            self._commands[command.id] = command
        self._rebind()

    def remove(self, *ids: str) -> None:
        """Take commands out, such as those of a pane that goes away."""
        for one in ids:
            self._commands.pop(one, None)
        self._rebind()

    def get(self, command_id: str) -> Command:
        """Give the command; KeyError when nobody declared it."""
        return self._commands[command_id]

    def all(self) -> tuple[Command, ...]:
        """Give every command in the order declared."""
        return tuple(self._commands.values())

    def here(self) -> tuple[Command, ...]:
        """Give the commands of the current place and of the window; while confined, of those only the ones allowed."""
        return tuple(c for c in self._commands.values() if self._is_here(c))

    def _is_here(self, command: Command) -> bool:
        if self._only is not None:
            return command.id in self._only
        if command.place not in {"", self._place}:
            return False
        return command.place != "" or not any(
            other.instead_of == command.id and other.place == self._place for other in self._commands.values()
        )

    def confine(self, only: Iterable[str] | None) -> None:
        """Let only these commands be given, wherever one is, until this is called with None."""
        wanted = None if only is None else frozenset(only)
        if wanted != self._only:
            self._only = wanted
            self._rebind()

    def groups(self, commands: Iterable[Command] | None = None) -> dict[str, list[Command]]:
        """Give the commands (all when not named) by group, in the order declared."""
        found: dict[str, list[Command]] = {}
        for command in self.all() if commands is None else commands:
            found.setdefault(command.group, []).append(command)
        return found

    @property
    def place(self) -> str:
        """The current place: the pane whose keys are alive."""
        return self._place

    def go(self, place: str) -> None:
        """Make this place the current one."""
        if place != self._place:
            self._place = place
            self._rebind()

    def keys(self, command_id: str) -> tuple[str, ...]:
        """Give the keys that work: the person's own, else the declared ones."""
        return self._overrides.get(command_id, self._commands[command_id].keys)

    def shown_key(self, command_id: str, at: QWidget | None = None) -> str:
        """Give the key to write on a cap: the first that works at this widget, or where the focus is; else ""."""
        is_in_terminal = self._is_in_terminal if at is None else is_terminal(at)
        keys = self.keys(command_id)
        return next((key for key in keys if not is_in_terminal or works_in_terminal(key)), "")

    def override(self, overrides: Mapping[str, Iterable[str]]) -> None:
        """Use these keys instead of the declared ones; an empty list leaves a command without keys."""
        self._overrides = {k: tuple(v) for k, v in overrides.items()}
        self._rebind()

    def clashes(self) -> list[tuple[str, str, str]]:
        """Give (key, id, id) for every two commands that would answer to one key in the same place."""
        found = []
        seen: dict[str, list[Command]] = {}
        for command in self._commands.values():
            for key in self.keys(command.id):
                name = QKeySequence(key).toString()
                found += [
                    (key, other.id, command.id)
                    for other in seen.setdefault(name, [])
                    if (other.place == command.place or "" in {other.place, command.place})
                    and command.id != other.instead_of
                    and other.id != command.instead_of
                ]
                seen[name].append(command)
        return found

    def can(self, command_id: str) -> bool:
        """Say whether the command can be given here and now."""
        command = self._commands.get(command_id)
        return command is not None and self._is_here(command) and command.is_enabled()

    def run(self, command_id: str) -> bool:
        """Give the command; False when it cannot be given now."""
        if not self.can(command_id):
            return False
        self._commands[command_id].run()
        self.refreshed.emit()
        return True

    def refresh(self) -> None:
        """Tell buttons and menus that what can be done may have changed."""
        self.refreshed.emit()

    def action(self, command_id: str, parent: QObject) -> QAction:
        """Give a menu entry with the keys written on it; the keys themselves work without the menu."""
        command = self._commands[command_id]
        key = self.shown_key(command_id)
        title = command.title.replace("&", "&&")
        action = QAction(f"{title}\t{native(key)}" if key else title, parent)
        action.setToolTip(command.help)
        action.setStatusTip(command.help)
        action.setEnabled(self.can(command_id))
        action.triggered.connect(lambda: self.run(command_id))
        return action

    def attach(self, window: QWidget) -> None:
        """Make the keys work in this window."""
        self._windows.append(window)
        window.destroyed.connect(lambda: self._windows.remove(window) if window in self._windows else None)
        self._rebind()

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        # No widget at all: another program is in front, and what was shown stays.
        is_in_terminal = self._is_in_terminal if now is None else is_terminal(now)
        if is_in_terminal != self._is_in_terminal:
            self._is_in_terminal = is_in_terminal
            self.refreshed.emit()

    def _rebind(self) -> None:
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._shortcuts = [
            self._shortcut(window, command, key)
            for window in self._windows
            for command in self.here()
            for key in self.keys(command.id)
        ]
        self.changed.emit()
        self.refreshed.emit()

    def _shortcut(self, window: QWidget, command: Command, key: str) -> QShortcut:
        shortcut = QShortcut(QKeySequence(key), window)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        is_single = command.single_key or is_single_key(key)
        shortcut.activated.connect(lambda: self._pressed(command.id, is_single=is_single))
        return shortcut

    def _pressed(self, command_id: str, *, is_single: bool) -> None:
        if not (is_single and is_typing(QApplication.focusWidget())):
            self.run(command_id)


def is_single_key(key: str) -> bool:
    """Say whether the key is one character without Ctrl, Alt or Meta."""
    return len(key) == 1 or (key.startswith("Shift+") and len(key) == len("Shift+") + 1)


def is_typing(widget: QWidget | None) -> bool:
    """Say whether this widget takes letters: a text field that can be changed, or one that says so.

    A widget of our own, such as a terminal, says so with the property `takes_letters`.
    """
    if widget is None:
        return False
    if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit):
        return not widget.isReadOnly()
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    return isinstance(widget, QAbstractSpinBox | QKeySequenceEdit) or bool(widget.property("takes_letters"))


def is_terminal(widget: QWidget) -> bool:
    """Say whether plain Ctrl keys typed here go to a device; such a widget says so with `takes_control_keys`."""
    return bool(widget.property("takes_control_keys"))


def native(key: str) -> str:
    """Give the key as this system writes it, with blanks for pluses as the caps show it."""
    shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    shown = shown.replace("Return", "Enter")
    return shown.replace("+", " ") if len(shown) > 1 else shown
