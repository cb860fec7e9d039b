"""How the reports sort issues into the cells of their tables: one SELECT each, of issue, row, column and size.

A report's numbers are counts over such a SELECT, and the issues behind a number are its lines for that cell, the
largest size first. Times are bound as :as_of, in microseconds; :me is who asks.
"""

from app.domain.incident_figures import MADE_SLA, REASSIGNMENTS, REOPENS
from app.domain.source_values import FALSE_WORDS, TRUE_WORDS
from app.store.issue_words import ANSWERS as ANSWERING
from app.store.issue_words import CALLS

_HOUR = 3_600_000_000
_DAY = 24 * _HOUR

# Problems and major incidents are about issues; they are none of a customer's own.
_OURS = "i.deleted = 0 AND i.kind IN ('incident', 'request', 'question')"
# An issue of which nobody said when it was opened began with its first event, or who knows when.
_BEGAN = "coalesce(i.opened_at, (SELECT min(at) FROM issue_event WHERE issue_id = i.id AND deleted = 0))"
_BEGUN = f"coalesce({_BEGAN} <= :as_of, 1)"
_OPEN_THEN = (
    f"{_OURS} AND {_BEGUN} AND (i.closed_at > :as_of OR (i.closed_at IS NULL AND i.state NOT IN ('solved', 'closed')))"
)
_PRIORITY = "max(1, min(4, i.impact + i.urgency - 1))"
# An import brings no words exchanged: nothing can be said of when its issues were answered.
_TALKED = "(i.source = '' OR EXISTS (SELECT 1 FROM interaction WHERE issue_id = i.id))"

