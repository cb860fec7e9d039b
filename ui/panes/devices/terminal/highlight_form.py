"""One highlight: the words that stand out, how they are meant, on which platform, and whose it is."""

from PySide6.QtWidgets import QLineEdit, QWidget

from app.services.devices import PLATFORMS
from app.services.highlights import HighlightKind, HighlightLine
from ui.kit.fields import Choice
from ui.kit.forms import InlineForm
from ui.kit.theme import Face, Kind, font

KINDS: dict[HighlightKind, tuple[str, Kind]] = {
    HighlightKind.BAD: ("broken", Kind.RED),
    HighlightKind.ODD: ("odd", Kind.AMBER),
    HighlightKind.GOOD: ("fine", Kind.GREEN),
    HighlightKind.NOTED: ("noted", Kind.BLUE),
}


class HighlightForm(InlineForm):
    """A new one, or other words for one that is there."""

    def __init__(self, line: HighlightLine | None, platform: str, parent: QWidget | None = None) -> None:
        super().__init__("Change what stands out" if line else "Let it stand out", "Keep it", parent=parent)
        self.pattern = QLineEdit(line.pattern if line else "")
        self.pattern.setPlaceholderText(r"flapping, or a pattern: vlan \d+")
        self.pattern.setFont(font(Face.MONO))
        self.kind, self.platform, self.whose = Choice(), Choice(), Choice()
        for kind, (word, _colour) in KINDS.items():
            self.kind.addItem(word.capitalize(), kind.value)
        self.platform.addItem("Every platform", "")
        for key, name in PLATFORMS:
            self.platform.addItem(name, key)
        self.whose.addItem("Mine", "mine")
        self.whose.addItem("Everybody's", "all")
        self.kind.setCurrentIndex(self.kind.findData((line.kind if line else HighlightKind.NOTED).value))
        self.platform.setCurrentIndex(max(0, self.platform.findData(line.platform if line else platform)))
        self.whose.setCurrentIndex(0 if line is None or line.is_mine else 1)
        self.add("Words", self.pattern, "Upper and lower case are the same")
        self.add("Means", self.kind)
        self.add("Where", self.platform)
        self.add("Whose", self.whose)

    def ask(self) -> None:
        """Take the focus."""
        self.pattern.setFocus()
        self.pattern.selectAll()
