"""The right side of the queue: an issue's facts, and below them its buttons or the one form that is open."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.errors import BadInput, BatonError
from app.services import drafts, issues, people, tags
from app.services.desk import Desk
from app.services.devices import DeviceLine
from app.services.issues import IssueDetail
from app.services.people import PersonLine
from ui.kit.console import Console
from ui.kit.flow import flow
from ui.panes.queue.device_choice import DeviceChoice
from ui.panes.queue.draft_keeper import DraftKeeper
from ui.panes.queue.facts_panel import ButtonOf, IssuePanel
from ui.panes.queue.forms import ChangeForm, EscalateForm, IssueForm

_HALF_A_MINUTE_MS = 30_000


class IssueSide(QWidget):
    """Shows one issue by id and reads it anew when asked or when time has passed."""

    changed = Signal()  # another issue, or another state of it
    left = Signal()  # a form was sent or left: the focus may go back to the list

    def __init__(
        self,
        console: Console,
        button: ButtonOf,
    ) -> None:
        super().__init__()
        self._console = console
        self.issue: IssueDetail | None = None
        self._words: tuple[str, ...] = ()
        self.form: IssueForm | None = None
        self._wanted = ""
        self._form_issue: IssueDetail | None = None
        self._choice: DeviceChoice | None = None
        self.panel = IssuePanel(console, button)
        others = ("called_again", "promise", "note", "escalate", "devices")
        self._buttons = flow(button("call_back", primary=True), *(button(one) for one in others))
        self._form_place = QVBoxLayout()
        self._keeper = DraftKeeper(console, self._not_kept, self)
        self._typed: dict[str, dict[str, Any]] = {}  # by draft, since the start
        self.panel.foot.addLayout(self._form_place)
        self.panel.foot.addWidget(self._buttons)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.panel)
        self._later = QTimer(self)
        self._later.setInterval(_HALF_A_MINUTE_MS)
        self._later.timeout.connect(self.refresh)
        self._later.start()
        self._buttons.hide()

    @property
    def issue_id(self) -> str:
        """The id of the issue shown or on its way; "" for none."""
        return self._wanted

    def show_issue(self, issue_id: str) -> None:
        """Show this issue; "" shows none. A form open on another issue is left, its draft kept."""
        if issue_id == self._wanted:
            return
        self.leave_form()
        self._wanted = issue_id
        if issue_id:
            self.refresh()
        else:
            self._show_none()

    def refresh(self) -> None:
        """Read the issue anew."""
        wanted = self._wanted
        if wanted:

            def look_up(desk: Desk) -> tuple[IssueDetail | None, tuple[str, ...]]:
                return issues.find(desk, wanted), tags.of_issue(desk, wanted)

            self._console.read(self, look_up, lambda found: self._came(wanted, *found))

    def _came(self, wanted: str, found: IssueDetail | None, words: tuple[str, ...]) -> None:
        if wanted != self._wanted:
            return
        if found is None:
            self._wanted = ""
            self._show_none("This issue is not there any more", "It was removed, or you may no longer see it.")
            return
        before, self.issue, self._words = (self.issue, self._words), found, words
        self.panel.show_issue(found, words)
        self._buttons.setVisible(self.form is None and self._choice is None)
        if before != (replace(found, read_at=before[0].read_at) if before[0] else None, words):
            self.changed.emit()

    def _show_none(self, *words: str) -> None:
        self.issue = None
        self.panel.show_nothing(*words)
        self._buttons.hide()
        self.changed.emit()

    # Forms

    def open_form(self, form: IssueForm) -> None:
        """Open this form below the facts, with what was once typed into it for this issue."""
        if self.issue is None:
            return
        self.leave_form()
        self.form, self._form_issue = form, self.issue
        name = _draft_name(form, self.issue)
        form.sent.connect(self._send)
        form.left.connect(self._leave)
        form.edited.connect(self._keep)
        self._form_place.addWidget(form)
        self._buttons.hide()
        _first_field(form).setFocus()
        # What was typed a moment ago may not be written yet.
        if name in self._typed:
            self._restore(form, self._typed[name])
        else:
            self._console.read(form, lambda desk: drafts.load(desk, name), lambda kept: self._restore(form, kept))
        if isinstance(form, EscalateForm):
            self._console.read(form, lambda desk: (people.people(desk), people.teams(desk)), _offering_all(form))
        elif isinstance(form, ChangeForm):
            self._console.read(form, people.people, form.offer)

    def offer_devices(self, found: Sequence[DeviceLine], open_one: Callable[[str], None]) -> None:
        """Ask in place which device to open."""
        self.leave_form()
        choice = self._choice = DeviceChoice(found)
        choice.opened.connect(lambda _one: self.leave_form())
        choice.opened.connect(open_one)
        choice.left.connect(self._leave)
        self._form_place.addWidget(choice)
        self._buttons.hide()
        choice.list.setFocus()

    def leave_form(self) -> None:
        """Close the form; what was typed comes back when it is opened again."""
        open_now: tuple[QWidget | None, ...] = (self.form, self._choice)
        self.form = self._form_issue = self._choice = None
        for widget in open_now:
            if widget is not None:
                self._form_place.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        self._buttons.setVisible(self.issue is not None)

    def _leave(self) -> None:
        self.leave_form()
        self.left.emit()

    def _restore(self, form: IssueForm, kept: dict[str, Any] | None) -> None:
        if kept and form is self.form:
            # Keys may have been faster than the look-up: they go on from where the draft ended.
            typed = form.content()
            form.restore({name: f"{text}{typed.get(name, '')}" for name, text in kept.items()})

    def _keep(self) -> None:
        form, issue = self.form, self._form_issue
        if form is None or issue is None:
            return
        name, content = _draft_name(form, issue), form.content()
        self._typed[name] = content
        if any(text.strip() for text in content.values()):
            self._keeper.keep(lambda desk: drafts.save(desk, name, content))
        else:
            self._keeper.keep(lambda desk: drafts.drop(desk, name))

    def _not_kept(self, error: BatonError) -> None:
        if self.form is not None:
            self.form.refuse(error)

    def _send(self) -> None:
        form, issue = self.form, self._form_issue
        if form is None or issue is None:
            return
        form.clear_refusal()
        try:
            verb = form.verb(issue)
        except BadInput as error:
            form.refuse(error)
            return
        form.send.setEnabled(False)
        self._keeper.forget()
        name = _draft_name(form, issue)
        self._typed.pop(name, None)

        def record(desk: Desk) -> str:
            told = verb(desk)
            drafts.drop(desk, name)
            return told

        self._console.write(form, record, self._sent, form.refuse)

    def _sent(self, told: str) -> None:
        self._console.navigator.tell(told)
        self._leave()


def _draft_name(form: IssueForm, issue: IssueDetail) -> str:
    return f"{form.kind}/{issue.id}"


def _offering_all(form: EscalateForm) -> Callable[[tuple[Sequence[PersonLine], Sequence[str]]], None]:
    return lambda found: form.offer(*found)


def _first_field(form: IssueForm) -> QWidget:
    return next(iter(form.fields().values()))
