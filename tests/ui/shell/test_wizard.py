"""The start wizard on real parts: a server that asks for passwords, an embedded company, a real keyring's refusal."""

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.company.embedded import EmbeddedServer
from app.company.schema_steps import known_steps
from app.domain.customer import Contact, Customer
from app.domain.errors import BatonError, LoginRefused
from app.domain.issue import Issue, IssueEvent
from app.domain.person import Role
from app.domain.ports import Secrets
from app.runtime import program
from app.runtime.opening import OpenedProfile
from app.runtime.profile import CompanyKind, Profile
from app.runtime.secrets import NO_KEYRING, KeyringSecrets, MemorySecrets
from app.runtime.workstation import Contact as InContact
from app.services.joining import try_company
from tests.scram_company import ScramCompany, scram_company
from tests.stations import TestCompany
from tests.ui.hands import NONE, press, write
from ui.kit.accessible import nameless, unreachable
from ui.kit.mailbox import Mailbox
from ui.shell.ask_bar import AskBar, PasswordField
from ui.shell.wizard import ImportPage, StartWizard
from ui.shell.wizard.import_page import Stage
from ui.shell.wizard.sheet import FormPage

CANARY = "canary that sings at noon"
OURS = known_steps()[-1].number
RESOURCES = Path(__file__).resolve().parents[3] / "resources"
LONG = 30_000  # ms


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScramCompany]:
    with scram_company(tmp_path_factory.mktemp("office")) as company:
        yield company


class Started:
    """A wizard on the screen, and what came of it."""

    def __init__(self, mailbox: Mailbox, folder: Path, secrets: Secrets, notice: BatonError | None) -> None:
        self.folder, self.secrets = folder, secrets
        self.wizard = StartWizard(mailbox, secrets, lambda: notice, folder, suggested_login="mara")
        self.finished: list[tuple[Profile, OpenedProfile]] = []
        self.demo: list[bool] = []
        self.left: list[bool] = []
        self.wizard.finished.connect(lambda profile, opened: self.finished.append((profile, opened)))
        self.wizard.demo_chosen.connect(lambda: self.demo.append(True))
        self.wizard.left.connect(lambda: self.left.append(True))
        self.wizard.show()
        self.wizard.activateWindow()
        self.wizard.choose.focus_first()

    def type_address(self, host: str, port: int, login: str, password: str, database: str = "baton") -> None:
        join = self.wizard.join
        self.wizard.show_page(join)
        fields = {join.host: host, join.port: str(port), join.database: database, join.login: login}
        for field, text in (fields | {join.password.line: password}).items():
            field.setText(text)

    def files_with(self, *texts: str) -> list[Path]:
        return [
            path
            for path in self.folder.parent.rglob("*")
            if path.is_file() and any(text.encode() in path.read_bytes() for text in texts)
        ]


StartOne = Callable[..., Started]


@pytest.fixture
def start(qtbot: QtBot, mailbox: Mailbox, tmp_path: Path) -> Iterator[StartOne]:
    made: list[Started] = []

    def one(secrets: Secrets | None = None, notice: BatonError | None = None) -> Started:
        started = Started(mailbox, tmp_path / "home" / "profile", secrets or MemorySecrets(), notice)
        qtbot.waitUntil(started.wizard.isActiveWindow)
        made.append(started)
        return started

    yield one
    for started in made:
        started.wizard.close()
        for _profile, opened in started.finished:
            opened.close()
        started.wizard.deleteLater()
    for thread in threading.enumerate():
        if thread.name in {"joining", "opening", "closing", "new-password", "secrets", "import"}:
            thread.join(20)
            assert not thread.is_alive()


