"""The customers page: found, looked at and changed by keys alone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from app.domain.customer import Contact, Customer, Installation
from app.domain.deployment import Deployment
from app.domain.entity import new_id
from app.domain.person import Role
from app.services import contacts, customers, drafts, installations
from app.services.contact_files import Format
from app.services.desk import Desk
from tests.ui.hands import press, write
from tests.ui.panes.conftest import OpenConsole, come_back, go_off_line, shoot, until
from tests.ui.panes.customers.conftest import Scene, texts
from ui.panes.customers.deployment_form import DeploymentForm
from ui.panes.customers.page import CustomersPage
from ui.panes.customers.record_form import RecordForm
from ui.panes.customers.shelves import Shelf

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def key(page: CustomersPage, one: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    press(QApplication.focusWidget() or page, one, modifier)


def line(form: RecordForm, name: str) -> QLineEdit:
    found = form.field(name)
    assert isinstance(found, QLineEdit)
    return found


def form_of(scene: Scene, page: CustomersPage) -> RecordForm:
    scene.until(lambda: page.facts.forms.form is not None)
    assert page.facts.forms.form is not None
    return page.facts.forms.form


def open_northgate(scene: Scene, page: CustomersPage) -> str:
    one = scene.sample.customers["Northgate Rail"]
    page.open_customer(one)
    scene.until(lambda: page.customer is not None and page.customer.customer.id == one)
    scene.until(lambda: page.list.table.chosen_id() == one and page.contact is not None)
    return one


def test_a_customer_is_found_and_what_belongs_to_it_is_shown(scene: Scene, page: CustomersPage) -> None:
    key(page, Qt.Key.Key_Slash)
    write(QApplication.focusWidget() or page, "ortega")
    scene.until(lambda: len(page.list.table.model.ids) == 1)
    scene.until(lambda: page.customer is not None and page.customer.customer.name == "Northgate Rail")
    key(page, Qt.Key.Key_Return)
    key(page, Qt.Key.Key_Return)
    scene.until(lambda: page.contact is not None and page.contact.contact.name == "Dana Whitfield")
    key(page, Qt.Key.Key_Down)
    scene.until(lambda: page.contact is not None and page.contact.contact.name == "Luis Ortega")
    scene.until(lambda: "+1 212 555 0188" in texts(page.facts))
    key(page, Qt.Key.Key_4)
    scene.until(lambda: page.shelves.table.chosen_id() == scene.sample.issues["import"])
    key(page, Qt.Key.Key_Return)
    assert scene.went.to == [("issue", scene.sample.issues["import"])]
    key(page, Qt.Key.Key_6)
    scene.until(lambda: len(page.shelves.table.model.ids) > 3)
    whole = len(page.shelves.table.model.ids)
    key(page, Qt.Key.Key_F)
    scene.until(lambda: page.shelves.filter_words == "words" and 0 < len(page.shelves.table.model.ids) < whole)


def test_a_customers_facts_are_changed_in_place(scene: Scene, page: CustomersPage) -> None:
    one = open_northgate(scene, page)
    key(page, Qt.Key.Key_E)
    form = form_of(scene, page)
    line(form, "time_zone").setText("Nowhere")
    line(form, "region").setText("US +1")
    press(form.first, Qt.Key.Key_Return, CTRL)
    scene.until(lambda: "is no time zone" in form.refusal)
    assert line(form, "time_zone").text() == "Nowhere"
    line(form, "time_zone").setText("chicago")
    press(form.first, Qt.Key.Key_Return, CTRL)
    scene.until(lambda: page.facts.forms.form is None)
    scene.until(lambda: page.customer is not None and page.customer.customer.region == "US")
    assert page.customer is not None
    assert page.customer.customer.time_zone == "America/Chicago"
    assert scene.do(lambda desk: drafts.load(desk, f"customer/{one}")) is None
    scene.console.undos.commands()[0].run()
    scene.until(lambda: page.customer is not None and page.customer.customer.region == "")


def test_a_number_that_is_none_is_refused_and_stays_in_the_form(scene: Scene, page: CustomersPage) -> None:
    one = open_northgate(scene, page)
    scene.do(lambda desk: customers.change(desk, one, region="US"))
    key(page, Qt.Key.Key_Tab)
    page.shelves.table.setFocus()
    key(page, Qt.Key.Key_A)
    form = form_of(scene, page)
    write(line(form, "name"), "Ada Bell")
    write(line(form, "phone"), "12 apples")
    press(form.first, Qt.Key.Key_Return, CTRL)
    scene.until(lambda: "Write it like (201) 555-0123" in form.refusal)
    assert line(form, "phone").text() == "12 apples"
    line(form, "phone").setText("(212) 555-0147")
    press(form.first, Qt.Key.Key_Return, CTRL)
    scene.until(lambda: page.facts.forms.form is None)
    assert scene.went.told[-1][0] == (
        "Ada Bell: saved. Dana Whitfield of Northgate Rail has +1 212 555 0147 too: both are kept."
    )
    scene.until(lambda: page.shelves.table.model.ids and len(page.shelves.table.model.ids) == 3)
    found = scene.do(lambda desk: desk.cache.records(Contact, "name = 'Ada Bell'"))[0]
    assert found.phone == "+12125550147"


def test_what_was_typed_comes_back_and_can_be_thrown_away(scene: Scene, page: CustomersPage) -> None:
    one = open_northgate(scene, page)
    page.shelves.table.setFocus()
    key(page, Qt.Key.Key_A)
    write(line(form_of(scene, page), "name"), "Ada")
    scene.until(lambda: scene.do(lambda desk: drafts.load(desk, f"contact/new/{one}")) == {"name": "Ada"})
    key(page, Qt.Key.Key_Escape)
    assert page.facts.forms.form is None
    page.facts.forms._typed.clear()  # as after a kill: only what was kept is there
    key(page, Qt.Key.Key_A)
    form = form_of(scene, page)
    scene.until(lambda: line(form, "name").text() == "Ada")
    key(page, Qt.Key.Key_R, ALT)
    assert line(form, "name").text() == ""
    scene.until(lambda: scene.do(lambda desk: drafts.load(desk, f"contact/new/{one}")) is None)


def test_who_has_gone_is_marked_by_a_key(scene: Scene, page: CustomersPage) -> None:
    open_northgate(scene, page)
    page.shelves.table.setFocus()
    key(page, Qt.Key.Key_G)
    scene.until(lambda: page.contact is not None and page.contact.contact.has_gone)
    assert scene.went.told[-1][0] == "Dana Whitfield has gone; the history keeps them."
    assert scene.console.book.run("edit.undo")
    scene.until(lambda: page.contact is not None and not page.contact.contact.has_gone)


def test_sites_and_installations_are_added_changed_and_removed(scene: Scene, page: CustomersPage) -> None:
    open_northgate(scene, page)
    key(page, Qt.Key.Key_2)
    key(page, Qt.Key.Key_A)
    form = form_of(scene, page)
    write(line(form, "name"), "Boston")
    press(form.first, Qt.Key.Key_Return, CTRL)
    scene.until(lambda: page.customer is not None and len(page.customer.sites) == 1)
    scene.until(lambda: page.facts.forms.form is None and page.shelves.table.chosen_row() is not None)
    key(page, Qt.Key.Key_C)
    form = form_of(scene, page)
    assert form.title.text() == "Edit Boston"
    line(form, "phone").setText("+1 212 555 0100")
    press(form.first, Qt.Key.Key_Return, CTRL)
    scene.until(lambda: page.customer is not None and page.customer.sites[0].phone == "+12125550100")
    scene.until(lambda: page.facts.forms.form is None)
    key(page, Qt.Key.Key_Delete)
    scene.until(lambda: page.customer is not None and not page.customer.sites)
    key(page, Qt.Key.Key_3)
    key(page, Qt.Key.Key_A)
    form = form_of(scene, page)
    write(line(form, "product"), "Device Manager")
    press(form.first, Qt.Key.Key_Return, CTRL)
    scene.until(lambda: page.customer is not None and len(page.customer.installations) >= 1)


def test_a_new_customer_is_shown_at_once(scene: Scene, page: CustomersPage) -> None:
    key(page, Qt.Key.Key_N, SHIFT)
    form = form_of(scene, page)
    write(line(form, "name"), "Tidewell")
    press(form.first, Qt.Key.Key_Return, CTRL)
    scene.until(lambda: page.customer is not None and page.customer.customer.name == "Tidewell")
    scene.until(lambda: len(page.list.table.model.ids) == 6)


def test_support_sees_why_they_may_not(open_console: OpenConsole, scene: Scene) -> None:
    noor = Scene(open_console("noor", Role.TRAINEE), scene.sample, scene.qtbot)
    page = noor.show(CustomersPage(noor.console), "customers")
    until(lambda: noor.console.workstation.read(lambda d: len(d.cache.records(Customer))).result(10) == 5)
    noor.until(lambda: page.customer is not None)
    assert "As trainee you may not update a customer" in page.facts.why_not.text()
    assert not noor.console.book.can("customers.edit")
    assert noor.console.book.can("customers.add")


def test_a_clash_is_answered_by_a_key(open_console: OpenConsole, scene: Scene, page: CustomersPage) -> None:
    one = open_northgate(scene, page)
    ben = open_console("ben", Role.SUPPORT)
    until(lambda: ben.workstation.read(lambda desk: desk.cache.record(Customer, one)).result(10) is not None)
    go_off_line(scene.console)
    scene.do(lambda desk: customers.change(desk, one, plan="mine"))
    ben.workstation.write(lambda desk: customers.change(desk, one, plan="theirs")).result(10)
    until(lambda: ben.workstation.sync_state.unsent == 0)
    scene.until(lambda: scene.console.unsent.has(one))
    come_back(scene.console)
    scene.until(lambda: page.facts.clashes.first is not None, 15)
    page.shelves.table.setFocus()
    key(page, Qt.Key.Key_M)
    scene.until(lambda: page.facts.clashes.first is None)
    assert page.customer is not None
    assert page.customer.customer.plan == "mine"


def test_contacts_are_brought_in_after_they_were_shown(scene: Scene, page: CustomersPage, tmp_path: Path) -> None:
    one = open_northgate(scene, page)
    file = tmp_path / "people.csv"
    file.write_text("Name;Phone;Shoes\nAda Bell;+1 212 555 0147;42\nLuis Ortega;;\n;;7\n")
    page.shelves.table.setFocus()
    key(page, Qt.Key.Key_I)
    bring = page.bring
    write(bring.file, str(tmp_path / "none.csv"))
    press(bring.file, Qt.Key.Key_Return)
    scene.until(lambda: "There is no file" in bring.wrong.text())
    bring.file.setText(str(file))
    bring.into.setChecked(True)
    press(bring.file, Qt.Key.Key_Return)
    scene.until(lambda: bring.preview is not None)
    assert bring.said.text() == "people.csv: 1 to add, 1 the same already, 1 left out."
    assert bring.more.text() == "Read Name as name, Phone as phone. Not read: Shoes."
    assert len(scene.do(lambda desk: contacts.ids(desk, one))) == 2
    shoot(page, "customers-import", scene.qtbot)
    key(page, Qt.Key.Key_Return, CTRL)
    scene.until(lambda: bring.said.text() == "1 contact added, 0 changed.")
    assert len(scene.do(lambda desk: contacts.ids(desk, one))) == 3
    key(page, Qt.Key.Key_T, ALT)
    scene.until(lambda: bring.said.text() == "Taken back: 1 contact removed.")
    assert len(scene.do(lambda desk: contacts.ids(desk, one))) == 2
    key(page, Qt.Key.Key_Escape)
    scene.until(lambda: scene.console.book.can("customers.edit"))


def test_contacts_are_written(scene: Scene, page: CustomersPage, tmp_path: Path) -> None:
    open_northgate(scene, page)
    page.write_to(tmp_path / "out.vcf", Format.VCARD)
    scene.until(lambda: scene.went.told and "2 contacts in" in scene.went.told[-1][0])
    page.write_to(tmp_path / "nowhere" / "out.vcf", Format.VCARD)
    scene.until(lambda: "cannot be written" in scene.went.told[-1][0])


def test_escape_leaves_the_page(scene: Scene, page: CustomersPage) -> None:
    with scene.qtbot.waitSignal(page.left):
        key(page, Qt.Key.Key_Escape)


def test_it_looks_right(scene: Scene, page: CustomersPage) -> None:
    one = open_northgate(scene, page)

    def deploy(desk: Desk) -> None:
        with desk.edit() as edit:
            edit.insert(
                Deployment(
                    id=new_id(), customer_id=one, product="Device Manager", from_build="39", to_build="40",
                    at=desk.now - timedelta(hours=9), deployed_by=desk.person_id, what="the night deployment",
                )
            )  # fmt: skip

    scene.do(deploy)
    for number, shelf in enumerate(Shelf):
        page.go(shelf)
        scene.qtbot.wait(150)
        shoot(page, f"customers-{number}", scene.qtbot)
    page.go(Shelf.CONTACTS)
    page.edit()
    form_of(scene, page)
    shoot(page, "customers-edit", scene.qtbot)


def test_a_deployment_is_recorded_and_the_installation_has_its_build(scene: Scene, page: CustomersPage) -> None:
    one = open_northgate(scene, page)
    page.shelves.table.setFocus()
    key(page, Qt.Key.Key_D)
    form = form_of(scene, page)
    assert isinstance(form, DeploymentForm)
    assert form.installation.currentText() == "Console, production"
    assert line(form, "from_build").text() == "39", "as the installation is known to be"
    assert form.to_build.hasFocus()
    write(form.to_build, "40")
    line(form, "at").setText("tomorrow 9")
    press(form.first, Qt.Key.Key_Return, CTRL)
    scene.until(lambda: "still to come" in form.refusal)
    line(form, "at").setText("2h ago")
    line(form, "what").setText("import in two parts")
    line(form, "back_out_until").setText("tomorrow 6:00")
    write(form.field("back_out"), "restore the dump")
    shoot(page, "deployment-form", scene.qtbot)
    press(form.first, Qt.Key.Key_Return, CTRL)
    scene.until(lambda: page.facts.forms.form is None)
    assert scene.went.told[-1][0].startswith("Recorded for Northgate Rail: build 39 → 40: import in two parts, ")
    (made,) = scene.do(lambda desk: desk.cache.records(Deployment, "customer_id = ?", (one,)))
    assert (made.from_build, made.to_build, made.back_out) == ("39", "40", "restore the dump")
    assert timedelta(hours=1, minutes=59) < datetime.now(UTC) - made.at < timedelta(hours=2, minutes=1)
    assert made.back_out_until is not None
    assert made.back_out_until > datetime.now(UTC)
    (runs,) = scene.do(lambda desk: desk.cache.records(Installation, "customer_id = ?", (one,)))
    assert runs.build == "40"
    key(page, Qt.Key.Key_7)
    scene.until(lambda: len(page.shelves.table.model.ids) == 1)
    key(page, Qt.Key.Key_A)
    again = form_of(scene, page)
    scene.until(lambda: line(again, "from_build").text() == "40")
    assert line(again, "what").text() == "", "what was sent is no draft any more"
    press(again.first, Qt.Key.Key_Return, CTRL)
    scene.until(lambda: "says what changed" in again.refusal)


def test_another_installation_brings_its_own_build(scene: Scene, page: CustomersPage) -> None:
    one = open_northgate(scene, page)

    def add(desk: Desk) -> None:
        installations.add(desk, one, product="Console", environment="staging", build="41")

    scene.do(add)
    key(page, Qt.Key.Key_3)
    scene.until(lambda: len(page.shelves.table.model.ids) == 2)
    key(page, Qt.Key.Key_Down)
    key(page, Qt.Key.Key_D)
    form = form_of(scene, page)
    assert isinstance(form, DeploymentForm)
    assert (form.installation.currentText(), form.from_build.text()) == ("Console, staging", "41")
    form.installation.setCurrentIndex(0)
    assert form.from_build.text() == "39"
    form.from_build.setText("38")
    form.installation.setCurrentIndex(1)
    assert form.from_build.text() == "38", "what somebody wrote stays"
