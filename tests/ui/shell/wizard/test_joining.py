"""Joining a company, at a server that asks for passwords: what can be wrong, and how it goes."""

import socket
import threading
from collections.abc import Iterator

import keyring
import pytest
from keyring.backends import fail
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.company.schema_steps import known_steps
from app.domain.errors import LoginRefused
from app.runtime.profile import CompanyKind, Profile
from app.runtime.secrets import NO_KEYRING, KeyringSecrets
from app.runtime.workstation import Contact as InContact
from app.services.joining import try_company
from tests.scram_company import ScramCompany, scram_company
from tests.ui.hands import press, write
from tests.ui.shell.wizard.conftest import LONG, Started, StartOne, focused, keys, refused
from ui.kit.accessible import nameless, unreachable
from ui.shell.ask_bar import PasswordField
from ui.shell.wizard.sheet import FormPage

CANARY = "canary that sings at noon"
OURS = known_steps()[-1].number


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScramCompany]:
    with scram_company(tmp_path_factory.mktemp("office")) as company:
        yield company


def works(page: FormPage) -> bool:
    return page.is_working


@pytest.mark.parametrize(
    ("missing", "says"),
    [("host", "host is missing"), ("port", "is no port"), ("login", "login is missing"), ("password", "password is")],
)
def test_what_is_missing_is_said_at_once_and_the_field_gets_the_focus(start: StartOne, missing: str, says: str) -> None:
    started = start()
    join = started.wizard.join
    started.type_address("db.northgate.example", 5432, "ben", CANARY)
    field = getattr(join, missing)
    line = field.line if isinstance(field, PasswordField) else field
    line.clear()
    keys(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert says in join.form.refusal
    assert focused(line)
    write(line, "x")
    assert join.form.refusal == ""


def test_a_wrong_password_is_said_in_place_and_nothing_typed_is_lost(
    qtbot: QtBot, start: StartOne, office: ScramCompany
) -> None:
    address, _first = office.add()
    started = start()
    started.type_address(address.host, address.port, address.login, "not this one")
    join = started.wizard.join
    press(join.password.line, Qt.Key.Key_Return)
    assert join.is_working
    assert address.host in join.waiting.what
    assert "did not accept this login and password" in refused(qtbot, join)
    assert focused(join.password.line)
    assert (join.host.text(), join.port.text(), join.login.text(), join.password.text()) == (
        address.host, str(address.port), address.login, "not this one",
    )  # fmt: skip
    assert not started.folder.exists()
    assert started.secrets.get(address.secret_name) is None


def test_a_port_where_nobody_answers_is_said_and_gets_the_focus(qtbot: QtBot, start: StartOne) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    started = start()
    started.type_address(f"127.0.0.1:{port}", 5432, "ben", CANARY)
    started.wizard.join.form.send.click()
    assert f"no database answers on port {port}" in refused(qtbot, started.wizard.join)
    assert focused(started.wizard.join.port)
    assert not started.folder.exists()


def test_a_disabled_person_is_told_so(qtbot: QtBot, start: StartOne, office: ScramCompany) -> None:
    address, first = office.add()
    office.disable(address.login)
    started = start()
    started.type_address(address.host, address.port, address.login, first)
    started.wizard.join.form.send.click()
    assert "disabled" in refused(qtbot, started.wizard.join)


def test_a_newer_company_asks_for_a_newer_baton(qtbot: QtBot, start: StartOne, office: ScramCompany) -> None:
    address, first = office.add()
    office.run(f"INSERT INTO sync.schema_step (number, name) VALUES ({OURS + 1}, 'later')")
    try:
        started = start()
        started.type_address(address.host, address.port, address.login, first)
        started.wizard.join.form.send.click()
        assert "Install the newer Baton" in refused(qtbot, started.wizard.join)
        assert not started.folder.exists()
    finally:
        office.run(f"DELETE FROM sync.schema_step WHERE number > {OURS}")


def test_a_server_that_says_nothing_can_be_cancelled(qtbot: QtBot, start: StartOne) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = start()
        started.type_address("127.0.0.1", silent.getsockname()[1], "ben", CANARY)
        join = started.wizard.join
        join.form.send.click()
        qtbot.wait(200)
        assert works(join)
        assert not join.host.isEnabled()
        keys(Qt.Key.Key_Escape)
        assert not works(join)
        assert join.host.isEnabled()
        assert join.password.text() == CANARY
        qtbot.wait(100)
    joining = [t for t in threading.enumerate() if t.name == "joining"]
    qtbot.waitUntil(lambda: not any(t.is_alive() for t in joining), timeout=LONG)
    qtbot.wait(50)
    assert join.form.refusal == ""  # the late answer is nobody's any more
    assert started.wizard.page is join


def test_a_missing_keyring_is_said_before_anything_is_typed(qtbot: QtBot, start: StartOne) -> None:
    with_one = start().wizard
    assert with_one.join.notice.isHidden()
    without = start(notice=NO_KEYRING).wizard
    keys(Qt.Key.Key_J)
    qtbot.waitUntil(without.join.notice.isVisible)
    assert "asks at each start" in without.join.notice.accessibleName()


def join_for_the_first_time(qtbot: QtBot, started: Started, office: ScramCompany) -> tuple[str, str]:
    """Type everything with the keyboard; gives login and first password."""
    address, first = office.add()
    wizard = started.wizard
    keys(Qt.Key.Key_J)
    for text in (address.host, str(address.port), "baton", address.login, first):
        line = QApplication.focusWidget()
        assert isinstance(line, QLineEdit)
        line.selectAll()
        write(line, text)
        if text is not first:
            keys(Qt.Key.Key_Tab)
    keys(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: wizard.page is wizard.new_password, timeout=LONG)
    return address.login, first


def test_a_first_password_is_replaced_on_the_way_and_stands_in_no_file(
    qtbot: QtBot, start: StartOne, office: ScramCompany
) -> None:
    started = start()
    wizard = started.wizard
    login, first = join_for_the_first_time(qtbot, started, office)
    address = office.address(login)
    assert "Ben Okafor" in wizard.new_password.heading.text()
    assert not started.folder.exists()
    for text in (CANARY, CANARY):
        line = QApplication.focusWidget()
        assert isinstance(line, QLineEdit)
        write(line, text)
        keys(Qt.Key.Key_Tab)
        keys(Qt.Key.Key_Tab)  # past Show
    keys(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: wizard.bring is not None, timeout=LONG)
    keys(Qt.Key.Key_Escape)  # skip
    [(profile, opened)] = started.finished
    assert (profile.kind, profile.host, profile.port, profile.login) == (
        CompanyKind.SERVER, address.host, address.port, login,
    )  # fmt: skip
    assert Profile.load(started.folder) == profile
    assert started.secrets.get(address.secret_name) == CANARY
    assert opened.workstation.sync_state.contact is InContact.SYNCED
    assert opened.workstation.read(lambda desk: desk.me().name).result(10) == "Ben Okafor"
    assert office.workstations(login) == 1
    assert not try_company(address, CANARY).must_replace_password
    with pytest.raises(LoginRefused):
        try_company(address, first)
    assert started.files_with(CANARY, first) == []
    assert not any(CANARY in line.text() for line in wizard.findChildren(QLineEdit))


def test_two_new_passwords_that_differ_or_are_short_are_not_sent(
    qtbot: QtBot, start: StartOne, office: ScramCompany
) -> None:
    started = start()
    page = started.wizard.new_password
    login, first = join_for_the_first_time(qtbot, started, office)
    for new, again, says in (
        ("short", "short", "at least 12"),
        (first, first, "first one again"),
        (CANARY, CANARY[:-1], "not alike"),
    ):
        page.new.line.setText(new)
        page.again.line.setText(again)
        page.form.send.click()
        assert says in page.form.refusal
        assert not page.is_working
    assert focused(page.again.line)
    assert page.new.text() == CANARY
    assert try_company(office.address(login), first).must_replace_password


def test_a_password_of_ones_own_goes_straight_in(qtbot: QtBot, start: StartOne, office: ScramCompany) -> None:
    address, password = office.add(is_first=False)
    started = start()
    started.type_address(address.host, address.port, address.login, password)
    started.wizard.join.form.send.click()
    qtbot.waitUntil(lambda: started.wizard.contact is not None, timeout=LONG)
    contact = started.wizard.contact
    assert contact is not None
    assert (nameless(contact), unreachable(contact)) == ([], [])
    contact.go.click()  # not waiting for the company's data
    assert len(started.finished) == 1
    assert started.secrets.get(address.secret_name) == password
    assert started.files_with(password) == []


def test_a_keyring_that_refuses_does_not_keep_anybody_out(qtbot: QtBot, start: StartOne, office: ScramCompany) -> None:
    address, password = office.add(is_first=False)
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    try:
        started = start(secrets=KeyringSecrets())
        started.type_address(address.host, address.port, address.login, password)
        started.wizard.join.form.send.click()
        qtbot.waitUntil(lambda: started.wizard.contact is not None, timeout=LONG)
        contact = started.wizard.contact
        assert contact is not None
        assert "type the password at each start" in contact.notice.accessibleName()
        qtbot.waitUntil(lambda: started.wizard.bring is not None, timeout=LONG)
    finally:
        keyring.set_keyring(before)


def test_a_folder_that_cannot_be_written_loses_nothing_and_saves_nothing(
    qtbot: QtBot, start: StartOne, office: ScramCompany
) -> None:
    address, password = office.add(is_first=False)
    started = start()
    started.folder.parent.mkdir(parents=True)
    started.folder.write_text("a file where the folder should be", encoding="utf-8")
    started.type_address(address.host, address.port, address.login, password)
    started.wizard.join.form.send.click()
    assert refused(qtbot, started.wizard.join)
    assert started.wizard.join.password.text() == password
    started.folder.unlink()
    started.wizard.join.form.send.click()
    qtbot.waitUntil(lambda: started.wizard.contact is not None, timeout=LONG)


def test_closing_the_window_closes_what_was_opened(qtbot: QtBot, start: StartOne, office: ScramCompany) -> None:
    address, password = office.add(is_first=False)
    started = start()
    started.type_address(address.host, address.port, address.login, password)
    started.wizard.join.form.send.click()
    qtbot.waitUntil(lambda: started.wizard.bring is not None, timeout=LONG)
    started.wizard.close()
    assert started.left == [True]
    assert started.finished == []
    qtbot.waitUntil(lambda: not any(t.name.startswith(("writer", "sync")) for t in threading.enumerate()), timeout=LONG)
    assert Profile.load(started.folder) is not None  # it was joined: the next start opens the console


def test_closing_while_the_company_is_asked_leaves_nothing(qtbot: QtBot, start: StartOne, office: ScramCompany) -> None:
    address, password = office.add(is_first=False)
    started = start()
    started.type_address(address.host, address.port, address.login, password)
    started.wizard.join.form.send.click()
    started.wizard.close()
    qtbot.wait(500)
    assert started.left == [True]
    assert not started.folder.exists()
