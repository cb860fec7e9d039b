"""outbox: the edits of this workstation that have not reached the company."""

from argparse import Namespace

from app.cli import saying
from app.cli.profiles import headless
from app.services import outbox


def show(arguments: Namespace) -> int:
    """List them in the order in which they were made; nothing is sent."""
    with headless(arguments) as workstation:
        desk = workstation.desk_for_outbox
        waiting, clashes = outbox.as_dicts(desk), outbox.to_resolve(desk)
    rows = [
        f"{one['made_at'][:16].replace('T', ' ')}Z  {one['what']}"
        + (f"  ({one['last_error']})" if one["tries"] else "")
        for one in waiting
    ]
    rows += [f"{one['made_at'][:16].replace('T', ' ')}Z  to resolve: {one['what']}" for one in clashes]
    text = "\n".join(rows) or "Everything has reached the company."
    return saying.result(arguments, {"ok": True, "edits": waiting, "to_resolve": clashes}, text)


def export(arguments: Namespace) -> int:
    """Write them into a file; they stay where they are."""
    with headless(arguments) as workstation:
        desk = workstation.desk_for_outbox
        count, open_here = outbox.export(desk, arguments.file), len(outbox.to_resolve(desk))
    edits = count - open_here
    more = f" and {open_here} to resolve" if open_here else ""
    text = f"{edits} {'edit' if edits == 1 else 'edits'}{more} in {arguments.file}; they wait here still."
    told = {"ok": True, "edits": edits, "to_resolve": open_here, "file": str(arguments.file)}
    return saying.result(arguments, told, text)
