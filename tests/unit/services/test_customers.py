"""Customers, their contacts, sites and installations: changed with checks, and the history of everything with them."""

from datetime import timedelta

import pytest

from app.domain.customer import Customer, Environment, Installation, Site
from app.domain.deployment import Deployment
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.interaction import Promise
from app.domain.issue import IssueState
from app.domain.person import Role
from app.services import contacts, customer_history, customers, installations, issues
from app.services.customer_history import Happening
from app.services.customers import Which
from app.services.escalations import raise_escalation
from tests.halden import Clock, Sample
from tests.stations import Station, TestCompany


def test_the_list_is_found_by_name_plan_and_contact(anna: Station, sample: Sample) -> None:
    desk = anna.desk
    names = [line.name for line in customers.lines(desk, customers.ids(desk))]
    assert names == sorted(names, key=str.casefold)
    assert len(names) == 5

    def found(text: str, which: Which = Which.ALL) -> list[str]:
        return [line.name for line in customers.lines(desk, customers.ids(desk, text, which))]

    assert found("north") == ["Northgate Rail"]
    assert found("asen") == ["Halden Hotels"]  # a contact, without the ring over the A
    assert found("silver") == ["Brightwater Labs", "Corvus Logistics"]
    assert found("", Which.VIP) == ["Halden Hotels", "Northgate Rail"]
    assert found("", Which.MINE) == []
    customers.change(desk, sample.customers["Morrow Foods"], account_rep_id=anna.person_id)
    assert found("", Which.MINE) == ["Morrow Foods"]
    assert "Morrow Foods" in found("", Which.OPEN)
    assert customers.counts(desk)[Which.ALL] == 5


def test_a_customers_facts_are_checked(anna: Station, sample: Sample) -> None:
    desk, one = anna.desk, sample.customers["Northgate Rail"]
    customers.change(desk, one, region="us +1", time_zone="new york", plan=" Platinum ", is_vip=False)
    detail = customers.detail(desk, one)
    assert detail is not None
    kept = detail.customer
    assert (kept.region, kept.time_zone, kept.plan, kept.is_vip) == ("US", "America/New_York", "Platinum", False)
    with pytest.raises(BadInput, match="no country"):
        customers.change(desk, one, region="XX")
    with pytest.raises(BadInput, match="Do you mean Europe/Oslo"):
        customers.change(desk, one, time_zone="Europe/Osl")
    with pytest.raises(BadInput, match="already"):
        customers.change(desk, one, name="halden hotels")
    with pytest.raises(BadInput, match="needs a name"):
        customers.change(desk, one, name="  ")
    assert customers.add(desk, name="Tidewell").time_zone == "UTC"


def test_numbers_are_kept_as_e164_whatever_their_writing(anna: Station, sample: Sample) -> None:
    desk, one = anna.desk, sample.customers["Morrow Foods"]
    customers.change(desk, one, region="GB")
    made = contacts.add(desk, one, name="Ada", phone="(020) 7946 0018", mobile="07400 123456").contact
    assert (made.phone, made.mobile) == ("+442079460018", "+447400123456")
    with pytest.raises(BadInput, match=r"“12 apples” is no phone number\. Write it like 0121 234 5678"):
        contacts.change(desk, made.id, phone="12 apples")
    with pytest.raises(BadInput, match="extension 12"):
        contacts.change(desk, made.id, phone="020 7946 0018 ext. 12")
    with pytest.raises(BadInput, match="no e-mail"):
        contacts.change(desk, made.id, email="ada at morrow")
    with pytest.raises(BadInput, match="Nothing says who"):
        contacts.add(desk, one, role="nobody")
    customers.change(desk, one, region="")
    with pytest.raises(BadInput, match=r"\+44 121 234 5678"):
        contacts.change(desk, made.id, phone="020 7946 0018")


def test_two_contacts_with_one_number_are_both_kept_and_said(anna: Station, sample: Sample) -> None:
    desk = anna.desk
    made = contacts.add(desk, sample.customers["Halden Hotels"], name="Kari", mobile="+12125550147")
    assert made.also == ("Dana Whitfield of Northgate Rail has +1 212 555 0147 too",)
    found = contacts.detail(desk, sample.contacts["Dana Whitfield"])
    assert found is not None
    assert found.also == ("Kari of Halden Hotels has +1 212 555 0147 too",)


def test_who_has_gone_stands_last_and_comes_back(anna: Station, sample: Sample) -> None:
    desk, one = anna.desk, sample.customers["Northgate Rail"]
    contacts.set_gone(desk, sample.contacts["Dana Whitfield"], has_gone=True)
    assert [c.name for c in contacts.lines(desk, contacts.ids(desk, one))] == ["Luis Ortega", "Dana Whitfield"]
    contacts.set_gone(desk, sample.contacts["Dana Whitfield"], has_gone=False)
    assert [c.name for c in contacts.lines(desk, contacts.ids(desk, one))] == ["Dana Whitfield", "Luis Ortega"]


