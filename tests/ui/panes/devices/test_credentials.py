"""The page of accounts: rules by key, what each finds, and passwords that go into the keyring and nowhere else."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.customer import Customer, Environment
from app.domain.device import Device, LoginWith
from app.domain.entity import new_id
from app.domain.errors import SecretsUnavailable
from app.domain.person import Role
from app.runtime.secrets import MemorySecrets
from app.services import credentials
from app.services.desk import Desk
from tests.ui.hands import press, write
from tests.ui.panes.conftest import OpenConsole, Went, shoot
from ui.kit.console import Console
from ui.panes.devices.credentials import AccountsPage
from ui.panes.devices.credentials.form import RuleForm

CTRL = Qt.KeyboardModifier.ControlModifier
PASSWORD = "right horse, battery"


def devices_of(desk: Desk, many: int = 6) -> None:
    with desk.edit() as edit:
        rail = edit.insert(Customer(id=new_id(), name="Northgate Rail"))
        hotels = edit.insert(Customer(id=new_id(), name="Halden Hotels"))
        for at in range(many):
            owner, tags = (rail, "core") if at % 2 else (hotels, "lobby")
            edit.insert(
                Device(
                    id=new_id(), name=f"sw-{at}", address=f"10.0.0.{at}", customer_id=owner.id, tags=tags,
                    environment=Environment.LAB, username="own" if at == 3 else "",
                )
            )  # fmt: skip


def open_page(console: Console, qtbot: QtBot) -> AccountsPage:
    page = AccountsPage(console)
    console.book.add(*(replace(command, place="accounts") for command in page.commands()))
    qtbot.addWidget(page)
    console.book.attach(page)
    console.book.go("accounts")
    page.resize(1280, 730)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.focus_first()
    return page


@pytest.fixture
def page(console: Console, qtbot: QtBot) -> AccountsPage:
    console.workstation.write(devices_of).result(10)
    opened = open_page(console, qtbot)
    qtbot.waitUntil(lambda: opened._may_change, timeout=10_000)
    return opened


def form_of(page: AccountsPage) -> RuleForm:
    assert page.facts.form is not None
    return page.facts.form


def names(page: AccountsPage) -> list[str]:
    return [line.rule.name for line in page._lines.values()]


def wait(qtbot: QtBot, is_so: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(is_so()), timeout=10_000)


def add(page: AccountsPage, qtbot: QtBot, name: str, selector: str, username: str = "ops") -> None:
    page.table.setFocus()
    page.add()
    form = form_of(page)
    form.name.setText(name)
    form.selector.setText(selector)
    form.username.setText(username)
    press(form, Qt.Key.Key_Return, CTRL)
    wait(qtbot, lambda: page.facts.form is None and name in names(page))


def test_an_account_is_added_by_keys_and_its_password_is_in_the_keyring_only(
    page: AccountsPage, console: Console, qtbot: QtBot
) -> None:
    press(QApplication.focusWidget() or page, Qt.Key.Key_A)
    form = form_of(page)
    write(form.name, "Northgate core")
    write(form.selector, "customer:Northgate tag:core")
    wait(qtbot, lambda: page.facts.head.text() == "Finds 3 devices")
    write(form.username, "netops")
    write(form.password, PASSWORD)
    write(form.enable, "even righter")
    press(form.password, Qt.Key.Key_Return, CTRL)
    wait(qtbot, lambda: page.facts.form is None and names(page))
    wait(qtbot, lambda: page.facts.sentence.text() == "3 devices are entered as netops, with a password.")
    (line,) = page._lines.values()
    secrets = console.workstation.secrets
    assert secrets.get(line.rule.secret_name) == PASSWORD
    assert secrets.get(line.rule.enable_secret_name) == "even righter"
    console.workstation.read(lambda desk: desk.cache.read("PRAGMA wal_checkpoint(TRUNCATE)")).result(10)
    for file in console.workstation.profile.folder.rglob("*"):
        if file.is_file():
            assert PASSWORD.encode() not in file.read_bytes()
    shoot(page, "accounts", qtbot)


def test_the_first_that_finds_a_device_counts_and_the_order_is_by_keys(
    page: AccountsPage, console: Console, qtbot: QtBot
) -> None:
    add(page, qtbot, "Core", "tag:core", "netops")
    add(page, qtbot, "Everything", "name:*", "ops")
    counts = [(line.rule.name, line.count, line.shadowed) for line in page._lines.values()]
    assert counts == [("Core", 3, 0), ("Everything", 3, 3)]
    shoot(page, "accounts-two", qtbot)
    press(page.table.view, Qt.Key.Key_End)
    press(page.table.view, Qt.Key.Key_U)
    wait(qtbot, lambda: names(page) == ["Everything", "Core"])
    assert [line.count for line in page._lines.values()] == [6, 0]
    console.book.run("edit.undo")
    wait(qtbot, lambda: names(page) == ["Core", "Everything"])


def test_a_selector_that_cannot_be_read_is_said_while_typing_and_refused(page: AccountsPage, qtbot: QtBot) -> None:
    page.add()
    form = form_of(page)
    form.name.setText("Blue ones")
    form.selector.setText("colour:blue")
    wait(qtbot, lambda: "nothing to filter devices by" in page.facts.wrong.text())
    shoot(page, "accounts-wrong", qtbot)
    press(form, Qt.Key.Key_Return, CTRL)
    wait(qtbot, lambda: "nothing to filter devices by" in form.refusal)
    assert form.selector.text() == "colour:blue"
    press(form, Qt.Key.Key_Escape)
    assert page.facts.form is None


def test_a_key_file_asks_for_its_path_and_an_agent_for_no_password(page: AccountsPage, qtbot: QtBot) -> None:
    page.add()
    form = form_of(page)
    wait(qtbot, form.isVisible)
    assert not form.key_file.isVisible()
    form.login_with.setCurrentIndex(form.login_with.findData(LoginWith.KEY.value))
    assert form.key_file.isVisible()
    assert form.password.accessibleName() == "My passphrase"
    form.login_with.setCurrentIndex(form.login_with.findData(LoginWith.AGENT.value))
    assert not form.password.isVisible()
    assert not form.key_file.isVisible()
    assert form.values()["login_with"] is LoginWith.AGENT


def test_removing_takes_my_password_too_and_undo_brings_the_account_back(
    page: AccountsPage, console: Console, qtbot: QtBot
) -> None:
    add(page, qtbot, "Core", "tag:core")
    (line,) = page._lines.values()
    secrets = console.workstation.secrets
    secrets.put(line.rule.secret_name, PASSWORD)
    page.load()
    wait(qtbot, page._has_kept)
    press(page.table.view, Qt.Key.Key_Delete)
    wait(qtbot, lambda: not names(page) and secrets.get(line.rule.secret_name) is None)
    went = console.navigator
    assert isinstance(went, Went)
    wait(qtbot, lambda: any("without the passwords" in said for said, _todo in went.told))
    console.book.run("edit.undo")
    wait(qtbot, lambda: names(page) == ["Core"])


def test_support_reads_accounts_and_keeps_passwords_of_their_own(open_console: OpenConsole, qtbot: QtBot) -> None:
    anna = open_console("anna", Role.MANAGER)
    anna.workstation.write(devices_of).result(10)
    anna.workstation.write(lambda d: credentials.add(d, name="Core", selector="tag:core", username="ops")).result(10)
    ben = open_console("ben", Role.SUPPORT)
    page = open_page(ben, qtbot)
    wait(qtbot, lambda: names(page))
    wait(qtbot, lambda: "A manager or an engineer changes accounts" in page.facts.why_not.text())
    assert not next(one for one in page.commands() if one.id == "accounts.add").is_enabled()
    press(page.table.view, Qt.Key.Key_C)
    form = form_of(page)
    assert not form.selector.isVisible()
    assert form.title.text() == "Passwords of Core"
    write(form.password, PASSWORD)
    press(form.password, Qt.Key.Key_Return, CTRL)
    wait(qtbot, lambda: page.facts.form is None)
    (line,) = page._lines.values()
    assert ben.workstation.secrets.get(line.rule.secret_name) == PASSWORD
    assert anna.workstation.secrets.get(line.rule.secret_name) is None


def test_a_locked_keyring_is_said_and_what_was_typed_stays(open_console: OpenConsole, qtbot: QtBot) -> None:
    class Locked(MemorySecrets):
        def get(self, name: str) -> str | None:
            raise SecretsUnavailable("The keyring is locked.", "Unlock it.")

        def put(self, name: str, secret: str) -> None:
            raise SecretsUnavailable("The keyring is locked.", "Unlock it.")

    console = open_console("anna", Role.MANAGER, secrets=Locked())
    console.workstation.write(devices_of).result(10)
    page = open_page(console, qtbot)
    wait(qtbot, lambda: page._may_change)
    add(page, qtbot, "Core", "tag:core")
    press(page.table.view, Qt.Key.Key_C)
    form = form_of(page)
    write(form.password, PASSWORD)
    press(form.password, Qt.Key.Key_Return, CTRL)
    wait(qtbot, lambda: "keyring is locked" in form.refusal)
    assert form.password.text() == PASSWORD
