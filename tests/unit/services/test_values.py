"""Rows as people know them: every table's, here and not here any more."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.domain.entities import BY_NAME, TABLES
from app.domain.entity import Entity, Field, FieldKind, fields_of, new_id, to_wire
from app.services import values
from app.services.desk import Desk
from app.store import edits
from app.store.cache import Cache
from tests.stations import Told

NOW = datetime(2026, 11, 20, 13, 3, tzinfo=UTC)
_OWN = {"id", "rev", "deleted", "changed_at", "changed_by", "source", "source_key"}
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")
_VALUES: dict[FieldKind, Any] = {
    FieldKind.INTEGER: 7, FieldKind.BOOLEAN: False, FieldKind.INSTANT: NOW, FieldKind.MONEY: Decimal(5),
    FieldKind.FACTS: {},
}  # fmt: skip


def filled(field: Field, table: str) -> Any:
    if field.words is not None:
        return next(iter(field.words))
    return f"some {field.name} of {table}" if field.kind is FieldKind.TEXT else _VALUES[field.kind]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, dict[str, Entity]]]:
    cache = Cache(tmp_path_factory.mktemp("values") / "cache.sqlite3")
    ids = {table.name: new_id() for table in TABLES}
    rows: dict[str, Entity] = {}
    for table in TABLES:
        given = {f.name: filled(f, table.name) for f in fields_of(table.record) if f.name not in _OWN}
        given |= {name: ids[to] for name, to in table.refs.items()}
        rows[table.name] = table.record(id=ids[table.name], **given)
    with cache.transaction():
        for row in rows.values():
            edits.insert(cache, row, NOW, ids["person"])
    yield Desk(cache, ids["person"], "a desk", Told(), lambda: NOW), rows
    cache.close()


@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_every_row_has_words(made: tuple[Desk, dict[str, Entity]], table: str) -> None:
    desk, rows = made
    noun, label = values.noun(table), values.label(desk, table, rows[table].id)
    assert label.startswith(f"{noun} ")
    assert len(label) > len(noun) + 3
    for words in (noun, values.nouns(table), label.removeprefix(noun)):
        assert not _UUID.search(words)
    assert "_" not in noun
    assert "“”" not in label
    assert values.label(desk, table, new_id(), {}) == f"a {noun}"


@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_a_row_that_is_not_here_is_known_by_what_was_typed(made: tuple[Desk, dict[str, Entity]], table: str) -> None:
    desk, rows = made
    row = rows[table]
    wire = {f.name: to_wire(f, getattr(row, f.name)) for f in fields_of(BY_NAME[table].record) if f.name not in _OWN}
    said = values.label(desk, table, new_id(), wire)
    assert said.startswith(f"{values.noun(table)} “")
    assert not _UUID.search(said)


def test_what_hangs_on_an_issue_is_said_as_people_say_it(made: tuple[Desk, dict[str, Entity]]) -> None:
    desk, rows = made

    def label(table: str) -> str:
        return values.label(desk, table, rows[table].id).replace("some ", "")

    assert label("issue_link") == "link “caused by 7 title of issue” on issue 7"
    assert label("follower") == "follower “name of person” on issue 7"
    assert label("attachment") == "file “name of attachment” on issue 7"
    assert label("external_ref") == "external reference “key of external_ref in system of external_ref” on issue 7"
    assert label("issue_device") == "device link “name of device” on issue 7"
    assert label("later_word") == "word to send “subject of later_word” on issue 7"
    assert label("saved_view") == "view name of saved_view"
    assert label("ask_first") == "place among those asked first “name of person for topic of ask_first”"
    assert label("issue_deployment").startswith("deployment link “build ")


def test_the_words_of_a_gone_row_stay_short(made: tuple[Desk, dict[str, Entity]]) -> None:
    desk, rows = made
    long = replace(rows["note"], id=new_id(), body="x" * 100_000)  # type: ignore[call-arg]
    with desk.cache.transaction():
        edits.insert(desk.cache, long, NOW, desk.person_id)
    assert len(values.label(desk, "note", long.id)) < 120
