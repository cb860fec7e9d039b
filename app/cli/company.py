"""company init, upgrade, check, maintain; company person add, list, role, disable: the administrator's verbs."""

from argparse import Namespace
from datetime import UTC

from app.cli import saying
from app.company import check, maintenance, people, schema_steps
from app.company.connection import open_dsn
from app.domain.person import Role


def init(arguments: Namespace) -> int:
    """Make an empty database a company."""
    with open_dsn(arguments.dsn) as connection:
        version = schema_steps.init(connection)
    return saying.result(
        arguments,
        {"ok": True, "version": version},
        f"This database is a Baton company now, at version {version}. Next: company person add LOGIN --role manager",
    )


def upgrade(arguments: Namespace) -> int:
    """Bring a company to this program's version."""
    with open_dsn(arguments.dsn) as connection:
        version = schema_steps.upgrade(connection)
    return saying.result(arguments, {"ok": True, "version": version}, f"The company is at version {version}.")


def examine(arguments: Namespace) -> int:
    """Say whether the company database is sound; exit code 1 when something has to be done."""
    with open_dsn(arguments.dsn) as connection:
        findings = check.findings(connection)
    said = {"ok": all(f.is_fine for f in findings), "findings": [f.as_dict() for f in findings]}
    text = "\n".join(f"{'ok  ' if f.is_fine else 'BAD '} {f.what}{'' if f.is_fine else f' {f.todo}'}" for f in findings)
    saying.result(arguments, said, text)
    return 0 if said["ok"] else 1


def maintain(arguments: Namespace) -> int:
    """Let go of old feed lines and edits, and say who keeps the rest."""
    with open_dsn(arguments.dsn) as connection:
        done = maintenance.maintain(connection, arguments.keep_feed_days, arguments.keep_ops_days, arguments.live_days)
    lines = [f"Removed {done.feed_lines:,} feed lines and {done.edits:,} edits; the floor is {done.floor}."]
    if done.contents:
        lines.append(f"Removed {done.contents:,} files that no issue has any more.")
    if (held := done.held_by) is not None:
        seen = "" if held.seen_at is None else f"{held.seen_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        lines.append(
            f"Kept {held.lines:,} old lines for “{held.name}” ({held.person}), last seen {seen}."
            if held.is_workstation
            else f"Kept {held.lines:,} old lines for a transaction of {held.person} ({held.name}), open since {seen}."
        )
    return saying.result(arguments, {"ok": True, **done.as_dict()}, "\n".join(lines))


def person_role(arguments: Namespace) -> int:
    """Give a person another role."""
    with open_dsn(arguments.dsn) as connection:
        people.change_role(connection, arguments.login, Role(arguments.role))
    said = {"ok": True, "login": arguments.login, "role": arguments.role}
    return saying.result(arguments, said, f"{arguments.login} is {arguments.role} from now on.")


def person_add(arguments: Namespace) -> int:
    """Make a person with a login; prints the first password, once."""
    name = arguments.name or arguments.login.capitalize()
    with open_dsn(arguments.dsn) as connection:
        person, password = people.add_person(
            connection, arguments.login, name, Role(arguments.role), arguments.team, arguments.email
        )
    return saying.result(
        arguments,
        {"ok": True, "id": person.person_id, "login": person.login, "role": person.role, "first_password": password},
        f"{person.name} ({person.login}) is {person.role}.\nFirst password: {password}\n"
        "It is kept nowhere and works until they join, when it is replaced by their own.",
    )


def person_list(arguments: Namespace) -> int:
    """Show everybody."""
    with open_dsn(arguments.dsn) as connection:
        everybody = people.list_people(connection)
    lines = [f"{p.login:16} {p.role:9} {'active' if p.is_active else 'disabled':9} {p.name}" for p in everybody]
    said = [
        {"id": p.person_id, "login": p.login, "name": p.name, "role": p.role, "team": p.team, "is_active": p.is_active}
        for p in everybody
    ]
    return saying.result(arguments, {"ok": True, "people": said}, "\n".join(lines) or "Nobody yet: company person add")


def person_disable(arguments: Namespace) -> int:
    """Take a person's login away and end their connections."""
    with open_dsn(arguments.dsn) as connection:
        people.disable_person(connection, arguments.login)
    text = f"{arguments.login} cannot log in any more; what they did stays."
    return saying.result(arguments, {"ok": True, "login": arguments.login}, text)
