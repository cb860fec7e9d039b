"""Practice mode: a workstation of its own on a network of simulated devices, both gone when it is closed.

It has no company and no sync, a throw-away cache in a temporary folder, and no keyring: nothing of what is done here
can reach the real cache, the audit log or the company, because no way leads there.
"""

import tempfile
import threading
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

from app.domain.customer import Environment
from app.domain.device import Device, HostKey
from app.domain.entities import table_of
from app.domain.entity import Entity, fields_of, source_id, to_wire
from app.domain.person import Person, Role
from app.domain.ports import Origin, Touched
from app.practice.network import ENABLE_PASSWORD, PASSWORD, PRACTICE_DEVICES, USERNAME, PracticeDevice
from app.runtime.children import practice as practice_child
from app.runtime.children.supervisor import Child
from app.runtime.practice_messages import Break, LineTyped, PracticeFailed, PracticeUp, Renew, StopPractice
from app.runtime.profile import CompanyKind, Profile
from app.runtime.secrets import MemorySecrets
from app.runtime.workstation import Workstation
from app.services.desk import Desk, utc_now
from app.store import arrivals
from app.store.cache import Cache

__all__ = ["ENABLE_PASSWORD", "PASSWORD", "USERNAME", "LineTyped", "Practice", "exercise_of"]

_ME = source_id("practice", "me")
_COLLEAGUE = source_id("practice", "colleague")
_LONG_AGO = timedelta(days=200)
_OTHER_KEY = "SHA256:qO2vX1eYt0pRaCtIcEkEyOfTheFormerChassis0000"


def exercise_of(device_id: str) -> str:
    """Give what can be tried on a device; "" for one that somebody added."""
    return next((one.exercise for one in PRACTICE_DEVICES if _device_id(one.device.name) == device_id), "")


def first_device_id() -> str:
    """Give the device with which one begins: nothing about it is hard."""
    return _device_id(PRACTICE_DEVICES[0].device.name)


class Practice:
    """The practice workstation; `on_line`, `on_up` and `on_failure` are called on a thread of its own."""

    def __init__(self, name: str = "you") -> None:
        """Make the throw-away cache and start the devices. Reads and writes files: not on the GUI thread.

        `name` is that of whoever practises.
        """
        self._name = name
        self._folder = tempfile.TemporaryDirectory(prefix="baton-practice-", ignore_cleanup_errors=True)
        profile = Profile.new(Path(self._folder.name), CompanyKind.EMBEDDED, "practice")
        cache = Cache(profile.cache_path)
        arrivals.take_rows(cache, _wires(_people(self._name)), {"person_id": _ME})
        cache.close()
        self.workstation = Workstation(profile, MemorySecrets())
        self.workstation.hub.subscribe(self._forget_unsent)
        self.on_line: Callable[[LineTyped], None] = lambda _line: None
        self.on_up: Callable[[], None] = lambda: None
        self.on_failure: Callable[[str], None] = lambda _reason: None
        self.is_up = threading.Event()
        self._child = Child("practice", practice_child.main, (), self._on_message)
        self._child.start()

    @property
    def folder(self) -> Path:
        """Where everything of it is, while it is."""
        return Path(self._folder.name)

    @property
    def pid(self) -> int | None:
        """The process with the devices."""
        return self._child.pid

    def start_over(self) -> None:
        """Make the devices, the book and the inventory as they were at first; returns at once."""
        self.is_up.clear()
        self._child.send(Renew())

    def break_device(self, device: str, faults: object) -> None:
        """Let something be wrong with a device (app.practice.device.Faults)."""
        self._child.send(Break(device, faults))

    def close(self) -> None:
        """End the sessions, the devices and the workstation, and remove its folder. Blocks; safe to call twice."""
        self.workstation.close()
        self._child.stop(StopPractice())
        self._folder.cleanup()

    def _on_message(self, message: object) -> None:
        match message:
            case PracticeUp():
                # On the writer's thread, so that it comes after whatever was typed before.
                self.workstation.write(lambda desk: self._set_up(desk, message)).result()
                self.is_up.set()
                self.on_up()
            case LineTyped():
                self.on_line(message)
            case PracticeFailed(reason):
                self.on_failure(reason)

    def _set_up(self, desk: Desk, up: PracticeUp) -> None:
        """Write the inventory as it is at first: devices that were made new are known by new keys at new ports."""
        cache = desk.cache
        with cache.transaction():
            for table in (*cache.tables, "outbox", "shadow", "conflict"):
                cache.write(f"DELETE FROM {table}")  # noqa: S608 - our own tables' names
        rows = [*_people(self._name), *_inventory(up)]
        arrivals.take_rows(cache, _wires(rows), {})
        self.workstation.hub.touched(Touched(table, frozenset(), Origin.SYNC) for table in cache.tables)

    def _forget_unsent(self, changes: tuple[Touched, ...]) -> None:
        """Take what was edited here as sent: there is nobody to send it to."""
        if any(change.origin is not Origin.SYNC for change in changes):
            self.workstation.write(_as_sent)


def _as_sent(desk: Desk) -> None:
    with desk.cache.transaction():
        desk.cache.write("DELETE FROM outbox")
        desk.cache.write("DELETE FROM shadow")
    desk.touches.touched([Touched("device", frozenset(), Origin.SYNC)])


def _device_id(name: str) -> str:
    return source_id("practice", f"device/{name}")


def _people(name: str) -> Iterable[Entity]:
    yield Person(id=_ME, login="practice", name=name, role=Role.ENGINEER, team="Practice")
    yield Person(id=_COLLEAGUE, login="colleague", name="Mara Voss", role=Role.MANAGER, team="Practice")


def _inventory(up: PracticeUp) -> Iterable[Entity]:
    for one in PRACTICE_DEVICES:
        yield _record(one, up)
        if one.is_known:
            shown = up.fingerprints[one.device.name]
            yield HostKey(
                id=source_id("practice", f"host_key/{one.device.name}"),
                device_id=_device_id(one.device.name),
                key_type="ssh-ed25519",
                fingerprint=_OTHER_KEY if one.has_other_key else shown,
                accepted_by=_COLLEAGUE,
                accepted_at=utc_now() - _LONG_AGO,
                workstation="Mara's desk",
            )


def _record(one: PracticeDevice, up: PracticeUp) -> Device:
    device = one.device
    return Device(
        id=_device_id(device.name),
        site=one.site,
        name=device.name,
        # What stands behind another is reached by the address that one knows it by.
        address=device.address if device.behind else "127.0.0.1",
        port=22 if device.behind else up.ports[device.name],
        platform=device.platform,
        environment=Environment.PRACTICE,
        username=device.username,
        jump_id=_device_id(device.behind) if device.behind else None,
        tags=one.tags,
        model=device.model,
        note=one.exercise,
    )


def _wires(rows: Iterable[Entity]) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        wire = {field.name: to_wire(field, getattr(row, field.name)) for field in fields_of(type(row))}
        found.setdefault(table_of(type(row)).name, []).append(wire)
    return found
