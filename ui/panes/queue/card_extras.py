"""What may be added to a call with one key: it came after a deployment, they rang somebody directly, it is handed over.

Each is shown only where it can be said, and nothing is ticked by itself.
"""

from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.errors import BadInput
from app.services import people
from app.services.calls import CallCard, CallDraft, CardIssue
from app.services.deployments import DeploymentLine
from app.services.desk import Desk
from app.services.people import PersonLine
from ui.kit.console import Console
from ui.kit.fields import Tick
from ui.kit.labels import Label, SectionLabel
from ui.kit.theme import FIELD_HEIGHT, S, Tone
from ui.kit.typed_fields import WhomField
from ui.panes.queue.card_words import after

People = tuple[tuple[PersonLine, ...], tuple[str, ...]]


class CardExtras(QWidget):
    """Gives its parts of the draft; `edited` when one of them changed."""

    edited = Signal()

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._deployment: DeploymentLine | None = None
        self._is_quiet = self._is_handing = False
        self._has_people = False
        self._wanted: tuple[str | None, str | None, str] = (None, None, "")  # to be named when the people are known
        self.deployed = Tick("After a deployment")
        self.rang = Tick("They rang somebody directly")
        self.whom_rang = WhomField("Whom they rang", "Whom they rang")
        self.hand_to = WhomField("Hand to", "A person or a team")
        self.words = QLineEdit()
        self.words.setAccessibleName("What you need of them")
        self.words.setPlaceholderText("In one sentence what you need; without it they own the issue")
        self.words.setMinimumHeight(FIELD_HEIGHT)
        self._hand = QWidget()
        self._lay_out()
        for tick in (self.deployed, self.rang):
            tick.toggled.connect(lambda _on: self._changed())
        self.rang.toggled.connect(self.whom_rang.setVisible)
        for field in (self.whom_rang, self.hand_to):
            field.edited.connect(self._changed)
        self.words.textEdited.connect(lambda _text: self._changed())
        self.clear()

    def _lay_out(self) -> None:
        rang = QHBoxLayout()
        rang.setSpacing(S)
        rang.addWidget(self.rang)
        rang.addWidget(self.whom_rang)
        rang.addStretch(1)
        hand = QVBoxLayout(self._hand)
        hand.setContentsMargins(0, 0, 0, 0)
        hand.setSpacing(S)
        fields = QHBoxLayout()
        fields.setSpacing(S)
        fields.addWidget(self.hand_to, 1)
        fields.addWidget(self.words, 2)
        hand.addWidget(SectionLabel("Hand over, when this is logged"))
        hand.addLayout(fields)
        self._wrong = Label(tone=Tone.AMBER, wrap=True)
        self._wrong.hide()
        hand.addWidget(self._wrong)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(S)
        whole.addWidget(self.deployed)
        whole.addLayout(rang)
        whole.addWidget(self._hand)

    # What can be said

    def clear(self) -> None:
        """Offer nothing."""
        self._is_quiet = True
        self._deployment, self._is_handing = None, False
        self._wanted = (None, None, "")
        for tick in (self.deployed, self.rang):
            tick.setChecked(False)
            tick.hide()
        for field in (self.whom_rang, self.hand_to):
            field.set_text("")
        self.words.clear()
        self.whom_rang.hide()
        self._hand.hide()
        self._wrong.hide()
        self._is_quiet = False
        self._resize()

    def offer(self, card: CallCard | None, issue: CardIssue | None) -> None:
        """Offer what can be said of this caller about this issue; None: about something new."""
        one = (issue.deployment if issue else card.deployment) if card else None
        self._is_quiet = True
        if one is None or self._deployment is None or one.id != self._deployment.id:
            self.deployed.setChecked(False)
        self._deployment = one
        if one is not None:
            self.deployed.setText(f"{after(one, datetime.now(UTC))}   Alt D")
            self.deployed.setAccessibleName(self.deployed.text())
        self.deployed.setVisible(one is not None)
        can_rang = card is not None and card.is_vip and card.account_rep_id is not None
        if not can_rang:
            self.rang.setChecked(False)
        elif card is not None:
            me = self._console.workstation.person_id
            whom = "somebody" if card.account_rep_id == me else "me"
            self.rang.setText(f"They rang {whom} directly, not {card.account_rep}   Alt V")
            self.rang.setAccessibleName(self.rang.text())
            self._ask_people()
        self.rang.setVisible(can_rang)
        self._is_quiet = False
        self._resize()

    @property
    def can_link(self) -> bool:
        """Say whether there is a deployment to link."""
        return self._deployment is not None

    @property
    def can_rang(self) -> bool:
        """Say whether a VIP may have rung somebody directly."""
        return not self.rang.isHidden()

    # What is said

    def toggle_deployment(self) -> None:
        """Say that they call after the deployment, or take that back."""
        if self.can_link:
            self.deployed.toggle()

    def toggle_rang(self) -> None:
        """Say that they rang somebody directly, or take that back; it was the person here unless another is named."""
        if self.can_rang:
            self.rang.toggle()

    def hand_over(self) -> None:
        """Ask to whom it is handed."""
        self._is_handing = True
        self._ask_people()
        self._hand.show()
        self._resize()
        self.hand_to.setFocus()

    def parts(self) -> dict[str, str | None]:
        """Give the parts of the draft; a name that nobody has yet is in none of them."""
        person_id, team = _meant(self.hand_to)
        me = self._console.workstation.person_id
        rang_id = (self.whom_rang.person_id() or me) if self.rang.isChecked() else None
        return {
            "deployment_id": self._deployment.id if self._deployment and self.deployed.isChecked() else None,
            "rang_id": rang_id,
            "hand_to_id": person_id,
            "hand_to_team": team,
            "hand_words": self.words.text(),
        }

    def check(self) -> None:
        """Raise BadInput for a name that is typed and nobody's."""
        if self.rang.isChecked():
            self.whom_rang.meant()
        self.hand_to.meant()

    def restore(self, draft: CallDraft) -> None:
        """Put in what was kept."""
        self._is_quiet = True
        self.deployed.setChecked(draft.deployment_id is not None)
        self.rang.setChecked(draft.rang_id is not None)
        self.words.setText(draft.hand_words)
        self._is_handing = bool(draft.hand_to_id or draft.hand_to_team or draft.hand_words)
        self._hand.setVisible(self._is_handing)
        self._wanted = (draft.rang_id, draft.hand_to_id, draft.hand_to_team)
        self._is_quiet = False
        if any(self._wanted):
            self._ask_people()
        self._resize()

    def _ask_people(self) -> None:
        if self._has_people:
            self._name_wanted()
            return

        def look(desk: Desk) -> People:
            return people.people(desk), people.teams(desk)

        self._console.read(self, look, self._came)

    def _came(self, found: People) -> None:
        self._has_people = True
        self._is_quiet = True
        self.whom_rang.offer(found[0])
        self.hand_to.offer(*found)
        self._is_quiet = False
        self._name_wanted()

    def _name_wanted(self) -> None:
        rang_id, hand_id, team = self._wanted
        self._is_quiet = True
        for field, person_id in ((self.whom_rang, rang_id), (self.hand_to, hand_id)):
            if person_id and (at := field.findData((person_id, ""))) >= 0:
                field.set_text(field.itemText(at))
        if team:
            self.hand_to.set_text(team)
        self._wanted = (None, None, "")
        self._is_quiet = False

    def _changed(self) -> None:
        if self._is_quiet:
            return
        wrong = ""
        try:
            self.hand_to.meant()
        except BadInput as e:
            wrong = e.what
        self._wrong.setText(wrong)
        self._wrong.setVisible(bool(wrong) and not self.hand_to.hasFocus())
        self.edited.emit()

    def _resize(self) -> None:
        self.setVisible(self.can_link or self.can_rang or self._is_handing)


def _meant(field: WhomField) -> tuple[str | None, str]:
    try:
        return field.meant()
    except BadInput:
        return None, ""
