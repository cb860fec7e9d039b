"""Quick connect: where to is typed; what is in the inventory is connected to, what is not is asked about in place."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from app.domain.device import Device
from app.domain.errors import BatonError
from app.services import devices
from app.services.desk import Desk
from app.services.devices import PLATFORMS, QuickMatch
from ui.kit.console import Console
from ui.kit.forms import InlineForm
from ui.kit.labels import Label
from ui.kit.side_list import Place, Section, SideList
from ui.kit.theme import Kind, L, Tone
from ui.panes.devices.device_form import choice
from ui.panes.devices.words import ENVIRONMENTS, platform_word

_PAUSE_MS = 80
_NEW = (
    "{} is not in the inventory. It goes there when you connect: its host key, who was on it and what was typed are "
    "kept with it."
)


class WhereField(QLineEdit):
    """Where to; Up and Down walk the matches below it."""

    walked = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk on Up and Down."""
        if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.walked.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)


class QuickForm(InlineForm):
    """The question; what it means is looked up while one types."""

    def __init__(self, customers: Sequence[tuple[str, str]]) -> None:
        super().__init__("Connect to", "Connect")
        self.where = WhereField()
        self.where.setPlaceholderText("a name, an address, or user@address:port")
        self.add("Where", self.where)
        self.matches = SideList("What may be meant")
        self.matches.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.add("In the inventory", self.matches)
        self.said = Label(tone=Tone.DIM, wrap=True)
        self.add("", self.said)
        self.platform = choice(PLATFORMS, "cisco_ios")
        self.platform.setEditable(True)
        self.platform.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.add("Platform", self.platform)
        self.customer = choice([("", "No customer"), *customers], "")
        self.add("Customer", self.customer)

    def show_row(self, field: QWidget, *, is_shown: bool) -> None:
        """Show or hide a field with its name."""
        self._form.setRowVisible(field, is_shown)


