"""The people who use Baton, and what each role may do."""

import re
from dataclasses import dataclass
from enum import StrEnum

from app.domain.entity import Entity
from app.domain.errors import BadInput

_LOGIN = re.compile(r"[a-z][a-z0-9_.-]{0,62}")
_RESERVED = re.compile(r"(pg_|baton_)|postgres$|public$|none$")


class Role(StrEnum):
    """A person's role in the company; each has a group role of the same name in the company database."""

    MANAGER = "manager"
    SUPPORT = "support"
    ENGINEER = "engineer"
    TRAINEE = "trainee"
    READONLY = "readonly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Entity):
    """Somebody with a login. `login` is the role's name in PostgreSQL; `team` is whom an escalation goes to."""

    login: str
    name: str
    role: Role = Role.SUPPORT
    team: str = ""
    email: str = ""
    phone: str = ""
    is_active: bool = True


def check_login(login: str) -> None:
    """Raise BadInput for a login that PostgreSQL or Baton keeps for itself."""
    if not _LOGIN.fullmatch(login) or _RESERVED.match(login):
        raise BadInput(
            f"“{login}” cannot be a login.", "Use small letters, digits, dot, dash or underscore; start with a letter."
        )
