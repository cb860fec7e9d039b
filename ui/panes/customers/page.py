"""The customers page: who they are on the left, what belongs to one in the middle, its facts on the right."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from app.domain.errors import BatonError
from app.services import contact_files, contacts, customers, installations
from app.services.contact_files import Format
from app.services.contacts import ContactDetail, Rights
from app.services.customers import CustomerDetail
from ui.kit.buttons import KeyButton
from ui.kit.clashes import ClashCard
from ui.kit.clashes import acts as clash_acts
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.flow import flow, split
from ui.kit.page import Page
from ui.kit.said_values import counted
from ui.kit.theme import M, S
from ui.panes.customers.bringing import BringIn
from ui.panes.customers.customer_list import CustomerList
from ui.panes.customers.editing import Editing
from ui.panes.customers.facts import CustomerFacts
from ui.panes.customers.shelves import Shelf, Shelves

_WIDTHS = (280, 640, 360)
_TABLES = (
    *("customer", "contact", "site", "installation", "issue", "interaction", "promise", "deployment"),
    *("escalation", "decision_request", "person"),
)
_EDITED = {Shelf.CONTACTS, Shelf.SITES, Shelf.INSTALLATIONS}
_ADDED = {*_EDITED, Shelf.DEPLOYMENTS}
_ISSUES = {Shelf.OPEN, Shelf.ISSUES, Shelf.HISTORY}
_PREFIX = "customers"
_FILES = "vCard 4.0 (*.vcf);;vCard 3.0 (*.vcf);;CSV (*.csv)"


class CustomersPage(Page):
    """GUI thread only; `open_customer` shows one, wherever the list is."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self.customer: CustomerDetail | None = None
        self.contact: ContactDetail | None = None
        self._wanted = ""
        self._rights = Rights("", "")
        self._declared = self._declare()
        self.shelves = Shelves(console, lambda shelf: self._key(f"shelf.{list(Shelf).index(shelf) + 1}"))
        self.bring = BringIn(console)
        row_acts = ("add", "change", "gone", "remove", "open", "kinds", "bring_in", "write")
        self.buttons = {name: self._button(name) for name in (*row_acts, "edit", "new", "which")}
        self.facts = CustomerFacts(console, [self.buttons["edit"], self.buttons["new"]])
        self.editing = Editing(console, self.facts.forms, self.open_customer, self)
        self.list = CustomerList(console, self.buttons["which"])
        self._lay_out(row_acts)
        self._connect()
        self.setAccessibleName("Customers")
        self.list.load()

    def _lay_out(self, row_acts: Sequence[str]) -> None:
        work = QWidget()
        self._bar = flow(*(self.buttons[name] for name in row_acts), gap=S, row_gap=S)
        bar = QWidget()
        inner = QVBoxLayout(bar)
        inner.setContentsMargins(M, S, M, M)
        inner.addWidget(self._bar)
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.shelves, 1)
        column.addWidget(bar)
        self._middle = QStackedWidget()
        for page in (work, self.bring):
            self._middle.addWidget(page)
        parts = split(self.list, self._middle, self.facts, sizes=_WIDTHS)
        for at, (part, stretch, least) in enumerate(
            ((self.list, 0, 220), (self._middle, 3, 420), (self.facts, 1, 340))
        ):
            parts.setStretchFactor(at, stretch)
            part.setMinimumWidth(least)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(parts)

    def _connect(self) -> None:
        self.list.chosen.connect(self._choose)
        self.list.opened.connect(self._to_table)
        self.shelves.chosen.connect(self._row_chosen)
        self.shelves.opened.connect(self._row_opened)
        self.facts.forms.opened.connect(self._console.book.refresh)
        self.facts.forms.left.connect(self._form_left)
        self.bring.left.connect(self._leave_bringing)
        self._console.watch(self, _TABLES, lambda _changes: self._changed())
        self._console.read(self, contacts.rights, self._know_rights)

    # Commands

    def _declare(self) -> tuple[Command, ...]:
        is_free = self._is_free
        rows: list[tuple[str, str, str, str, Callable[[], None], Callable[[], bool]]] = [
            ("filter", "Filter customers", "By name, plan or contact", "/", self._find, is_free),
            ("which", "Which", "All customers, mine, VIPs, those with open issues", "V", self._next_which, is_free),
            ("new", "Add a customer", "Only the name is needed", "Shift+N", self.add_customer, self._can_add_customer),
            ("edit", "Edit", "Name, plan, VIP, country, time zone, hours, rep …", "E", self.edit, self._can_edit),
            ("add", "Add", "A contact, a site, an installation or a deployment", "A", self.add_row, self._can_add_row),
            ("deploy", "Record a deployment…", "To this customer: from which build to which", "D", self.deploy,
             self._can_edit),
            ("change", "Change", "What is chosen in the table", "C", self.change_row, self._can_change_row),
            ("gone", "Gone", "They have left, or are back", "G", self.toggle_gone, self._can_set_gone),
            ("remove", "Remove", "Take the site or installation out", "Del", self.remove_row, self._can_remove),
            ("open", "Open", "Show the issue", "O", self.open_row, self._can_open),
            ("kinds", "Kinds", "Show another kind of things in the history", "F", self.shelves_filter,
             lambda: is_free() and self.shelves.shelf is Shelf.HISTORY),
            ("bring_in", "Import…", "Bring contacts in from a vCard or CSV file", "I", self.bring_in,
             lambda: not self._rights.why_not_add and is_free()),
            ("write", "Export…", "Write the contacts into a vCard or CSV file", "X", self.write,
             lambda: self.customer is not None and is_free()),
            *clash_acts(self._clash),
        ]  # fmt: skip
        for at, shelf in enumerate(Shelf, 1):
            words = f"Show this of the customer: {shelf}"
            rows.append((f"shelf.{at}", shelf.capitalize(), words, str(at), partial(self.go, shelf), is_free))
        return tuple(
            Command(f"{_PREFIX}.{name}", title, about, (key,), "Customers", run, can, single_key=True)
            for name, title, about, key, run, can in rows
        )

    def commands(self) -> tuple[Command, ...]:
        """Give what can be done here."""
        return self._declared

    def _button(self, name: str) -> KeyButton:
        return KeyButton.of(self._console.book, next(c for c in self._declared if c.id == f"{_PREFIX}.{name}"))

    def _key(self, name: str) -> str:
        known = {c.id for c in self._console.book.all()}
        return next(iter(self._console.book.keys(f"{_PREFIX}.{name}")), "") if f"{_PREFIX}.{name}" in known else ""

    def _is_free(self) -> bool:
        return self._middle.currentWidget() is not self.bring

    def _has_row(self) -> bool:
        return self.customer is not None and self._is_free() and bool(self.shelves.table.chosen_id())

    def _can_add_customer(self) -> bool:
        return self._is_free() and not (self.customer is not None and self.customer.why_not_change)

    def _can_edit(self) -> bool:
        return self.customer is not None and self._is_free() and not self.customer.why_not_change

    def _can_add_row(self) -> bool:
        if self.customer is None or not self._is_free() or self.shelves.shelf not in _ADDED:
            return False
        if self.shelves.shelf is Shelf.CONTACTS:
            return not self._rights.why_not_add
        return not self.customer.why_not_change

    def _can_change_row(self) -> bool:
        return self._has_row() and self.shelves.shelf in _EDITED and self._can_edit()

    def _can_set_gone(self) -> bool:
        return self._can_change_row() and self.shelves.shelf is Shelf.CONTACTS and self.contact is not None

    def _can_remove(self) -> bool:
        is_kind = self.shelves.shelf in {Shelf.SITES, Shelf.INSTALLATIONS}
        return self._has_row() and is_kind and self.customer is not None and not self.customer.why_not_remove

    def _can_open(self) -> bool:
        return self._has_row() and self._issue_id() != ""

    def _clash(self) -> ClashCard | None:
        return self.facts.clashes.first if self._is_free() else None

    # The list

    def focus_first(self) -> None:
        """Go to the list of customers."""
        self.list.focus_first()

    # The list is made after the commands, whose buttons it has.

    def _find(self) -> None:
        self.list.narrow()

    def _next_which(self) -> None:
        self.list.next_which()

    def _to_table(self) -> None:
        self.shelves.table.setFocus()

    def _changed(self) -> None:
        self.list.load()
        self._reload()

    # One customer

    def open_customer(self, customer_id: str) -> None:
        """Show this customer, also when the filter hides it in the list."""
        self._leave_bringing()
        self.facts.forms.leave()
        self._wanted = customer_id
        self.list.want(customer_id)
        self._reload()

    def _choose(self, customer_id: str) -> None:
        if customer_id and customer_id != self._wanted:
            self.facts.forms.leave()
            self._wanted = customer_id
            self._reload()

    def _reload(self) -> None:
        wanted = self._wanted
        if wanted:
            self._console.read(self, lambda desk: customers.detail(desk, wanted), partial(self._came, wanted))

    def _came(self, wanted: str, found: CustomerDetail | None) -> None:
        if wanted != self._wanted:
            return
        if found is None:
            self._wanted = ""
        if found is None or self.customer is None or found.customer.id != self.customer.customer.id:
            self._show_contact(None)
        self.customer = found
        self.facts.show_customer(found)
        self.shelves.show_customer(found)
        self._row_chosen()

    def _know_rights(self, rights: Rights) -> None:
        self._rights = rights
        self._console.book.refresh()

    def go(self, shelf: Shelf) -> None:
        """Look at another kind of things."""
        self.shelves.go(shelf)

    def shelves_filter(self) -> None:
        """Show the next kind of things in the history."""
        self.shelves.next_filter()

    # Rows

    def _row_chosen(self) -> None:
        one = self.shelves.table.chosen_id()
        if self.shelves.shelf is Shelf.CONTACTS and one:
            self._console.read(self, lambda desk: contacts.detail(desk, one), partial(self._contact_came, one))
        else:
            self._show_contact(None)
        is_on = self.shelves.shelf
        self.buttons["gone"].setVisible(is_on is Shelf.CONTACTS)
        self.buttons["bring_in"].setVisible(is_on is Shelf.CONTACTS)
        self.buttons["write"].setVisible(is_on is Shelf.CONTACTS)
        self.buttons["remove"].setVisible(is_on in {Shelf.SITES, Shelf.INSTALLATIONS})
        self.buttons["add"].setVisible(is_on in _ADDED)
        self.buttons["change"].setVisible(is_on in _EDITED)
        self.buttons["open"].setVisible(is_on in _ISSUES)
        self.buttons["kinds"].setVisible(is_on is Shelf.HISTORY)
        self._console.book.refresh()

    def _contact_came(self, one: str, found: ContactDetail | None) -> None:
        if self.shelves.shelf is Shelf.CONTACTS and one == self.shelves.table.chosen_id():
            self._show_contact(found)

    def _show_contact(self, found: ContactDetail | None) -> None:
        self.contact = found
        self.facts.show_contact(found)
        self._console.book.refresh()

    def _row_opened(self) -> None:
        if self._can_open():
            self.open_row()
        elif self._can_change_row():
            self.change_row()

    def _issue_id(self) -> str:
        row = self.shelves.table.chosen_row()
        match self.shelves.shelf:
            case Shelf.OPEN | Shelf.ISSUES:
                return self.shelves.table.chosen_id()
            case Shelf.HISTORY:
                return (row.issue_id or "") if row is not None else ""
            case _:
                return ""

    def open_row(self) -> None:
        """Show the issue in the Queue."""
        issue_id = self._issue_id()
        if issue_id:
            self._console.navigator.open_issue(issue_id)

    # Forms

    def add_customer(self) -> None:
        """Ask for a new customer."""
        self.editing.add_customer()

    def edit(self) -> None:
        """Change the customer's own facts."""
        if self.customer is not None:
            self.editing.customer(self.customer)

    def add_row(self) -> None:
        """Ask for a new row of the shelf."""
        self._row_form(is_new=True)

    def change_row(self) -> None:
        """Change the contact, site or installation that is chosen."""
        self._row_form(is_new=False)

    def _row_form(self, *, is_new: bool) -> None:
        shown, row = self.customer, None if is_new else self.shelves.table.chosen_row()
        if shown is None:
            return
        match self.shelves.shelf:
            case Shelf.CONTACTS:
                self.editing.contact(shown, None if is_new else self.contact)
            case Shelf.SITES:
                self.editing.site(shown, row)
            case Shelf.INSTALLATIONS:
                self.editing.installation(shown, row)
            case Shelf.DEPLOYMENTS:
                self.deploy()

    def deploy(self) -> None:
        """Ask what was deployed to the customer."""
        if self.customer is not None:
            self.editing.deployment(self.customer, self.shelves.table.chosen_id())

    def _form_left(self) -> None:
        self.shelves.table.setFocus()
        self._reload()

    def toggle_gone(self) -> None:
        """Say that the contact has gone, or is back."""
        if self.contact is not None:
            one = self.contact.contact
            words = f"{one.name} is back." if one.has_gone else f"{one.name} has gone; the history keeps them."
            self._console.write(
                self,
                lambda desk: contacts.set_gone(desk, one.id, has_gone=not one.has_gone),
                lambda _done: self._console.navigator.tell(words),
            )

    def remove_row(self) -> None:
        """Take the chosen site or installation out; Ctrl+Z puts it back."""
        one = self.shelves.table.chosen_id()
        remove = installations.remove_site if self.shelves.shelf is Shelf.SITES else installations.remove
        told = "Removed; Ctrl+Z undoes it."
        self._console.write(self, lambda desk: remove(desk, one), lambda _none: self._console.navigator.tell(told))

    # Files

    def bring_in(self) -> None:
        """Bring contacts in from a file."""
        one = self.customer.customer if self.customer is not None else None
        self._middle.setCurrentWidget(self.bring)
        self.bring.begin(one.id if one else "", one.name if one else "")
        self._console.book.refresh()

    def _leave_bringing(self) -> None:
        if self._middle.currentWidget() is self.bring:
            self._middle.setCurrentIndex(0)
            self.shelves.table.setFocus()
            self._console.book.refresh()

    def write(self) -> None:
        """Ask for a file and write the customer's contacts into it."""
        if self.customer is None:
            return
        name = "".join(c if c.isalnum() else "-" for c in self.customer.customer.name.lower())
        path, kind = QFileDialog.getSaveFileName(self.window(), "Contacts", str(Path.home() / f"{name}.vcf"), _FILES)
        if path:
            form = Format.CSV if path.endswith(".csv") else Format.VCARD_3 if "3.0" in kind else Format.VCARD
            self.write_to(Path(path), form)

    def write_to(self, path: Path, form: Format) -> None:
        """Write the customer's contacts into this file, and say so."""
        if self.customer is None:
            return
        one, tell = self.customer.customer.id, self._console.navigator.tell

        def failed(error: BatonError) -> None:
            tell(error.what, error.todo)

        future = self._console.workstation.read(lambda desk: contact_files.write(desk, path, form, one))
        self._console.mailbox.deliver(
            future, self, lambda count: tell(f"{counted(count, 'contact')} in {path}."), failed
        )
