"""The demo's workstations: one profile per person, all in one company folder."""

from pathlib import Path

from app.domain.errors import BadInput
from app.practice.sample_company import PEOPLE, SamplePerson
from app.runtime.profile import CompanyKind, Profile

USUAL_PERSON = "mara"


def demo_profile(folder: Path, person: str = USUAL_PERSON) -> Profile:
    """Give the profile of a person of the demo company in a folder, made when missing.

    `person` is a login or a first name. Raises BadInput with who there is.
    """
    found = find_person(person)
    place = folder / found.login
    profile = Profile.load(place)
    if profile is None:
        profile = Profile.new(place, CompanyKind.DEMO, found.login, company_folder=str(folder / "company"))
        profile.save()
    return profile


def find_person(person: str) -> SamplePerson:
    """Give the person of this login or name; raises BadInput with who there is."""
    wanted = person.casefold()
    found = next((p for p in PEOPLE if wanted in {p.login, p.name.casefold(), p.name.split()[0].casefold()}), None)
    if found is None:
        known = ", ".join(f"{p.login} ({p.name}, {p.role})" for p in PEOPLE)
        raise BadInput(f"Nobody at the demo company is called “{person}”.", f"There are: {known}.")
    return found
