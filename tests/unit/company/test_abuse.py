"""What a broken or hostile workstation sends: refused with a reason, and nobody else notices."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from app.company import people
from app.company.connection import open_dsn, said_plainly
from app.company.embedded import EmbeddedServer
from app.company.link import Link, Row
from app.domain.entities import BY_NAME, TABLES
from app.domain.entity import new_id
from app.domain.errors import BatonError, EnvironmentFault, LoginDisabled
from app.domain.issue import Issue
from app.domain.person import Role
from app.store.edits import pending
from tests.stations import TestCompany
from tests.unit.company.firm import Firm, an_op, fields_for, found_firm

ISSUE = BY_NAME["issue"]
BAD_VALUES: list[tuple[str, Any]] = [
    ("impact", "high"),
    ("impact", "1"),
    ("impact", 9),
    ("impact", 1.5),
    ("impact", 10**30),
    ("impact", -(10**18)),
    ("impact", True),
    ("impact", None),
    ("impact", [1]),
    ("impact", {"a": 1}),
    ("impact", "1; DROP TABLE baton.issue"),
    ("title", 1),
    ("title", None),
    ("title", True),
    ("title", ["x"]),
    ("title", {"a": "b"}),
    ("title", "x" * 10_000_000),
    ("kind", "catastrophe"),
    ("kind", ""),
    ("state", "OPEN"),
    ("opened_at", "infinity"),
    ("opened_at", "-infinity"),
    ("opened_at", "now"),
    ("opened_at", "yesterday"),
    ("opened_at", "epoch"),
    ("opened_at", "allballs"),
    ("opened_at", 5),
    ("opened_at", ""),
    ("opened_at", "2026-13-45T00:00:00Z"),
    ("opened_at", "2026-02-30T00:00:00+00:00"),
    ("opened_at", "2026-11-21T25:00:00Z"),
    ("opened_at", "2026-11-21T12:00:00"),  # of which zone?
    ("opened_at", "294277-01-01T00:00:00Z"),
    ("opened_at", "12026-01-01T00:00:00Z"),
    ("opened_at", "0001-01-01T00:00:00+14:00"),
    ("opened_at", "9999-12-31T23:59:59-14:00"),
    ("opened_at", "4714-01-01 BC"),
    ("facts", 1),
    ("facts", None),
    ("facts", "x"),
    ("facts", ["a"]),
    ("facts", {"a": 1}),
    ("facts", {"a": {"b": {"c": "d"}}}),
    ("owner_id", "nobody"),
    ("owner_id", 5),
    ("customer_id", "00000000-0000-0000-0000-000000000000"),
    ("rev", 99),
    ("deleted", True),
    ("number", 1),
    ("id", "x"),
    ("xmin", 1),
    ("tableoid", 1),
    ('title"; DROP TABLE baton.issue; --', "x"),
    ("title' OR '1'='1", "x"),
    ("", "x"),
    ("x" * 100_000, "x"),
]


@pytest.fixture(scope="module")
def firm(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    name = f"firm_{new_id()[-12:]}"
    with open_dsn(server.dsn("postgres", "postgres")) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE baton_template".encode())
        company = TestCompany(server, name, tmp_path_factory.mktemp("firm"))
        try:
            yield found_firm(company)
        finally:
            company.close()
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(autouse=True)
def _unharmed(firm: Firm) -> Iterator[None]:
    """After each test the server answers, what others had is as it was, and a workstation can read all there is."""
    before = firm.states()
    yield
    after = firm.states()
    assert {row_id: after.get(row_id) for row_id in before} == before
    station = firm.company.station("a_manager")
    for table in TABLES:
        with firm.admin() as admin:
            (count,) = admin.execute(f"SELECT count(*) FROM baton.{table.name}".encode()).fetchone() or (0,)
        assert len(station.cache.read(f"SELECT id FROM {table.name}")) == count
        station.cache.records(table.record)
    station.close()


def good(firm: Firm, title: str = "fine") -> Row:
    return an_op(ISSUE, "insert", fields_for(ISSUE, firm.id_of(Role.SUPPORT), {}, title))


def asked(link: Link, query: str, *values: object) -> Any:
    """Ask as plain SQL would, with errors as everybody is told them."""
    with said_plainly():
        return link._one(query, values)


def bad_values(firm: Firm) -> list[Row]:
    fields = fields_for(ISSUE, firm.id_of(Role.SUPPORT), {})
    return [an_op(ISSUE, "insert", fields | {name: value}) for name, value in BAD_VALUES]


def assert_refused(ops: list[Row], results: list[Row]) -> None:
    for op, result in zip(ops, results, strict=True):
        assert result["status"] == "rejected", (str(op)[:300], result)
        assert result["reason"], op
        assert len(result["reason"]) < 1000, "a reason is for people"


def test_values_of_the_wrong_kind_are_refused_one_by_one_and_the_rest_goes_on(firm: Firm) -> None:
    bad = bad_values(firm)
    first, last = good(firm), good(firm)
    with firm.link(Role.SUPPORT) as link:
        results = link.push(new_id(), [first, *bad, last])
        assert [results[0]["status"], results[-1]["status"]] == ["ok", "ok"]
        assert_refused(bad, results[1:-1])
        alone = [link.push(new_id(), [op | {"op": new_id()}])[0] for op in bad]
    assert_refused(bad, alone)
    assert [r["reason"] for r in alone] == [r["reason"] for r in results[1:-1]]


def test_changes_of_the_wrong_kind_are_refused(firm: Firm) -> None:
    with firm.link(Role.SUPPORT) as link:
        mine = good(firm)
        link.push(new_id(), [mine])
        shapes: list[Any] = ["x", None, 5, {"a": 1}, [], ["fine"], ["fine", "b", "c"]]
        ops = [an_op(ISSUE, "update", {"title": shape}, mine["id"]) for shape in shapes]
        ops += [an_op(ISSUE, "update", {"owner_id": [None]}, mine["id"])]
        ops += [
            an_op(ISSUE, "update", {name: [mine["fields"].get(name), value]}, mine["id"]) for name, value in BAD_VALUES
        ]
        no_fields: list[Any] = [[1], "x", None, {}, 5, True]
        ops += [an_op(ISSUE, "update", fields, mine["id"]) for fields in no_fields]
        # A base of the wrong kind is nobody's value either.
        ops += [an_op(ISSUE, "update", {"impact": ["high", 1]}, mine["id"])]
        assert_refused(ops, link.push(new_id(), ops))
        (after,) = link.push(new_id(), [an_op(ISSUE, "update", {"title": ["fine", "better"]}, mine["id"])])
        assert (after["status"], after["row"]["rev"]) == ("ok", 2)


def test_numbers_that_are_none_are_no_money(firm: Firm) -> None:
    table = BY_NAME["decision_option"]
    fields = fields_for(table, firm.id_of(Role.MANAGER), firm.open_rows)
    values = [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "1" * 40,
        "0x10",
        "1_000",
        "",
        " 1",
        True,
        10**40,
        "12345678901234",
    ]
    bad = [an_op(table, "insert", fields | {"monthly": value}) for value in values]
    step = BY_NAME["step"]
    bad += [
        an_op(step, "insert", fields_for(step, firm.id_of(Role.MANAGER), firm.open_rows) | {"low": value})
        for value in ("NaN", "Infinity", "1e100000", "9" * 5000)
    ]
    with firm.link(Role.MANAGER) as link:
        assert_refused(bad, link.push(new_id(), bad))
        fine = [an_op(table, "insert", fields | {"monthly": v}) for v in ("-1.5", "1E+3", 12.5, 7, "123456789012.00")]
        assert [r["status"] for r in link.push(new_id(), fine)] == ["ok"] * len(fine)


def test_edits_of_no_shape_at_all_are_refused(firm: Firm) -> None:
    fields: Any = good(firm)["fields"]
    shapes: list[Any] = [
        5,
        "x",
        None,
        True,
        [1],
        {},
        {"op": new_id()},
        {"op": 5},
        {"op": None},
        {"op": "no uuid"},
        {"op": new_id(), "tbl": None, "id": None, "verb": None, "fields": None},
        an_op("pg_authid", "insert", fields),
        an_op("person; DROP TABLE baton.issue", "insert", fields),
        an_op('issue" --', "update", fields),
        an_op("sync.op", "insert", fields),
        an_op("ISSUE", "insert", fields),
        an_op("issue", "drop", fields),
        an_op("issue", "insert; DELETE FROM baton.issue", fields),
        an_op("issue", "insert", fields, "no uuid"),
        an_op("issue", "insert", fields, 5),
        an_op("issue", "insert", fields, ["x"]),
        an_op("issue", "insert", [fields]),
        an_op("issue", "insert", {}),
        an_op("issue", "insert", {"title": "all the rest is missing"}),
        an_op("issue", "insert", fields) | {"tbl": {"a": 1}},
        an_op("issue", "insert", fields) | {"verb": ["insert"]},
    ]
    with firm.link(Role.SUPPORT) as link:
        assert_refused(shapes, link.push(new_id(), shapes)[: len(shapes)])
        results = link.push(new_id(), [*shapes[:3], good(firm), *shapes[3:6], good(firm)])
        assert [r["status"] for r in results].count("ok") == 2
        for whole in ({}, "x", 5, None, {"op": 1}):
            with pytest.raises(EnvironmentFault, match="at most 1000"):
                link.push(new_id(), whole)  # type: ignore[arg-type]


def test_facts_as_deep_as_a_well_are_refused(firm: Firm) -> None:
    well = "[" * 5_000 + "]" * 5_000
    op = json.dumps(good(firm) | {"op": new_id()}).replace('"facts": {}', f'"facts": {well}')
    deeper = op.replace(well, "[" * 500_000 + "]" * 500_000)
    with firm.link(Role.SUPPORT) as link:
        assert asked(link, "SELECT sync.push(%s, %s::jsonb)->0->>'status'", new_id(), f"[{op}]") == "rejected"
        with pytest.raises(EnvironmentFault, match="stack depth"):
            asked(link, "SELECT sync.push(%s, %s::jsonb)", new_id(), f"[{deeper}]")
    with firm.link(Role.SUPPORT) as link:
        link.ping()


def test_text_is_only_text(firm: Firm) -> None:
    titles = ["'; DROP TABLE baton.issue; --", "$$; SELECT 1; $$", "%s %(a)s {0}", "\\", '"', "\x01\x7f", "\u202e", "🜁"]
    ops = [good(firm, title) for title in titles]
    with firm.link(Role.SUPPORT) as link:
        assert [r["row"]["title"] for r in link.push(new_id(), ops)] == titles


@pytest.mark.parametrize("character", ["\x00", "\ud800"])
def test_a_character_that_the_company_cannot_keep_holds_up_its_own_edit_only(firm: Firm, character: str) -> None:
    """PostgreSQL cannot read such a push at all; the workstation halves it until that edit is alone."""
    ben = firm.company.station("a_support")
    made = []
    with ben.desk.edit() as edit:
        made = [edit.insert(Issue(id=new_id(), title=f"Issue {n}")) for n in range(9)]
    spoilt = json.dumps({"title": f"a{character}b"})[1:-1]
    with ben.cache.transaction():  # as an older program let it be typed
        ben.cache.write(
            'UPDATE outbox SET fields = replace(fields, \'"title": "Issue 4"\', ?) WHERE row_id = ?',
            (spoilt, made[4].id),
        )
    ben.sync()
    (left,) = pending(ben.cache)
    assert (left.row_id, left.tries > 0) == (made[4].id, True)
    assert left.last_error
    with firm.admin() as admin:
        ids = admin.execute("SELECT id::text FROM baton.issue WHERE id = ANY (%s)", ([i.id for i in made],)).fetchall()
    assert {i for (i,) in ids} == {i.id for i in made} - {made[4].id}
    with ben.desk.edit() as edit:
        more = edit.insert(Issue(id=new_id(), title="After it"))
    ben.sync()
    assert [op.row_id for op in pending(ben.cache)] == [made[4].id]
    row = ben.cache.record(Issue, more.id)
    assert row is not None
    assert row.number is not None
    ben.close()


def test_nobody_uses_the_ops_or_the_name_of_another(firm: Firm) -> None:
    with firm.link(Role.MANAGER) as anna, firm.link(Role.SUPPORT) as ben:
        theirs = good(firm)
        note = BY_NAME["note"]
        assert anna.push(new_id(), [theirs])[0]["status"] == "ok"
        replayed = [
            theirs,
            theirs | {"fields": theirs["fields"] | {"title": "mine"}},
            theirs | {"op": theirs["op"].upper()},
        ]
        for op in replayed:
            (result,) = ben.push(new_id(), [op])
            assert (result["status"], result["reason"]) == ("rejected", "that op id is somebody else's")
            assert "row" not in result
        forged = [
            an_op(note, "insert", fields_for(note, "", firm.open_rows) | {"person_id": someone})
            for someone in (firm.id_of(Role.MANAGER), new_id(), "me", 5, None, {"id": 1})
        ]
        assert_refused(forged, ben.push(new_id(), forged))
        fields = theirs["fields"] | {"title": "again"}
        (again,) = anna.push(new_id(), [theirs | {"fields": fields}])
        assert (again["status"], again["row"]["title"]) == ("ok", "fine"), "its first answer, and nothing written"


def test_one_op_id_twice_in_a_push_counts_once_however_it_is_spelled(firm: Firm) -> None:
    op = good(firm)
    second = good(firm, "second") | {"op": op["op"]}
    third = good(firm, "third") | {"op": op["op"].upper()}
    with firm.link(Role.SUPPORT) as link:
        results = link.push(new_id(), [op, second, third, good(firm)])
        assert [r["status"] for r in results] == ["ok", "rejected", "rejected", "ok"]
        assert "twice in one push" in results[1]["reason"]


def test_one_row_twice_in_a_set_loses_neither_edit_however_it_is_spelled(firm: Firm) -> None:
    mine = good(firm)
    spelled = [mine["id"], mine["id"].upper(), "{" + mine["id"] + "}", mine["id"].replace("-", "")]
    with firm.link(Role.SUPPORT) as link:
        link.push(new_id(), [mine])
        ops = [an_op(ISSUE, "update", {"title": ["fine", f"title {n}"]}, i) for n, i in enumerate(spelled)]
        results = link.push(new_id(), ops)
        assert [r["status"] for r in results] == ["ok", "conflict", "conflict", "conflict"]
        assert results[-1]["row"]["title"] == "title 0"


def test_an_id_of_another_table_is_another_row(firm: Firm) -> None:
    with firm.link(Role.SUPPORT) as link:
        op = good(firm) | {"id": firm.open_rows["customer"]}
        assert link.push(new_id(), [op])[0]["status"] == "ok"
        (wrong,) = link.push(new_id(), [an_op("site", "update", {"name": ["x", "y"]}, firm.open_rows["contact"])])
        assert (wrong["status"], wrong["row"]) == ("gone", None)
        reference = an_op("contact", "insert", fields_for(BY_NAME["contact"], "", {"customer": firm.open_rows["site"]}))
        assert_refused([reference], link.push(new_id(), [reference]))


def test_too_much_at_once_is_refused_as_a_whole(firm: Firm) -> None:
    with firm.link(Role.SUPPORT) as link:
        op = good(firm)
        with pytest.raises(EnvironmentFault, match="at most 1000 edits"):
            link.push(new_id(), [{"op": op["op"], "tbl": "issue"}] * 100_000)
        fields = op["fields"] | {"title": "y" * 800_000}
        big = [an_op(ISSUE, "insert", fields) for _ in range(50)]
        with pytest.raises(EnvironmentFault, match="at most 32 megabytes"):
            link.push(new_id(), big)
        assert link.push(new_id(), [op])[0]["status"] == "ok"
        known = [op["op"] for op in big]
        assert link.unknown_ops(known) == set(known), "nothing of it was taken"


def test_a_thousand_edits_of_chance_are_all_answered(firm: Firm) -> None:
    chance = random.Random(7)
    values: list[Any] = [
        None, True, 0, -1, 1.5, 10**25, "", "x", "'", "2026-11-21T12:00:00+00:00", new_id(), [], {}, [1, 2], ["x", "y"],
        {"a": "b"}, {"a": [1]}, firm.bank_rows["customer"], firm.open_rows["customer"], "open", "NaN",
    ]  # fmt: skip
    columns = [f for t in TABLES for f in fields_for(t, "", {})] + ["id", "rev", "x y", ""]
    ids = [*firm.open_rows.values(), *firm.bank_rows.values()]

    def an_edit() -> Row:
        table = chance.choice(TABLES)
        fields: Any = fields_for(table, firm.id_of(Role.TRAINEE), firm.open_rows)
        for _ in range(chance.randrange(3)):
            fields[chance.choice([*fields, chance.choice(columns)])] = chance.choice(values)
        verb = chance.choice(["insert", "update", "delete", "x"])
        if verb == "update":
            fields = {
                k: chance.choice([["never", chance.choice(values)], chance.choice(values)]) for k in [*fields][:2]
            }
        op = an_op(table, verb, fields, chance.choice([new_id(), *([new_id()] if verb != "update" else ids)]))
        if chance.random() < 0.1:
            op[chance.choice([*op])] = chance.choice(values)
        return op

    with firm.link(Role.TRAINEE) as link:
        for size in (1, 7, 100, 400, 400):
            ops = [an_edit() for _ in range(size)]
            results = link.push(new_id(), ops)
            assert len(results) == size
            assert {r["status"] for r in results} <= {"ok", "conflict", "gone", "rejected"}
            assert all(r["reason"] for r in results if r["status"] == "rejected")


GARBAGE = ("", "x", "1", "1:2", "2:1:", "1:2:3:4", "-1:5:", "1:1:1,", "'; SELECT 1; --", "9" * 40 + ":1:")


def test_cursors_of_garbage_are_refused(firm: Firm) -> None:
    with firm.link(Role.SUPPORT) as link:
        workstation = new_id()
        link.hello(workstation, "desk")
        long = "1:900000:" + ",".join(str(n) for n in range(1, 200_000))
        huge = "1:1:" + "0" * 20_000_000
        for cursor in (*GARBAGE, long, huge):
            for call in (
                lambda: link.pull(cursor),  # noqa: B023  called at once
                lambda: link.report(workstation, cursor),  # noqa: B023
                lambda: asked(link, "SELECT count(*) FROM sync.changed_ids('issue', %s)", cursor),  # noqa: B023
            ):
                with pytest.raises(EnvironmentFault):
                    call()
                link.ping()
        future = f"{(1 << 40) + 5}:{(1 << 40) + 5}:"
        assert not link.pull(future).is_known
        assert asked(link, "SELECT count(*) FROM sync.changed_ids('pg_authid', '1:1:')") == 0
        assert asked(link, "SELECT count(*) FROM sync.changed_ids('issue; DROP TABLE x', '1:1:')") == 0
        link.report(workstation, link.cursor_now())


def test_hello_with_garbage_is_refused_and_a_workstation_stays_its_owners(firm: Firm) -> None:
    with firm.link(Role.MANAGER) as anna, firm.link(Role.SUPPORT) as ben:
        desk = new_id()
        anna.hello(desk, "Anna's desk")
        reports = anna.report(desk, anna.cursor_now())
        with pytest.raises(EnvironmentFault, match="belongs to somebody else"):
            ben.hello(desk, "mine now")
        assert ben.report(desk, "1:1:") == 0, "nor does anybody speak for it"
        assert anna.report(desk, anna.cursor_now()) == reports + 1
        for about in (
            "5", "[]", "{}", '"x"', "null", '{"workstation": "x"}', '{"workstation": 5}',
            f'{{"workstation": "{new_id()}", "program": "x"}}',
            f'{{"workstation": "{new_id()}", "program": 99999999999}}',
            f'{{"workstation": "{new_id()}", "reports": "many"}}',
            f'{{"workstation": "{new_id()}", "reports": 9223372036854775807}}',
        ):  # fmt: skip
            with pytest.raises(BatonError):
                asked(ben, "SELECT sync.hello(%s::jsonb)", about)
        ben.hello(new_id(), "x" * 1_000_000)
        with firm.admin() as admin:
            (longest,) = admin.execute("SELECT max(length(name)) FROM sync.workstation").fetchone() or (0,)
        assert longest == 200


def test_who_is_disabled_while_connected_is_told_and_gets_nothing(firm: Firm) -> None:
    firm.company.people.pop("gone", None)
    firm.company.add("gone")
    with open_dsn(firm.company.admin_dsn) as admin, firm.link("gone") as link:
        link.hello(new_id(), "desk")
        cursor = link.cursor_now()
        # Without the end of their connections, which is what `person disable` does at last.
        admin.execute("UPDATE baton.person SET is_active = false, rev = rev + 1 WHERE login = 'gone'")
        for call in (
            lambda: link.push(new_id(), [good(firm)]),
            lambda: link.pull(cursor),
            lambda: link.hello(new_id(), "desk"),
        ):
            with pytest.raises(LoginDisabled):
                call()
        assert link.fetch_issues([firm.open_rows["issue"]], ["note"]) == {"issue": [], "note": []}
        assert link.unknown_ops([new_id()]) == set()
        assert link.look_in_archive("x", datetime.now(UTC)) == []
        people.disable_person(admin, "gone")
        with pytest.raises(BatonError):
            link.ping()
