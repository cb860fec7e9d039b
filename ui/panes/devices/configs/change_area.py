"""The right of the page: the sentence first, then how it is shown, then the lines."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QStackedWidget, QVBoxLayout, QWidget

from ui.kit.buttons import KeyButton, TabButton
from ui.kit.cards import Callout, EmptyState
from ui.kit.flow import column, flow, row
from ui.kit.labels import Label
from ui.kit.theme import L, M, S, Tone
from ui.kit.waiting import Waiting
from ui.panes.devices.configs.diff_view import DiffView
from ui.panes.devices.configs.shown import Layout, Shown
from ui.panes.devices.configs.words import Said, size_words
from ui.panes.devices.orders import Orders

NO_DEVICE = ("No device is chosen", "Find one with Ctrl+F.")
_LAYOUTS = {Layout.BESIDE: "Side by side", Layout.BELOW: "Unified", Layout.TEXT: "Text"}


def _group(*widgets: QWidget) -> QWidget:
    made = QWidget()
    made.setLayout(row(*widgets))
    return made


class ChangeArea(QWidget):
    """Shows a change, what is being fetched, or why there is nothing; `layout_chosen` carries the Layout."""

    layout_chosen = Signal(object)
    everything_chosen = Signal(bool)
    cancelled = Signal()

    def __init__(self, orders: Orders) -> None:
        super().__init__()
        self.head = Callout()
        self.view = DiffView()
        self.layouts = {layout: TabButton(name) for layout, name in _LAYOUTS.items()}
        self.extents = {False: TabButton("Changes"), True: TabButton("Everything")}
        for buttons in (list(self.layouts.values()), list(self.extents.values())):
            group = QButtonGroup(self)  # by itself a tab would exclude every other tab beside it
            for button in buttons:
                group.addButton(button)
        for layout, button in self.layouts.items():
            button.clicked.connect(lambda _checked, one=layout: self.layout_chosen.emit(one))
        for extent, button in self.extents.items():
            button.clicked.connect(lambda _checked, one=extent: self.everything_chosen.emit(one))
        self.place = Label(tone=Tone.DIM)
        self.waiting = Waiting()
        self.cancel = KeyButton("Cancel", run=self.cancelled.emit)
        self._take_one = orders.button("configs.back_up", primary=True)
        self._take_one.hide()
        self.empty = EmptyState(*NO_DEVICE, self._take_one)
        self.view.setMinimumHeight(120)
        self.view.moved.connect(self._say_place)
        self._lay_out(orders)

    def _lay_out(self, orders: Orders) -> None:
        # Groups that wrap as wholes: side by side they are wider than a small window's room.
        layouts, extents = _group(*self.layouts.values()), _group(*self.extents.values())
        steps = _group(self.place, *(orders.button(f"configs.{name}") for name in ("previous", "next", "copy")))
        tools = flow(layouts, extents, steps, orders.button("configs.note", primary=True), gap=L, row_gap=S)
        self._change = QWidget()
        change = QVBoxLayout(self._change)
        change.setContentsMargins(0, M, 0, 0)
        change.setSpacing(S)
        change.addLayout(column(self.head, margins=(M, 0, M, 0)))
        change.addLayout(column(tools, margins=(M, 0, M, 0)))
        change.addWidget(self.view, 1)
        self._fetching = QWidget()
        self._fetching.setLayout(column(None, self.waiting, self.cancel, None, gap=M, margins=(120, 0, 120, 0)))
        self._stack = QStackedWidget()
        for widget in (self.empty, self._fetching, self._change):
            self._stack.addWidget(widget)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

    @property
    def is_text(self) -> bool:
        """Whether it is one text alone."""
        return self.view.shown is not None and self.view.shown.layout is Layout.TEXT

    @property
    def head_words(self) -> str:
        """The sentence above the lines, with what is in small below it."""
        return self.head.accessibleName()

    @property
    def is_change(self) -> bool:
        """Whether lines are shown."""
        return self._stack.currentWidget() is self._change

    def show_change(self, said: Said, shown: Shown, titles: tuple[str, str], *, is_everything: bool) -> None:
        """Show these lines below this sentence."""
        self.head.say(said.kind, said.lead, "", said.rest)
        self.layouts[shown.layout].setChecked(True)
        self.extents[is_everything].setChecked(True)
        for button in self.extents.values():
            button.setEnabled(shown.layout is not Layout.TEXT)
        self.view.show_rows(shown, titles)
        self._stack.setCurrentWidget(self._change)

    def show_fetching(self, done_bytes: int, total_bytes: int) -> None:
        """Show how far the texts are that are on their way."""
        words = f"Fetching {size_words(total_bytes)} from the company, which this workstation does not have yet."
        self.waiting.say(words, done_bytes, total_bytes)
        self._stack.setCurrentWidget(self._fetching)

    def show_empty(self, what: str, todo: str = "", *, can_take_one: bool = False) -> None:
        """Show why there is nothing to see, and what to do."""
        self.empty.say(what, todo)
        self._take_one.setVisible(can_take_one)
        self._stack.setCurrentWidget(self.empty)
        self.view.show_rows(None)

    def _say_place(self) -> None:
        shown = self.view.shown
        count = len(shown.starts) if shown is not None else 0
        at = self.view.change + 1
        self.place.setText(f"{at} of {count}" if at else f"{count} changes" if count != 1 else "1 change")
        self.place.setVisible(shown is not None and shown.layout is not Layout.TEXT)
        self.place.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
