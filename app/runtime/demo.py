"""The demo company: its people and sample data in the database, its devices on the loopback. Runs in the host."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from app.company import people
from app.company.connection import open_dsn, said_plainly
from app.company.embedded import EmbeddedServer
from app.company.loading import load
from app.company.server_settings import SUPERUSER
from app.company.setup import DATABASE
from app.devices import sealing
from app.domain.config_backup import PersonKey
from app.domain.device import HostKey
from app.domain.entities import TECHNICAL
from app.domain.entity import Entity
from app.practice.farm import Farm, fingerprint, new_host_key
from app.practice.sample_company import PEOPLE, Clock, customers, demo_id, person
from app.practice.sample_devices import DEVICES, STRANGER, around_devices
from app.practice.sample_releases import releases
from app.practice.sample_work import work
from app.runtime import demo_secrets


class DemoCompany:
    """One demo company in its folder."""

    def __init__(self, home: Path, server: EmbeddedServer) -> None:
        self._file = home / "devices.json"  # ports and identities, so that devices are the same at the next start
        self._server = server
        self.farm = Farm(())

    def make(self, dsn: str) -> None:
        """Fill the empty company behind an administrator's DSN."""
        self._file.unlink(missing_ok=True)
        self._stand_up()
        now = datetime.now(UTC)
        with open_dsn(dsn) as connection:
            for one in PEOPLE:
                people.add_person(connection, one.login, one.name, one.role, one.team, person_id=one.id)
            with said_plainly():
                connection.execute("DELETE FROM sync.first_password")
            load(connection, self._records(Clock(now)))

    def _records(self, clock: Clock) -> Iterable[Entity]:
        yield from customers()
        yield from work(clock)
        yield from releases(clock)
        for device in DEVICES:
            yield device.as_record(self.farm.ports[device.name])
            if device.name != STRANGER:
                yield HostKey(
                    id=demo_id("host_key", device.name),
                    device_id=device.id,
                    key_type="ssh-ed25519",
                    fingerprint=fingerprint(self.farm.host_key(device.name)),
                    accepted_by=person("mara"),
                    accepted_at=clock.ago(days=200),
                    workstation="mara's desk",
                )
        yield from around_devices(clock)
        for one in PEOPLE:
            if one.role in TECHNICAL:
                yield PersonKey(
                    id=demo_secrets.person_key_id(one.login),
                    person_id=one.id,
                    workstation=f"{one.login}'s desk",
                    public_key=sealing.pair_of(demo_secrets.private_part(one.login)).public,
                    made_at=clock.ago(days=200),
                )

    def start_devices(self) -> None:
        """Let the devices answer, at the ports that the inventory says; a port that is taken is changed there."""
        if not self.farm.ports:
            self._stand_up()
        with open_dsn(self._server.dsn(SUPERUSER, DATABASE)) as connection, said_plainly():
            for device in DEVICES:
                if device.behind:
                    continue  # its port is the one behind the jump host, which does not change
                connection.execute(
                    "UPDATE baton.device SET port = %s, rev = rev + 1 WHERE id = %s AND port <> %s",
                    (self.farm.ports[device.name], device.id, self.farm.ports[device.name]),
                )

    def _stand_up(self) -> None:
        known = json.loads(self._file.read_text(encoding="utf-8")) if self._file.exists() else {}
        try:
            self._start_farm(known)
        except OSError:  # another program has one of the ports now
            self._start_farm({name: said | {"port": 0} for name, said in known.items()})
        self._remember()

    def _start_farm(self, known: dict[str, dict[str, object]]) -> None:
        self.farm = Farm(
            d.as_simulated(
                port=int(str(known.get(d.name, {}).get("port", 0))),
                host_key=str(known.get(d.name, {}).get("key") or new_host_key()),
            )
            for d in DEVICES
        )
        self.farm.start()

    def _remember(self) -> None:
        said = {d.name: {"port": self.farm.ports[d.name], "key": self.farm.host_key(d.name)} for d in DEVICES}
        self._file.touch(mode=0o600)
        self._file.write_text(json.dumps(said), encoding="utf-8")

    def change_host_key(self, device: str) -> None:
        """Let a device come back with another identity."""
        self.farm.change_host_key(device)
        self._remember()

    def stop(self) -> None:
        """Take the devices off."""
        self.farm.stop()
