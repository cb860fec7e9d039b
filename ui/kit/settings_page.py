"""The settings page, made from the declarations; every change is kept at once."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QKeySequenceEdit,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.domain.errors import BatonError
from ui.kit.commands import Command, CommandBook
from ui.kit.fields import Choice, Tick
from ui.kit.flow import column
from ui.kit.labels import Label, SectionLabel
from ui.kit.settings import Setting, Settings
from ui.kit.theme import XL, Face, M, S, Tone

_FIELD_WIDTH = 240


class SettingsPage(QScrollArea):
    """All settings by group and, when a command book is given, every command's key."""

    def __init__(
        self,
        settings: Settings,
        on_trouble: Callable[[BatonError], None],
        book: CommandBook | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings, self._on_trouble, self._book = settings, on_trouble, book
        self._fields: dict[str, QWidget] = {}
        self._clash = Label(tone=Tone.RED, wrap=True)
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(XL, XL, XL, XL)
        layout.setSpacing(M)
        layout.addWidget(Label("Settings", face=Face.HEADING))
        layout.addWidget(Label("Every change applies at once, unless it says from when.", tone=Tone.DIM))
        groups: dict[str, list[Setting[Any]]] = {}
        for setting in settings.declared:
            groups.setdefault(setting.group, []).append(setting)
        for title, members in groups.items():
            layout.addSpacing(S)
            layout.addWidget(SectionLabel(title))
            layout.addLayout(self._form([(m.title, m.help, self._field(m)) for m in members]))
        if book is not None:
            layout.addSpacing(S)
            layout.addWidget(SectionLabel("Keys"))
            layout.addWidget(self._clash)
            layout.addLayout(self._form([(c.title, c.help, self._key_field(c)) for c in book.all()]))
            self._show_clashes()
        layout.addStretch(1)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Settings")

    def field(self, key: str) -> QWidget:
        """Give the field of a setting, or of a command's key as "keys.<id>"."""
        return self._fields[key]

    def _form(self, rows: list[tuple[str, str, QWidget]]) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(XL)
        form.setVerticalSpacing(M)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setFormAlignment(Qt.AlignmentFlag.AlignLeft)
        for title, explained, field in rows:
            words = column(Label(title), Label(explained, face=Face.SMALL, tone=Tone.DIM, wrap=True), gap=0)
            holder = QWidget()
            holder.setFixedWidth(420)
            holder.setLayout(words)
            field.setAccessibleName(title)
            field.setAccessibleDescription(explained)
            form.addRow(holder, field)
        return form

    def _field(self, setting: Setting[Any]) -> QWidget:
        value = self._settings.get(setting)
        made: QWidget
        if setting.choices:
            made = self._choice(setting, value)
        elif setting.type is bool:
            made = Tick()
            made.setChecked(value)
            made.toggled.connect(lambda is_on: self._put(setting, is_on))
        elif setting.type is int:
            made = QSpinBox()
            made.setRange(int(setting.low or 0), int(setting.high if setting.high is not None else 1_000_000))
            made.setValue(value)
            made.valueChanged.connect(lambda number: self._put(setting, number))
        elif setting.type is float:
            made = QDoubleSpinBox()
            made.setRange(setting.low or 0.0, setting.high if setting.high is not None else 1e6)
            made.setValue(value)
            made.valueChanged.connect(lambda number: self._put(setting, number))
        else:
            made = QLineEdit(value)
            made.editingFinished.connect(lambda: self._put(setting, made.text()))
        if setting.type is not bool:
            made.setFixedWidth(_FIELD_WIDTH)
        self._fields[setting.key] = made
        return made

    def _choice(self, setting: Setting[Any], value: object) -> Choice:
        made = Choice()
        for choice, label in setting.choices:
            made.addItem(label, choice)
        made.setCurrentIndex(made.findData(value))
        made.currentIndexChanged.connect(lambda at: self._put(setting, made.itemData(at)))
        return made

    def _put(self, setting: Setting[Any], value: object) -> None:
        try:
            self._settings.put(setting, value)
        except BatonError as error:
            self._on_trouble(error)

    def _key_field(self, command: Command) -> QWidget:
        made = QKeySequenceEdit()
        made.setMaximumSequenceLength(1)
        made.setClearButtonEnabled(True)
        made.setFixedWidth(_FIELD_WIDTH)
        keys = self._book.keys(command.id) if self._book is not None else ()
        made.setKeySequence(QKeySequence(keys[0] if keys else ""))
        made.editingFinished.connect(lambda: self._put_key(command, made.keySequence()))
        self._fields[f"keys.{command.id}"] = made
        return made

    def _put_key(self, command: Command, key: QKeySequence) -> None:
        if self._book is None:
            return
        wanted = (key.toString(),) if not key.isEmpty() else ()
        own = {**self._settings.keys(), command.id: wanted}
        if wanted == command.keys[:1]:
            own.pop(command.id)
        try:
            self._settings.put_keys(own)
        except BatonError as error:
            self._on_trouble(error)
            return
        self._book.override(own)
        self._show_clashes()

    def _show_clashes(self) -> None:
        if self._book is None:
            return
        found = [
            f"{key}: {self._book.get(one).title} and {self._book.get(other).title}"
            for key, one, other in self._book.clashes()
        ]
        self._clash.setText("One key, two commands. " + "; ".join(found) if found else "")
        self._clash.setVisible(bool(found))
