"""A transaction of somebody else that stays open while the others work: an import, or a person on a slow line."""

import json
from dataclasses import dataclass, field
from typing import Any

from app.company.connection import Connection
from app.domain.entity import new_id
from tests.unit.sync.machine.model import Key, Model, Values

ADMIN = "admin"


@dataclass
class Foreign:
    """An open transaction; the model hears of it when it is committed."""

    connection: Connection
    who: str
    model: Model
    writes: list[tuple[Key, Values]] = field(default_factory=list)
    never: set[Key] = field(default_factory=set)
    is_over: bool = False

    def __post_init__(self) -> None:
        self.connection.execute("BEGIN")

    @property
    def inserted(self) -> set[Key]:
        return _new(self.writes)

    def write(self, what: str, issue_id: str, value: str, *, is_kept: bool) -> None:
        """Do something inside a savepoint, and keep it or take it back."""
        self.connection.execute("SAVEPOINT here")
        made = {"pair": self._pair, "field": self._field, "access": self._access}[what](issue_id, value)
        if is_kept:
            self.connection.execute("RELEASE SAVEPOINT here")
            self.writes += made
        else:
            self.connection.execute("ROLLBACK TO SAVEPOINT here")
            self.never |= _new(made)

    def end(self, *, is_committed: bool) -> None:
        """Commit or abort; what was aborted must never be seen."""
        self.connection.execute("COMMIT" if is_committed else "ROLLBACK")
        self.connection.close()
        self.is_over = True
        if is_committed:
            for key, values in self.writes:
                self.model.write(key, values)
        else:
            self.never |= self.inserted
            self.writes.clear()

    def _pair(self, issue_id: str, value: str) -> list[tuple[Key, Values]]:
        me = self.model.people.get(self.who, self.model.people["anna"])
        values = {"issue_id": issue_id, "person_id": me, "at": "2026-03-02T09:00:00+00:00", "body": value}
        note = {**values, "kind": "text", "command": ""}
        call = {**values, "channel": "call", "nature": "first", "direction": "in", "is_automatic": False}
        return self._insert("note", note) + self._insert("interaction", call)

    def _access(self, _issue_id: str, _value: str) -> list[tuple[Key, Values]]:
        values = {"customer_id": self.model.customer_id, "person_id": self.model.people["ben"]}
        return self._insert("customer_access", values)

    def _insert(self, table: str, values: Values) -> list[tuple[Key, Values]]:
        key = (table, new_id())
        if self.who == ADMIN:
            names = ", ".join(["id", *values])
            marks = ", ".join(["%s"] * (len(values) + 1))
            self.connection.execute(
                f"INSERT INTO baton.{table} ({names}) VALUES ({marks})".encode(), (key[1], *values.values())
            )
        elif self._push(key, "insert", values)["status"] != "ok":
            return []
        customer = self.model.rows["issue", values["issue_id"]]["customer_id"] if "issue_id" in values else None
        return [(key, values if customer is None else {**values, "customer_id": customer})]

    def _field(self, issue_id: str, value: str) -> list[tuple[Key, Values]]:
        key = ("issue", issue_id)
        found = self.connection.execute("SELECT topic FROM baton.issue WHERE id = %s", (issue_id,)).fetchone()
        if found is None or found[0] == value:
            return []
        if self.who == ADMIN:
            self.connection.execute("UPDATE baton.issue SET topic = %s, rev = rev + 1 WHERE id = %s", (value, issue_id))
        elif self._push(key, "update", {"topic": [found[0], value]})["status"] != "ok":
            return []
        return [(key, {"topic": value})]

    def _push(self, key: Key, verb: str, fields: Values) -> Any:
        op = {"op": new_id(), "tbl": key[0], "id": key[1], "verb": verb, "fields": fields}
        answer = self.connection.execute("SELECT sync.push(%s, %s::jsonb)", (new_id(), json.dumps([op]))).fetchone()
        assert answer is not None
        return answer[0][0]


def _new(writes: list[tuple[Key, Values]]) -> set[Key]:
    return {key for key, _ in writes if key[0] in {"note", "interaction"}}
