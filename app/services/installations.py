"""What a customer runs and where: installations and sites, with the verbs that change them."""

from typing import Any

from app.domain.customer import Customer, Environment, Installation, Site
from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput
from app.domain.region import phone_kept
from app.services.customers import time_zone_named
from app.services.desk import Desk
from app.services.people import need_right


def add(desk: Desk, customer_id: str, **facts: Any) -> Installation:
    """Note what a customer runs; the product is needed. Raises BadInput or Refused."""
    need_right(desk, Verb.INSERT, Installation)
    customer = desk.need(Customer, customer_id)
    checked = {"product": ""} | _checked(facts)
    _need_product(checked)
    with desk.edit() as edit:
        return edit.insert(Installation(id=new_id(), customer_id=customer.id, **checked))


def change(desk: Desk, installation_id: str, **facts: Any) -> None:
    """Give an installation's facts other values. Raises BadInput or Refused."""
    need_right(desk, Verb.UPDATE, Installation)
    checked = _checked(facts)
    _need_product(checked)
    with desk.edit() as edit:
        edit.update(desk.need(Installation, installation_id), **checked)


def remove(desk: Desk, installation_id: str) -> None:
    """Remove an installation. Raises Refused."""
    need_right(desk, Verb.DELETE, Installation)
    with desk.edit() as edit:
        edit.delete(desk.need(Installation, installation_id))


def add_site(desk: Desk, customer_id: str, **facts: Any) -> Site:
    """Note a place of a customer; the name is needed. Raises BadInput or Refused."""
    need_right(desk, Verb.INSERT, Site)
    customer = desk.need(Customer, customer_id)
    checked = {"name": "", "time_zone": customer.time_zone} | _checked_site(desk, customer, facts, "")
    if not checked["name"]:
        raise BadInput("A site needs a name.", "Write the town or what people call it.")
    with desk.edit() as edit:
        return edit.insert(Site(id=new_id(), customer_id=customer.id, **checked))


def change_site(desk: Desk, site_id: str, **facts: Any) -> None:
    """Give a site's facts other values. Raises BadInput or Refused."""
    need_right(desk, Verb.UPDATE, Site)
    site = desk.need(Site, site_id)
    checked = _checked_site(desk, desk.need(Customer, site.customer_id), facts, site_id)
    if not checked.get("name", site.name):
        raise BadInput("A site needs a name.", "Write the town or what people call it.")
    with desk.edit() as edit:
        edit.update(site, **checked)


def remove_site(desk: Desk, site_id: str) -> None:
    """Remove a site; its contacts stay, at no site. Raises Refused."""
    need_right(desk, Verb.DELETE, Site)
    with desk.edit() as edit:
        edit.delete(desk.need(Site, site_id))


def _checked(facts: dict[str, Any]) -> dict[str, Any]:
    made = {name: value.strip() if isinstance(value, str) else value for name, value in facts.items()}
    if "environment" in made:
        made["environment"] = Environment(made["environment"])
    return made


def _need_product(checked: dict[str, Any]) -> None:
    if not checked.get("product", "-"):
        raise BadInput("An installation needs its product.", "Write what they run, such as Device Manager.")


def _checked_site(desk: Desk, customer: Customer, facts: dict[str, Any], site_id: str) -> dict[str, Any]:
    made = {name: value.strip() if isinstance(value, str) else value for name, value in facts.items()}
    if "time_zone" in made:
        made["time_zone"] = time_zone_named(made["time_zone"] or customer.time_zone)
    if "phone" in made:
        made["phone"] = phone_kept(made["phone"], customer.region)
    where = "customer_id = ? AND name = ? COLLATE NOCASE AND id <> ?"
    if made.get("name") and desk.cache.records(Site, where, (customer.id, made["name"], site_id)):
        raise BadInput(f"{customer.name} has a site called {made['name']} already.", "Add what tells the two apart.")
    return made
