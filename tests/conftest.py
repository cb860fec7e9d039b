"""Real parts for the tests: one PostgreSQL for the whole run, a fresh company database for each test that asks."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from app.company import schema_steps
from app.company.connection import open_dsn
from app.company.embedded import EmbeddedServer
from tests.stations import TestCompany

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Every property on 40 examples each time; HYPOTHESIS_PROFILE=long by hand takes 1,000.
settings.register_profile("each_time", max_examples=40)
settings.register_profile("long", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "each_time"))

TEMPLATE = "baton_template"


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the folders of whoever runs it."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """A real PostgreSQL with a template of an empty company."""
    embedded = EmbeddedServer(tmp_path_factory.mktemp("pg") / "data")
    embedded.start()
    try:
        with open_dsn(embedded.dsn("postgres", "postgres")) as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE}".encode())
        with open_dsn(embedded.dsn("postgres", TEMPLATE)) as connection:
            schema_steps.init(connection)
        yield embedded
    finally:
        embedded.remove()


@pytest.fixture
def company(server: EmbeddedServer, tmp_path: Path) -> Iterator[TestCompany]:
    """A fresh company of nobody."""
    name = f"firm_{uuid.uuid4().hex[:12]}"
    with open_dsn(server.dsn("postgres", "postgres")) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}".encode())
        made = TestCompany(server, name, tmp_path)
        try:
            yield made
        finally:
            made.close()
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