def test_sites_and_installations(anna: Station, sample: Sample) -> None:
    desk, one = anna.desk, sample.customers["Northgate Rail"]
    site = installations.add_site(desk, one, name="Boston", phone="+1 212 555 0100")
    assert (site.time_zone, site.phone) == ("America/New_York", "+12125550100")
    with pytest.raises(BadInput, match="already"):
        installations.add_site(desk, one, name="boston")
    contacts.change(desk, sample.contacts["Luis Ortega"], site="boston")
    assert contacts.lines(desk, [sample.contacts["Luis Ortega"]])[0].site == "Boston"
    with pytest.raises(BadInput, match="no site called"):
        contacts.change(desk, sample.contacts["Luis Ortega"], site="Paris")
    with pytest.raises(BadInput, match="needs its product"):
        installations.add(desk, one, build="40")
    made = installations.add(desk, one, product="Device Manager", environment="lab", database="PostgreSQL 16")
    installations.change(desk, made.id, build="40", hosted_by="Northgate")
    kept = desk.need(Installation, made.id)
    assert (kept.environment, kept.build, kept.hosted_by) == (Environment.LAB, "40", "Northgate")
    installations.change_site(desk, site.id, address="1 Quay\nBoston")
    installations.remove_site(desk, site.id)
    installations.remove(desk, made.id)
    with pytest.raises(Refused):
        desk.need(Site, site.id)
    detail = customers.detail(desk, one)
    assert detail is not None
    assert not detail.sites


def test_a_trainee_may_add_a_contact_and_change_none(company: TestCompany, sample: Sample, clock: Clock) -> None:
    noor = company.station("noor", Role.TRAINEE, clock)
    made = contacts.add(noor.desk, sample.customers["Morrow Foods"], name="Ada").contact
    with pytest.raises(Refused, match="may not update"):
        contacts.change(noor.desk, made.id, name="Eva")
    with pytest.raises(Refused):
        customers.change(noor.desk, sample.customers["Morrow Foods"], plan="Gold")
    found = customers.detail(noor.desk, sample.customers["Morrow Foods"])
    assert found is not None
    assert "may not update a customer" in found.why_not_change
    assert contacts.rights(noor.desk).why_not_add == ""


def test_an_edit_reaches_the_others_through_the_sync(
    anna: Station, sample: Sample, company: TestCompany, clock: Clock
) -> None:
    ben = company.station("ben", Role.SUPPORT, clock)
    one = sample.customers["Northgate Rail"]
    customers.change(anna.desk, one, contract="until 2030", region="US")
    customers.change(ben.desk, one, contract="until 2031")
    anna.sync()
    ben.sync()
    found = customers.detail(ben.desk, one)
    assert found is not None
    assert [clash.field for clash in found.conflicts] == ["contract"]
    assert found.customer.region == "US"


def test_the_history_has_everything_newest_first(anna: Station, sample: Sample, clock: Clock) -> None:
    desk, one = anna.desk, sample.customers["Northgate Rail"]
    clock.now += timedelta(hours=1)
    raise_escalation(desk, sample.issues["import"], sentence="They threaten to leave", to_team="Engineering")
    with desk.edit() as edit:
        edit.insert(
            Deployment(
                id=new_id(), customer_id=one, product="Device Manager", from_build="39", to_build="40",
                at=clock.now + timedelta(minutes=5), deployed_by=desk.person_id, what="the night deployment",
            )
        )  # fmt: skip
    clock.now += timedelta(hours=1)
    issues.set_state(desk, sample.issues["import"], IssueState.SOLVED)
    keys = customer_history.ids(desk, one)
    found = customer_history.lines(desk, keys)
    assert [line.key for line in found] == keys
    assert [line.at for line in found] == sorted((line.at for line in found), reverse=True)
    assert [line.kind for line in found[:3]] == [Happening.CLOSED, Happening.DEPLOYMENT, Happening.ESCALATION]
    assert found[1].text == "Deployed Device Manager build 39 → 40"
    assert found[2].text == "Escalated to Engineering: They threaten to leave"
    kinds = {line.kind for line in found}
    assert {Happening.INTERACTION, Happening.OPENED} <= kinds
    only = customer_history.ids(desk, one, [Happening.PROMISE])
    assert len(only) == len(desk.cache.records(Promise, "customer_id = ?", (one,)))
    assert customer_history.ids(desk, sample.customers["Brightwater Labs"]) != keys


def test_the_ledgers_figures_are_the_customers_own(anna: Station, sample: Sample) -> None:
    found = customers.detail(anna.desk, sample.customers["Northgate Rail"])
    other = customers.detail(anna.desk, sample.customers["Halden Hotels"])
    assert found is not None
    assert other is not None
    assert found.figures.promises is None, "one person's promises"
    assert found.figures.told_at != other.figures.told_at


def test_a_customer_that_was_removed_is_none(anna: Station, sample: Sample) -> None:
    with anna.desk.edit() as edit:
        edit.delete(anna.desk.need(Customer, sample.customers["Morrow Foods"]))
    assert customers.detail(anna.desk, sample.customers["Morrow Foods"]) is None
