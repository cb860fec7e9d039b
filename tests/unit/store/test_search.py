"""The full-text index keeps up with its rows, and what people type cannot break out of it."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.store.cache import Cache
from app.store.edits import put_rows
from app.store.search import begins, matching, numbered, words_of


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cache]:
    made = Cache(tmp_path_factory.mktemp("search") / "cache.sqlite3")
    blank = {"deleted": False, "changed_at": None, "changed_by": None, "rev": 1}
    fields = ("account_rep_id",)
    rows = [
        {**blank, **dict.fromkeys(fields), "id": f"c{n}", "name": name, "plan": "", "is_vip": False,
         "is_restricted": False, "time_zone": "UTC", "support_hours": "", "contract": ""}
        for n, name in enumerate(["Northgate Rail", "Halden Hotels", "Åre Skilift", "Rail & Road"])
    ]  # fmt: skip
    with made.transaction():
        put_rows(made, "customer", rows)
    yield made
    made.close()


def test_words_begin_words_newest_first(cache: Cache) -> None:
    assert matching(cache, "customer", "rail", 5) == ["c3", "c0"]
    assert matching(cache, "customer", "rail", 1) == ["c3"]
    assert matching(cache, "customer", "rai nor", 5) == ["c0"]
    assert matching(cache, "customer", "are", 5) == ["c2"]
    assert matching(cache, "customer", "ail", 5) == []
    assert numbered(cache, "12", 5) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(text=st.text(max_size=60))
def test_any_text_is_a_question_that_sqlite_understands(cache: Cache, text: str) -> None:
    for found in matching(cache, "customer", text, 5):
        assert found in {"c0", "c1", "c2", "c3"}
    assert len(words_of(text)) <= 8
    assert '""' not in begins(words_of(text))
