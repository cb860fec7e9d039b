"""One rule at the right: in a sentence as whom it logs in where, what my keyring has, and which devices it finds."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.device import CredentialRule, LoginWith
from app.services.credentials import FoundDevice, Preview, RuleLine
from ui.kit.buttons import KeyButton
from ui.kit.cards import EmptyState, FactsPanel
from ui.kit.facts import Fact, FactList
from ui.kit.flow import flow
from ui.kit.labels import Label, SectionLabel
from ui.kit.said_values import counted
from ui.kit.theme import Face, Kind, Tone
from ui.panes.devices.credentials.form import RuleForm

_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Kept:
    """What my keyring has for a rule; `trouble` says why that is not known."""

    has_password: bool = False
    has_enable: bool = False
    trouble: str = ""


class RuleFacts(FactsPanel):
    """The facts of the rule that is chosen, or the form that changes it with what it would find below."""

    def __init__(self, buttons: Sequence[KeyButton]) -> None:
        super().__init__("The account")
        self.form: RuleForm | None = None
        self._shown: RuleLine | None = None
        self.title = Label(face=Face.HEADING, wrap=True).selectable()
        self.sentence = Label(face=Face.ALOUD, wrap=True)
        self.trouble = Label(tone=Tone.RED, wrap=True)
        self._facts = FactList()
        self._empty = EmptyState("No account chosen", "Add one with A: it says as whom to log in to many devices.")
        self.head = SectionLabel("")
        self.wrong = Label(tone=Tone.RED, wrap=True)
        self.found = FactList()
        self._more = Label(face=Face.SMALL, tone=Tone.DIM, wrap=True)
        self.why_not = Label(tone=Tone.DIM, wrap=True)
        self._place = QVBoxLayout()
        self.body.addLayout(self._place)
        self._parts: tuple[QWidget, ...] = (self.title, self.sentence, self.trouble, self._facts)
        for widget in (*self._parts, self._empty, self.head, self.wrong, self.found, self._more, self.why_not):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self._buttons = flow(*buttons)
        self.foot.addWidget(self._buttons)
        self.say(None)

    def say(self, line: RuleLine | None) -> None:
        """Show this rule; None: none is chosen."""
        self._shown = line
        if line is not None:
            self.title.setText(line.rule.name)
            self.sentence.setText(_sentence(line))
            self.trouble.setText(line.trouble)
        self._arrange()

    def say_kept(self, line: RuleLine, kept: Kept) -> None:
        """Show what my keyring has for the rule."""
        self._facts.show_facts(_facts(line, kept))
        self._arrange()

    def say_found(self, preview: Preview | None, trouble: str = "") -> None:
        """Show what the selector finds, or why it cannot be read."""
        devices = preview.devices[:_SHOWN] if preview is not None else ()
        self.found.show_facts([_found(one) for one in devices])
        more = preview.total - len(devices) if preview is not None else 0
        self._more.setText(f"and {counted(more, 'device')} more" if more > 0 else "")
        self.head.setText(f"Finds {counted(preview.total, 'device')}" if preview is not None else "")
        self.wrong.setText(trouble)
        self._arrange()

    def ask(self, form: RuleForm | None) -> None:
        """Show the form instead of the facts; None: the facts again."""
        if self.form is not None:
            self.form.hide()
            self.form.deleteLater()
        self.form = form
        if form is not None:
            self._place.addWidget(form)
            form.ask()
        self._arrange()

    def _arrange(self) -> None:
        is_free, has_any = self.form is None, self._shown is not None
        for part in self._parts:
            part.setVisible(is_free and has_any)
        self.trouble.setVisible(is_free and has_any and bool(self.trouble.text()))
        self._empty.setVisible(is_free and not has_any)
        shows_found = has_any or not is_free
        self.head.setVisible(shows_found and bool(self.head.text()))
        self.wrong.setVisible(shows_found and not is_free and bool(self.wrong.text()))
        self.found.setVisible(shows_found)
        self._more.setVisible(shows_found and bool(self._more.text()))
        self._buttons.setVisible(is_free)
        self.why_not.setVisible(is_free and bool(self.why_not.text()))


def proof(rule: CredentialRule) -> str:
    """Give what a rule logs in with, in the middle of a sentence."""
    return {
        LoginWith.PASSWORD: "a password",
        LoginWith.KEY: f"the key {rule.key_file}",
        LoginWith.AGENT: "the SSH agent",
    }[rule.login_with]


def _sentence(line: RuleLine) -> str:
    rule = line.rule
    whom = f"as {rule.username}" if rule.username else "as whoever is typed"
    return f"{counted(line.count, 'device')} {'is' if line.count == 1 else 'are'} entered {whom}, with {proof(rule)}."


def _facts(line: RuleLine, kept: Kept) -> list[Fact]:
    facts = [Fact("Devices", line.rule.selector, rows=(line.rule.id,))]
    if kept.trouble:
        facts.append(Fact("My keyring", kept.trouble, Tone.AMBER))
    elif line.rule.login_with is not LoginWith.AGENT:
        word = "passphrase" if line.rule.login_with is LoginWith.KEY else "password"
        facts.append(Fact(f"My {word}", "kept in my keyring" if kept.has_password else "not kept: asked for"))
    if not kept.trouble:
        facts.append(Fact("Enable", "kept in my keyring" if kept.has_enable else "none kept"))
    if line.shadowed:
        facts.append(Fact("Also matches", f"{counted(line.shadowed, 'device')} that an earlier account takes"))
    return facts


def _found(one: FoundDevice) -> Fact:
    marks: tuple[tuple[str, Kind], ...] = ()
    if one.taken_by:
        marks = ((f"by {one.taken_by}", Kind.GREY),)
    elif one.own_username:
        marks = ((f"as {one.own_username}", Kind.GREY),)
    tip = f"{one.taken_by} comes first." if one.taken_by else ""
    return Fact(one.customer or "no customer", one.name, Tone.DIM if one.taken_by else Tone.TEXT, marks, tip=tip)
