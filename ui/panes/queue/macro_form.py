"""Using a macro: what it would do stands below its name before it is done."""

from PySide6.QtWidgets import QWidget

from app.domain.errors import BadInput
from app.services import macros
from app.services.desk import Desk
from app.services.issues import IssueDetail
from app.services.macros import Effect, MacroLine
from ui.kit.console import Console
from ui.kit.fields import Choice
from ui.kit.labels import Label
from ui.kit.theme import Tone
from ui.panes.queue.issue_form import IssueForm, Verb
from ui.panes.queue.words import in_line

NONE_YET = "There is no macro yet: Shift+O in the list writes one."


class MacroForm(IssueForm):
    """Choose one with the arrows or its first letters, read what it would do, Ctrl+Enter does it."""

    kind = "macro"

    def __init__(self) -> None:
        super().__init__("Macro", "Do it")
        self.which = Choice("Which")
        self.effect = Label(tone=Tone.DIM, wrap=True).selectable()
        self.add("Which", self.which)
        self.body.insertWidget(self.body.count() - 1, self.effect)
        self.send.setEnabled(False)
        self._watch()

    def begin(self, console: Console, issue: IssueDetail) -> None:
        """Offer them, and show what the chosen one would do."""

        def came(effects: tuple[Effect, ...] | str) -> None:
            self.send.setEnabled(not isinstance(effects, str) and bool(effects) and not effects[0].refusal)
            if isinstance(effects, str):
                self.effect.setText(effects)
            else:
                self.effect.setText("\n".join(_said(one) for one in effects))

        def look(desk: Desk) -> tuple[Effect, ...] | str:
            try:
                return macros.preview(desk, [issue.id], macro_id)
            except BadInput as e:
                return f"{e.what} {e.todo}"

        macro_id = ""

        def chosen() -> None:
            nonlocal macro_id
            macro_id = str(self.which.currentData() or "")
            if macro_id:
                console.read(self, look, came)

        def offer(lines: tuple[MacroLine, ...]) -> None:
            for line in lines:
                self.which.addItem(line.name, line.id)
            if not lines:
                self.effect.setText(NONE_YET)

        self.which.currentIndexChanged.connect(chosen)
        console.read(self, macros.all_of, offer)

    def fields(self) -> dict[str, QWidget]:
        """Give nothing to be kept: which one is chosen is no draft."""
        return {}

    def first_field(self) -> QWidget:
        """Begin with the choice."""
        return self.which

    def verb(self, issue: IssueDetail) -> Verb:
        """Do it."""
        macro_id, name = str(self.which.currentData() or ""), self.which.currentText()
        if not macro_id:
            raise BadInput("No macro is chosen.", NONE_YET)

        def apply(desk: Desk) -> str:
            count = macros.apply(desk, [issue.id], macro_id)
            return f"Done on {issue.label}: {name}." if count else f"{issue.label} is as {name} would have it already."

        return apply


def _said(effect: Effect) -> str:
    if effect.refusal:
        return f"It cannot: {effect.refusal}"
    return "\n".join(f"· {in_line(one)}" for one in effect.does) or "It is all so already."