class QuickConnect(QScrollArea):
    """Quick connect in the middle of the pane; `wanted` carries the device's id, `left` that nothing is to be done."""

    wanted = Signal(str)
    left = Signal()

    def __init__(self, console: Console, customers: Sequence[tuple[str, str]], *, may_add: bool) -> None:
        super().__init__()
        self._console, self._may_add = console, may_add
        self._found: QuickMatch | None = None
        self._asked = ""  # `_found` is the answer to this
        self._is_hasty = False  # Enter was pressed before the answer was there
        self.form = QuickForm(customers)
        self.form.left.connect(self.left)
        self.form.sent.connect(self._send)
        self.form.where.returnPressed.connect(self._send)
        self.form.where.walked.connect(self._walk)
        self.form.matches.doubleClicked.connect(lambda _index: self._send())
        holder = QWidget()
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(L, L, L, L)
        layout.addWidget(self.form)
        layout.addStretch(1)
        self.setWidgetResizable(True)
        self.setWidget(holder)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._look)
        self.form.where.textChanged.connect(self._typed)
        self._show_rows()

    def focus_first(self) -> None:
        """Put the focus where it is typed."""
        self.form.where.setFocus()

    @property
    def is_new(self) -> bool:
        """Whether what was typed would be a device that nobody has written down."""
        found = self._found
        return found is not None and not found.is_sure and found.typed.can_be_new and not self.form.matches.current()

    def _typed(self) -> None:
        self._is_hasty = False
        self.form.clear_refusal()
        self._later.start(_PAUSE_MS)

    def _look(self) -> None:
        text = self.form.where.text()
        future = self._console.workstation.read(lambda desk: devices.quick(desk, text))
        self._console.mailbox.deliver(future, self, lambda found: self._came(text, found), self._refuse)

    def _came(self, text: str, found: QuickMatch) -> None:
        if text != self.form.where.text():
            return
        self._asked, self._found = text, found
        places = []
        for line in found.lines:
            word, kind = ENVIRONMENTS[line.environment]
            below = (line.address, platform_word(line.platform), line.customer)
            places.append(
                Place(line.id, line.name, word, kind, Kind.GREY, row=line.id, below=" · ".join(filter(None, below)))
            )
        self.form.matches.show_sections([Section("", tuple(places))])
        # A whole address that no device has is a new one; a part of a name means the first that has it.
        is_guess = found.lines and (found.is_sure or not _is_whole_address(found))
        if is_guess:
            self.form.matches.choose(found.lines[0].id)
        else:
            self.form.matches.setCurrentIndex(self.form.matches.rootIndex())
        self._show_rows()
        if self._is_hasty:
            self._send()

    def _walk(self, by: int) -> None:
        ids = self.form.matches.ids()
        if ids:
            current = self.form.matches.current()
            at = ids.index(current) + by if current in ids else 0
            self.form.matches.choose(ids[max(0, min(at, len(ids) - 1))])
            self._show_rows()

    def _show_rows(self) -> None:
        form, found = self.form, self._found
        has_any = found is not None and bool(found.lines)
        form.matches.setFixedHeight(42 * min(len(found.lines), 5) + 4 if found is not None else 0)
        form.show_row(form.matches, is_shown=has_any)
        is_new = self.is_new
        form.show_row(form.platform, is_shown=is_new and self._may_add)
        form.show_row(form.customer, is_shown=is_new and self._may_add)
        words = ""
        if is_new and found is not None:
            words = _NEW.format(found.typed.host) if self._may_add else f"{found.typed.host} is not in the inventory."
        elif found is not None and found.typed.host and not has_any:
            words = "Nothing is called so, and it cannot be an address."
        elif found is not None and found.typed.username:
            words = self._other_user(found)
        form.said.setText(words)
        form.show_row(form.said, is_shown=bool(words))
        form.send.setText("Add it and connect" if is_new and self._may_add else "Connect")
        form.send.setAccessibleName(form.send.text())
        form.send.updateGeometry()

    def _other_user(self, found: QuickMatch) -> str:
        """Say it when the device chosen logs in as somebody else than was typed."""
        chosen = next((line for line in found.lines if line.id == self.form.matches.current()), None)
        if chosen is None or not chosen.username or chosen.username == found.typed.username:
            return ""
        return f"{chosen.name} logs in as {chosen.username}, not as {found.typed.username}; that is changed by Edit."

    def _send(self) -> None:
        if self._asked != self.form.where.text() or self._found is None:
            self._is_hasty = True
            self._later.stop()
            self._look()
            return
        was_hasty, self._is_hasty = self._is_hasty, False
        chosen = self.form.matches.current()
        if chosen:
            self.wanted.emit(chosen)
        elif not self.is_new:
            self.form.refuse("Nothing in the inventory is called so. Type an address, or a part of a name.")
        elif not self._may_add:
            self.form.refuse("It is not in the inventory. A manager or an engineer adds it.")
        elif was_hasty or self.form.where.hasFocus():
            # Enter at the address asks what it is first; nothing is added that nobody has looked at.
            self.form.platform.setFocus()
        else:
            self._add()

    def _add(self) -> None:
        found = self._found
        if found is None:
            return
        values = self._values(found)
        self.form.send.setEnabled(False)

        def verb(desk: Desk) -> Device:
            return devices.add(desk, **values)

        self._console.write(self, verb, lambda made: self.wanted.emit(made.id), self.form.refuse)

    def _values(self, found: QuickMatch) -> dict[str, Any]:
        typed = self.form.platform.currentText()
        known = {title: name for name, title in PLATFORMS}
        return {
            "address": found.typed.host,
            "port": found.typed.port or "",
            "username": found.typed.username,
            "platform": known.get(typed, typed),
            "customer_id": self.form.customer.currentData() or None,
        }

    def _refuse(self, error: BatonError) -> None:
        self._is_hasty = False
        self.form.refuse(error)


def _is_whole_address(found: QuickMatch) -> bool:
    """Say whether an address was typed, rather than a part of a name."""
    typed = found.typed
    return typed.can_be_new and ("." in typed.host or ":" in typed.host or bool(typed.username or typed.port))
