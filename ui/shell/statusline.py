"""The line at the bottom: is it fresh, what is unsent, what was just said, who am I. Setters only."""

from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.kit.buttons import TextButton
from ui.kit.cards import Panel
from ui.kit.labels import Dot, ElidedLabel, Label
from ui.kit.theme import XS, Kind, L, M, Tone
from ui.kit.timephrase import exact

_MESSAGE_MS = 8_000
_TONES = {Kind.GREEN: Tone.GREEN, Kind.AMBER: Tone.AMBER, Kind.RED: Tone.RED}


class StatusLine(Panel):
    """What the line says is told to it; it asks nobody. What is underlined under the mouse leads further."""

    sync_asked = Signal()
    unsent_asked = Signal()
    conflicts_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, line=Qt.Edge.TopEdge)
        self.setFixedHeight(26)
        self._dot = Dot(Kind.GREY)
        self._said: object = None
        self._sync = TextButton("Not synced yet", self.sync_asked.emit, tone=Tone.DIM, height=20)
        self._unsent = TextButton("0 unsent", self.unsent_asked.emit, tone=Tone.DIM, height=20)
        self._unsent.setToolTip("What has not been sent to the company yet")
        self._conflicts = TextButton("0 to resolve", self.conflicts_asked.emit, tone=Tone.AMBER, height=20)
        self._conflicts.setToolTip("What did not go through, until somebody decides")
        self._message = ElidedLabel(tone=Tone.TEXT)
        self._facts = Label(tone=Tone.DIM)
        self._who = Label(tone=Tone.DIM)
        row = QHBoxLayout(self)
        row.setContentsMargins(M - 1, 1, M, 0)
        row.setSpacing(L)
        fresh = QHBoxLayout()
        fresh.setSpacing(XS - 1)
        fresh.addWidget(self._dot)
        fresh.addWidget(self._sync)
        row.addLayout(fresh)
        row.addWidget(self._unsent)
        row.addWidget(self._message, 1)
        row.addWidget(self._conflicts)
        row.addWidget(self._facts)
        row.addWidget(self._who)
        self._unsent.hide()
        self._conflicts.hide()
        self._facts.hide()
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.setInterval(_MESSAGE_MS)
        self._fade.timeout.connect(lambda: self.set_message(""))

    def set_synced(self, at: datetime) -> None:
        """Say that everything is here as of this instant."""
        self._say_sync(Kind.GREEN, f"As of {at.astimezone():%H:%M:%S}", exact(at))

    def set_waiting(self, reason: str, tip: str = "") -> None:
        """Say that the sync waits, and why; work goes on."""
        self._say_sync(Kind.AMBER, reason, tip)

    def set_broken(self, reason: str, tip: str = "") -> None:
        """Say that the sync does not work, and why."""
        self._say_sync(Kind.RED, reason, tip)

    def set_unsent(self, count: int) -> None:
        """Say how many edits have not reached the company database."""
        self._unsent.say(f"{count} unsent", Tone.DIM)
        self._unsent.setVisible(count > 0)

    def set_conflicts(self, count: int) -> None:
        """Say how many values wait for a person."""
        self._conflicts.say(f"{count} to resolve", Tone.AMBER)
        self._conflicts.setVisible(count > 0)

    def set_message(self, text: str, todo: str = "", *, is_lasting: bool = False) -> None:
        """Say what happened; it fades after 8 s unless it is to last until the next message."""
        self._message.set_whole(f"{text} {todo}".strip())
        self._fade.stop()
        if text and not is_lasting:
            self._fade.start()

    def set_facts(self, facts: list[str]) -> None:
        """Show short facts at the right: who is on call, the next window."""
        self._facts.setText((" " * 5).join(facts))
        self._facts.setVisible(bool(facts))

    def set_who(self, name: str, tip: str = "") -> None:
        """Show as whom one works here."""
        self._who.setText(name)
        self._who.setToolTip(tip)

    @property
    def message(self) -> str:
        """What is being said."""
        return self._message.whole

    @property
    def sync(self) -> tuple[Kind, str]:
        """How the sync stands and how it is said."""
        return self._dot.kind, self._sync.text()

    @property
    def unsent(self) -> str:
        """What is said about unsent edits; nothing when there are none."""
        return "" if self._unsent.isHidden() else self._unsent.text()

    @property
    def conflicts(self) -> str:
        """What is said about what waits for a person; nothing when nothing does."""
        return "" if self._conflicts.isHidden() else self._conflicts.text()

    @property
    def who(self) -> str:
        """As whom one works here."""
        return self._who.text()

    def _say_sync(self, kind: Kind, text: str, tip: str) -> None:
        if self._said == (kind, text, tip):
            return
        self._said = (kind, text, tip)
        self._dot.show_as(kind)
        self._sync.say(text, _TONES[kind])
        self._sync.setToolTip(" · ".join(part for part in (tip, "press to see more") if part))
