"""Who may sign: a sign-off's role is the name of a team or of a role in the company."""

from app.domain.entities import STAFF
from app.domain.errors import Refused
from app.services import people
from app.services.desk import Desk
from app.services.people import PersonLine


def signers(desk: Desk, role: str) -> tuple[PersonLine, ...]:
    """Give who signs for a role: the active staff whose team or role has its name, whatever its capitals.

    Nobody means that the company has no such team or role: in so small a firm any of the staff signs.
    """
    wanted = role.strip().casefold()
    return tuple(
        p for p in people.people(desk) if p.role in STAFF and wanted in {p.team.strip().casefold(), p.role.value}
    )


def need_signer(desk: Desk, role: str) -> None:
    """Raise Refused, naming who may, when this person does not sign for the role."""
    who = signers(desk, role)
    if who and desk.me().id not in {p.id for p in who}:
        names = ", ".join(p.name for p in who)
        raise Refused(f"You do not sign for {role}: {names} may.", "Ask one of them to sign.")
