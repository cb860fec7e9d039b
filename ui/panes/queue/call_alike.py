"""What sounds like the call that is being typed: it may be about that instead of something new."""

from typing import Any, Protocol

from PySide6.QtCore import QObject

from app.services import issues
from app.services.calls import CallDraft
from app.services.desk import Desk
from app.services.issue_refs import IssueRef
from ui.kit.console import Console
from ui.panes.queue.card_sheet import CallSheet


class Calling(Protocol):
    """The form in which the call is typed."""

    sheet: CallSheet

    @property
    def draft(self) -> CallDraft:
        """What is typed and chosen."""

    def change(self, **parts: Any) -> None:
        """Take up what was chosen."""

    def refresh_card(self) -> None:
        """Read the caller's card."""


class CallAlike(QObject):
    """Looks while something new is typed; only what is open and theirs is offered, of an unknown caller anybody's."""

    def __init__(self, console: Console, form: Calling, parent: QObject) -> None:
        super().__init__(parent)
        self._console, self._form, self._list = console, form, form.sheet.alike
        self._looked: tuple[str, str | None] = ("", None)
        self._list.chosen.connect(self._take)

    def look(self, draft: CallDraft) -> None:
        """Look for what sounds like the first line of what is said, which becomes the title."""
        title = next((line.strip() for line in draft.body.splitlines() if line.strip()), "")
        is_new = bool(title) and draft.issue_id is None
        looked = (title, draft.customer_id) if is_new else ("", None)
        if looked == self._looked:
            return
        self._looked = looked
        if not looked[0]:
            self._list.forget()
            return
        customer_id = draft.customer_id

        def look_up(desk: Desk) -> tuple[IssueRef, ...]:
            found = issues.alike(desk, title, customer_id)
            return tuple(ref for ref in found if ref.is_open and not ref.is_shared and _is_theirs(ref, customer_id))

        self._list.look(self._console, look_up)

    def _take(self, ref: IssueRef) -> None:
        """Have the call be about one that is there; the words typed stay, the name of an unknown caller among them."""
        form, sheet = self._form, self._form.sheet
        caller = sheet.finder.field.text().strip()
        if caller and not (form.draft.contact_id or form.draft.customer_id):
            sheet.body.appendPlainText(f"Caller: {caller}")
        form.change(issue_id=ref.id, customer_id=ref.customer_id)
        form.refresh_card()
        sheet.body.setFocus()


def _is_theirs(ref: IssueRef, customer_id: str | None) -> bool:
    return customer_id is None or ref.customer_id == customer_id
