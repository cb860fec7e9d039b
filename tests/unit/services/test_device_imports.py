"""Bringing devices in: the preview, own edits kept, twins joined, one undo for all of it."""

from pathlib import Path

import pytest

from app.domain.customer import Customer
from app.domain.device import Device, LoginWith
from app.domain.device_files import FileKind
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.domain.person import Role
from app.services import device_imports, devices, undo
from app.services.device_imports import Doing, Line, Options, Preview
from tests.stations import Station, TestCompany


@pytest.fixture
def anna(company: TestCompany) -> Station:
    return company.station("anna", Role.MANAGER)


def a_customer(station: Station, name: str) -> Customer:
    with station.desk.edit() as edit:
        return edit.insert(Customer(id=new_id(), name=name))


def look(station: Station, file: Path, text: str | None = None, **options: object) -> Preview:
    if text is not None:
        file.write_text(text)
    kind = options.pop("kind", FileKind.CSV)
    return device_imports.preview(station.desk, file, Options(kind, **options))  # type: ignore[arg-type]


def bring(station: Station, file: Path, text: str | None = None, **options: object) -> Preview:
    shown = look(station, file, text, **options)
    device_imports.write(station.desk, shown, shown.to_write)
    return shown


def doings(shown: Preview) -> dict[str, str]:
    return {line.label: line.doing.value for line in shown.lines}


def line_of(shown: Preview, label: str) -> Line:
    return next(line for line in shown.lines if line.label == label)


def all_devices(station: Station) -> dict[str, Device]:
    return {device.name: device for device in station.cache.records(Device)}


HEAD = "name,ip,customer,site,user\n"


def test_a_second_import_changes_only_what_nobody_has_changed_here(anna: Station, tmp_path: Path) -> None:
    a_customer(anna, "Northgate Rail")
    file = tmp_path / "all.csv"
    shown = bring(anna, file, HEAD + "core,10.0.0.1,northgate rail,NYC,ops\nedge,10.0.0.2,Northgate Rail,,ops\n")
    assert doings(shown) == {"core": "new", "edge": "new"}
    core = all_devices(anna)["core"]
    assert (core.source, core.source_key) == ("csv:all.csv", "northgate rail/core")
    devices.change(anna.desk, core.id, site="New York", note="mine")
    again = bring(anna, file, HEAD + "core,10.0.0.9,Northgate Rail,Boston,ops\nedge,10.0.0.2,Northgate Rail,,ops\n")
    assert doings(again) == {"core": "changed", "edge": "the same"}
    line = line_of(again, "core")
    assert (dict(line.values), dict(line.before)) == ({"address": "10.0.0.9"}, {"address": "10.0.0.1"})
    assert line.kept == {"site": "Boston"}
    core = all_devices(anna)["core"]
    assert (core.address, core.site, core.note) == ("10.0.0.9", "New York", "mine")
    assert set(doings(look(anna, file)).values()) == {"the same"}


