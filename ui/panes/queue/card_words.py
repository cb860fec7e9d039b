"""The call card's sentences and facts. Pure functions of what the services gave and of the time."""

from collections.abc import Sequence
from datetime import datetime

from app.services.calls import CallCard, CardIssue
from app.services.deployments import DeploymentLine
from ui.kit.facts import Fact, Figure
from ui.kit.said_values import counted
from ui.kit.theme import Kind, Tone
from ui.kit.timephrase import ago, due_phrase, exact, moment
from ui.panes.queue.facts_panel import there
from ui.panes.queue.words import lasting, mood, promised, state_words

_MOST_DEPLOYMENTS = 3
_MOST_ASKED = 4


def standing(card: CallCard, now: datetime) -> str:
    """Give where to reach them, their clock, plan and installation, in one line."""
    parts = [
        card.phone,
        f"mobile {card.mobile}" if card.mobile else "",
        there(card.zone, now),
        card.site,
        f"{card.plan} plan" if card.plan else "",
        card.installation,
        f"account: {card.account_rep}" if card.account_rep else "",
    ]
    return " · ".join(part for part in parts if part)


def rang_past(card: CallCard) -> str:
    """Give how often they rang past their account rep within 90 days; "" for never."""
    if not card.route_arounds:
        return ""
    return f"rang past {card.account_rep.split(' ')[0] or 'their rep'}: {card.route_arounds}"


def figures(issue: CardIssue, now: datetime) -> list[Figure]:
    """Give how the chosen issue stands."""
    phrase = due_phrase(issue.next_update_at, now) if issue.next_update_at else None
    return [
        Figure("Next update", phrase.text, phrase.tone, exact(issue.next_update_at))
        if phrase and issue.next_update_at
        else Figure("Next update", "not promised", Tone.DIM),
        Figure("Stands", state_words(issue.state, issue.waiting_on, None, now)),
        Figure("Owner", issue.owner or "nobody", Tone.TEXT if issue.owner else Tone.DIM),
    ]


def asked(issue: CardIssue | None) -> list[str]:
    """Give whom to ask first about the issue's topic, in order."""
    if issue is None:
        return []
    return [" · ".join(p for p in (one.name, one.words) if p) for one in issue.ask_first[:_MOST_ASKED]]


def behind(issue: CardIssue | None, now: datetime) -> list[Fact]:
    """Give the problems behind the issue: how many issues and calls, since when, and what is known of the cause."""
    found = []
    for one in issue.problems if issue else ():
        word = "fixed" if one.is_fixed else "known error" if one.cause else "problem"
        kind = Kind.GREEN if one.is_fixed else Kind.BLUE
        calls = counted(one.calls, "call")
        since = f" in {lasting(now - one.first_call_at)}" if one.first_call_at else ""
        marks: tuple[tuple[str, Kind], ...] = ((word, kind), (f"{calls}{since}", _pressing(one.calls)))
        if one.issues > 1:
            marks = (*marks, (f"{one.issues} issues", Kind.GREY))
        found += [Fact(one.label, one.title, rows=(one.id,)), Fact("", marks=marks)]
        if one.cause:
            found.append(Fact("", f"Cause: {one.cause}", Tone.DIM))
    return found


def open_now(issues: Sequence[CardIssue], now: datetime) -> list[Fact]:
    """Give what they have open, with the number of calls about each and since when."""
    found = []
    for issue in issues:
        kind = mood(issue.last_promise, issue.tally.calls, issue.next_update_at, now)
        calls, first = issue.tally.calls, issue.tally.first_call_at
        since = f" in {lasting(now - first)}" if first and calls > 1 else ""
        is_loud = kind in {Kind.RED, Kind.AMBER}
        marks = ((f"{counted(calls, 'call')}{since}", kind if is_loud else Kind.GREY),) if calls > 1 else ()
        found.append(Fact(issue.label, issue.title, marks=marks, tip=issue.title, rows=(issue.id,)))
    return found


def lately(card: CallCard, issue: CardIssue | None, now: datetime) -> list[Fact]:
    """Give what was promised, written and deployed to them last."""
    found = []
    # The chosen issue's own promise stands in the callout already.
    if card.last_promise and (issue is None or issue.last_promise is None):
        found.append(Fact("Promise", promised(card.last_promise, now), rows=(card.last_promise.id,)))
    if card.last_mail:
        mail = card.last_mail
        words = " · ".join(p for p in (ago(mail.at, now), mail.by, mail.subject or "no subject") if p)
        found.append(Fact("Mail", words, tip=f"{exact(mail.at)}{f', to {mail.to}' if mail.to else ''}"))
    found += [_deployed(one, now) for one in card.deployments[:_MOST_DEPLOYMENTS]]
    return found


def _deployed(one: DeploymentLine, now: datetime) -> Fact:
    words = f"{moment(one.at, now)} · {one.what} · {one.by}"
    marks = (("within 24 h", Kind.AMBER),) if one.is_fresh else ()
    back = f"; can be taken back until {exact(one.back_out_until)}" if one.back_out_until else ""
    return Fact("Deployed", words, marks=marks, tip=f"{words}, {exact(one.at)}{back}", rows=(one.id,))


def after(one: DeploymentLine, now: datetime) -> str:
    """Give the offer to say that they call after a deployment."""
    return f"After {one.what}, deployed {ago(one.at, now)}"


def _pressing(calls: int) -> Kind:
    return Kind.RED if calls >= 4 else Kind.AMBER if calls > 1 else Kind.GREY
