"""Tells a manager of an emergency as soon as it is known here, wherever in the window they are."""

from PySide6.QtCore import QObject

from app.services import emergencies
from app.services.emergencies import EmergencyLine
from ui.kit.console import Console


class EmergencyNews(QObject):
    """One for the window. Each emergency is told once; those that waited before the start are told as one."""

    def __init__(self, console: Console, parent: QObject) -> None:
        super().__init__(parent)
        self._console = console
        self._told: dict[str, str] | None = None  # what was said of each, by its id
        console.watch(self, ("emergency", "person"), lambda _changes: self._look())
        self._look()

    def _look(self) -> None:
        self._console.read(self, emergencies.for_manager, self._tell)

    def _tell(self, lines: tuple[EmergencyLine, ...]) -> None:
        before, is_first = self._told or {}, self._told is None
        fresh = [line for line in lines if line.id not in before]
        self._told = {line.id: before.get(line.id, _said(line)) for line in lines}
        for reviewed in before.keys() - self._told.keys():
            self._console.navigator.untell(before[reviewed])
        if is_first and len(fresh) > 1:
            self._say(
                f"{len(fresh)} emergencies on devices wait for a review.", "They are listed under Safeguards.", ""
            )
            return
        for line in fresh:
            self._say(_said(line), "Every line is logged; review it under Safeguards.", line.id)

    def _say(self, what: str, todo: str, emergency_id: str) -> None:
        navigator = self._console.navigator
        navigator.tell(what, todo, action="Look at it", run=lambda: navigator.open_emergency(emergency_id))


def _said(line: EmergencyLine) -> str:
    whose = f" ({line.customer})" if line.customer else ""
    return f"Emergency: {line.person} passed the guard on {line.device}{whose}: {line.reason}"