def test_another_workstation_knows_what_nobody_has_changed(anna: Station, company: TestCompany, tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    bring(anna, file, "name,ip,site\na,10.0.0.1,X\nb,10.0.0.2,X\n")
    devices.change(anna.desk, all_devices(anna)["b"].id, site="Mine")
    anna.sync()
    erik = company.station("erik", Role.ENGINEER)
    shown = look(erik, file, "name,ip,site\na,10.0.0.1,Y\nb,10.0.0.2,Y\n")
    assert doings(shown) == {"a": "changed", "b": "the same"}
    assert line_of(shown, "b").kept == {"site": "Y"}


def test_a_device_that_is_here_is_joined_and_keeps_what_it_says_of_itself(anna: Station, tmp_path: Path) -> None:
    rail, hotels = a_customer(anna, "Northgate Rail"), a_customer(anna, "Halden Hotels")
    own = devices.add(anna.desk, name="Core by hand", address="10.0.0.1", customer_id=rail.id, username="me")
    named = devices.add(anna.desk, name="edge", address="10.0.0.7", customer_id=rail.id)
    devices.add(anna.desk, name="core", address="10.0.0.1", customer_id=hotels.id)
    file = tmp_path / "all.csv"
    text = HEAD + "core,10.0.0.1,Northgate Rail,NYC,ops\nEDGE,10.0.0.2,Northgate Rail,NYC,\n"
    shown = bring(anna, file, text)
    assert doings(shown) == {"Core by hand": "joined", "edge": "joined"}
    assert line_of(shown, "Core by hand").kept == {"name": "core", "username": "ops"}
    after = devices.detail(anna.desk, own.id).device
    assert (after.name, after.username, after.site, after.source_key) == (
        "Core by hand", "me", "NYC", "northgate rail/core",
    )  # fmt: skip
    assert devices.detail(anna.desk, named.id).device.address == "10.0.0.7"
    assert set(doings(look(anna, file)).values()) == {"the same"}
    assert len(all_devices(anna)) == 3


def test_what_cannot_be_brought_in_is_named_with_its_line(anna: Station, tmp_path: Path) -> None:
    rail = a_customer(anna, "Northgate Rail")
    text = (
        HEAD + "a,10.0.0.1,Nobody Ltd,,\nb,not an address,Northgate Rail,,\nc,10.0.0.1,Northgate Rail,,\n"
        "d,10.0.0.1,Northgate Rail,,\nc,10.0.0.2,Northgate Rail,,\n"
    )
    shown = look(anna, tmp_path / "x.csv", text)
    said = {line.line: line.reason for line in shown.lines if line.doing is Doing.LEFT_OUT}
    assert said == {
        2: "There is no customer called “Nobody Ltd” here.",
        3: "“not an address” cannot be a device's address.",
        5: "It has the address of c in line 4.",
        6: "Line 4 is the same device: both are “northgate rail/c”.",
    }
    assert device_imports.summary(shown) == "x.csv: 1 new, 4 left out"
    all_rails = look(anna, tmp_path / "x.csv", customer_id=rail.id)
    assert line_of(all_rails, "a").customer == "Northgate Rail"


def test_jump_hosts_come_first_and_are_linked(anna: Station, tmp_path: Path) -> None:
    devices.add(anna.desk, name="bastion", address="192.0.2.1", username="me")
    text = (
        "Include more*\nInclude ../outside\nInclude /etc/hosts\n"
        "Host deep\n HostName 10.0.0.2\n ProxyJump inner\nHost inner\n HostName 10.0.0.1\n ProxyJump bastion\n"
        "Host bastion\n HostName 192.0.2.1\n IdentityFile ~/.ssh/id\n"
    )
    (tmp_path / "outside").write_text("Host outside\n")
    folder = tmp_path / "ssh"
    folder.mkdir()
    (folder / "more.conf").write_text("Host extra\n HostName 10.0.0.3\n IdentityFile ~/.ssh/other\n")
    shown = bring(anna, folder / "config", text, kind=FileKind.OPENSSH)
    assert [line.label for line in shown.lines] == ["extra", "bastion", "inner", "deep"]
    assert len(shown.notes) == 2
    found = all_devices(anna)
    assert devices.detail(anna.desk, found["deep"].id).jumps == ("bastion", "inner")
    assert (found["extra"].login_with, found["extra"].key_file) == (LoginWith.KEY, "~/.ssh/other")
    assert found["bastion"].login_with is LoginWith.PASSWORD, "its own way in stays"


def test_one_undo_takes_the_whole_import_back_and_it_can_come_again(anna: Station, tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    own = devices.add(anna.desk, name="own", address="10.0.9.9")
    shown = look(anna, file, "name,ip,site\nown,10.0.9.9,X\n" + "".join(f"h{n},10.1.0.{n},X\n" for n in range(1, 200)))
    parts = [shown.to_write[at : at + 100] for at in (0, 100)]
    done = [undo.recorded(anna.desk, lambda d, p=p: device_imports.write(d, shown, p))[1] for p in parts]  # type: ignore[misc]
    first, second = done
    assert first is not None
    assert second is not None
    whole = first.with_more([second], "bringing in all.csv")
    assert len(all_devices(anna)) == 200
    for part in reversed(undo.parts(whole)):
        undo.revert(anna.desk, part)
    assert list(all_devices(anna)) == ["own"]
    assert devices.detail(anna.desk, own.id).device.site == ""
    again = bring(anna, file)
    assert again.count(Doing.ADD) == 199
    anna.sync()
    assert not anna.cache.read("SELECT * FROM outbox")


def test_what_somebody_changed_since_the_preview_stays(anna: Station, tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    bring(anna, file, "name,ip,site\na,10.0.0.1,X\n")
    shown = look(anna, file, "name,ip,site\na,10.0.0.2,Y\nb,10.0.0.3,Y\n")
    devices.change(anna.desk, all_devices(anna)["a"].id, site="Mine")
    assert device_imports.write(anna.desk, shown, shown.to_write) == 2
    assert (all_devices(anna)["a"].address, all_devices(anna)["a"].site) == ("10.0.0.2", "Mine")
    assert device_imports.write(anna.desk, shown, shown.to_write) == 1, "twice adds nothing twice"


def test_only_who_may_add_devices_brings_them_in(anna: Station, company: TestCompany, tmp_path: Path) -> None:
    ben, erik = company.station("ben", Role.SUPPORT), company.station("erik", Role.ENGINEER)
    shown = look(ben, tmp_path / "x.csv", "name,ip\na,10.0.0.1\n")
    with pytest.raises(Refused):
        device_imports.write(ben.desk, shown, shown.to_write)
    assert device_imports.write(erik.desk, shown, shown.to_write) == 1
    assert (device_imports.may_take_back(anna.desk), device_imports.may_take_back(erik.desk)) == (True, False)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("sessions.reg", "", FileKind.PUTTY),
        ("crt.xml", "", FileKind.SECURECRT),
        ("router.db", "", FileKind.RANCID),
        ("group-router.db", "", FileKind.RANCID),
        ("nodes", "a;cisco;up\n", FileKind.RANCID),
        ("config", "# mine\nHost a\n", FileKind.OPENSSH),
        ("what", "name,ip\n", FileKind.CSV),
        ("gone", None, FileKind.CSV),
    ],
)
def test_the_kind_of_a_file_is_guessed(tmp_path: Path, name: str, content: str | None, kind: FileKind) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    assert device_imports.guess_kind(tmp_path / name) is kind


def test_folders_and_other_encodings_are_read(anna: Station, tmp_path: Path) -> None:
    putty = tmp_path / "sessions"
    putty.mkdir()
    (putty / "core%20one").write_bytes("HostName=10.0.0.1\nUserName=h\xe9\n".encode("cp1252"))
    (putty / "loop").symlink_to(putty)
    assert device_imports.guess_kind(putty) is FileKind.PUTTY
    shown = bring(anna, putty, kind=FileKind.PUTTY)
    assert doings(shown) == {"core one": "new"}
    assert all_devices(anna)["core one"].username == "h\xe9"
    crt = tmp_path / "crt"
    (crt / "Lab").mkdir(parents=True)
    (crt / "Lab" / "sw-1.ini").write_bytes('S:"Hostname"=10.0.0.2\r\nS:"Username"=\xfc\r\n'.encode("utf-16"))
    assert device_imports.guess_kind(crt) is FileKind.SECURECRT
    bring(anna, crt, kind=FileKind.SECURECRT)
    assert (all_devices(anna)["sw-1"].username, all_devices(anna)["sw-1"].tags) == ("\xfc", "lab")
    reg = tmp_path / "putty.reg"
    key = "[HKEY_CURRENT_USER\\Software\\SimonTatham\\PuTTY\\Sessions\\r]"
    reg.write_bytes(f'Windows Registry Editor Version 5.00\r\n\r\n{key}\r\n"HostName"="10.0.0.3"\r\n'.encode("utf-16"))
    assert doings(look(anna, reg, kind=FileKind.PUTTY)) == {"r": "new"}


def test_what_is_no_such_file_is_said(anna: Station, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no file"):
        look(anna, tmp_path / "gone")
    with pytest.raises(BadInput, match="is a folder"):
        look(anna, tmp_path)
    big = tmp_path / "big.csv"
    with big.open("wb") as file:
        file.truncate(21_000_000)
    with pytest.raises(BadInput, match="larger"):
        look(anna, big)
    with pytest.raises(BadInput, match="is no file"):
        look(anna, Path("/dev/zero"))
