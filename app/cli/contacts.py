"""import contacts and export contacts: people from and into vCards and CSV."""

from argparse import Namespace
from typing import Any

from app.cli import saying
from app.cli.profiles import headless
from app.domain.customer import Customer
from app.domain.errors import BadInput, CompanyUnreachable
from app.services import contact_files
from app.services.contact_files import Doing, Format, Line, Preview
from app.services.contact_files.previewing import changes, summary
from app.services.desk import Desk


def bring_in(arguments: Namespace) -> int:
    """Bring the people of a file in, or with --preview say what would come of it; who is left out is said."""
    with headless(arguments) as workstation:
        into = _customer(workstation.desk, arguments.customer)
        found = contact_files.preview(workstation.desk, arguments.file, into)
        for line in found.lines:
            for words in (line.reason, *line.remarks):
                if words:
                    is_placed = words.startswith("line ")
                    saying.progress(words if is_placed else f"line {line.line}, {line.label}: {words}")
        if arguments.preview:
            changing = [f"line {one.line}, {one.label}: {what}" for one in found.lines for what in changes(one)]
            return saying.result(arguments, _preview(found), "\n".join([*changing, f"{summary(found)}."]))
        done = contact_files.bring_in(workstation.desk, arguments.file, into, seen=found.digest)
        said: dict[str, Any] = {"ok": True, **done.as_dict()}
        try:
            said["sync"] = workstation.sync()
        except CompanyUnreachable:
            saying.progress("The company cannot be reached; what came in waits on this workstation.")
    text = f"{done.added} added, {done.changed} changed, {done.same} the same already, {len(done.left_out)} left out."
    return saying.result(arguments, said, text)


def write(arguments: Namespace) -> int:
    """Write the contacts that this workstation knows, of one customer or of all, but for those who have gone."""
    with headless(arguments) as workstation:
        into = _customer(workstation.desk, arguments.customer)
        count = contact_files.write(workstation.desk, arguments.file, Format(arguments.format), into)
    said = {"ok": True, "contacts": count, "file": str(arguments.file)}
    return saying.result(arguments, said, f"{count} contacts in {arguments.file}.")


def _customer(desk: Desk, name: str | None) -> str | None:
    if name is None:
        return None
    found = desk.cache.records(Customer, "name = ? COLLATE NOCASE LIMIT 2", (name.strip(),))
    if len(found) != 1:
        raise BadInput(f"There is no one customer called “{name}” here.", "Write the whole name.")
    return found[0].id


def _preview(found: Preview) -> dict[str, Any]:
    counts = {str(doing).replace(" ", "_"): found.count(doing) for doing in Doing}
    return {"ok": True, **counts, "columns": dict(found.columns), "lines": [_line(line) for line in found.lines]}


def _line(line: Line) -> dict[str, Any]:
    return {
        "line": line.line,
        "what": str(line.doing),
        "who": line.label,
        "customer": line.customer,
        "values": line.values,
        "before": line.before,
        "changes": changes(line),
        "reason": line.reason,
        "remarks": list(line.remarks),
    }
