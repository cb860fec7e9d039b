"""The right side of the queue: an issue's facts, and below them its buttons or the one form that is open."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.customer import Environment
from app.domain.errors import BadInput, BatonError
from app.domain.issue import IssueKind
from app.services import drafts, issues
from app.services.desk import Desk
from app.services.devices import DeviceLine
from app.services.issues import IssueDetail
from ui.kit.console import Console
from ui.kit.flow import flow
from ui.kit.side_list import Place
from ui.kit.theme import Kind
from ui.panes.queue.choice_card import CardAct, ChoiceCard
from ui.panes.queue.draft_keeper import DraftKeeper
from ui.panes.queue.facts_panel import ButtonOf, IssuePanel
from ui.panes.queue.issue_form import IssueForm

_HALF_A_MINUTE_MS = 30_000
_SOON_MS = 400  # who walks through the list does not ask the company about each line
_SHOWN = (
    *("issue_link", "follower", "attachment", "issue_device", "external_ref", "later_word", "sla_pause", "sla_policy"),
    *("ask_first", "history", "content"),
)


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
        self.form: IssueForm | None = None
        self._wanted = ""
        self._form_issue: IssueDetail | None = None
        self._choice: ChoiceCard | None = None
        self.panel = IssuePanel(console, button)
        self.files = self.panel.files
        others = ("called_again", "reply", "promise", "note", "escalate")
        self._buttons = flow(button("call_back", primary=True), *(button(one) for one in others))
        self._message = button("message")
        of_shared = (button(one) for one in ("fixed", "note", "escalate"))
        self._shared_buttons = flow(button("affected", primary=True), *of_shared, self._message)
        self._form_place = QVBoxLayout()
        self._keeper = DraftKeeper(console, self._not_kept, self)
        self._typed: dict[str, dict[str, Any]] = {}  # by draft, since the start
        self.panel.foot.addLayout(self._form_place)
        self.panel.foot.addWidget(self._buttons)
        self.panel.foot.addWidget(self._shared_buttons)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.panel)
        self._later = QTimer(self)
        self._later.setInterval(_HALF_A_MINUTE_MS)
        self._later.timeout.connect(self.refresh)
        self._later.start()
        self._show_buttons()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._ask_company)
        self.files.changed.connect(self.refresh)
        console.watch(self, _SHOWN, lambda _changes: self.refresh())
        console.watch(self, ("presence",), lambda _changes: self._show_lookers())
        self.setAcceptDrops(True)

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
        self._look_at()
        if issue_id:
            self.refresh()
            self._soon.start()
        else:
            self._show_none()

    def refresh(self) -> None:
        """Read the issue anew."""
        wanted = self._wanted
        if wanted:
            self._console.read(self, lambda desk: issues.find(desk, wanted), lambda found: self._came(wanted, found))

    def _came(self, wanted: str, found: IssueDetail | None) -> None:
        if wanted != self._wanted:
            return
        if found is None:
            self._wanted = ""
            self._show_none("This issue is not there any more", "It was removed, or you may no longer see it.")
            return
        before, self.issue = self.issue, found
        self.panel.show_issue(found)
        self._show_lookers()
        self._show_buttons()
        if before is None or before != replace(found, read_at=before.read_at, timers=before.timers):
            self.changed.emit()

    def _show_buttons(self) -> None:
        """Show what can be done, where no form stands in its place; with a problem nobody is called back."""
        is_free = self.issue is not None and self.form is None and self._choice is None
        is_shared = self.issue is not None and self.issue.is_shared
        self._buttons.setVisible(is_free and not is_shared)
        self._shared_buttons.setVisible(is_free and is_shared)
        self._message.setVisible(self.issue is not None and self.issue.kind is IssueKind.MAJOR)

    def _show_none(self, *words: str) -> None:
        self.issue = None
        self.panel.show_nothing(*words)
        self._show_buttons()
        self.changed.emit()

    # Others: who else looks, and who changed what

    def _look_at(self, *, is_typing: bool = False) -> None:
        if self.isVisible():  # behind the call card it is the card that says what is looked at
            wanted = self._wanted or None
            self._console.workstation.look_at("issue", wanted, is_typing=is_typing and wanted is not None)

    def _show_lookers(self) -> None:
        self.panel.show_lookers(self._console.workstation.presence.others(self._wanted) if self._wanted else ())

    def _ask_company(self) -> None:
        """Have the company tell who changed the issue; off line what is known here stands."""
        if self._wanted and self.isVisible():
            asked = self._console.workstation.fetch_history("issue", self._wanted)
            asked.add_done_callback(lambda done: done.cancelled() or done.exception())

    def showEvent(self, event: QShowEvent) -> None:
        """Say again what is looked at."""
        super().showEvent(event)
        self._look_at()
        if self._wanted:
            self._soon.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Say that nothing is looked at here."""
        super().hideEvent(event)
        self._console.workstation.look_at("issue", None)

    # Files that are dropped

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files while an issue is shown."""
        if self.issue is not None and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Attach them."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if self.issue is not None and paths:
            event.acceptProposedAction()
            self.files.attach(self.issue.id, paths)

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
        self._show_buttons()
        form.first_field().setFocus()
        form.begin(self._console, self.issue)
        # What was typed a moment ago may not be written yet.
        if name in self._typed:
            self._restore(form, self._typed[name])
        else:
            self._console.read(form, lambda desk: drafts.load(desk, name), lambda kept: self._restore(form, kept))

    def offer_devices(self, found: Sequence[DeviceLine], open_one: Callable[[str], None]) -> None:
        """Ask in place which device to open."""
        places = [_device_place(one) for one in found]
        self.offer(ChoiceCard("Open a device", places, [CardAct("Open", "Return", open_one)]))

    def offer(self, choice: ChoiceCard) -> None:
        """Ask in place with which of a few to do something."""
        self.leave_form()
        self._choice = choice
        choice.left.connect(self._leave)
        self._form_place.addWidget(choice)
        self._show_buttons()
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
        self._show_buttons()

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
        self._look_at(is_typing=True)
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


def _device_place(device: DeviceLine) -> Place:
    is_production = device.environment is Environment.PRODUCTION
    title = " · ".join(part for part in (device.name, device.site) if part)
    return Place(device.id, title, str(device.environment), Kind.RED if is_production else Kind.GREY)
