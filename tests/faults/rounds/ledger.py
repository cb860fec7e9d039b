"""Holds what the company did against what was promised, by applying every edit again to a model of its own."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.company.connection import Connection
from app.domain.entities import BY_NAME, Verb
from app.domain.entity import FieldKind, fields_of
from app.domain.person import Role
from tests.faults.rounds.seat import Promised, Seat

Key = tuple[str, str]  # table and id of a row

_OPS = (
    "SELECT id::text, workstation_id::text, at, tbl, row_id, verb, fields, result FROM sync.op "
    "WHERE at >= %s ORDER BY at, ctid"
)


@dataclass
class Findings:
    """What is wrong, each as a sentence."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        return self.lost + self.doubled + self.stuck


@dataclass
class _Row:
    values: dict[str, Any]
    rev: int = 1
    deleted: bool = False


@dataclass(frozen=True)
class _Done:
    """One line of the company's trail."""

    op: str
    workstation: str
    at: datetime
    tbl: str
    row_id: str
    verb: str
    fields: dict[str, Any]
    result: dict[str, Any]

    @property
    def key(self) -> Key:
        return self.tbl, self.row_id


@dataclass
class Ledger:
    """All promises, all applied edits, and the rows as they must be."""

    roles: dict[str, Role]  # by the workstation's id
    tables: tuple[str, ...] = tuple(BY_NAME)
    promised: dict[str, tuple[str, Promised]] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)
    _open: dict[str, tuple[str, Promised]] = field(default_factory=dict)
    _done: dict[str, _Done] = field(default_factory=dict)
    _by_row: dict[tuple[str, str, str], list[_Done]] = field(default_factory=dict)
    _rows: dict[Key, _Row] = field(default_factory=dict)
    _seen_to: datetime | None = None

    def begin(self, company: Connection) -> None:
        """Take the rows that are there before anybody edits."""
        for table in self.tables:
            for (row,) in company.execute(f"SELECT to_jsonb(r) FROM baton.{table} r".encode()):
                self._rows[table, row["id"]] = _Row(row, row["rev"])
        found = company.execute("SELECT clock_timestamp()").fetchone()
        assert found is not None
        self._seen_to = found[0]

    def promise(self, workstation: str, promises: Iterable[Promised]) -> int:
        """Note what a desk has promised; gives how many edits."""
        count = 0
        for one in promises:
            self.promised[one.op] = self._open[one.op] = workstation, one
            count += 1
        return count

    def check(self, company: Connection, seats: Iterable[Seat]) -> Findings:
        """Compare everything; to be called when every outbox is empty."""
        found = Findings()
        new = self._read(company)
        for done in new:
            self._apply(done, found)
        for op, (_, one) in list(self._open.items()):
            there = self._done.get(op)
            if there is None:
                found.lost.append(f"promised {one.verb} of {one.tbl} {one.row_id} (op {op}) is nowhere")
            elif (there.tbl, there.row_id, there.verb, there.fields) != (one.tbl, one.row_id, one.verb, one.fields):
                found.lost.append(f"op {op} is not what was promised: {there.fields} instead of {one.fields}")
            del self._open[op]
        self._compare_rows(company, {done.key for done in new}, found)
        for seat in seats:
            self._compare_conflicts(seat, new, found)
        return found

    def _read(self, company: Connection) -> list[_Done]:
        lines = company.execute(_OPS, (self._seen_to,)).fetchall()
        new = [_Done(*line) for line in lines if line[0] not in self._done]
        for done in new:
            self._done[done.op] = done
            self._by_row.setdefault((done.workstation, *done.key), []).append(done)
            self.statuses[done.result["status"]] += 1
        if new:
            self._seen_to = new[-1].at
        return new

    # The company's own rules once more, for what a desk of the rounds does

    def _apply(self, done: _Done, found: Findings) -> None:
        expected = self._expected(done)
        if expected != done.result["status"]:
            told = done.result.get("reason") or done.result.get("clashes")
            found.lost.append(
                f"op {done.op}, {done.verb} of {done.tbl} {done.row_id}: {done.result['status']} ({told}), "
                f"not {expected}: {done.fields}"
            )

    def _expected(self, done: _Done) -> str:
        row = self._rows.get(done.key)
        table, verb = BY_NAME[done.tbl], Verb(done.verb)
        if self.roles[done.workstation] not in table.may(verb):
            return "rejected"
        if verb is Verb.INSERT:
            refs = [(target, done.fields.get(column)) for column, target in table.refs.items()]
            if any(i is not None and (target, i) not in self._rows for target, i in refs):
                return "rejected"
            if row is not None:
                return "ok"
            self._rows[done.key] = _Row(dict(done.fields))
            return "ok"
        if row is None or (row.deleted and verb is Verb.UPDATE):
            return "gone"
        return self._removed(row, done) if verb is Verb.DELETE else self._changed(row, done)

    @staticmethod
    def _removed(row: _Row, done: _Done) -> str:
        if row.deleted:
            return "ok"
        if any(not _same(done.tbl, name, row.values.get(name), seen) for name, seen in done.fields.items()):
            return "conflict"
        row.deleted, row.rev = True, row.rev + 1
        return "ok"

    @staticmethod
    def _changed(row: _Row, done: _Done) -> str:
        writes, is_clean = {}, True
        for name, (base, mine) in done.fields.items():
            present = row.values.get(name)
            if _same(done.tbl, name, present, mine):
                continue
            if _same(done.tbl, name, present, base):
                writes[name] = mine
            else:
                is_clean = False
        if writes:
            row.values.update(writes)
            row.rev += 1
        return "ok" if is_clean else "conflict"

    def _compare_rows(self, company: Connection, changed: set[Key], found: Findings) -> None:
        there: dict[Key, tuple[int, bool]] = {}
        for table in self.tables:
            for i, rev, deleted in company.execute(f"SELECT id::text, rev, deleted FROM baton.{table}".encode()):
                there[table, i] = rev, deleted
        for key in self._rows.keys() - there.keys():
            found.lost.append(f"{key} was applied and is not there")
        for key in there.keys() - self._rows.keys():
            found.doubled.append(f"{key} is there and no edit made it")
        for key, row in self._rows.items():
            rev, deleted = there.get(key, (row.rev, row.deleted))
            if rev > row.rev:
                found.doubled.append(f"{key} has rev {rev}, its edits make {row.rev}")
            elif rev < row.rev or deleted != row.deleted:
                found.lost.append(f"{key} has rev {rev} (deleted {deleted}), its edits make {row.rev} ({row.deleted})")
        for table, i in changed & self._rows.keys():
            self._compare_values(company, (table, i), found)

    def _compare_values(self, company: Connection, key: Key, found: Findings) -> None:
        line = company.execute(f"SELECT to_jsonb(r) FROM baton.{key[0]} r WHERE id = %s".encode(), (key[1],)).fetchone()
        for name, value in self._rows[key].values.items():
            if line is not None and not _same(key[0], name, line[0][name], value):
                found.lost.append(f"{key} has {name} {line[0][name]!r}, its edits make {value!r}")

    # What waits for a person

    def _compare_conflicts(self, seat: Seat, new: list[_Done], found: Findings) -> None:
        with seat.cache() as cache:
            kept = cache.execute("SELECT kind, tbl, row_id, field, mine, resolved_at FROM conflict").fetchall()
        clashes: dict[tuple[str, str, str], list[Any]] = {}
        refusals: Counter[tuple[str, str, str]] = Counter()
        for kind, tbl, row_id, name, mine, resolved_at in kept:
            if kind == "clash":
                clashes.setdefault((tbl, row_id, name), []).append((json.loads(mine), resolved_at is None))
            else:
                refusals[kind, tbl, row_id] += 1
        here = seat.profile.workstation_id
        for done in (d for d in new if d.workstation == here):
            status = done.result["status"]
            if status in {"gone", "rejected"}:
                kind = "gone" if status == "gone" else "refused"
                self._compare_refusals(seat, done, status, refusals[kind, *done.key], found)
            elif status == "conflict":
                for clash in done.result["clashes"]:
                    self._compare_clash(seat, done, clash, clashes.get((*done.key, clash["field"]), []), found)

    def _compare_refusals(self, seat: Seat, done: _Done, status: str, kept: int, found: Findings) -> None:
        of_row = self._by_row[done.workstation, done.tbl, done.row_id]
        wanted = sum(d.result["status"] == status for d in of_row)
        if kept != wanted:
            what = f"{seat.login} keeps {kept} of {wanted} {status} edits of {done.key}"
            (found.lost if kept < wanted else found.doubled).append(what)

    def _compare_clash(self, seat: Seat, done: _Done, clash: dict[str, Any], kept: list[Any], found: Findings) -> None:
        name = clash["field"]
        of_row = self._by_row[done.workstation, done.tbl, done.row_id]
        of_field = [d for d in of_row if any(c["field"] == name for c in d.result.get("clashes") or ())]
        if len(kept) > len(of_field):
            found.doubled.append(
                f"{seat.login} keeps {len(kept)} conflicts for {len(of_field)} on {name} of {done.key}"
            )
        if sum(is_open for _, is_open in kept) > 1:
            found.doubled.append(f"{seat.login} has two open conflicts on {name} of {done.key}")
        # A later edit of the same field by the same person takes an earlier one's place.
        if done is of_field[-1] and not any(mine == clash["mine"] for mine, _ in kept):
            later = [d.fields[name][1] for d in of_row if d.verb == "update" and name in d.fields and d is not done]
            if name not in BY_NAME[done.tbl].by_lines or not _has_lines(clash, [clash["theirs"], *later]):
                found.lost.append(f"{seat.login} does not keep the conflict on {name} of {done.key}: {clash}")


def _has_lines(clash: dict[str, Any], texts: list[str]) -> bool:
    """Whether the lines that a clash was about have come into a text by merging."""
    wanted = set(clash["mine"].splitlines()) - set(clash["base"].splitlines())
    return any(wanted <= set(text.splitlines()) for text in texts)


def _same(table: str, name: str, one: Any, other: Any) -> bool:
    if one == other or one is None or other is None:
        return bool(one == other)
    known = {f.name: f.kind for f in fields_of(BY_NAME[table].record)}
    if known.get(name) is FieldKind.INSTANT:
        return datetime.fromisoformat(one) == datetime.fromisoformat(other)
    return False
