"""outbox: the edits of this workstation that have not reached the company."""

from argparse import Namespace

from app.cli import saying
from app.cli.profiles import headless
from app.services import outbox


def show(arguments: Namespace) -> int:
    """List them in the order in which they were made; nothing is sent."""
    with headless(arguments) as workstation:
        waiting = outbox.as_dicts(workstation.desk_for_outbox)
    rows = [
        f"{one['made_at'][:16].replace('T', ' ')}Z  {one['what']}"
        + (f"  ({one['last_error']})" if one["tries"] else "")
        for one in waiting
    ]
    text = "\n".join(rows) or "Everything has reached the company."
    return saying.result(arguments, {"ok": True, "edits": waiting}, text)


def export(arguments: Namespace) -> int:
    """Write them into a file; they stay where they are."""
    with headless(arguments) as workstation:
        count = outbox.export(workstation.desk_for_outbox, arguments.file)
    text = f"{count} {'edit' if count == 1 else 'edits'} in {arguments.file}; they wait here still."
    return saying.result(arguments, {"ok": True, "edits": count, "file": str(arguments.file)}, text)
