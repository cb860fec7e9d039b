"""One narrow row for each issue, with what lists are sorted and filtered by: counted words, dues, names.

SQLite's triggers keep it in the same transaction as the rows it is made of. It belongs to this workstation alone and
can be made anew from them at any time. The orders of a list are partial indexes of open issues, so that what is long
closed costs nothing.
"""

from app.domain.issue import OPEN_STATES
from app.store.issue_words import CALLS, FAR, WORDS_IN, WORDS_OUT
from app.store.rows import KEY_AHEAD

TITLE_LENGTH = 80

# While a first fill lasts: rows up to this key are summed, and words exchanged are counted at its end.
SUMMED, UNTALLIED = "summed", "untallied"

_OPEN = ", ".join(f"'{state}'" for state in sorted(OPEN_STATES))

_TABLE = """
CREATE TABLE issue_sum (
    pk INTEGER NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    is_open INTEGER NOT NULL,
    state TEXT NOT NULL,
    number INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    is_vip INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    promise_due_at INTEGER,
    calls INTEGER NOT NULL DEFAULT 0,
    chasers INTEGER NOT NULL DEFAULT 0,
    first_call_at INTEGER,
    last_call_at INTEGER,
    told_at INTEGER,
    words_at INTEGER,
    quiet_at INTEGER NOT NULL,
    waiting TEXT NOT NULL COLLATE NOCASE,
    topic TEXT NOT NULL COLLATE NOCASE,
    customer TEXT NOT NULL COLLATE NOCASE,
    owner TEXT NOT NULL COLLATE NOCASE,
    title TEXT NOT NULL COLLATE NOCASE
)
"""

# The orders that a list of open issues can have at once, by the columns they walk along.
ORDERS = (
    ("priority", "due_at"),
    ("due_at", "priority"),
    ("quiet_at", "priority"),
    *((name,) for name in ("number", "title", "calls", "last_call_at", "told_at", "opened_at")),
    *((name,) for name in ("waiting", "state", "topic", "customer", "owner")),
)


def statements() -> list[str]:
    """Give the SQL that makes the table, its indexes and its triggers."""
    return [_TABLE, *index_statements(), *trigger_statements()]


def renewing_statements() -> list[str]:
    """Give the SQL that makes all of it in a file that has its rows already."""
    words = f"DELETE FROM sync_meta WHERE name IN ('{SUMMED}', '{UNTALLIED}')"
    return [_TABLE, *fill_statements("1"), *index_statements(), *trigger_statements(), words]


def index_statements() -> list[str]:
    """Give the SQL of the indexes."""
    return [
        f"CREATE INDEX issue_sum_{columns[0]} ON issue_sum (is_open, {', '.join(columns)}) WHERE is_open = 1"
        for columns in ORDERS
    ] + [
        "CREATE INDEX issue_sum_open ON issue_sum (is_open) WHERE is_open = 1",
        "CREATE INDEX issue_sum_vip ON issue_sum (is_open, is_vip, priority, due_at) WHERE is_open = 1 AND is_vip = 1",
    ]


# What stands in a row's own columns. `i` is the issue, `c` its customer, `o` its owner.
_OWN = {
    "id": "i.id",
    "is_open": f"i.deleted = 0 AND i.state IN ({_OPEN})",
    "state": "CASE WHEN i.deleted = 0 THEN i.state ELSE 'deleted' END",
    "number": f"coalesce(i.number, {FAR})",
    "priority": "max(1, min(4, i.impact + i.urgency - 1))",
    "is_vip": "coalesce(c.is_vip AND c.deleted = 0, 0)",
    "opened_at": "coalesce(i.opened_at, 0)",
    "due_at": f"coalesce(i.next_update_at, {FAR})",
    "quiet_at": "coalesce(i.opened_at, 0)",
    "waiting": "i.state || substr(i.waiting_on, 1, 40)",
    "topic": "substr(i.topic, 1, 40)",
    "customer": "coalesce(CASE WHEN c.deleted = 0 THEN substr(c.name, 1, 40) END, '')",
    "owner": "CASE WHEN i.owner_id IS NULL THEN '' ELSE coalesce(nullif(substr(o.name, 1, 40), ''), '?') END",
    "title": f"substr(i.title, 1, {TITLE_LENGTH})",
}
_NAMES = "LEFT JOIN customer c ON c.id = i.customer_id LEFT JOIN person o ON o.id = i.owner_id"

_TALLY = (
    f"count(CASE WHEN {CALLS} THEN 1 END) AS calls, "
    f"count(CASE WHEN {CALLS} AND nature = 'chaser' THEN 1 END) AS chasers, "
    f"min(CASE WHEN {CALLS} THEN at END) AS first_call_at, max(CASE WHEN {CALLS} THEN at END) AS last_call_at, "
    f"max(CASE WHEN {WORDS_OUT} THEN at END) AS told_at, max(CASE WHEN {WORDS_IN} THEN at END) AS words_at"
)
_TALLIED = ("calls", "chasers", "first_call_at", "last_call_at", "told_at", "words_at")
_PROMISE = "SELECT min(due_at) FROM promise WHERE issue_id = {} AND +state = 'open' AND deleted = 0"


