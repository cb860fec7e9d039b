"""The queue's views as places on the left, and what an empty one says."""

from collections.abc import Sequence

from app.services.issue_lists import View, ViewCount
from ui.kit.side_list import Place, Section
from ui.kit.theme import Kind

TITLES = {
    View.PROMISES: "Promises due",
    View.CALLED_AGAIN: "Called again",
    View.WAITING_ON_ME: "Waiting on me",
    View.UNASSIGNED: "Unassigned",
    View.VIP: "VIP open",
    View.NOT_UPDATED: "Not updated 2 days",
    View.AFTER_DEPLOYMENTS: "After deployments",
    View.ALL_OPEN: "All open",
}
_TIPS = {
    View.PROMISES: "A promise or a next update within a day, or over",
    View.CALLED_AGAIN: "They asked again and it is still open",
    View.WAITING_ON_ME: "Mine to go on with, or waiting on me by name",
    View.UNASSIGNED: "Nobody owns these",
    View.VIP: "Open issues of VIP customers",
    View.NOT_UPDATED: "The customer has heard nothing from us for two days",
    View.AFTER_DEPLOYMENTS: "Linked to a deployment, or they said something within a day after one",
    View.ALL_OPEN: "Everything that is not solved or closed",
}
_EMPTY = {
    View.PROMISES: ("No promise is due", "Promise an update with P while an issue is chosen."),
    View.CALLED_AGAIN: ("Nobody has called again", "A call about an open issue is logged with A or F2."),
    View.WAITING_ON_ME: ("Nothing waits on you", "Look at Unassigned for something to take."),
    View.UNASSIGNED: ("Every issue has an owner", "Log a call with F2."),
    View.VIP: ("No VIP customer has anything open", "Log a call with F2."),
    View.NOT_UPDATED: ("Everybody has heard from us", "Log a call with F2."),
    View.AFTER_DEPLOYMENTS: ("Nothing came after a deployment", "An issue is linked to one with J."),
    View.ALL_OPEN: ("Nothing is open", "Log a call with F2."),
}
_NOW = (View.PROMISES, View.CALLED_AGAIN, View.WAITING_ON_ME)


def sections(counts: Sequence[ViewCount] = (), saved: Sequence[Place] = ()) -> tuple[Section, ...]:
    """Give the places with their counts; without counts while they are on their way. `saved` stand below."""
    by_view = {c.view: c for c in counts}
    now: list[Place] = []
    team: list[Place] = []
    for view in View:
        count = by_view.get(view)
        (now if view in _NOW else team).append(
            Place(
                str(view),
                TITLES[view],
                short_count(count.count) if count else "",
                _kind(count) if count else Kind.GREY,
                tip=_tip(view, count),
            )
        )
    kept = (Section("Saved", tuple(saved)),) if saved else ()
    return Section("Now", tuple(now)), Section("Team", tuple(team)), *kept


def short_count(count: int) -> str:
    """Give a count in few letters: 214, 9,999, 24k, 1.2M."""
    if count < 10_000:
        return f"{count:,}"
    return f"{count // 1000}k" if count < 1_000_000 else f"{count / 1_000_000:.1f}M"


def _kind(count: ViewCount) -> Kind:
    if count.over:
        return Kind.RED
    return Kind.AMBER if count.view is View.NOT_UPDATED and count.count else Kind.GREY


def _tip(view: View, count: ViewCount | None) -> str:
    many = f"; {count.count:,} issues" if count and count.count >= 10_000 else ""
    over = f"; {count.over:,} over" if count and count.over else ""
    return _TIPS[view] + many + over


def empty_words(view: View | None, *, is_filtered: bool) -> tuple[str, str]:
    """Give what the empty list says and what to do; without a view it is one that somebody has kept."""
    if is_filtered:
        return "Nothing here has these words", "Empty the filter with / and Esc, or look in All open."
    return _EMPTY[view] if view is not None else ("There is no such issue now", "Another view may have some.")
