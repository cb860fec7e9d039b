"""A company that asks for passwords, without a keyring: asked in place, kept once taken, the first one replaced."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.domain.company import CompanyAddress
from app.domain.errors import LoginRefused
from app.runtime.opening import OpenedProfile
from app.runtime.profile import CompanyKind, Profile
from app.runtime.secrets import NO_KEYRING, MemorySecrets
from app.services import joining
from tests.scram_company import ScramCompany, scram_company
from ui.bootstrap.session import Session
from ui.kit.theme import Kind
from ui.shell.ask_bar import AskBar

OWN = "correct horse battery"


@pytest.fixture(scope="module")
def scram(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScramCompany]:
    with scram_company(tmp_path_factory.mktemp("scram")) as company:
        yield company


@pytest.fixture
def secrets() -> MemorySecrets:
    return MemorySecrets()


def bars(session: Session) -> list[AskBar]:
    return [bar for bar in session.window.findChildren(AskBar) if not bar.isHidden()]


def open_session(tmp_path: Path, address: CompanyAddress, secrets: MemorySecrets) -> Session:
    profile = Profile.new(
        tmp_path / "desk", CompanyKind.SERVER, address.login, database=address.database, host=address.host,
        port=address.port,
    )  # fmt: skip
    profile.save()
    session = Session(OpenedProfile(profile, secrets), profile, lambda: NO_KEYRING)
    session.show()
    session.connect_company()
    return session


def test_a_password_is_asked_for_and_kept_only_once_it_was_taken(
    scram: ScramCompany, tmp_path: Path, secrets: MemorySecrets, qtbot: QtBot
) -> None:
    address, password = scram.add(is_first=False)
    session = open_session(tmp_path, address, secrets)
    try:
        qtbot.waitUntil(lambda: len(bars(session)) == 1, timeout=10_000)
        bars(session)[0].given.emit("not the password")
        qtbot.waitUntil(lambda: session.window.status.sync[0] is Kind.RED, timeout=10_000)
        assert secrets.get(address.secret_name) is None
        bars(session)[0].given.emit(password)
        qtbot.waitUntil(lambda: session.window.status.sync[0] is Kind.GREEN, timeout=20_000)
        qtbot.waitUntil(lambda: secrets.get(address.secret_name) == password, timeout=5_000)
        qtbot.waitUntil(lambda: not bars(session), timeout=5_000)
    finally:
        session.window.close()


def test_the_first_password_is_replaced_by_ones_own(
    scram: ScramCompany, tmp_path: Path, secrets: MemorySecrets, qtbot: QtBot
) -> None:
    address, first = scram.add()
    secrets.put(address.secret_name, first)
    session = open_session(tmp_path, address, secrets)
    try:
        qtbot.waitUntil(lambda: "first-password" in session.window.banners.shown(), timeout=20_000)
        session.passwords.ask_own()
        qtbot.waitUntil(lambda: len(bars(session)) == 1, timeout=5_000)
        (bar,) = bars(session)
        bar.given.emit("short")
        bar.given.emit(OWN)
        qtbot.waitUntil(lambda: secrets.get(address.secret_name) == OWN, timeout=10_000)
        qtbot.waitUntil(lambda: "first-password" not in session.window.banners.shown(), timeout=5_000)
        assert joining.try_company(address, OWN).must_replace_password is False
        with pytest.raises(LoginRefused):
            joining.try_company(address, first)
    finally:
        session.window.close()
