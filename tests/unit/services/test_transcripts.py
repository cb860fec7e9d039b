import os
import time

import pytest

from app.domain.errors import EnvironmentFault
from app.services import transcripts
from tests.stations import Station


def test_old_ones_and_too_many_go_when_a_new_one_begins(anna: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcripts, "KEPT_BYTES", 250)
    now = time.time()
    made = []
    for age_days, size in ((31, 10), (3, 100), (2, 100), (1, 100)):
        path = transcripts.begin(anna.desk)
        path.write_bytes(b"x" * size)
        os.utime(path, (now - age_days * 86_400, now - age_days * 86_400))
        made.append(path)
    fresh = transcripts.begin(anna.desk)
    assert not fresh.exists()
    assert [path.exists() for path in made] == [False, False, True, True]


def test_the_folder_is_this_users_alone(anna: Station) -> None:
    path = transcripts.begin(anna.desk)
    if os.name == "posix":
        assert path.parent.stat().st_mode & 0o077 == 0
    assert transcripts.size_bytes(path) == 0


def test_a_folder_that_cannot_be_made_is_said_with_what_to_do(anna: Station) -> None:
    transcripts.folder(anna.desk).write_text("in the way", encoding="utf-8")
    with pytest.raises(EnvironmentFault) as fault:
        transcripts.begin(anna.desk)
    assert fault.value.todo
