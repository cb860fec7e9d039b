"""The outbox as scripts see it: listed and exported, and left as it is."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.entity import new_id
from app.domain.issue import Issue
from app.domain.person import Role
from app.runtime.profile import Profile
from app.store import edits
from app.store.cache import Cache
from tests.stations import TestCompany
from tests.unit.cli.answers import refused, said
from tests.workstations import Office, run_main


@pytest.fixture
def profile(company: TestCompany, tmp_path: Path) -> Profile:
    """Anna's profile, in sync once, and closed again."""
    office = Office(tmp_path)
    anna = office.at_work(company, "anna", Role.MANAGER)
    kept, person_id = anna.workstation.profile, anna.person_id
    office.close()
    cache = Cache(kept.cache_path)
    with cache.transaction():
        edits.insert(cache, Issue(id=new_id(), title="In the tunnel"), datetime.now(UTC), person_id)
    cache.close()
    return kept


def test_what_waits_is_listed_and_exported_and_stays(profile: Profile, tmp_path: Path) -> None:
    listed = run_main("--profile", profile.folder, "outbox", "list", home=tmp_path)
    assert "new: issue In the tunnel" in listed.stdout, listed
    told = said(run_main("--profile", profile.folder, "outbox", "list", "--json", home=tmp_path))
    assert [one["fields"]["title"]["to"] for one in told["edits"]] == ["In the tunnel"]
    file = tmp_path / "unsent.json"
    told = said(run_main("--profile", profile.folder, "outbox", "export", file, "--json", home=tmp_path))
    assert told["edits"] == 1
    assert json.loads(file.read_text(encoding="utf-8"))["list"][0]["edit"]["tbl"] == "issue"
    nowhere = tmp_path / "nowhere" / "unsent.json"
    assert "cannot be written" in refused(
        run_main("--profile", profile.folder, "outbox", "export", nowhere, home=tmp_path)
    )
    again = run_main("--profile", profile.folder, "outbox", "list", home=tmp_path)
    assert "In the tunnel" in again.stdout
