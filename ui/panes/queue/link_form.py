"""Linking an issue to another one, found by its number or words."""

from PySide6.QtWidgets import QWidget

from app.domain.errors import BadInput
from app.domain.issue import SHARED_KINDS
from app.services import issue_refs, links
from app.services.desk import Desk
from app.services.issue_refs import IssueRef
from app.services.issues import IssueDetail
from app.services.links import Relation
from ui.kit.console import Console
from ui.kit.fields import Choice
from ui.panes.queue.issue_form import IssueForm, Verb
from ui.panes.queue.issue_picker import IssuePicker


class LinkForm(IssueForm):
    """How it stands to the other one, and which that is."""

    kind = "link"

    def __init__(self, console: Console, issue: IssueDetail) -> None:
        super().__init__("Link", "Link it")
        self._issue = issue
        self.relation = Choice("It is")
        for relation in Relation:
            self.relation.addItem(str(relation), str(relation))
        usual = Relation.CAUSES if issue.is_shared else Relation.DUPLICATE_OF
        self.relation.setCurrentIndex(self.relation.findData(str(usual)))
        self.picker = IssuePicker(console, self._look_up)
        self.add("Other", self.picker)
        self.add("It is", self.relation, "How this issue stands to the other one")
        self._watch()
        self.picker.picked.connect(lambda _ref: self.sent.emit())
        self.relation.currentIndexChanged.connect(self.picker.look_again)

    def _look_up(self, desk: Desk, text: str) -> tuple[IssueRef, ...]:
        kinds = SHARED_KINDS if self.relation.currentData() == str(Relation.CAUSED_BY) else ()
        return issue_refs.find(desk, text, but=[self._issue.id], kinds=kinds)

    def fields(self) -> dict[str, QWidget]:
        """Give what is typed to find the other one."""
        return {"text": self.picker.line}

    def verb(self, issue: IssueDetail) -> Verb:
        """Link them."""
        ref, relation = self.picker.chosen_ref(), Relation(str(self.relation.currentData()))
        if ref is None:
            raise BadInput("No issue is chosen.", "Type its number, or words of its title.")

        def link(desk: Desk) -> str:
            links.link(desk, issue.id, relation, ref.id)
            return f"{issue.label} {_is(relation)} {ref.label}."

        return link


def _is(relation: Relation) -> str:
    is_verb = relation in {Relation.CAUSES, Relation.BLOCKS, Relation.PARTS, Relation.DUPLICATES}
    return str(relation) if is_verb else f"is {relation}"
