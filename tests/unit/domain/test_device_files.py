"""The readers of other programs' files, with small made-up ones."""

import pytest

from app.domain.customer import Environment
from app.domain.device import LoginWith, Protocol
from app.domain.device_files import Found, FoundDevice, openssh, putty, rancid, securecrt, tables
from app.domain.errors import BadInput


def by_name(found: Found) -> dict[str, FoundDevice]:
    return {str(one.values["name"]): one for one in found.devices}


def whys(found: Found) -> list[str]:
    return [f"{one.line}: {one.why}" for one in found.unread]


# CSV


def test_csv_headings_are_guessed_and_secrets_are_left_out() -> None:
    text = (
        "Hostname;Mgmt IP;Device Type;Tenant;Location;Env;Enable Secret;Password;Role\n"
        'core-1;10.0.0.1/24;Cisco IOS-XE;"Northgate; Rail";NYC;prod;hunter2;hunter3;Core/Uplink\n'
        "\n"
        "sw-2;10.0.0.2;toaster;Halden;;moon;x;y;\n"
        "core-1;10.0.0.9;ios;Northgate; ;;;;\n"
    )
    found = tables.read(text)
    core, toaster, other = found.devices
    assert core.values == {
        "name": "core-1", "address": "10.0.0.1", "platform": "cisco_xe", "site": "NYC",
        "environment": Environment.PRODUCTION, "tags": "core uplink",
    }  # fmt: skip
    assert (core.line, core.customer, core.key) == (2, "Northgate; Rail", "northgate; rail/core-1")
    assert toaster.remarks == (
        "the platform “toaster” is not known here", "the environment “moon” is not known here",
    )  # fmt: skip
    assert other.customer == "Northgate"
    assert found.columns["Enable Secret"] == ""
    assert found.notes == ("Not read, it may hold secrets: Enable Secret, Password.",)
    assert "hunter" not in repr(found)


def test_csv_columns_may_be_said_otherwise() -> None:
    text = "Box,Where it is,Password\nsw-1,10.0.0.1,s\n"
    with pytest.raises(BadInput, match="No column"):
        tables.read(text)
    (device,) = tables.read(text, {"Box": "name", "Where it is": "address", "Password": "note"}).devices
    assert device.values == {"name": "sw-1", "address": "10.0.0.1"}, "a password is read as nothing else either"
    with pytest.raises(BadInput, match="colour"):
        tables.read(text, {"Box": "colour"})


def test_csv_lines_that_cannot_be_read_are_named() -> None:
    found = tables.read("name,ip,port\na,10.0.0.1,22\nb,10.0.0.2,22,x\n,,22\na,10.0.0.3,ssh\n")
    assert whys(found) == [
        "3: It has 4 cells under 3 headings.",
        "4: It says neither an address nor a name.",
        "5: Line 2 is the same device: both are “a”.",
    ]
    with pytest.raises(BadInput, match="empty"):
        tables.read("")
    many = tables.read("name,jump\n" + "\n".join(f"h{n},h{n - 1}" for n in range(20_001)))
    assert (len(many.devices), whys(many)) == (20_000, ["20002: Only the first 20,000 devices are read."])


def test_host_beside_an_address_is_the_name() -> None:
    (device,) = tables.read("host,ip\nsw-1,10.0.0.1\n").devices
    assert device.values == {"name": "sw-1", "address": "10.0.0.1"}
    (alone,) = tables.read("host\nsw-1\n").devices
    assert alone.values == {"address": "sw-1"}


# RANCID


def test_rancid_in_both_forms_and_what_is_down_comes_too() -> None:
    found = rancid.read(
        "# comment\n"
        "core-1.example.net;cisco;up\n"
        "2001:db8::7;juniper;down;moved 2024\n"
        "old-1:cisco-nx:up\n"
        "10.0.0.5:toaster:UP\n"
        "nonsense\n"
        "old-1;cisco;up\n"
    )
    core, v6, old, odd = found.devices
    assert core.values == {"name": "core-1", "address": "core-1.example.net", "platform": "cisco_ios"}
    assert v6.values["address"] == "2001:db8::7"
    assert v6.values["note"] == "RANCID says down: moved 2024"
    assert v6.remarks == ("RANCID says down",)
    assert (old.values["platform"], odd.remarks) == ("cisco_nxos", ("RANCID's type “toaster” is not known here",))
    assert whys(found) == ["6: It is not “name;type;state”.", "7: It is in line 4 already."]


# OpenSSH


