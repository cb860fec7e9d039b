"""The forms of the customers page: a customer's facts, a contact, a site, an installation."""

from collections.abc import Sequence

from app.domain.customer import Contact, Customer, Environment, Installation, Site
from app.domain.phone import shown
from app.services.customers import Words
from ui.panes.customers.record_form import RecordForm

_ENVIRONMENTS = tuple((one.value, one.value.capitalize()) for one in Environment)
_PHONE_HINT = "in any writing"


def customer_form(customer: Customer | None, rep: str, words: Words) -> RecordForm:
    """Give the form of a customer's facts; None makes a new one."""
    is_new = customer is None
    one = customer or Customer(id="", name="")
    form = RecordForm("Add a customer" if is_new else f"Edit {one.name}", "Add it" if is_new else "Save")
    form.line("name", "Name", one.name)
    form.completed("plan", "Plan", one.plan, words.plans, "Premium 24x7")
    form.tick("is_vip", "VIP", is_on=one.is_vip)
    form.completed("region", "Country", one.region, words.regions, "GB: how their people write numbers")
    form.completed(
        "time_zone", "Time zone", "" if is_new else one.time_zone, words.time_zones, "Europe/Oslo, or a city"
    )
    form.whom("account_rep_id", "Account rep", words.people, rep, "nobody yet")
    form.text("support_hours", "Support hours", one.support_hours, lines=2)
    form.text("contract", "Contract", one.contract, lines=2)
    form.text("note", "Note", one.note, lines=3)
    return form


def contact_form(contact: Contact | None, whose: str, site: str, sites: Sequence[Site]) -> RecordForm:
    """Give the form of a contact; None makes a new one."""
    is_new = contact is None
    one = contact or Contact(id="", customer_id="", name="")
    title = f"Add a contact at {whose}" if is_new else f"Edit {one.name or 'a contact'}"
    form = RecordForm(title, "Add them" if is_new else "Save")
    form.line("name", "Name", one.name)
    form.line("role", "Role", one.role)
    form.line("phone", "Phone", shown(one.phone) if one.phone else "", _PHONE_HINT)
    form.line("mobile", "Mobile", shown(one.mobile) if one.mobile else "", _PHONE_HINT)
    form.line("email", "E-mail", one.email)
    form.completed("site", "Site", site, [each.name for each in sites])
    form.text("note", "Note", one.note, lines=2)
    if not is_new:
        form.tick("has_gone", "Has gone", is_on=one.has_gone)
    return form


def site_form(site: Site | None, customer: Customer, words: Words) -> RecordForm:
    """Give the form of a site; None makes a new one, in the customer's time zone."""
    is_new = site is None
    one = site or Site(id="", customer_id="", name="", time_zone=customer.time_zone)
    form = RecordForm(
        f"Add a site of {customer.name}" if is_new else f"Edit {one.name}", "Add it" if is_new else "Save"
    )
    form.line("name", "Name", one.name)
    form.completed("time_zone", "Time zone", one.time_zone, words.time_zones, "Europe/Oslo, or a city")
    form.line("phone", "Phone", shown(one.phone) if one.phone else "", _PHONE_HINT)
    form.text("address", "Address", one.address, lines=3)
    return form


def installation_form(installation: Installation | None, whose: str) -> RecordForm:
    """Give the form of an installation; None makes a new one."""
    is_new = installation is None
    one = installation or Installation(id="", customer_id="", product="")
    title = f"Add what {whose} runs" if is_new else f"Edit {one.product}, {one.environment}"
    form = RecordForm(title, "Add it" if is_new else "Save")
    form.line("product", "Product", one.product)
    form.choice("environment", "Environment", _ENVIRONMENTS, one.environment)
    form.line("build", "Build", one.build)
    form.line("database", "Database", one.database, "kind and version: PostgreSQL 16")
    form.text("hosts", "Hosts", one.hosts, lines=2)
    form.tick("is_hosted_by_us", "Hosted by us", is_on=one.is_hosted_by_us)
    form.line("hosted_by", "Hosted by", one.hosted_by, "whom, when it is not us")
    form.line("url", "Address", one.url)
    form.text("note", "Note", one.note, lines=2)
    return form
