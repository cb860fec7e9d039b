"""The form of a snippet: its name, for which platform, for whom, and its lines."""

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from app.services.devices import PLATFORMS
from app.services.snippets import SnippetLine
from ui.kit.fields import Choice, Tick
from ui.kit.forms import InlineForm
from ui.kit.theme import Face, font

_HELP = "{{ port }} is asked for each time; {{ device }}, {{ address }}, {{ customer }} and {{ site }} are known."


class SnippetForm(InlineForm):
    """Write a snippet, or change one."""

    def __init__(self, line: SnippetLine | None, platform: str) -> None:
        super().__init__("A new snippet" if line is None else f"Change “{line.name}”", "Keep it")
        self.name, self.lines = QLineEdit(), QPlainTextEdit()
        self.platform, self.for_all = Choice(), Tick("Everybody's")
        self.lines.setFont(font(Face.MONO))
        self.lines.setPlaceholderText("show interfaces {{ port }}")
        self.platform.addItem("all platforms", "")
        for key, word in PLATFORMS:
            self.platform.addItem(word, key)
        self.add("Name", self.name)
        self.add("Platform", self.platform)
        self.add("Lines", self.lines, _HELP)
        self.add("", self.for_all, "Otherwise it is your own and nobody else sees it")
        wanted = platform if line is None else line.platform
        self.platform.setCurrentIndex(max(0, self.platform.findData(wanted)))
        if line is not None:
            self.name.setText(line.name)
            self.lines.setPlainText(line.body)
            self.for_all.setChecked(not line.is_mine)

    def ask(self) -> None:
        """Take the focus."""
        self.name.setFocus()