AGES = (
    ("day", "Less than a day", _DAY),
    ("3d", "1 to 3 days", 3 * _DAY),
    ("week", "3 to 7 days", 7 * _DAY),
    ("2w", "1 to 2 weeks", 14 * _DAY),
    ("month", "2 weeks to 30 days", 30 * _DAY),
    ("quarter", "30 to 90 days", 90 * _DAY),
    ("old", "More than 90 days", None),
)
ANSWERS = (
    ("15m", "Within 15 minutes", _HOUR // 4),
    ("1h", "15 minutes to 1 hour", _HOUR),
    ("4h", "1 to 4 hours", 4 * _HOUR),
    ("day", "4 hours to a day", _DAY),
    ("3d", "1 to 3 days", 3 * _DAY),
    ("later", "Later than 3 days", None),
)
SILENCES = (
    ("4h", "Up to 4 hours", 4 * _HOUR),
    ("day", "4 hours to a day", _DAY),
    ("3d", "1 to 3 days", 3 * _DAY),
    ("week", "3 to 7 days", 7 * _DAY),
    ("2w", "1 to 2 weeks", 14 * _DAY),
    ("longer", "More than 2 weeks", None),
)
GAPS = (
    ("day", "Gap up to a day", _DAY),
    ("week", "1 to 7 days", 7 * _DAY),
    ("month", "7 to 30 days", 30 * _DAY),
    ("quarter", "30 to 90 days", 90 * _DAY),
    ("longer", "More than 90 days", None),
)


def _sorted_into(value: str, steps: tuple[tuple[str, str, int | None], ...]) -> str:
    """Give the SQL that names the step in which a duration lies; a step holds up to its end, and that end."""
    cases = " ".join(f"WHEN {value} <= {end} THEN '{key}'" for key, _, end in steps if end is not None)
    return f"CASE {cases} ELSE '{steps[-1][0]}' END"


BACKLOG = (
    "SELECT i.id AS issue_id, CASE WHEN i.opened_at IS NULL THEN 'unknown' "
    f"ELSE {_sorted_into('(:as_of - i.opened_at)', AGES)} END AS row, 'p' || {_PRIORITY} AS col, "
    f":as_of - coalesce(i.opened_at, :as_of) AS size FROM issue i WHERE {_OPEN_THEN}"
)

LOAD = (
    f"SELECT i.id AS issue_id, coalesce(i.owner_id, '') AS row, 'p' || {_PRIORITY} AS col, "
    f":as_of - coalesce(i.opened_at, :as_of) AS size FROM issue i WHERE {_OPEN_THEN}"
)

_ANSWERED = f"(SELECT min(at) FROM interaction WHERE issue_id = i.id AND {ANSWERING} AND at <= :as_of)"
BEGUN_ISSUES = f"SELECT i.id FROM issue i WHERE {_OURS} AND i.opened_at <= :as_of ORDER BY i.pk"
FIRST_RESPONSE = (
    f"SELECT issue_id, CASE WHEN size IS NULL THEN 'none' ELSE {_sorted_into('size', ANSWERS)} END AS row, "
    "'issues' AS col, size FROM ("
    f"SELECT i.id AS issue_id, max(0, {_ANSWERED} - i.opened_at) AS size FROM issue i "
    f"WHERE {_OURS} AND i.opened_at <= :as_of AND {_TALKED})"
)

# From opening or a word of ours to the next one, or to the end of the issue or the time of the report.
_MOMENTS = (
    "SELECT i.id AS issue_id, i.opened_at AS at, min(coalesce(i.closed_at, :as_of), :as_of) AS ends_at FROM issue i "
    f"WHERE {_OURS} AND i.opened_at <= :as_of AND {_TALKED} UNION ALL "
    "SELECT i.id, w.at, min(coalesce(i.closed_at, :as_of), :as_of) FROM interaction w "
    "JOIN issue i ON i.id = w.issue_id "
    f"WHERE w.direction = 'out' AND w.is_automatic = 0 AND w.deleted = 0 AND w.at <= :as_of AND w.at >= i.opened_at "
    f"AND w.at <= coalesce(i.closed_at, :as_of) AND {_OURS} AND i.opened_at <= :as_of"
)
SILENCE = (
    f"SELECT issue_id, {_sorted_into('size', SILENCES)} AS row, 'issues' AS col, size FROM ("
    "SELECT issue_id, max(max(0, coalesce(next_at, ends_at) - at)) AS size FROM ("
    f"SELECT *, lead(at) OVER (PARTITION BY issue_id ORDER BY at) AS next_at FROM ({_MOMENTS})) GROUP BY issue_id)"
)

# A call belongs to the problem that its issue is linked to, and to the problem that it is about itself.
_PROBLEM_OF = (
    "SELECT l.issue_id, l.other_id AS problem_id FROM issue_link l JOIN issue p ON p.id = l.other_id "
    "WHERE l.kind = 'problem' AND l.deleted = 0 AND p.deleted = 0 "
    "UNION SELECT p.id, p.id FROM issue p WHERE p.kind = 'problem' AND p.deleted = 0"
)
CALLED = f"SELECT issue_id, count(*) AS size FROM interaction WHERE {CALLS} AND at <= :as_of GROUP BY issue_id"
CALLS_OF = (
    f"SELECT c.issue_id, coalesce(o.problem_id, '') AS row, 'calls' AS col, c.size FROM ({CALLED}) c "
    f"JOIN issue i ON i.id = c.issue_id AND i.deleted = 0 LEFT JOIN ({_PROBLEM_OF}) o ON o.issue_id = c.issue_id"
)

_BECAME = (
    "CASE WHEN p.settled_at IS NULL OR p.settled_at > :as_of THEN "
    "CASE WHEN p.due_at < :as_of THEN 'late' ELSE 'open' END ELSE p.state END"
)
PROMISES = (
    f"SELECT p.issue_id, coalesce(w.team, '') AS row, {_BECAME} AS col, p.due_at AS size, p.made_by FROM promise p "
    "LEFT JOIN person w ON w.id = p.made_by WHERE p.deleted = 0 AND p.made_at <= :as_of"
)
YOU = "you"
MY_PROMISES = f"SELECT issue_id, '{YOU}' AS row, col, size FROM ({PROMISES}) WHERE made_by = :me"
PROMISERS = f"SELECT row, count(DISTINCT made_by) FROM ({PROMISES}) GROUP BY row ORDER BY 2 DESC, row"

DEPLOYMENTS = (
    "SELECT w.issue_id, d.id AS row, 'contacts' AS col, w.at AS size FROM deployment d JOIN interaction w "
    "ON w.customer_id = d.customer_id AND w.at > d.at AND w.at <= d.at + :aftermath AND w.at <= :as_of "
    "AND w.direction = 'in' AND w.is_automatic = 0 AND w.deleted = 0 WHERE d.deleted = 0 AND d.at <= :as_of "
    "UNION ALL SELECT l.issue_id, d.id, 'linked', d.at FROM deployment d JOIN issue_deployment l "
    "ON l.deployment_id = d.id AND l.deleted = 0 WHERE d.deleted = 0 AND d.at <= :as_of"
)
DEPLOYED = "SELECT 1 FROM deployment WHERE deleted = 0 AND at <= :as_of"
LAST_DEPLOYED = (
    "SELECT d.id, c.name, coalesce(nullif(d.to_build, ''), nullif(d.what, ''), d.product), d.at FROM deployment d "
    "JOIN customer c ON c.id = d.customer_id WHERE d.deleted = 0 AND d.at <= :as_of ORDER BY d.at DESC LIMIT 30"
)


def told(fact: str) -> str:
    """Give the SQL for what the source had said of a fact of issue i by :as_of.

    With :is_now it is what the issue says, which is the last event in file order. Back in time it is the last event
    until then; an issue without any history says the same at all times since it was opened.
    """
    path = f"'$.\"{fact}\"'"
    then = (
        f"CASE WHEN EXISTS (SELECT 1 FROM issue_event WHERE issue_id = i.id AND deleted = 0) THEN "
        f"(SELECT json_extract(e.facts, {path}) FROM issue_event e WHERE e.issue_id = i.id AND e.deleted = 0 "
        f"AND e.at <= :as_of ORDER BY e.seq DESC LIMIT 1) WHEN {_BEGUN} THEN json_extract(i.facts, {path}) END"
    )
    return f"CASE WHEN :is_now THEN json_extract(i.facts, {path}) ELSE {then} END"


_EVENT = (
    "SELECT e.issue_id, e.at, e.seq, e.team, e.level FROM issue_event e JOIN issue i ON i.id = e.issue_id "
    "WHERE e.deleted = 0 AND i.deleted = 0 AND (:source IS NULL OR i.source = :source) "
    "AND (:is_now OR e.at <= :as_of)"
)
_GAP = (
    "SELECT issue_id, max(gap) AS size FROM (SELECT issue_id, at - lag(at) OVER (PARTITION BY issue_id ORDER BY at) "
    f"AS gap FROM ({_EVENT}) WHERE at IS NOT NULL) GROUP BY issue_id HAVING max(gap) IS NOT NULL"
)
_LEVEL = f"SELECT issue_id, max(level) AS level FROM ({_EVENT}) GROUP BY issue_id HAVING max(level) > 0"
_RETURNED = (
    "SELECT issue_id, sum(team IS NOT before) - count(DISTINCT team) AS size FROM (SELECT issue_id, team, "
    f"lag(team) OVER (PARTITION BY issue_id ORDER BY seq) AS before FROM ({_EVENT}) WHERE team <> '') "
    "GROUP BY issue_id HAVING size > 0"
)
EVENTS = _EVENT
HISTORY = (
    f"SELECT issue_id, 'gap-' || {_sorted_into('size', GAPS)} AS row, 'issues' AS col, size FROM ({_GAP}) UNION ALL "
    f"SELECT l.issue_id, 'level-' || n.value, 'issues', l.level FROM ({_LEVEL}) l "
    "JOIN json_each('[1,2,3,4,5,6,7,8,9]') n ON n.value <= l.level "
    f"UNION ALL SELECT issue_id, 'returned', 'issues', size FROM ({_RETURNED})"
)


def _quoted(words: frozenset[str]) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))


