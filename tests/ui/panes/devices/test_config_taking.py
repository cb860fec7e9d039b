"""Taking a copy from the page: a simulated device is asked over SSH, what it said is compared, what failed says why."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.domain.device import Device
from app.domain.person import Role
from app.practice.device import SimulatedDevice
from app.practice.farm import Farm, fingerprint, new_host_key
from app.runtime.secrets import MemorySecrets
from app.services import devices, host_keys
from app.services.desk import Desk
from tests.ui.panes.conftest import OpenConsole, Went
from ui.panes.devices.configs import ConfigsPage

KEY = new_host_key()
PASSWORD = "right horse"


@pytest.fixture(scope="module")
def farm() -> Iterator[Farm]:
    box = SimulatedDevice("core", username="ops", password=PASSWORD, is_privileged=True, host_key=KEY)
    with Farm([box]) as standing:
        yield standing


def test_a_copy_is_taken_and_shown(farm: Farm, open_console: OpenConsole, qtbot: QtBot) -> None:
    secrets = MemorySecrets()
    console = open_console("anna", Role.MANAGER, secrets=secrets)

    def add(desk: Desk) -> Device:
        return devices.add(desk, name="core", address="127.0.0.1", port=farm.ports["core"], username="ops")

    device = console.workstation.write(add).result(10)
    page = ConfigsPage(console)
    qtbot.addWidget(page)
    console.book.add(*(replace(c, place="configs") for c in page.commands()))
    console.book.go("configs")
    page.open_device(device.id)
    qtbot.waitUntil(lambda: "No copy of core yet" in page.area.empty.what.text())
    console.book.run("configs.back_up")
    qtbot.waitUntil(lambda: page.taking.is_bad and not page.taking.is_busy, timeout=20_000)
    assert "Nobody has accepted its host key yet" in page.side.taken.text()
    secrets.put(device.secret_name, PASSWORD)
    shown = fingerprint(farm.host_key("core"))
    console.workstation.write(lambda desk: host_keys.accept(desk, device.id, "ssh-ed25519", shown)).result(10)
    console.book.run("configs.back_up")
    assert page.taking.is_busy
    assert not console.book.can("configs.back_up")
    qtbot.waitUntil(lambda: page.area.is_change, timeout=30_000)
    assert page.area.head_words.startswith("core as it was")
    assert "A new copy of core is here, without the full text" in page.side.taken.text()
    qtbot.waitUntil(lambda: "This desktop keeps no key: install a keyring" in page.side.taken.text())
    secrets.lasts = True
    console.book.run("configs.back_up")
    qtbot.waitUntil(lambda: page.side.taken.text() == "A new copy of core is here.", timeout=30_000)
    console.book.run("configs.back_up")
    qtbot.waitUntil(lambda: "as in its last copy" in page.side.taken.text(), timeout=30_000)
    other = console.workstation.write(lambda d: devices.add(d, name="edge", address="127.0.0.2")).result(10)
    page.open_device(other.id)
    assert page.side.taken.text() == "", "what became of core is no news of edge"
    qtbot.waitUntil(lambda: "No copy of edge yet" in page.area.empty.what.text())
    page.open_device(device.id)
    qtbot.waitUntil(lambda: page.can_back_up)
    page.back_up()
    page.open_device(other.id)
    assert isinstance(console.navigator, Went)
    went = console.navigator
    qtbot.waitUntil(lambda: any("core is as in its last copy" in str(one) for one in went.told), timeout=30_000)
    assert page.side.taken.text() == ""
    assert page.area.empty.what.text() == "No copy of edge yet"
