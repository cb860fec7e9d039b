"""The form that turns an escalation into a question: options with their costs, who owes the answer, by when."""

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.domain.errors import BadInput
from app.domain.escalation import DecisionOption, DecisionRequest
from app.services import decisions
from app.services.decisions import OptionDraft
from app.services.desk import Desk
from app.services.escalation_lists import EscalationDetail, OptionLine
from ui.kit.buttons import KeyButton
from ui.kit.labels import Label, SectionLabel
from ui.kit.theme import FIELD_HEIGHT, XS, Face, S, Tone
from ui.kit.typed_fields import OwnChoice, WhenField, WhomField
from ui.panes.escalations.fields import channel_field
from ui.panes.escalations.form import DraftForm
from ui.panes.escalations.words import money, sum_typed

_CURRENCIES = ("USD", "EUR", "GBP", "CHF")
_OPTION_FIELDS = ("label", "one_off", "monthly", "yearly", "term_months", "risk")


class OptionFields(QWidget):
    """One option: its name, what it costs once, each month and each year, for how long, and what may go wrong."""

    edited = Signal()
    removed = Signal()

    def __init__(self, number: int) -> None:
        super().__init__()
        self.fields: dict[str, QLineEdit] = {}
        self.total = Label(face=Face.SMALL, tone=Tone.DIM)
        hints = ("Option: what would be done", "one-off", "monthly", "yearly", "months", "what may go wrong with it")
        for name, hint in zip(_OPTION_FIELDS, hints, strict=True):
            field = self.fields[name] = QLineEdit()
            field.setPlaceholderText(hint)
            field.setToolTip(hint)
            field.setMinimumHeight(FIELD_HEIGHT)
            field.textChanged.connect(lambda _text: self.edited.emit())
        self.remove = KeyButton("Take out", run=self.removed.emit)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, S)
        grid.setHorizontalSpacing(XS)
        grid.setVerticalSpacing(XS)
        grid.addWidget(self.fields["label"], 0, 0, 1, 3)
        grid.addWidget(self.remove, 0, 3)
        for at, name in enumerate(_OPTION_FIELDS[1:5]):
            grid.addWidget(self.fields[name], 1, at)
            grid.setColumnStretch(at, 1)
        grid.addWidget(self.fields["risk"], 2, 0, 1, 3)
        grid.addWidget(self.total, 2, 3)
        self.renumber(number)

    def renumber(self, number: int) -> None:
        """Tell the option its place, for the names of its fields."""
        for name, field in self.fields.items():
            field.setAccessibleName(f"Option {number}, {name.replace('_', ' ').replace('label', 'name')}")
        self.remove.setAccessibleName(f"Take out option {number}")

    def content(self) -> dict[str, str]:
        """Give what is typed."""
        return {name: field.text() for name, field in self.fields.items()}

    def take_up(self, content: dict[str, Any]) -> None:
        """Put this in."""
        for name, field in self.fields.items():
            field.setText(str(content.get(name, "")))

    def draft(self, currency: str, term: str) -> OptionDraft | None:
        """Give the option over its own or this term, or None when nothing is typed; raises BadInput."""
        typed = {name: text.strip() for name, text in self.content().items()}
        if not any(typed.values()):
            return None
        months = typed["term_months"] or term
        if not (months.isascii() and months.isdigit()):
            raise BadInput(f"“{months}” is no number of months.", "Type a whole number.")
        return OptionDraft(
            label=typed["label"],
            one_off=sum_typed(typed["one_off"]),
            monthly=sum_typed(typed["monthly"]),
            yearly=sum_typed(typed["yearly"]),
            currency=currency,
            term_months=int(months),
            risk=typed["risk"],
        )

    def show_total(self, currency: str, term: str) -> None:
        """Say what it costs over its term, as far as it can be said."""
        try:
            draft = self.draft(currency, term)
        except BadInput as e:
            self.total.setText("?")
            self.total.setToolTip(e.what)
            return
        self.total.setText("" if draft is None else f"= {money(_total(draft), currency)}")
        self.total.setToolTip("" if draft is None else f"over {draft.term_months} months")


def _total(draft: OptionDraft) -> Any:
    return DecisionOption(
        id="",
        request_id="",
        position=1,
        label=draft.label,
        one_off=draft.one_off,
        monthly=draft.monthly,
        yearly=draft.yearly,
        term_months=max(draft.term_months, 1),
    ).total()


