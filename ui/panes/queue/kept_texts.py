"""Writing canned replies and macros in place: new ones, other words for old ones, mine or everybody's, and removing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.macro_acts import HELP
from app.services import macros, replies
from app.services.desk import Desk
from app.services.issues import IssueDetail
from app.services.macros import MacroLine
from app.services.replies import VARIABLES, ReplyLine
from ui.kit.buttons import KeyButton
from ui.kit.console import Console
from ui.kit.fields import Choice
from ui.kit.flow import flow
from ui.kit.labels import Label
from ui.kit.theme import Face, Tone
from ui.panes.queue.completed_field import CompletedField
from ui.panes.queue.issue_form import IssueForm, Verb, words

_TEXT_HEIGHT = 150


@dataclass(frozen=True, slots=True)
class _Kept:
    """A text that is there already, by the fields of its form."""

    id: str
    name: str
    is_mine: bool
    texts: dict[str, str]


class KeptTextForm(IssueForm):
    """One text at a time: choose which, write, keep; another key removes it."""

    noun = ""

    def __init__(self, title: str, console: Console) -> None:
        super().__init__(title, "Keep it")
        self._console = console
        self.which = Choice("Which")
        self.which.addItem("a new one", "")
        self.name = QLineEdit()
        self.whose = Choice("Whose")
        self.whose.addItem("mine", "mine")
        self.whose.addItem("everybody's", "all")
        self.text = words("", _TEXT_HEIGHT)
        self._kept: dict[str, _Kept] = {}
        self._remove_button = KeyButton("Remove it", "Ctrl+Shift+X", run=self.remove)
        self._key("Ctrl+Shift+X", self.remove)

    def _finish(self, help_text: str) -> None:
        self.add("Whose", self.whose)
        at = self.body.count() - 1
        self.body.insertWidget(at, Label(help_text, face=Face.SMALL, tone=Tone.DIM, wrap=True).selectable())
        self.body.insertWidget(at + 1, flow(self._remove_button))
        self._remove_button.hide()
        self._watch()
        self.which.currentIndexChanged.connect(self._choose)

    def _offer(self, kept: Sequence[_Kept]) -> None:
        self._kept = {one.id: one for one in kept}
        self.which.blockSignals(True)
        for one in kept:
            self.which.addItem(one.name, one.id)
        self.which.blockSignals(False)

    def _choose(self) -> None:
        one = self._kept.get(str(self.which.currentData() or ""))
        self._remove_button.setVisible(one is not None)
        self.restore({"name": one.name if one else "", **(one.texts if one else dict.fromkeys(self._texts(), ""))})
        self.whose.setCurrentIndex(0 if one is None or one.is_mine else 1)

    def _texts(self) -> tuple[str, ...]:
        raise NotImplementedError

    def _remover(self, kept_id: str) -> Callable[[Desk], None]:
        raise NotImplementedError

    def remove(self) -> None:
        """Take the chosen one away."""
        kept_id = str(self.which.currentData() or "")
        if not kept_id:
            return
        name = self._kept[kept_id].name

        def removed(_none: None) -> None:
            self._console.navigator.tell(f"Removed: {name}. Ctrl+Z brings it back.")
            self.left.emit()

        self._console.write(self, self._remover(kept_id), removed, self.refuse)

    def content(self) -> dict[str, str]:
        """Give what is typed into a new one: one that is there already is not drafted anew."""
        return {} if self.which.currentData() else super().content()


class RepliesForm(KeptTextForm):
    """The canned replies."""

    kind = "canned_reply"

    def __init__(self, console: Console) -> None:
        super().__init__("Canned replies", console)
        self.topic = CompletedField("Topic", "Offered first for issues of this topic")
        self.subject = QLineEdit()
        self.text.setPlaceholderText("Hello {{ contact }}, …")
        for name, field in (("Which", self.which), ("Name", self.name), ("Topic", self.topic),
                            ("Subject", self.subject), ("Text", self.text)):  # fmt: skip
            self.add(name, field)
        names = ", ".join(f"{{{{ {name} }}}}" for name in VARIABLES)
        self._finish(f"Names: {names}. What may be missing: {{% if contact %}} … {{% endif %}}")

    def begin(self, console: Console, issue: IssueDetail) -> None:
        """Offer what there is."""

        def offer(lines: tuple[ReplyLine, ...]) -> None:
            self._offer([
                _Kept(one.id, one.name, one.is_mine, {"topic": one.topic, "subject": one.subject, "text": one.body})
                for one in lines
            ])  # fmt: skip

        console.read(self, replies.all_of, offer)

    def _texts(self) -> tuple[str, ...]:
        return ("topic", "subject", "text")

    def fields(self) -> dict[str, QWidget]:
        """Give what is typed."""
        return {"name": self.name, "topic": self.topic, "subject": self.subject, "text": self.text}

    def _remover(self, kept_id: str) -> Callable[[Desk], None]:
        return lambda desk: replies.remove(desk, kept_id)

    def verb(self, issue: IssueDetail) -> Verb:
        """Keep it."""
        name, body, subject, topic = self.name.text(), self.text.toPlainText(), self.subject.text(), self.topic.text()
        kept_id, is_mine = str(self.which.currentData() or ""), self.whose.currentData() == "mine"

        def keep(desk: Desk) -> str:
            replies.write(desk, name, body, subject=subject, topic=topic, is_mine=is_mine, reply_id=kept_id)
            return f"Kept: the reply {name.strip()}."

        return keep


class MacrosForm(KeptTextForm):
    """The macros."""

    kind = "macro_text"

    def __init__(self, console: Console) -> None:
        super().__init__("Macros", console)
        self.text.setPlaceholderText("state waiting on Vendor\ntag vendor\npromise tomorrow 9")
        for name, field in (("Which", self.which), ("Name", self.name), ("Acts", self.text)):
            self.add(name, field)
        self._finish("One act a line. " + " · ".join(example.split(" · ", maxsplit=1)[0] for example in HELP.values()))

    def begin(self, console: Console, issue: IssueDetail) -> None:
        """Offer what there is."""

        def offer(lines: tuple[MacroLine, ...]) -> None:
            self._offer([_Kept(one.id, one.name, one.is_mine, {"text": one.acts}) for one in lines])

        console.read(self, macros.all_of, offer)

    def _texts(self) -> tuple[str, ...]:
        return ("text",)

    def fields(self) -> dict[str, QWidget]:
        """Give what is typed."""
        return {"name": self.name, "text": self.text}

    def _remover(self, kept_id: str) -> Callable[[Desk], None]:
        return lambda desk: macros.remove(desk, kept_id)

    def verb(self, issue: IssueDetail) -> Verb:
        """Keep it."""
        name, acts = self.name.text(), self.text.toPlainText()
        kept_id, is_mine = str(self.which.currentData() or ""), self.whose.currentData() == "mine"

        def keep(desk: Desk) -> str:
            macros.write(desk, name, acts, is_mine=is_mine, macro_id=kept_id)
            return f"Kept: the macro {name.strip()}."

        return keep
