"""Other issues as a line of an issue names them, found by number or words; and those that sound alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from app.domain.issue import OPEN_STATES, SHARED_KINDS, Issue, IssueKind, IssueState
from app.domain.phone import digits_of
from app.services.desk import Desk
from app.store.customers import names
from app.store.links import newest_of_customer, with_words
from app.store.search import as_list, matching, numbered, words_of

_FOUND = 8
_OF_A_KIND = 400
_ALIKE = 5
_LEAST_ALIKE = 0.5  # of the words of the shorter title
_LONGEST_LOOKED_AT = 300  # characters of a title


@dataclass(frozen=True, slots=True)
class IssueRef:
    """An issue as others name it; one that this workstation does not have is known by its id alone."""

    id: str
    label: str
    title: str
    kind: IssueKind = IssueKind.INCIDENT
    state: IssueState = IssueState.NEW
    customer_id: str | None = None
    customer: str = ""

    @property
    def is_open(self) -> bool:
        """Say whether somebody still has to do something."""
        return self.state in OPEN_STATES

    @property
    def is_shared(self) -> bool:
        """Say whether it is a problem or a major incident, which others are linked to."""
        return self.kind in SHARED_KINDS


def refs(desk: Desk, issue_ids: Sequence[str]) -> tuple[IssueRef, ...]:
    """Give these issues in this order; removed ones are left out, ones that are not here are named as such."""
    wanted = list(dict.fromkeys(issue_ids))
    found = {i.id: i for i in desk.cache.records(Issue, "id IN (SELECT value FROM json_each(?))", (as_list(wanted),))}
    of = names(desk.cache, "customer", [i.customer_id for i in found.values()])
    gone = {i for (i,) in desk.cache.read(
        "SELECT id FROM issue WHERE deleted = 1 AND id IN (SELECT value FROM json_each(?))", (as_list(wanted),)
    )}  # fmt: skip
    return tuple(
        _ref(found[one], of) if one in found else IssueRef(one, "?", "an issue that is not on this workstation")
        for one in wanted
        if one not in gone
    )


def _ref(issue: Issue, customers: dict[str | None, str]) -> IssueRef:
    customer = customers.get(issue.customer_id, "")
    return IssueRef(issue.id, issue.label, issue.title, issue.kind, issue.state, issue.customer_id, customer)


def find(desk: Desk, text: str, *, but: Iterable[str] = (), kinds: Iterable[IssueKind] = ()) -> tuple[IssueRef, ...]:
    """Give the issues that a number or words find, the newest first, without these, of these kinds (none: any)."""
    number = digits_of(text) if text.strip().lstrip("#").isdecimal() else ""
    besides, wanted = frozenset(but), frozenset(kinds)
    most = _FOUND + len(besides) if not wanted else 10 * _FOUND
    found = numbered(desk.cache, number, most) if number else []
    found = [i for i in dict.fromkeys([*found, *matching(desk.cache, "issue", text, most)]) if i not in besides]
    return tuple(ref for ref in refs(desk, found) if not wanted or ref.kind in wanted)[:_FOUND]


def alike(
    desk: Desk, title: str, customer_id: str | None = None, *, but: str = "", kinds: Iterable[IssueKind] = ()
) -> tuple[IssueRef, ...]:
    """Give up to five issues whose titles share most of the words with this one: the customer's own first, then others.

    Only what is newest is looked at: the customer's last two hundred, and of all others what has the longest words.
    With `kinds` only issues of these are given, for which more of the others are looked at: what has two of the words.
    """
    of_kinds = frozenset(kinds)
    wanted = _weighty(title)
    if not wanted:
        return ()
    mine = newest_of_customer(desk.cache, customer_id, 200) if customer_id else []
    longest = sorted(wanted, key=len, reverse=True)[:3]
    others = with_words(desk.cache, longest, 40) if len(wanted) > 1 else []
    if of_kinds:
        others = [one for two in combinations(longest, 2) for one in with_words(desk.cache, two, _OF_A_KIND)]
    scored = []
    for place, (issue_id, said, state) in enumerate([*mine, *others]):
        theirs = _weighty(said)
        shared = len(wanted & theirs)
        least = min(len(wanted), len(theirs))
        if issue_id != but and least and shared >= min(2, least) and shared / least >= _LEAST_ALIKE:
            is_over = state not in OPEN_STATES
            scored.append((is_over, -shared / max(len(wanted), len(theirs)), place, issue_id))
    ids = list(dict.fromkeys(one[-1] for one in sorted(scored)))
    if of_kinds:
        return tuple(ref for ref in refs(desk, ids) if ref.kind in of_kinds)[:_ALIKE]
    return refs(desk, ids[:_ALIKE])


def _weighty(title: str) -> frozenset[str]:
    """Give the words of a title that tell something, small."""
    return frozenset(word for word in words_of(title[:_LONGEST_LOOKED_AT].casefold()) if len(word) > 2) - _COMMON


_COMMON = frozenset(
    {"the", "and", "for", "not", "does", "with", "after", "before", "between", "from", "has", "have", "are", "was"}
)