def test_openssh_takes_the_first_value_of_all_blocks_that_hold() -> None:
    found = openssh.read(
        "User everybody\n"
        "Host core-1 core-1.example.net\n"
        "  HostName 10.0.0.1\n"
        "  Port=2222\n"
        'Host edge-* !edge-9\n  User edgy\n  IdentityFile "~/.ssh/my key"\n'
        "Host edge-1\n  HostName %h.example.net\n  IdentityFile %d/other\n"
        "Host edge-9\n  KexAlgorithms +diffie-hellman-group1-sha1\n"
        "Match host secret exec whatever\n  User nobody\nHost after-match\n  ProxyCommand nc %h %p\n"
        "Host *\n  Port 2200\n  HostKeyAlgorithms -ssh-rsa\n"
    )
    hosts = by_name(found)
    assert list(hosts) == ["core-1", "edge-1", "edge-9", "after-match"]
    assert hosts["core-1"].values == {"name": "core-1", "address": "10.0.0.1", "port": 2222, "username": "everybody"}
    assert hosts["edge-1"].values == {
        "name": "edge-1", "address": "edge-1.example.net", "port": 2200, "username": "everybody",
        "login_with": LoginWith.KEY, "key_file": "~/.ssh/my key",
    }  # fmt: skip
    assert hosts["edge-9"].values["allows_legacy"] is True
    assert hosts["edge-9"].line == 11
    assert "ProxyCommand" in hosts["after-match"].remarks[0]
    assert found.notes[0].startswith("Match lines are left out")


def test_openssh_chains_of_jump_hosts_become_devices_of_their_own() -> None:
    found = openssh.read(
        "Host bastion\n HostName 192.0.2.1\n"
        "Host inner\n HostName 10.0.0.1\n ProxyJump bastion\n"
        "Host deep\n HostName 10.0.0.2\n ProxyJump bastion,inner\n"
        "Host odd\n HostName 10.0.0.3\n ProxyJump ops@192.0.2.9:2222,inner\n"
        "Host straight\n ProxyJump none\n"
    )
    devices = {one.key: one for one in found.devices}
    assert devices["inner"].jump == "bastion"
    assert devices["deep"].jump == "inner", "inner is reached over the bastion anyway"
    via = devices[devices["odd"].jump]
    assert (via.values["name"], via.values["address"]) == ("inner via ops@192.0.2.9:2222", "10.0.0.1")
    first = devices[via.jump]
    assert (first.values["address"], first.values["port"], first.values["username"]) == ("192.0.2.9", 2222, "ops")
    assert (first.jump, devices["straight"].jump) == ("", "")


def test_openssh_circles_of_jump_hosts_are_cut_and_said() -> None:
    found = openssh.read("Host a\n ProxyJump b\nHost b\n ProxyJump c\nHost c\n ProxyJump a\nHost d\n ProxyJump a\n")
    devices = by_name(found)
    assert [devices[name].jump for name in "abcd"] == ["", "", "", "a"]
    assert all("circle" in devices[name].remarks[0] for name in "abc")


def test_openssh_includes_stand_in_their_place() -> None:
    files = {
        "conf.d/*": [("one", "Host one\n HostName 10.0.0.1\n User from-one\n"), ("two", "Host two\n")],
        "self": [("self", "Include self\nHost me\n")],
    }
    found = openssh.read(
        "Include conf.d/* self nowhere\nUser late\nHost one\n Port 2201\nHost three\n Include conf.d/*\n User own\n",
        lambda pattern: files.get(pattern, []),
    )
    hosts = by_name(found)
    assert hosts["one"].values == {"name": "one", "address": "10.0.0.1", "port": 2201, "username": "from-one"}
    assert hosts["three"].values["username"] == "late"
    inner = openssh.read("Host one\n Include conf.d/*\n User own\n", lambda pattern: files.get(pattern, []))
    assert [one.values for one in inner.devices] == [{"name": "one", "address": "10.0.0.1", "username": "from-one"}], (
        "an Include below a Host is for that host only"
    )
    assert set(hosts) == {"one", "two", "me", "three"}
    assert any("nowhere" in note for note in found.notes)
    assert any("includes itself" in why for why in whys(found))


# PuTTY


REG = r"""Windows Registry Editor Version 5.00

[HKEY_CURRENT_USER\Software\SimonTatham\PuTTY\SshHostKeys]
"rsa2@22:10.0.0.1"="0x10001,0xabc"

[HKEY_CURRENT_USER\Software\SimonTatham\PuTTY\Sessions\Default%20Settings]
"HostName"="ignored"

[HKEY_CURRENT_USER\Software\SimonTatham\PuTTY\Sessions\core%20switch]
"HostName"="admin@10.0.0.1"
"PortNumber"=dword:00000016
"Protocol"="ssh"
"ProxyMethod"=dword:00000006
"ProxyHost"="bastion"
"ProxyPassword"="hunter2"
"PublicKeyFile"="C:\\Keys\\me.ppk"

[HKEY_CURRENT_USER\Software\SimonTatham\PuTTY\Sessions\bastion]
"HostName"="192.0.2.1"
"PortNumber"=dword:000008ae
"UserName"="ops"
"PublicKeyFile"="C:\\Keys\\id_ed25519"

[HKEY_CURRENT_USER\Software\SimonTatham\PuTTY\Sessions\console]
"Protocol"="serial"
"SerialLine"="COM3"
"SerialSpeed"=dword:0001c200

[HKEY_CURRENT_USER\Software\SimonTatham\PuTTY\Sessions\raw]
"Protocol"="raw"
"HostName"="10.0.0.9"

[HKEY_CURRENT_USER\Software\SimonTatham\PuTTY\Sessions\empty]
"Protocol"="telnet"
"""


