"""A short list below the facts, and what can be done with the one highlighted: a device, a link, a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence

from ui.kit.buttons import KeyButton
from ui.kit.cards import Card
from ui.kit.flow import flow
from ui.kit.labels import Label
from ui.kit.side_list import Place, Section, SideList
from ui.kit.theme import Face, Kind

_ROW = 26
_MOST = 8


@dataclass(frozen=True, slots=True)
class CardAct:
    """What a key does with the one highlighted; with `stays` the list stays for the next one."""

    title: str
    key: str
    run: Callable[[str], None]
    stays: bool = False


class ChoiceCard(Card):
    """The first act is Enter's; Escape leaves."""

    left = Signal()

    def __init__(self, title: str, places: Sequence[Place], acts: Sequence[CardAct]) -> None:
        super().__init__(Kind.BLUE)
        self.setAccessibleName(title)
        self._acts = tuple(acts)
        self.list = SideList(title)
        self.list.activated.connect(lambda _index: self._do(self._acts[0]))
        self.body.addWidget(Label(title, face=Face.SUBHEADING))
        self.body.addWidget(self.list)
        buttons = [
            KeyButton(act.title, act.key, primary=at == 0, run=self._doing(act)) for at, act in enumerate(self._acts)
        ]
        self.body.addWidget(flow(*buttons, KeyButton("Leave it", "Esc", run=self.left.emit)))
        self.show_places(places)
        if places:
            self.list.choose(places[0].id)

    def show_places(self, places: Sequence[Place]) -> None:
        """Show these; with none left there is nothing to do here."""
        self.list.show_sections([Section("", tuple(places))])
        self.list.setFixedHeight(min(len(places), _MOST) * _ROW + 2)

    def _doing(self, act: CardAct) -> Callable[[], None]:
        return lambda: self._do(act)

    def _do(self, act: CardAct) -> None:
        if not (chosen := self.list.current()):
            return
        if not act.stays:
            self.left.emit()
        act.run(chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what the key is for, leave on Escape."""
        pressed = QKeySequence(event.keyCombination()).toString()
        wanted = "Return" if pressed == "Enter" else pressed
        act = next((act for act in self._acts if act.key == wanted), None)
        if act is not None:
            self._do(act)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
