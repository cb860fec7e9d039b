"""An open console on a real company, as a person has it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.domain.person import Role
from app.runtime.opening import OpenedProfile
from app.runtime.profile import CompanyKind, Profile
from app.runtime.secrets import MemorySecrets
from tests.stations import TestCompany
from ui.bootstrap.session import Session
from ui.kit.theme import Kind

OpenSession = Callable[[str, Role], Session]


@pytest.fixture
def open_session(company: TestCompany, tmp_path: Path, qtbot: QtBot) -> Iterator[OpenSession]:
    opened: list[Session] = []

    def open_one(login: str, role: Role) -> Session:
        if login not in company.people:
            company.add(login, role)
        address = company.address(login)
        profile = Profile.new(
            tmp_path / login, CompanyKind.SERVER, login, database=address.database, host=address.host, port=address.port
        )
        profile.save()
        session = Session(OpenedProfile(profile, MemorySecrets()), profile)
        opened.append(session)
        session.show()
        session.connect_company()
        qtbot.waitUntil(lambda: session.window.status.sync[0] is Kind.GREEN, timeout=20_000)
        return session

    yield open_one
    for session in opened:
        session.window.close()
        session.deleteLater()
