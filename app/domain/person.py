"""The people who use Baton, and what each role may do."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.entity import Entity


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