def test_putty_sessions_of_the_registry() -> None:
    found = putty.read_registry(REG)
    hosts = by_name(found)
    assert list(hosts) == ["core switch", "bastion", "console"]
    core, bastion, console = hosts.values()
    assert core.values == {
        "name": "core switch", "protocol": Protocol.SSH, "address": "10.0.0.1", "username": "admin", "port": 22,
    }  # fmt: skip
    assert core.jump == "bastion"
    assert ".ppk" in core.remarks[0]
    assert (bastion.values["port"], bastion.values["key_file"]) == (2222, r"C:\Keys\id_ed25519")
    assert (console.values["protocol"], console.values["address"], console.values["baud"]) == (
        Protocol.SERIAL, "COM3", 115200,
    )  # fmt: skip
    assert [one.why for one in found.unread] == [
        "It speaks raw, which is not spoken here.",
        "It names no host.",
    ]
    assert "hunter2" not in repr(found)


def test_putty_sessions_of_a_unix_folder() -> None:
    found = putty.read_folder({
        "core%20one": "HostName=10.0.0.1\nPortNumber=23\nProtocol=telnet\nUserName=ops\nPassword=hunter2\n",
        "Default%20Settings": "HostName=x\n",
        "behind": "HostName=10.0.0.2\nProxyMethod=6\nProxyHost=192.0.2.1\nProxyPort=2222\nProxyUsername=jump\n",
    })  # fmt: skip
    behind, core, jump = (
        sorted(found.devices, key=lambda one: one.label)[1],
        *[one for one in found.devices if one.label != "behind"],
    )
    assert behind.label == "behind"
    assert core.values["protocol"] is Protocol.TELNET
    assert (behind.jump, jump.values["address"], jump.values["port"]) == (jump.key, "192.0.2.1", 2222)
    assert "hunter2" not in repr(found)


# SecureCRT


XML = """<?xml version="1.0" encoding="UTF-8"?>
<VanDyke version="3.0"><key name="Sessions">
 <key name="Default"><string name="Hostname">x</string></key>
 <key name="Northgate"><key name="New York">
  <key name="core-1"><dword name="Is Session">1</dword><string name="Hostname">10.0.0.1</string>
   <string name="Protocol Name">SSH2</string><dword name="[SSH2] Port">2222</dword>
   <string name="Username">ops</string><string name="Password V2">02:hunter2</string>
   <string name="Firewall Name">Session:Northgate\\bastion</string>
   <array name="Description"><string>Second rack.</string><string>Left.</string></array></key>
 </key>
 <key name="bastion"><string name="Hostname">192.0.2.1</string><string name="Protocol Name">SSH1</string></key>
 <key name="con"><string name="Protocol Name">Serial</string><string name="Com Port">COM1</string></key>
 <key name="desk"><string name="Protocol Name">RDP</string><string name="Hostname">w</string></key>
 </key></key></VanDyke>"""


def test_securecrt_sessions_of_an_export() -> None:
    found = securecrt.read_xml(XML)
    hosts = by_name(found)
    core = hosts["core-1"]
    assert core.values == {
        "name": "core-1", "protocol": Protocol.SSH, "address": "10.0.0.1", "username": "ops", "port": 2222,
        "tags": "northgate new-york", "note": "Second rack.\nLeft.",
    }  # fmt: skip
    assert (core.key, core.jump) == ("northgate/new york/core-1", "northgate/bastion")
    assert "SSH 1" in hosts["bastion"].remarks[0]
    assert hosts["con"].values["address"] == "COM1"
    assert [one.why for one in found.unread] == ["It speaks RDP, which is not spoken here."]
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    "text",
    ["", "no xml", "<a/>", '<!DOCTYPE a [<!ENTITY b "cc">]><a>&b;</a>', "<VanDyke>" + "<key>" * 50_000, "<a>\x00</a>"],
)
def test_securecrt_refuses_what_is_no_export(text: str) -> None:
    with pytest.raises(BadInput):
        securecrt.read_xml(text)


def test_securecrt_sessions_of_a_folder() -> None:
    found = securecrt.read_folder({
        "Default.ini": 'S:"Hostname"=x\n',
        "Lab/sw-1.ini": (
            '\ufeffS:"Hostname"=10.0.0.1\r\nS:"Protocol Name"=Telnet\r\nD:"Port"=00000017\r\nS:"Username"=ops\r\n'
            'S:"Password V2"=02:hunter2\r\nZ:"Description"=00000002\r\n first\r\n S:"Hostname"=second\r\n'
            'D:"[SSH2] Port"=00000016\r\nS:"Firewall Name"=Corporate\r\n'
        ),
        "Lab/__FolderData__.ini": 'S:"Folder List"=\n',
        "notes.txt": 'S:"Hostname"=y\n',
    })  # fmt: skip
    (device,) = found.devices
    assert device.values == {
        "name": "sw-1", "protocol": Protocol.TELNET, "address": "10.0.0.1", "username": "ops", "port": 23,
        "tags": "lab", "note": 'first\nS:"Hostname"=second',
    }  # fmt: skip
    assert device.remarks == ("its firewall “Corporate” is not taken along",)
    assert "hunter2" not in repr(found)
