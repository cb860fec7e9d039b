"""A block of output in the mono face: can be selected and copied, each line in its tone."""

from collections.abc import Sequence

from PySide6.QtGui import QFontMetrics, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from ui.kit.theme import Face, S, Tone, colour, font, theme, tokens


class CodeBlock(QPlainTextEdit):
    """Read-only text on the code ground; a line that begins with + is green and with - red when it is a diff."""

    def __init__(self, name: str, parent: QWidget | None = None, *, most_lines: int = 20) -> None:
        super().__init__(parent)
        self._most_lines = most_lines
        self.setReadOnly(True)
        self.setProperty("code", "true")
        self.setFont(font(Face.MONO))
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self._tones = _Tones(self.document())
        theme().changed.connect(self._tones.rehighlight)
        self.show_text("")

    def show_text(self, text: str) -> None:
        """Show plain text."""
        self.show_lines([(line, Tone.TEXT) for line in text.split("\n")])

    def show_diff(self, text: str) -> None:
        """Show a diff: what came green, what went red, the rest dim."""
        tones = {"+": Tone.GREEN, "-": Tone.RED}
        self.show_lines([(line, tones.get(line[:1], Tone.DIM)) for line in text.split("\n")])

    def show_lines(self, lines: Sequence[tuple[str, Tone]]) -> None:
        """Show these lines, each in its tone; as high as they are, up to the most lines given."""
        self._tones.tones = [tone for _line, tone in lines]
        self.setPlainText("\n".join(line for line, _tone in lines))
        shown = max(1, min(len(lines), self._most_lines))
        self.setFixedHeight(shown * QFontMetrics(self.font()).lineSpacing() + 2 * S + 8)


class _Tones(QSyntaxHighlighter):
    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.tones: list[Tone] = []

    def highlightBlock(self, text: str) -> None:
        at = self.currentBlock().blockNumber()
        looks = QTextCharFormat()
        looks.setForeground(colour(tokens().tone(self.tones[at] if at < len(self.tones) else Tone.TEXT)))
        self.setFormat(0, len(text), looks)