def _flag(fact: str) -> str:
    return f"lower(trim(CAST({told(fact)} AS TEXT)))"


def _number(fact: str) -> str:
    """Give the SQL for a counted fact; what is no number says nothing."""
    text = f"CAST({told(fact)} AS TEXT)"
    is_number = f"{text} <> '' AND {text} NOT GLOB '*[^0-9]*' AND length({text}) < 10"
    return f"CASE WHEN {is_number} THEN CAST({text} AS INTEGER) END"


_REOPENS = f"SELECT i.id AS issue_id, {_number(REOPENS)} AS size FROM issue i WHERE i.deleted = 0 AND i.facts <> '{{}}'"
REOPENS_TOLD = f"SELECT issue_id FROM ({_REOPENS}) WHERE size IS NOT NULL"
# What a source counted itself; and here, a customer who asks about what was over by then.
REOPENED = (
    "SELECT issue_id, CASE size WHEN 1 THEN 'once' WHEN 2 THEN 'twice' ELSE 'often' END AS row, 'issues' AS col, size "
    f"FROM ({_REOPENS}) WHERE size > 0 UNION ALL "
    "SELECT i.id, 'asked', 'issues', count(*) FROM issue i JOIN interaction w ON w.issue_id = i.id "
    "AND w.at > i.closed_at WHERE i.deleted = 0 AND i.closed_at <= :as_of AND w.at <= :as_of AND w.direction = 'in' "
    "AND w.is_automatic = 0 AND w.deleted = 0 AND w.nature IN ('first', 'chaser') GROUP BY i.id"
)

