"""What became of a change: said first, then the lines to look at, and what was typed and answered."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.errors import BatonError
from app.services.config_changes import Kept
from app.services.terminals import CommandFailed, ConfigAnswer, ConfigApplied
from ui.kit.buttons import KeyButton
from ui.kit.cards import Callout
from ui.kit.code_block import CodeBlock
from ui.kit.flow import row
from ui.kit.labels import Label
from ui.kit.said_values import counted
from ui.kit.theme import Kind, M, S, Tone


class OutcomeView(QWidget):
    """Shows one change, from its beginning to the copies that were kept."""

    def __init__(self, *buttons: KeyButton) -> None:
        super().__init__()
        self.says = Callout()
        self.unseen = Label(tone=Tone.AMBER, wrap=True)
        self.kept = Label(tone=Tone.DIM, wrap=True)
        self.transcript = CodeBlock("What was typed and answered")
        self.transcript.setLineWrapMode(CodeBlock.LineWrapMode.NoWrap)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(M, M, M, M)
        layout.setSpacing(S)
        for widget in (self.says, self.unseen, self.kept):
            layout.addWidget(widget)
        layout.addLayout(row(*buttons, None))
        layout.addWidget(self.transcript, 1)
        self.begin("", 0)

    def begin(self, name: str, lines: int) -> None:
        """Say that it is under way."""
        self.says.say(Kind.BLUE, f"Applying {counted(lines, 'line')} to {name}…",
                      source="It is read back afterwards. Cancel stops before the next line.")  # fmt: skip
        for label in (self.unseen, self.kept):
            label.hide()
        self._show_transcript("")

    def show_answer(self, answer: ConfigAnswer, error: BatonError | None, name: str) -> None:
        """Say what the device said to it."""
        if isinstance(answer, ConfigApplied):
            saved = _last(answer.save_output)
            source = f"Out of config mode. Saved: {saved}" if saved else "Out of config mode."
            self.says.say(Kind.GREEN, f"{name} took every line, and it was read back.", source=source)
            self._show_unseen(answer.unseen)
            self._show_transcript(answer.transcript)
        elif error is not None:
            self.says.say(Kind.RED, error.what, source=error.todo)
            self._show_transcript(answer.transcript if isinstance(answer, CommandFailed) else "")

    def show_kept(self, kept: Kept) -> None:
        """Say which copies were kept."""
        self.kept.setText(kept.words)
        self.kept.setVisible(bool(kept.words))

    def _show_unseen(self, unseen: tuple[str, ...]) -> None:
        what = "; ".join(f"“{line.strip()}”" for line in unseen[:5])
        more = f" and {len(unseen) - 5} more" if len(unseen) > 5 else ""
        self.unseen.setText(f"Not in the configuration as typed (abbreviated, hashed or not taken): {what}{more}.")
        self.unseen.setVisible(bool(unseen))

    def _show_transcript(self, text: str) -> None:
        self.transcript.show_text(text)
        self.transcript.setMinimumHeight(0)
        self.transcript.setMaximumHeight(1 << 20)
        self.transcript.setVisible(bool(text))


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
