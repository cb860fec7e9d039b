"""Who reads full texts: Mara starts the company's key, Erik is let in, Ben is not, and who leaves loses it."""

from dataclasses import dataclass, field

import pytest

from app.company import people
from app.company.connection import open_dsn
from app.domain.config_backup import CompanyKey, PersonKey, WrappedKey
from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.errors import BadInput, EnvironmentFault, Refused
from app.domain.person import Role
from app.runtime.secrets import MemorySecrets
from app.services import configs
from app.services.configs import keys
from tests.stations import Station, TestCompany
from tests.unit.services.test_configs_copies import carry, config, fetch


@dataclass
class Desk:
    """A person at a workstation with a keyring."""

    station: Station
    keyring: MemorySecrets = field(default_factory=lambda: MemorySecrets(lasts=True))

    def tend(self) -> keys.Tended:
        """What the console does: fetch what is new, do what the others need, send it."""
        self.station.sync()
        done = keys.tend(self.station.desk, self.keyring)
        self.station.sync()
        return done

    def keep(self, device_id: str, raw: str) -> configs.Copy:
        configs.keep(self.station.desk, device_id, raw, self.keyring)
        self.station.sync()
        carry(self.station)
        return configs.history(self.station.desk, device_id)[0]

    def reads(self, backup_id: str) -> str:
        self.station.sync()
        (copy,) = (c for c in self._history() if c.id == backup_id)
        if not copy.is_here:
            fetch(self.station, backup_id)
        return configs.full_text(self.station.desk, backup_id, self.keyring)

    def _history(self) -> tuple[configs.Copy, ...]:
        (device,) = self.station.cache.records(Device)
        return configs.history(self.station.desk, device.id)

    def standing(self) -> keys.Standing:
        return keys.standing(self.station.desk, self.keyring)


@pytest.fixture
def mara(company: TestCompany) -> Desk:
    return Desk(company.station("mara", Role.MANAGER))


@pytest.fixture
def erik(company: TestCompany) -> Desk:
    return Desk(company.station("erik", Role.ENGINEER))


@pytest.fixture
def ben(company: TestCompany) -> Desk:
    return Desk(company.station("ben", Role.SUPPORT))


@pytest.fixture
def device(mara: Desk) -> Device:
    with mara.station.desk.edit() as edit:
        return edit.insert(Device(id=new_id(), name="core-1", address="core-1.example"))


def test_mara_makes_it_erik_opens_it_ben_reads_the_redacted(mara: Desk, erik: Desk, ben: Desk, device: Device) -> None:
    assert not mara.standing().is_started
    copy = mara.keep(device.id, config())
    assert erik.tend() == keys.Tended()  # publishes his key and waits
    assert "Mara" in erik.standing().words
    with pytest.raises(Refused, match="cannot open"):
        erik.reads(copy.id)
    ben.tend()
    assert mara.tend().wrapped_for == ("Erik",)
    assert mara.tend().wrapped_for == ()
    assert "k3yOfTheRing" in erik.reads(copy.id)
    assert erik.standing() == keys.Standing(
        can_open=True, is_started=True, words="Full texts can be read here.", holders=("Erik", "Mara")
    )
    with pytest.raises(Refused, match="managers and engineers"):
        ben.reads(copy.id)
    assert "k3yOfTheRing" not in configs.text(ben.station.desk, copy.id)
    assert ben.station.cache.records(PersonKey, "person_id = ?", (ben.station.person_id,)) == []
    assert not ben.standing().can_open


def test_what_erik_seals_mara_reads_with_marks_that_compare(mara: Desk, erik: Desk, device: Device) -> None:
    first = mara.keep(device.id, config())
    erik.tend()
    mara.tend()
    erik.station.sync()
    second = erik.keep(device.id, config(more=" shutdown\r\n"))
    assert " shutdown" in mara.reads(second.id)
    assert configs.pair(mara.station.desk, first.id, second.id).has_marks


def test_who_leaves_loses_it_and_opens_nothing_that_is_sealed_later(
    mara: Desk, erik: Desk, device: Device, company: TestCompany
) -> None:
    before = mara.keep(device.id, config())
    erik.tend()
    mara.tend()
    erik.reads(before.id)
    left_behind = dict.fromkeys(w.wrapped for w in erik.station.cache.records(WrappedKey))
    with open_dsn(company.admin_dsn) as connection:
        people.disable_person(connection, "erik")
    done = mara.tend()
    assert (done.taken_from, done.is_rotated) == (("Erik",), True)
    assert mara.tend() == keys.Tended()
    assert {w.person_id for w in mara.station.cache.records(WrappedKey)} == {mara.station.person_id}
    after = mara.keep(device.id, config(more=" shutdown\r\n"))
    now = keys.present(mara.station.desk)
    assert now is not None
    old = next(k for k in mara.station.cache.records(CompanyKey) if k.id != now.id)
    assert old.retired_at is not None
    assert "Erik" in old.reason
    # All that his workstation still has: the keyring, the old wrapped keys and, had he stolen it, the new content.
    assert keys.opened(erik.station.desk, erik.keyring, old.id) is not None
    assert left_behind
    assert keys.opened(erik.station.desk, erik.keyring, now.id) is None
    # Mara reads both, and their marks still compare.
    assert "k3yOfTheRing" in mara.reads(before.id)
    assert "k3yOfTheRing" in mara.reads(after.id)
    assert configs.pair(mara.station.desk, before.id, after.id).has_marks


