"""Which form opens for what, and what it records."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from app.domain.customer import Installation, Site
from app.services import contacts, customers, deployments, installations
from app.services.contacts import ContactDetail
from app.services.customers import CustomerDetail, Words
from app.services.desk import Desk
from ui.kit.console import Console
from ui.kit.timephrase import moment
from ui.panes.customers import forms
from ui.panes.customers.deployment_form import DeploymentForm
from ui.panes.customers.form_place import FormPlace


class Editing(QObject):
    """Opens forms in their place; `made` is given the id of a new customer, on the GUI thread."""

    def __init__(self, console: Console, place: FormPlace, made: Callable[[str], None], parent: QObject) -> None:
        super().__init__(parent)
        self._console, self._place, self._made = console, place, made

    def add_customer(self) -> None:
        """Ask for a new customer."""

        def verb(desk: Desk, values: dict[str, Any]) -> str:
            made = customers.add(desk, **values)
            self._console.mailbox.call(self, lambda: self._made(made.id))
            return f"{made.name} is a customer now."

        self._with_words(lambda words: self._place.open(forms.customer_form(None, "", words), "customer/new", verb))

    def customer(self, shown: CustomerDetail) -> None:
        """Change a customer's own facts."""
        one = shown.customer

        def verb(desk: Desk, values: dict[str, Any]) -> str:
            return f"{customers.change(desk, one.id, **values).name}: saved."

        def open_form(words: Words) -> None:
            self._place.open(forms.customer_form(one, shown.account_rep, words), f"customer/{one.id}", verb)

        self._with_words(open_form)

    def contact(self, shown: CustomerDetail, found: ContactDetail | None) -> None:
        """Change a contact, or with None add one."""
        one, customer = found.contact if found is not None else None, shown.customer

        def verb(desk: Desk, values: dict[str, Any]) -> str:
            done = contacts.change(desk, one.id, **values) if one else contacts.add(desk, customer.id, **values)
            also = f" {'; '.join(done.also)}: both are kept." if done.also else ""
            return f"{done.contact.name or 'The contact'}: saved.{also}"

        form = forms.contact_form(one, customer.name, found.site if found else "", shown.sites)
        self._place.open(form, f"contact/{one.id}" if one else f"contact/new/{customer.id}", verb)

    def site(self, shown: CustomerDetail, site: Site | None) -> None:
        """Change a site, or with None add one."""

        def verb(desk: Desk, values: dict[str, Any]) -> str:
            if site is None:
                installations.add_site(desk, shown.customer.id, **values)
            else:
                installations.change_site(desk, site.id, **values)
            return "The site is saved."

        draft = f"site/{site.id}" if site else f"site/new/{shown.customer.id}"
        self._with_words(lambda words: self._place.open(forms.site_form(site, shown.customer, words), draft, verb))

    def installation(self, shown: CustomerDetail, one: Installation | None) -> None:
        """Change an installation, or with None add one."""

        def verb(desk: Desk, values: dict[str, Any]) -> str:
            if one is None:
                installations.add(desk, shown.customer.id, **values)
            else:
                installations.change(desk, one.id, **values)
            return "The installation is saved."

        draft = f"installation/{one.id}" if one else f"installation/new/{shown.customer.id}"
        self._place.open(forms.installation_form(one, shown.customer.name), draft, verb)

    def deployment(self, shown: CustomerDetail, looked_at: str) -> None:
        """Ask what was deployed to a customer; an installation that was looked at is chosen."""
        one = shown.customer

        def verb(desk: Desk, values: dict[str, Any]) -> str:
            made = deployments.record(desk, one.id, **values)
            (line,) = deployments.lines(desk, [made.id])
            return f"Recorded for {one.name}: {line.what}, {moment(line.at, desk.now)}."

        form = DeploymentForm(one.name, shown.installations, looked_at)
        self._place.open(form, f"deployment/new/{one.id}", verb)

    def _with_words(self, then: Callable[[Words], None]) -> None:
        self._console.read(self, customers.words, then)
