"""The everyday verbs for scripts: sync, issue list, show and add, call."""

import time
from argparse import Namespace
from datetime import datetime
from typing import Any

from app.cli import saying
from app.cli.profiles import headless, profile_of
from app.domain.errors import BadInput, CompanyUnreachable, Refused
from app.domain.issue import Issue
from app.domain.phone import called_number, digits_of
from app.runtime.console_door import knock
from app.services import calls, issue_details, issue_lists

_PAUSE_S = 5.0


def sync(arguments: Namespace) -> int:
    """Send and fetch: one round with --once, else until it is ended with Ctrl+C."""
    with headless(arguments) as workstation:
        while True:
            try:
                done = workstation.sync()
            except CompanyUnreachable:
                if arguments.once:
                    raise
                saying.progress("The company cannot be reached; trying again.")
            else:
                text = "{sent} sent, {unsent} unsent, {conflicts} conflicts".format(**done)
                if arguments.once:
                    return saying.result(arguments, {"ok": True, **done}, text)
                saying.progress(f"{datetime.now().astimezone():%H:%M:%S} {text}")
            time.sleep(_PAUSE_S)


def issue_list(arguments: Namespace) -> int:
    """Show the open issues of the cache."""
    with headless(arguments) as workstation:
        lines = issue_lists.lines(workstation.desk, issue_lists.ids(workstation.desk, issue_lists.ListQuery()) or ())
    said = [_line(line) for line in lines]
    text = "\n".join(f"{s['number']:>6} P{s['priority']} {s['customer']:24} {s['title']}" for s in said)
    return saying.result(arguments, {"ok": True, "issues": said}, text or "No open issues.")


def _line(line: issue_lists.IssueLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "number": line.label,
        "title": line.title,
        "customer": line.customer,
        "priority": line.priority,
        "state": line.state,
        "calls": line.calls,
    }


def issue_show(arguments: Namespace) -> int:
    """Show one issue with what happened."""
    with headless(arguments) as workstation:
        found = workstation.desk.cache.records(Issue, "number = ?", (arguments.number,))
        if not found:
            raise Refused(f"There is no issue {arguments.number} here.", "`sync --once` fetches what is new.")
        detail = issue_details.detail(workstation.desk, found[0].id)
    happened = [{"at": h.at, "what": h.text, "who": h.by} for h in detail.happened]
    said = {
        "ok": True,
        "number": detail.label,
        "title": detail.title,
        "state": detail.state,
        "customer": detail.customer,
        "you_may_say": detail.say.sentence,
        "happened": happened,
    }
    lines = [f"{detail.label} {detail.title} ({detail.state})", f"You may say: {detail.say.sentence}"]
    lines += [f"  {h['at']:%Y-%m-%d %H:%M}Z  {h['what']}" for h in happened]
    return saying.result(arguments, said, "\n".join(lines))


def issue_add(arguments: Namespace) -> int:
    """Make an issue; it goes to the company when there is contact."""
    with headless(arguments) as workstation:
        logged = calls.log_call(workstation.desk, calls.CallDraft(body=arguments.title))
        try:
            workstation.sync()
        except CompanyUnreachable:
            saying.progress("The company cannot be reached; the issue waits on this workstation.")
        issue = workstation.cache.record(Issue, logged.issue_id)
    label = issue.label if issue else ""
    said = {"ok": True, "id": logged.issue_id, "number": label}
    return saying.result(arguments, said, f"Issue {label}: {arguments.title}")


def call(arguments: Namespace) -> int:
    """Open the call card in the running console: of a number in any writing, or of the URL that a softphone gives."""
    said = " ".join(arguments.number)  # people type the blanks of a number
    number = called_number(said)
    if not digits_of(number):
        raise BadInput(f"There is no number in “{said}”.", "Write it like baton:call?number=+442079460018.")
    if not knock(profile_of(arguments).folder, {"verb": "call", "number": number}):
        raise Refused("No console is running on this profile.", "Start it first; then the card opens there.")
    return saying.result(arguments, {"ok": True, "number": number}, f"Opened the call card for {number}.")