BREACHES = (
    f"SELECT issue_id, 'source' AS row, CASE WHEN told IN ({_quoted(TRUE_WORDS)}) THEN 'met' ELSE 'missed' END AS col, "
    f"0 AS size FROM (SELECT i.id AS issue_id, {_flag(MADE_SLA)} AS told FROM issue i "
    f"WHERE i.deleted = 0 AND i.facts <> '{{}}') WHERE told IN ({_quoted(TRUE_WORDS | FALSE_WORDS)}) UNION ALL "
    "SELECT issue_id, 'promise', CASE WHEN sum(col IN ('broken', 'late')) THEN 'missed' ELSE 'met' END, min(size) "
    f"FROM ({PROMISES}) WHERE issue_id IS NOT NULL AND col IN ('kept', 'broken', 'late') GROUP BY issue_id"
)

_INCIDENT = (
    "i.deleted = 0 AND i.kind = 'incident' AND i.source <> '' AND (:source IS NULL OR i.source = :source) "
    f"AND (:is_now OR {_BEGUN})"
)
INCIDENTS = f"SELECT i.id AS issue_id, i.contact_id FROM issue i WHERE {_INCIDENT}"
PER_CALLER = f"SELECT count(*) FROM ({INCIDENTS}) WHERE contact_id IS NOT NULL GROUP BY contact_id"
_CALLED_AGAIN = f"SELECT contact_id FROM ({INCIDENTS}) WHERE contact_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
INCIDENT_ROWS = (
    f"SELECT i.id AS issue_id, 'missed' AS row, 'issues' AS col, 0 AS size FROM issue i WHERE {_INCIDENT} "
    f"AND i.facts <> '{{}}' AND {_flag(MADE_SLA)} IN ({_quoted(FALSE_WORDS)}) UNION ALL "
    f"SELECT * FROM (SELECT i.id, 'handed_on', 'issues', {_number(REASSIGNMENTS)} AS size FROM issue i "
    f"WHERE {_INCIDENT} AND i.facts <> '{{}}') WHERE size > 0 UNION ALL "
    f"SELECT * FROM (SELECT i.id, 'reopened', 'issues', {_number(REOPENS)} AS size FROM issue i "
    f"WHERE {_INCIDENT} AND i.facts <> '{{}}') WHERE size > 0 UNION ALL "
    f"SELECT issue_id, 'again', 'issues', 0 FROM ({INCIDENTS}) WHERE contact_id IN ({_CALLED_AGAIN})"
)


def incidents_by_fact(fact: str) -> str:
    """Give the SELECT of what the sources said for a fact, and of how many incidents."""
    return (
        f"SELECT told, count(*) FROM (SELECT {told(fact)} AS told FROM issue i "
        f"WHERE {_INCIDENT} AND i.facts <> '{{}}') WHERE told IS NOT NULL GROUP BY told"
    )


BACKLOG_AGES = f"SELECT size FROM ({BACKLOG}) WHERE row <> 'unknown'"
CALLS_MADE = f"SELECT size FROM ({CALLED}) WHERE issue_id IS NOT NULL"
HISTORY_GAPS = _GAP
HISTORY_ISSUES = f"SELECT DISTINCT issue_id FROM ({EVENTS})"
HISTORY_TEAMS = f"SELECT DISTINCT team FROM ({EVENTS}) WHERE team <> ''"
PROBLEMS = "SELECT id, number, title FROM issue WHERE kind = 'problem'"
