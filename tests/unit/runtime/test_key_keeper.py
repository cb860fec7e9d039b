"""Two open workstations: who may read full texts is let in without anybody doing anything."""

from app.domain.config_backup import PersonKey, WrappedKey
from app.domain.person import Role
from app.runtime.key_keeper import KeyKeeper
from app.runtime.secrets import MemorySecrets
from app.runtime.workstation import Contact
from app.services.configs import keys
from tests.stations import TestCompany
from tests.workstations import Office, Worker


def at_work(office: Office, company: TestCompany, login: str, role: Role, *, has_keyring: bool = True) -> Worker:
    company.add(login, role)
    worker = office.sit_down(company.address(login), MemorySecrets(lasts=has_keyring))
    worker.reaches(Contact.SYNCED)
    return worker


def test_erik_is_let_in_while_mara_works(company: TestCompany, office: Office) -> None:
    troubles: list[BaseException] = []
    mara = at_work(office, company, "mara", Role.MANAGER)
    erik = at_work(office, company, "erik", Role.ENGINEER)
    ben = at_work(office, company, "ben", Role.SUPPORT)
    tim = at_work(office, company, "tom", Role.ENGINEER, has_keyring=False)
    keepers = [KeyKeeper(one.workstation, troubles.append) for one in (mara, erik, ben, tim)]
    for keeper in keepers:
        keeper.start()
    mara.look(lambda d: keys.start(d, mara.workstation.secrets))
    erik.sees(lambda d: keys.standing(d, erik.workstation.secrets).can_open, "the key at Erik's")
    assert not ben.look(lambda d: keys.standing(d, ben.workstation.secrets)).can_open
    mara.sees(lambda d: len(d.cache.records(WrappedKey)) == 2, "the two wrapped keys")
    assert {k.person_id for k in mara.look(lambda d: d.cache.records(PersonKey))} == {mara.person_id, erik.person_id}
    for keeper in keepers:
        keeper.stop()
    assert not troubles