class PrepareForm(DraftForm):
    """The whole question; what was prepared before stands in it, a draft on top."""

    def __init__(self, detail: EscalationDetail) -> None:
        request = detail.request
        title = "Change the question" if request else "Prepare the decision"
        super().__init__(f"decision/{detail.id}", title, "Keep the question" if request else "Ask for the decision")
        self._escalation_id = detail.id
        # A time that stands already is kept to the second as long as nobody types another.
        self._before: tuple[str, datetime | None] = ("", None)
        self.question = QPlainTextEdit()
        self.question.setFixedHeight(50)
        self.question.setPlaceholderText("So that yes, no or an option answers it")
        self.owes = WhomField("Owed by", "a person, or a name such as CFO")
        self.currency = OwnChoice("Currency", _CURRENCIES[0], _CURRENCIES)
        self.currency.set_text(_CURRENCIES[0])
        self.decide_by = WhenField("Decide by", "fri 12:00, 28 nov, in 3 d")
        self.without_answer = QPlainTextEdit()
        self.without_answer.setFixedHeight(50)
        self.without_answer.setPlaceholderText("We tell the customer that ... (a draft, nothing is sent)")
        self.channel = channel_field()
        self.keep("question", "Question", self.question)
        self.keep("owes", "Owed by", self.owes)
        self.keep("decide_by", "Decide by", self.decide_by)
        self.keep("without_answer", "Without it", self.without_answer, "What happens without an answer")
        if request is None:
            self.keep("channel", "Asked how", self.channel)
        self.keep("currency", "Currency", self.currency)
        self.options: list[OptionFields] = []
        self._options = QVBoxLayout()
        self._options.setSpacing(XS)
        self.add_option = KeyButton("Another option", run=self._add_and_go)
        holder = QVBoxLayout()
        holder.setSpacing(S)
        holder.addWidget(SectionLabel("Options"))
        holder.addLayout(self._options)
        holder.addWidget(self.add_option)
        self.body.insertLayout(2, holder)
        self.currency.editTextChanged.connect(self._show_totals)
        self._begin(detail)
        self._order()

    def _begin(self, detail: EscalationDetail) -> None:
        request = detail.request
        if request is None:
            self._another()
            self._another()
            return
        self.question.setPlainText(request.question)
        self.owes.set_text(request.owed_by)
        self.without_answer.setPlainText(request.without_answer)
        if request.decide_by is not None:
            text = f"{request.decide_by.astimezone():%Y-%m-%d %H:%M}"
            self._before = (text, request.decide_by)
            self.decide_by.set_text(text)
        if request.options:
            self.currency.set_text(request.options[0].currency)
        for option in request.options:
            self._another().take_up(_typed(option))
        if not request.options:
            self._another()

    def _another(self) -> OptionFields:
        made = OptionFields(len(self.options) + 1)
        made.edited.connect(self._option_edited)
        made.removed.connect(lambda: self._take_out(made))
        self.options.append(made)
        self._options.addWidget(made)
        return made

    def _add_and_go(self) -> None:
        made = self._another()
        self._order()
        made.fields["label"].setFocus()

    def _order(self) -> None:
        """Let Tab go as the eye does: options are made after what stands below them."""
        parts: list[QWidget] = [self.currency]
        for option in self.options:
            parts += [*option.fields.values(), option.remove]
        parts += [self.add_option, self.send, self.leave]
        for before, after in pairwise(parts):
            self.setTabOrder(before, after)

    def _take_out(self, option: OptionFields) -> None:
        self.options.remove(option)
        self._options.removeWidget(option)
        option.hide()
        option.deleteLater()
        for number, left in enumerate(self.options, 1):
            left.renumber(number)
        self.add_option.setFocus()
        self._option_edited()

    def _option_edited(self) -> None:
        self._show_totals()
        self._changed()

    def _show_totals(self) -> None:
        for option in self.options:
            option.show_total(self.currency.currentText(), self._term())

    def _term(self) -> str:
        """Give the term that options without one are compared over: the first one typed, else a year."""
        typed = (o.fields["term_months"].text().strip() for o in self.options)
        return next((t for t in typed if t), "12")

    def content(self) -> dict[str, Any]:
        """Give what is typed, as the draft keeps it."""
        return super().content() | {"options": [o.content() for o in self.options]}

    def take_up(self, content: dict[str, Any]) -> None:
        """Put a draft back into the fields."""
        super().take_up(content)
        drafts = content.get("options")
        if isinstance(drafts, list):
            while len(self.options) < len(drafts):
                self._another()
            self._order()
            for option in self.options[len(drafts) :]:
                self._take_out(option)
            for option, draft in zip(self.options, drafts, strict=True):
                option.take_up(draft)
        self._show_totals()

    def verb(self) -> Callable[[Desk], DecisionRequest]:
        """Give the verb for what is typed; raises BadInput."""
        currency = self.currency.text()
        drafts = [o.draft(currency, self._term()) for o in self.options]
        question, owes, owes_id = self.question.toPlainText(), self.owes.text(), self.owes.person_id()
        text, before = self._before
        decide_by = before if text and self.decide_by.text() == text else self.decide_by.value()
        without, channel = self.without_answer.toPlainText(), self.channel.text()
        return lambda desk: decisions.prepare(
            desk,
            self._escalation_id,
            question=question,
            owed_by=owes,
            owed_by_id=owes_id,
            options=[d for d in drafts if d is not None],
            decide_by=decide_by,
            without_answer=without,
            channel=channel,
        )


def _typed(option: OptionLine) -> dict[str, str]:
    def shown(amount: Any) -> str:
        return f"{amount:f}".removesuffix(".00") if amount else ""

    return {
        "label": option.label,
        "one_off": shown(option.one_off),
        "monthly": shown(option.monthly),
        "yearly": shown(option.yearly),
        "term_months": str(option.term_months),
        "risk": option.risk,
    }
