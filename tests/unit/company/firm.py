"""A firm with a person of every role and a row of every table twice: once for all, once at a restricted customer."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg import sql

from app.company.connection import Connection, open_dsn
from app.company.link import Link, Row
from app.domain.entities import BY_NAME, TABLES, WITH_CONTENT, Table, Verb
from app.domain.entity import SERVER_FIELDS, Field, FieldKind, fields_of, new_id
from app.domain.person import Role
from tests.stations import TestCompany

CANARY = "canary"
PUSHERS = tuple(r for r in Role if r is not Role.READONLY)
OUTSIDERS = (Role.SUPPORT, Role.ENGINEER, Role.TRAINEE)
PLAIN: dict[FieldKind, object] = {
    FieldKind.INTEGER: 1,
    FieldKind.BOOLEAN: False,
    FieldKind.INSTANT: "2026-11-21T12:00:00+00:00",
    FieldKind.MONEY: "1.00",
    FieldKind.FACTS: {},
}


def fields_for(table: Table, me: str, made: dict[str, str], text: str = "x") -> dict[str, object]:
    """Give what a new row of the table needs; `made` are the rows that it may point to, by table."""
    given: dict[str, object] = {}
    for f in fields_of(table.record):
        if f.name in SERVER_FIELDS or f.name in table.given:
            continue
        if f.name in table.owners:
            given[f.name] = me
        elif f.name in table.refs:
            given[f.name] = made.get(table.refs[f.name])
        elif f.words is not None:
            given[f.name] = next(iter(f.words)).value
        elif f.is_optional or (f.name.endswith("_id") and f.name != "stable_id"):
            given[f.name] = None
        else:
            given[f.name] = text if f.kind is FieldKind.TEXT else PLAIN[f.kind]
    given |= {"person_id": None} if table.is_personal else {}  # everybody's
    if table.name == "issue":
        given["source"] = ""  # a source and its key are there once
    if table.name in WITH_CONTENT:
        given["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    if table.name == "customer":
        given["is_restricted"] = text != "x"
    return given


def changeable(table: Table) -> Field:
    """Give a field that people set, text where there is one."""
    ours = [f for f in fields_of(table.record) if f.name not in SERVER_FIELDS | table.given | table.owners]
    texts = [f for f in ours if f.kind is FieldKind.TEXT and f.name not in table.refs]
    return (texts or [f for f in ours if f.name not in table.refs] or ours)[0]


def a_change(table: Table) -> dict[str, object]:
    """Give the fields of an update that goes through for a row of `fields_for`."""
    f = changeable(table)
    if f.kind is FieldKind.INSTANT and not f.is_optional:
        return {f.name: [PLAIN[f.kind], "2026-11-22T12:00:00+00:00"]}
    if f.kind is not FieldKind.TEXT or f.name in table.refs:
        return {f.name: [None, None]}
    base, mine = list(f.words)[:2] if f.words is not None else ("x", "y")
    return {f.name: [base, mine]}


def an_op(table: Table | str, verb: Verb | str, fields: object, row_id: object = None) -> Row:
    name = table if isinstance(table, str) else table.name
    return {"op": new_id(), "tbl": name, "id": row_id or new_id(), "verb": str(verb), "fields": fields}


@dataclass
class Firm:
    """The firm; `rows` are by table, in the open and at the bank."""

    company: TestCompany
    logins: dict[Role, str] = field(default_factory=dict)
    open_rows: dict[str, str] = field(default_factory=dict)
    bank_rows: dict[str, str] = field(default_factory=dict)
    insider: str = "a_insider"

    def link(self, who: Role | str) -> Link:
        return Link.open(self.company.address(self.logins[who] if isinstance(who, Role) else who), None)

    def id_of(self, who: Role | str) -> str:
        return self.company.people[self.logins[who] if isinstance(who, Role) else who]

    def admin(self) -> Connection:
        return open_dsn(self.company.admin_dsn)

    def more_rows(self, table: Table, count: int) -> list[str]:
        """Make so many open rows of a table as the manager; people are made by the administrator."""
        if table.name == "person":
            with self.admin() as admin:
                found = admin.execute(
                    "INSERT INTO baton.person (id, login, name, role, team, email, phone, is_active) "
                    "SELECT i, i::text, 'x', 'support', 'x', 'x', 'x', false "
                    "FROM (SELECT gen_random_uuid() AS i FROM generate_series(1, %s)) n RETURNING id::text",
                    (count,),
                ).fetchall()
            return [i for (i,) in found]
        fields = fields_for(table, self.id_of(Role.MANAGER), self.open_rows)
        ops = [an_op(table, Verb.INSERT, fields) for _ in range(count)]
        with self.link(Role.MANAGER) as link:
            assert {r["status"] for r in link.push(new_id(), ops)} == {"ok"}, table.name
        return [op["id"] for op in ops]

    def states(self, tables: Iterable[Table] = TABLES) -> dict[tuple[str, str], tuple[Any, ...]]:
        """Give every row as the administrator sees it: (rev, deleted, changed_by, all of it) by table and id."""
        found: dict[tuple[str, str], tuple[Any, ...]] = {}
        with self.admin() as admin:
            for table in tables:
                query = sql.SQL("SELECT id::text, rev, deleted, changed_by::text, to_jsonb(r) FROM baton.{} r")
                for row_id, *rest in admin.execute(query.format(sql.Identifier(table.name))):
                    found[table.name, row_id] = tuple(rest)
        return found


def is_restricted(table: Table) -> bool:
    """Whether rows of the table can belong to a restricted customer."""
    return table.name == "customer" or "customer_id" in {f.name for f in fields_of(table.record)}


def found_firm(company: TestCompany) -> Firm:
    firm = Firm(company)
    for role in Role:
        firm.logins[role] = f"a_{role}"
        company.add(firm.logins[role], role)
    company.add(firm.insider, Role.SUPPORT)
    manager = firm.id_of(Role.MANAGER)
    for made, text in ((firm.open_rows, "x"), (firm.bank_rows, CANARY)):
        made["person"] = firm.id_of(Role.TRAINEE)
        ops = []
        for table in TABLES:
            if table.name == "person":
                continue
            op = an_op(table, Verb.INSERT, fields_for(table, manager, made, text))
            if table.name == "customer_access" and text == CANARY:
                op["fields"]["person_id"] = firm.id_of(firm.insider)
            made[table.name] = op["id"]
            ops.append(op)
        with firm.link(Role.MANAGER) as link:
            for op, result in zip(ops, link.push(new_id(), ops), strict=True):
                assert result["status"] == "ok", (op["tbl"], result)
    return firm


def says(results: Sequence[Row]) -> str:
    """Give all that was answered, to look for what should not be in it."""
    return json.dumps(results)


def bank_tables() -> list[Table]:
    return [t for t in TABLES if is_restricted(t)]


def target_of(table: Table, column: str) -> Table:
    return BY_NAME[table.refs[column]]