def keys(key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    widget = QApplication.focusWidget()
    assert widget is not None
    press(widget, key, modifier)


def refused(qtbot: QtBot, page: FormPage) -> str:
    qtbot.waitUntil(lambda: bool(page.form.refusal) and not page.is_working, timeout=LONG)
    return page.form.refusal


def works(page: FormPage) -> bool:
    return page.is_working


def focused(line: QLineEdit) -> bool:
    return QApplication.focusWidget() is line


# The first page


def test_the_demo_is_one_key_away(start: StartOne) -> None:
    started = start()
    keys(Qt.Key.Key_D)
    assert started.demo == [True]
    assert not started.folder.exists()


def test_each_way_is_left_again_with_escape(start: StartOne) -> None:
    wizard = start().wizard
    ways: tuple[tuple[Qt.Key, QWidget], ...] = ((Qt.Key.Key_J, wizard.join), (Qt.Key.Key_S, wizard.start))
    for key, page in ways:
        keys(key)
        assert wizard.page is page
        keys(Qt.Key.Key_Escape)
        assert wizard.page is wizard.choose


def test_every_page_can_be_used_by_keyboard_and_read_aloud(start: StartOne) -> None:
    wizard = start(notice=NO_KEYRING).wizard
    for page in (wizard.choose, wizard.join, wizard.new_password, wizard.start):
        assert nameless(page) == []
        assert unreachable(page) == []


# Joining: what can be wrong


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


# Joining: how it goes


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


# A company of one


@pytest.fixture
def own_company(tmp_path: Path) -> Iterator[Path]:
    """Give the folder of the embedded company, and take the company away at the end."""
    home = tmp_path / "home" / "profile" / "company"
    yield home
    for process in program._started:
        process.wait(30)  # the host ends by itself
    if home.exists():
        EmbeddedServer(home / "pg").remove()
        shutil.rmtree(home)


def test_a_company_of_one_is_started_by_name_and_login(qtbot: QtBot, own_company: Path, start: StartOne) -> None:
    started = start()
    wizard = started.wizard
    keys(Qt.Key.Key_S)
    assert wizard.start.login.text() == "mara"
    keys(Qt.Key.Key_Return)
    assert "name is missing" in wizard.start.form.refusal
    write(wizard.start.name, "Mara Lindholm")
    wizard.start.login.setText("Mara L")
    wizard.start.form.send.click()
    assert "cannot be a login" in refused(qtbot, wizard.start)
    assert focused(wizard.start.login)
    assert Profile.load(started.folder) is None
    wizard.start.login.setText("mara")
    wizard.start.form.send.click()
    qtbot.waitUntil(lambda: wizard.bring is not None, timeout=LONG)
    keys(Qt.Key.Key_Escape)
    [(profile, opened)] = started.finished
    assert (profile.kind, profile.login) == (CompanyKind.EMBEDDED, "mara")
    assert Profile.load(started.folder) == profile
    me = opened.workstation.read(lambda desk: desk.me()).result(10)
    assert (me.name, me.role) == ("Mara Lindholm", Role.MANAGER)
    assert own_company.is_dir()
    opened.close()


# Bringing what one has


@pytest.fixture
def opened(qtbot: QtBot, company: TestCompany, tmp_path: Path) -> Iterator[OpenedProfile]:
    company.add("mara", Role.MANAGER)
    address = company.address("mara")
    profile = Profile.new(
        tmp_path / "desk", CompanyKind.SERVER, "mara",
        database=address.database, host=address.host, port=address.port,
    )  # fmt: skip
    with OpenedProfile.open(profile, MemorySecrets()) as one:
        qtbot.waitUntil(lambda: one.workstation.sync_state.contact is InContact.SYNCED, timeout=LONG)
        yield one


@pytest.fixture
def page(qtbot: QtBot, mailbox: Mailbox, opened: OpenedProfile) -> Iterator[ImportPage]:
    made = ImportPage(opened.workstation, mailbox)
    made.resize(1280, 800)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.focus_first()
    yield made
    made.end()
    made.deleteLater()


def count(opened: OpenedProfile, record: type[Customer] | type[Contact] | type[Issue] | type[IssueEvent]) -> int:
    return opened.workstation.read(lambda desk: len(desk.cache.records(record))).result(10)


def choose(page: ImportPage, file: Path, by: str) -> None:
    page.choice.use_file(file)
    page.choice.use_map(RESOURCES / "maps" / by)


def at_stage(qtbot: QtBot, page: ImportPage, stage: Stage) -> None:
    qtbot.waitUntil(lambda: page.stage is stage, timeout=LONG)


def shown_cells(page: ImportPage, line: int) -> list[str]:
    table = page.preview.table
    cells = table.model.cells(line)
    return [] if cells is None else [cell.text for cell in cells]


def test_customers_are_looked_at_brought_and_taken_back_by_keyboard(
    qtbot: QtBot, page: ImportPage, opened: OpenedProfile
) -> None:
    choose(page, RESOURCES / "samples" / "customers.csv", "customers.toml")
    enter = (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    keys(*enter)
    at_stage(qtbot, page, Stage.LOOKED)
    assert "customers.csv" in page.preview.summary.text()
    assert "good" in page.preview.summary.text()
    assert count(opened, Customer) == 0  # looking changes nothing
    qtbot.waitUntil(lambda: "Northgate Rail" in shown_cells(page, 0))
    keys(*enter)
    at_stage(qtbot, page, Stage.BROUGHT)
    customers = count(opened, Customer)
    assert customers > 1
    assert f"{customers} customers" in page.preview.summary.text()
    keys(Qt.Key.Key_U, Qt.KeyboardModifier.AltModifier)
    at_stage(qtbot, page, Stage.CHOOSING)
    assert "taken back" in page.preview.summary.text()
    assert count(opened, Customer) == 0
    assert count(opened, Contact) == 0


def test_bad_rows_are_counted_listed_and_stop_nothing(
    qtbot: QtBot, page: ImportPage, opened: OpenedProfile, tmp_path: Path
) -> None:
    file = tmp_path / "half.csv"
    lines = ["customer,plan,vip,time zone,contact,role,phone,email,colour"]
    lines += [f"Halden Hotels {n},Gold,-,Europe/Oslo,Lars {n},,,,blue" for n in range(30)]
    lines += ["Morrow Foods,Gold,perhaps,Europe/Oslo,Eva,,,,red", "too,short"]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    choose(page, file, "customers.toml")
    page.go.click()
    at_stage(qtbot, page, Stage.LOOKED)
    assert page.preview.summary.text() == "half.csv: 32 rows, 30 good, 2 bad"
    assert page.preview.more.text() == "Left out: colour."
    assert "Line 32 " in page.preview.bad.text()
    assert len(page.preview.table.model.ids) == 20
    page.go.click()
    at_stage(qtbot, page, Stage.BROUGHT)
    assert count(opened, Customer) == 30
    assert str(tmp_path / "half.rejected.csv") in page.preview.bad.text()
    assert (tmp_path / "half.rejected.csv").exists()


def test_a_history_comes_with_its_events(qtbot: QtBot, page: ImportPage, opened: OpenedProfile) -> None:
    choose(page, RESOURCES / "samples" / "history.csv", "history.toml")
    page.go.click()
    at_stage(qtbot, page, Stage.LOOKED)
    page.go.click()
    at_stage(qtbot, page, Stage.BROUGHT)
    issues, events = count(opened, Issue), count(opened, IssueEvent)
    assert 0 < issues < events
    assert f"{events} events" in page.preview.summary.text()
    left: list[bool] = []
    page.left.connect(lambda: left.append(True))
    page.go.click()
    assert left == [True]


def test_a_long_import_shows_progress_and_can_be_cancelled(
    qtbot: QtBot, page: ImportPage, opened: OpenedProfile, tmp_path: Path
) -> None:
    file = tmp_path / "long.csv"
    lines = ["customer,plan,vip,time zone,contact,role,phone,email"]
    lines += [f"Corvus Logistics {n},Gold,-,Europe/Oslo,Eva {n},,," for n in range(40_000)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    choose(page, file, "customers.toml")
    page.go.click()
    at_stage(qtbot, page, Stage.LOOKED)
    assert page.preview.summary.text() == "long.csv: the first 1,000 rows, 1,000 good, 0 bad"
    page.go.click()
    at_stage(qtbot, page, Stage.WORKING)
    assert not page.choice.isEnabled()
    qtbot.waitUntil(lambda: "rows/s" in page.waiting.what, timeout=LONG)
    keys(Qt.Key.Key_Escape)
    at_stage(qtbot, page, Stage.BROUGHT)
    here = count(opened, Customer)
    assert 0 < here < 40_000
    assert page.preview.summary.text().startswith(f"Stopped: {here:,} customers")
    assert page.undo.isVisible()
    page.leave.click()
    at_stage(qtbot, page, Stage.CHOOSING)
    assert page.choice.file.text() == str(file)


def test_what_is_wrong_with_file_or_map_is_said_in_place(qtbot: QtBot, page: ImportPage, tmp_path: Path) -> None:
    page.go.click()
    assert "No file is chosen" in page.wrong.text()
    page.choice.use_file(tmp_path / "nowhere.csv")
    page.go.click()
    assert "No map is chosen" in page.wrong.text()
    choose(page, tmp_path / "nowhere.csv", "customers.toml")
    assert page.wrong.isHidden()
    page.go.click()
    qtbot.waitUntil(page.wrong.isVisible, timeout=LONG)
    assert "nowhere.csv" in page.wrong.text()
    assert page.stage is Stage.CHOOSING
    assert page.choice.file.text() == str(tmp_path / "nowhere.csv")


def test_another_file_needs_another_look(qtbot: QtBot, page: ImportPage) -> None:
    choose(page, RESOURCES / "samples" / "customers.csv", "customers.toml")
    page.go.click()
    at_stage(qtbot, page, Stage.LOOKED)
    page.choice.use_file(RESOURCES / "samples" / "issues.csv")
    assert page.stage is Stage.CHOOSING
    assert page.preview.table.model.ids == []


def test_the_maps_that_come_with_baton_are_offered(qtbot: QtBot, page: ImportPage) -> None:
    qtbot.waitUntil(lambda: page.choice.map.count() > 2, timeout=LONG)
    assert page.choice.map.findText("Customers and contacts") >= 0
    assert page.choice.map.currentIndex() == -1
    page.choice.use_map(RESOURCES / "maps" / "customers.toml")
    assert page.choice.map.currentText() == "Customers and contacts"


def test_the_import_page_can_be_used_by_keyboard_and_read_aloud(page: ImportPage) -> None:
    assert nameless(page) == []
    assert unreachable(page) == []


# The console asks for a password in place


@pytest.fixture
def bar(qtbot: QtBot) -> Iterator[AskBar]:
    holder = QWidget()
    holder.resize(1280, 200)
    made = AskBar("Password for ben@db.example.com", holder)
    made.resize(1280, 60)
    holder.show()
    holder.activateWindow()
    qtbot.waitUntil(holder.isActiveWindow)
    made.focus_first()
    yield made
    holder.close()
    holder.deleteLater()


def test_the_bar_gives_the_password_once_and_forgets_it(bar: AskBar) -> None:
    given: list[str] = []
    bar.given.connect(given.append)
    assert bar.field.line.echoMode() is QLineEdit.EchoMode.Password
    write(bar.field.line, CANARY)
    press(bar.field.line, Qt.Key.Key_Return)
    assert given == [CANARY]
    assert bar.field.text() == ""
    bar.field.line.undo()
    assert bar.field.text() == ""


def test_the_bar_says_why_it_asks_and_keeps_what_is_typed(bar: AskBar) -> None:
    write(bar.field.line, "half a pass")
    bar.set_reason("The company database did not accept this login and password.")
    assert "did not accept" in bar.reason
    assert bar.field.text() == "half a pass"
    press(bar.field.line, Qt.Key.Key_Escape)
    assert bar.field.text() == ""


def test_the_bar_does_not_send_nothing(bar: AskBar) -> None:
    given: list[str] = []
    bar.given.connect(given.append)
    press(bar.field.line, Qt.Key.Key_Return)
    assert given == []
    assert "Type the password" in bar.reason


def test_a_password_is_shown_only_while_asked_for(bar: AskBar) -> None:
    write(bar.field.line, CANARY)
    bar.field.show_it.click()
    assert bar.field.line.echoMode() is QLineEdit.EchoMode.Normal
    bar.field.show_it.click()
    assert bar.field.line.echoMode() is QLineEdit.EchoMode.Password
    bar.field.show_it.click()
    press(bar.field.line, Qt.Key.Key_Return)
    assert bar.field.line.echoMode() is QLineEdit.EchoMode.Password
    assert (nameless(bar), unreachable(bar)) == ([], [])
