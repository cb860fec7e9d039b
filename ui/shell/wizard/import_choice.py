"""Which file and which map: two lines with a chooser each."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QLineEdit, QWidget

from app.domain.errors import BadInput
from app.services.imports import ImportMap
from ui.kit.buttons import KeyButton
from ui.kit.cards import Card
from ui.kit.fields import Choice
from ui.kit.labels import Label
from ui.kit.theme import FIELD_HEIGHT, L, M, S, Tone
from ui.shell.wizard.sheet import on_key


class ImportChoice(Card):
    """The two lines; `changed` comes with every change of either, `entered` with Enter in the first."""

    changed = Signal()
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.body.setContentsMargins(L, L, L, L)
        self.file, self.map = QLineEdit(), Choice()
        self.file.setPlaceholderText("A CSV file of issues, of their history, or of customers")
        self.file.setAccessibleName("CSV file")
        self.map.setAccessibleName("Map")
        self.map.setPlaceholderText("Choose a map")
        choose = KeyButton("Choose…", "Alt+F", run=self._choose_file)
        other = KeyButton("Other map…", "Alt+M", run=self._choose_map)
        self.choose, self.other = on_key(choose, "Alt+F", self), on_key(other, "Alt+M", self)
        grid = QGridLayout()
        grid.setHorizontalSpacing(M)
        grid.setVerticalSpacing(S)
        for at, (name, field, button) in enumerate(
            (("CSV file", self.file, self.choose), ("Map", self.map, self.other))
        ):
            label = Label(name, tone=Tone.DIM)
            label.setBuddy(field)
            field.setMinimumHeight(FIELD_HEIGHT)
            grid.addWidget(label, at, 0)
            grid.addWidget(field, at, 1)
            grid.addWidget(button, at, 2, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        for before, after in ((self.file, self.choose), (self.choose, self.map), (self.map, self.other)):
            QWidget.setTabOrder(before, after)
        self.file.textChanged.connect(self.changed)
        self.file.returnPressed.connect(self.entered)
        self.map.currentIndexChanged.connect(self.changed)

    def offer(self, maps: dict[Path, ImportMap]) -> None:
        """Offer these maps by their titles; the one chosen stays chosen."""
        for path, one in maps.items():
            if self.map.findData(str(path)) < 0:
                self.map.addItem(one.title or path.name, str(path))

    def use_map(self, path: Path) -> None:
        """Choose this map file."""
        at = self.map.findData(str(path))
        if at < 0:
            self.map.addItem(path.name, str(path))
            at = self.map.count() - 1
        self.map.setItemData(at, str(path), Qt.ItemDataRole.ToolTipRole)
        self.map.setCurrentIndex(at)

    def use_file(self, path: Path) -> None:
        """Choose this file."""
        self.file.setText(str(path))

    def chosen(self) -> tuple[Path, Path]:
        """Give the file and the map file; raises BadInput when one of them is missing."""
        text, by = self.file.text().strip(), self.map.currentData()
        if not text:
            raise BadInput("No file is chosen.", "Choose the CSV file that you exported.")
        if by is None:
            raise BadInput("No map is chosen.", "Choose the map that belongs to this file.")
        return Path(text).expanduser(), Path(by)

    def _choose_file(self) -> None:
        self._dialog("Choose a CSV file", "CSV (*.csv *.txt *.tsv);;All files (*)", self.use_file)

    def _choose_map(self) -> None:
        self._dialog("Choose a map", "Maps (*.toml);;All files (*)", self.use_map)

    def _dialog(self, title: str, kinds: str, use: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self, title, str(Path.home()), kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: use(Path(path)))
        dialog.open()