def fill_statements(issues: str) -> list[str]:
    """Give the SQL that makes the rows of these issues anew; `issues` is a condition on `i`, the issue."""
    ids = f"SELECT i.id FROM issue i WHERE {issues}"
    sets = ", ".join(f"{name} = t.{name}" for name in _TALLIED)
    return [
        (
            f"INSERT OR REPLACE INTO issue_sum (pk, {', '.join(_OWN)}) "
            f"SELECT i.pk, {', '.join(_OWN.values())} FROM issue i {_NAMES} WHERE {issues}"
        ),
        (
            f"UPDATE issue_sum SET {sets}, quiet_at = coalesce(t.told_at, opened_at) FROM "
            f"(SELECT i.pk AS issue, x.* FROM issue i JOIN (SELECT issue_id, {_TALLY} FROM interaction "
            f"WHERE issue_id IN ({ids}) GROUP BY issue_id) x ON x.issue_id = i.id) t WHERE t.issue = issue_sum.pk"
        ),
        (
            "UPDATE issue_sum SET promise_due_at = t.due_at, due_at = min(issue_sum.due_at, t.due_at) FROM "
            "(SELECT i.pk AS issue, x.due_at FROM issue i JOIN (SELECT issue_id, min(due_at) AS due_at FROM promise "
            f"WHERE state = 'open' AND deleted = 0 AND issue_id IN ({ids}) GROUP BY issue_id) x ON x.issue_id = i.id) "
            "t WHERE t.issue = issue_sum.pk"
        ),
    ]


def trigger_statements() -> list[str]:
    """Give the SQL of the triggers that keep the rows."""
    return [*_of_issues(), *_of_interactions(), *_of_promises(), *_of_names()]


def _trigger(name: str, event: str, when: str, *body: str) -> str:
    return f"CREATE TRIGGER issue_sum_{name} AFTER {event} WHEN {when} BEGIN {'; '.join(body)}; END"


def _differs(*columns: str) -> str:
    # A row that arrives sets all its columns, mostly to what they were.
    return "(" + " OR ".join(f"old.{c} IS NOT new.{c}" for c in columns) + ")"


def _of_issues() -> list[str]:
    word = f"SELECT CAST(value AS INTEGER) FROM sync_meta WHERE name = '{SUMMED}'"
    is_in = f"(new.pk >= {KEY_AHEAD} OR new.pk <= coalesce(({word}), {KEY_AHEAD}))"
    gone = "DELETE FROM issue_sum WHERE pk = old.pk"
    made = [
        _trigger("issue_insert", "INSERT ON issue", is_in, *fill_statements("i.pk = new.pk")),
        _trigger("issue_delete", "DELETE ON issue", "1", gone),
    ]
    # Each index is written only when what it is sorted by has changed.
    parts = {
        "state": (("state", "deleted", "waiting_on"), ("is_open", "state", "waiting")),
        "title": (("title",), ("title",)),
        "number": (("number",), ("number",)),
        "rating": (("impact", "urgency"), ("priority",)),
        "topic": (("topic",), ("topic",)),
        "customer": (("customer_id",), ("customer", "is_vip")),
        "owner": (("owner_id",), ("owner",)),
        "id": (("id",), ("id",)),
    }
    for name, (columns, own) in parts.items():
        values = f"SELECT {', '.join(_OWN[each] for each in own)} FROM issue i {_NAMES} WHERE i.pk = new.pk"
        body = f"UPDATE issue_sum SET ({', '.join(own)}) = ({values}) WHERE pk = new.pk"
        when = f"{_differs(*columns)} AND {is_in}"
        made.append(_trigger(f"issue_{name}", f"UPDATE OF {', '.join(columns)} ON issue", when, body))
    opened = (
        "UPDATE issue_sum SET opened_at = coalesce(new.opened_at, 0), quiet_at = coalesce(told_at, new.opened_at, 0)"
    )
    due = f"UPDATE issue_sum SET due_at = min(coalesce(promise_due_at, {FAR}), coalesce(new.next_update_at, {FAR}))"
    for column, body in (("opened_at", opened), ("next_update_at", due)):
        when = f"{_differs(column)} AND {is_in}"
        made.append(_trigger(f"issue_{column}", f"UPDATE OF {column} ON issue", when, f"{body} WHERE pk = new.pk"))
    return made


_IS_TALLIED = f"NOT EXISTS (SELECT 1 FROM sync_meta WHERE name = '{UNTALLIED}')"