def test_a_second_workstation_of_ones_own_is_let_in_too(mara: Desk, company: TestCompany, device: Device) -> None:
    copy = mara.keep(device.id, config())
    laptop = Desk(company.station("mara"))
    laptop.tend()
    with pytest.raises(Refused):
        laptop.reads(copy.id)
    assert mara.tend().wrapped_for == ("Mara",)
    assert "k3yOfTheRing" in laptop.reads(copy.id)


def test_who_comes_later_is_let_in_to_older_copies(mara: Desk, erik: Desk, device: Device) -> None:
    old = mara.keep(device.id, config())
    keys.rotate(mara.station.desk, mara.keyring, "a laptop was stolen")
    mara.station.sync()
    erik.tend()
    mara.tend()
    assert "k3yOfTheRing" in erik.reads(old.id)


def test_an_engineer_rotates_too(mara: Desk, erik: Desk, device: Device) -> None:
    mara.keep(device.id, config())
    erik.tend()
    mara.tend()
    erik.station.sync()
    fresh = keys.rotate(erik.station.desk, erik.keyring, "a laptop was stolen")
    erik.station.sync()
    mara.station.sync()
    assert erik.station.unsent() == 0
    assert keys.sealing_key(mara.station.desk, mara.keyring) == fresh


def test_a_key_that_nobody_opens_any_more_is_started_anew(mara: Desk, device: Device) -> None:
    old = mara.keep(device.id, config())
    mara.keyring = MemorySecrets(lasts=True)  # the keyring was lost with its machine
    with pytest.raises(Refused, match="has a key already"):
        keys.start(mara.station.desk, mara.keyring)
    attempt = configs.keep(mara.station.desk, device.id, config(more=" shutdown\r\n"), mara.keyring)
    assert "without the full text" in attempt.words
    keys.start(mara.station.desk, mara.keyring, reason="the keyring was lost")
    new = mara.keep(device.id, config(more=" no shutdown\r\n"))
    assert "k3yOfTheRing" in mara.reads(new.id)
    with pytest.raises(Refused, match="cannot open"):
        mara.reads(old.id)
    assert not configs.pair(mara.station.desk, old.id, new.id).has_marks
    assert mara.station.unsent() == 0


def test_a_keyring_that_forgets_does_not_hold_the_companys_key(mara: Desk, device: Device) -> None:
    mara.keyring = MemorySecrets()
    attempt = configs.keep(mara.station.desk, device.id, config(), mara.keyring)
    assert "without the full text" in attempt.words
    assert keys.present(mara.station.desk) is None
    assert "install a keyring" in mara.standing().words, "what to do, not that it comes by itself"


def test_support_neither_starts_nor_rotates(ben: Desk) -> None:
    with pytest.raises(Refused):
        keys.start(ben.station.desk, ben.keyring)
    with pytest.raises(Refused):
        keys.rotate(ben.station.desk, ben.keyring, "because")


def test_a_rotation_says_why(mara: Desk) -> None:
    with pytest.raises(BadInput):
        keys.rotate(mara.station.desk, mara.keyring, " ")
    with pytest.raises(Refused, match="no key"):
        keys.rotate(mara.station.desk, mara.keyring, "a laptop was stolen")


def test_a_bad_public_key_keeps_nobody_else_out(mara: Desk, erik: Desk, device: Device) -> None:
    mara.keep(device.id, config())
    with erik.station.desk.edit() as edit:
        me, at = erik.station.person_id, erik.station.desk.now
        edit.insert(PersonKey(id=new_id(), person_id=me, workstation="x", public_key="AAAA", made_at=at))
    erik.tend()
    assert mara.tend().wrapped_for == ("Erik",)
    erik.station.sync()
    assert erik.standing().can_open


def test_a_content_that_was_changed_is_not_opened(mara: Desk, device: Device) -> None:
    copy = mara.keep(device.id, config())
    path = next(p for p in (mara.station.cache.path.parent / "contents").rglob("*") if p.is_file())
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(EnvironmentFault):
        mara.reads(copy.id)
