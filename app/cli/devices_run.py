"""devices run: one command on the devices that a selector finds."""

import sys
import threading
from argparse import Namespace
from getpass import getpass
from typing import Any

from app.cli import saying
from app.cli.profiles import headless
from app.domain.errors import BadInput, Refused
from app.runtime.device_line import DeviceLine
from app.runtime.secrets import desktop_secrets
from app.services import broadcast, change_windows, devices
from app.services.broadcast import Aim, Answer, Broadcast, Plan, Standing
from app.services.desk import Desk

_MARGIN_S = 60.0  # logins come before a command's own time


def run(arguments: Namespace) -> int:
    """Ask them all and print what each said, equal answers once; 1 when somebody gave none.

    A device without an accepted key is left out and so named; one without a kept password too, unless somebody sits at
    the terminal and types it.
    """
    secrets, _notice = desktop_secrets()
    with headless(arguments) as workstation:
        desk = workstation.desk
        chosen = devices.select(desk, arguments.on)
        if not chosen:
            raise BadInput(f"No device is found by “{arguments.on}”.", "Try the same words in the inventory's filter.")
        window_id = _window(desk, arguments.window)
        command = " ".join(arguments.command)
        ids = [one.id for one in chosen]
        plan = broadcast.plan(desk, ids, command, secrets, window_id=window_id)
        if plan.passwords_wanted and sys.stdin.isatty():
            typed = {name: getpass(f"Password of {name}: ", sys.stderr) for name in plan.passwords_wanted}
            plan = broadcast.plan(desk, ids, command, secrets, window_id=window_id, typed=typed)
        saying.progress(plan.sentence)
        answers: dict[str, Answer] = {}
        if plan.ready:
            broadcast.record(desk, plan)
            with DeviceLine(workstation) as line:
                answers = _ask(line, plan, arguments.timeout)
    return _print(arguments, plan, answers)


def _window(desk: Desk, words: str | None) -> str | None:
    """Give the open window whose words begin so; raises Refused when there is none, or more than one."""
    if not words:
        return None
    found = [w for w in change_windows.listed(desk) if w.is_open and w.is_ours and w.what.startswith(words)]
    if len(found) != 1:
        raise Refused(
            f"{len(found) or 'No'} open change windows begin with “{words}”.",
            "Write its words as the console has them.",
        )
    return found[0].id


def _ask(line: DeviceLine, plan: Plan, timeout_s: float) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    heard = threading.Condition()

    def take(answer: Answer) -> None:
        with heard:
            answers[answer.device_id] = answer
            heard.notify_all()

    one = Broadcast(line.exchange, plan, take)
    one.start(timeout_s=timeout_s)
    with heard:
        heard.wait_for(lambda: one.is_over and len(answers) == len(plan.ready), timeout_s * 2 + _MARGIN_S)
    return answers


def _print(arguments: Namespace, plan: Plan, answers: dict[str, Answer]) -> int:
    found = [_as_dict(aim, answers.get(aim.device_id)) for aim in plan.aims]
    is_whole = all(one["standing"] == Standing.DONE for one in found)
    names = {aim.device_id: aim.name for aim in plan.aims}
    in_order = (answers[aim.device_id] for aim in plan.aims if aim.device_id in answers)
    parts = [f"== {', '.join(names[key] for key in one.keys)}\n{one.text}" for one in broadcast.folded(in_order)]
    parts += [f"-- {one['device']}: {one['why_not']}" for one in found if one["why_not"]]
    saying.result(arguments, {"ok": is_whole, "devices": found}, "\n".join(parts))
    return 0 if is_whole else 1


def _as_dict(aim: Aim, answer: Answer | None) -> dict[str, Any]:
    why_not = aim.why_not or ("" if answer is None or answer.error is None else str(answer.error))
    standing = aim.standing if answer is None else answer.standing
    table = None if answer is None or answer.table is None else answer.table
    return {
        "device": aim.name,
        "customer": aim.customer,
        "standing": Standing.FAILED if answer is None and not why_not else standing,
        "why_not": why_not,
        "output": "" if answer is None else answer.text,
        "rows": [] if table is None else [dict(zip(table.headers, row, strict=True)) for row in table.rows],
    }