def _of_interactions() -> list[str]:
    def again(row: str) -> str:
        names = ", ".join((*_TALLIED, "quiet_at"))
        words = f"SELECT {_TALLY} FROM interaction WHERE issue_id = {row}.issue_id"
        tallied = f"SELECT t.*, coalesce(t.told_at, i.opened_at, 0) FROM ({words}) t"
        return (
            f"UPDATE issue_sum SET ({names}) = ({tallied}, issue i WHERE i.id = {row}.issue_id) "
            f"WHERE pk = (SELECT pk FROM issue WHERE id = {row}.issue_id)"
        )

    columns = ("issue_id", "deleted", "is_automatic", "direction", "nature", "channel", "at")
    one = "UPDATE issue_sum SET {} WHERE pk = (SELECT pk FROM issue WHERE id = new.issue_id)"
    is_call = "direction = 'in' AND new.nature IN ('first', 'chaser')"
    is_voice = "new.channel IN ('call', 'missed_call', 'voicemail')"
    is_now = f"(new.pk >= {KEY_AHEAD} OR {_IS_TALLIED})"
    has_word = f"new.issue_id IS NOT NULL AND new.deleted = 0 AND new.is_automatic = 0 AND {is_now}"
    called = (
        "calls = calls + 1, chasers = chasers + (new.nature = 'chaser'), first_call_at = min(coalesce(first_call_at, "
        "new.at), new.at), last_call_at = max(coalesce(last_call_at, new.at), new.at)"
    )
    told = "told_at = max(coalesce(told_at, new.at), new.at), quiet_at = max(coalesce(told_at, new.at), new.at)"
    heard = "words_at = max(coalesce(words_at, new.at), new.at)"
    on = "INSERT ON interaction"
    return [
        _trigger("call", on, f"new.{is_call} AND {is_voice} AND {has_word}", one.format(called)),
        _trigger("told", on, f"new.direction = 'out' AND {has_word}", one.format(told)),
        _trigger("heard", on, f"new.direction = 'in' AND {has_word}", one.format(heard)),
        _trigger(
            "interaction_update",
            f"UPDATE OF {', '.join(columns)} ON interaction",
            f"{_differs(*columns)} AND {_IS_TALLIED}",
            again("old"),
            again("new"),
        ),
        _trigger(
            "interaction_delete", "DELETE ON interaction", f"old.issue_id IS NOT NULL AND {_IS_TALLIED}", again("old")
        ),
    ]


def _of_promises() -> list[str]:
    def again(row: str) -> str:
        due = f"({_PROMISE.format(f'{row}.issue_id')})"
        planned = f"(SELECT next_update_at FROM issue WHERE id = {row}.issue_id)"
        return (
            f"UPDATE issue_sum SET promise_due_at = {due}, due_at = min(coalesce({due}, {FAR}), "
            f"coalesce({planned}, {FAR})) WHERE pk = (SELECT pk FROM issue WHERE id = {row}.issue_id)"
        )

    columns = ("issue_id", "deleted", "state", "due_at")
    is_now = f"(new.pk >= {KEY_AHEAD} OR {_IS_TALLIED})"
    return [
        _trigger("promise_insert", "INSERT ON promise", f"new.issue_id IS NOT NULL AND {is_now}", again("new")),
        _trigger(
            "promise_update",
            f"UPDATE OF {', '.join(columns)} ON promise",
            f"{_differs(*columns)} AND {is_now}",
            again("old"),
            again("new"),
        ),
        _trigger("promise_delete", "DELETE ON promise", f"old.issue_id IS NOT NULL AND {_IS_TALLIED}", again("old")),
    ]


def _of_names() -> list[str]:
    """Give the triggers of customers and people, who may arrive after their issues and get another name."""
    customer = (
        "UPDATE issue_sum SET customer = CASE WHEN new.deleted = 0 THEN substr(new.name, 1, 40) ELSE '' END, "
        "is_vip = new.is_vip AND new.deleted = 0 WHERE pk IN (SELECT pk FROM issue WHERE customer_id = new.id)"
    )
    owned = "SELECT pk FROM issue WHERE owner_id = new.id"
    person = f"UPDATE issue_sum SET owner = coalesce(nullif(substr(new.name, 1, 40), ''), '?') WHERE pk IN ({owned})"
    nobody = "UPDATE issue_sum SET {} WHERE pk IN (SELECT pk FROM issue WHERE {} = old.id)"
    renamed = _differs("name", "is_vip", "deleted")
    return [
        _trigger("customer_insert", "INSERT ON customer", _IS_TALLIED, customer),
        _trigger(
            "customer_update", "UPDATE OF name, is_vip, deleted ON customer", f"{renamed} AND {_IS_TALLIED}", customer
        ),
        _trigger("person_insert", "INSERT ON person", _IS_TALLIED, person),
        _trigger("person_update", "UPDATE OF name ON person", f"{_differs('name')} AND {_IS_TALLIED}", person),
        _trigger(
            "customer_delete",
            "DELETE ON customer",
            _IS_TALLIED,
            nobody.format("customer = '', is_vip = 0", "customer_id"),
        ),
        _trigger("person_delete", "DELETE ON person", _IS_TALLIED, nobody.format("owner = '?'", "owner_id")),
    ]
