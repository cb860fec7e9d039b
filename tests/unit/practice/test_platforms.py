"""Each platform answers as its kind does: prompts, replies that parse, configuring, saving, reloading."""

from collections.abc import Iterator
from dataclasses import replace

import netmiko
import pytest
from ntc_templates.parse import parse_output

from app.practice.device import Faults, SimulatedDevice
from app.practice.farm import Farm, new_host_key
from app.practice.platform import platform_named
from tests.unit.practice.typist import Typist as TypistOnly
from tests.workstations import until

PLATFORMS = ("cisco_ios", "cisco_nxos", "cisco_asa", "arista_eos")
NO_TEMPLATE = {("cisco_nxos", "show logging"), ("cisco_nxos", "show users"), ("cisco_asa", "show clock"),
               ("arista_eos", "show logging"), ("cisco_asa", "show xlate")}  # fmt: skip
TIMED_S = 0.2


class Typist(TypistOnly):
    """Does not mind the blank that some platforms put behind their prompt."""

    def until(self, end: str) -> str:
        text = ""
        while not text.rstrip(" ").endswith(end.rstrip(" ")):
            data = self.channel.recv(4096)
            assert data, f"the device left after {text!r}"
            text += data.decode()
        return text


def device(platform: str) -> SimulatedDevice:
    return SimulatedDevice(
        platform, platform=platform, is_privileged=True, reboot_s=0.1, minute_s=TIMED_S, enable_password="even righter"
    )


@pytest.fixture(scope="module")
def farm() -> Iterator[Farm]:
    with Farm([replace(device(platform), host_key=new_host_key()) for platform in PLATFORMS]) as standing:
        yield standing


def sit_down(farm: Farm, platform: str) -> Typist:
    farm.renew(platform)
    person = Typist(farm.ports[platform], device(platform), rows=0)
    person.until(ends(platform, platform))
    person.says("terminal pager 0" if platform == "cisco_asa" else "terminal length 0", ends(platform, platform))
    return person


def ends(platform: str, hostname: str, mode: str = "") -> str:
    return f"{hostname}{mode}#{' ' if platform in {'cisco_nxos', 'cisco_asa'} else ''}"


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_reply_parses_as_real_ones_do(farm: Farm, platform: str) -> None:
    with sit_down(farm, platform) as person:
        for command in platform_named(platform).replies:
            text = person.says(command, ends(platform, f"\n{platform}"))
            body = text.partition("\n")[2].rpartition("\n")[0]
            assert "{{" not in body
            assert "nvalid" not in body
            if (platform, command) not in NO_TEMPLATE:
                assert parse_output(platform=platform, command=command, data=body), command


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_section_is_entered_changed_left_and_shown(farm: Farm, platform: str) -> None:
    port = {"cisco_ios": "Gi0/3", "cisco_nxos": "e1/3", "cisco_asa": "gi1/3", "arista_eos": "et3"}[platform]
    mode = "(config-if-Et3)" if platform == "arista_eos" else "(config-if)"
    with sit_down(farm, platform) as person:
        person.says("conf t", ends(platform, platform, "(config)"))
        person.says(f"int {port}", ends(platform, platform, mode))
        person.says("desc for the fair", ends(platform, platform, mode))
        person.says("hostname edge-7", ends(platform, "edge-7", "(config)"))
        person.says(f"int {port}", ends(platform, "edge-7", mode))
        person.says("end", ends(platform, "edge-7"))
        shown = person.says("show run", ends(platform, "\nedge-7"))
        indent = " " * platform_named(platform).indent
        assert f"\n{indent}description for the fair\n" in shown
        assert "\nhostname edge-7\n" in shown
        person.says("conf t", "#")
        person.says(f"int {port}", "#")
        person.says("no desc", "#")
        person.says("end", ends(platform, "edge-7"))
        assert "for the fair" not in person.says("show run", ends(platform, "\nedge-7"))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_saved_survives_a_reload_and_unsaved_does_not(farm: Farm, platform: str) -> None:
    with sit_down(farm, platform) as person:
        person.says("conf t", "#")
        person.says("hostname kept-1", "kept-1(config)#")
        person.says("end", ends(platform, "kept-1"))
        save = "copy running-config startup-config" if platform == "cisco_nxos" else "write memory"
        assert "rror" not in person.says(save, ends(platform, "\nkept-1"))
        person.says("conf t", "#")
        person.says("hostname lost-1", "lost-1(config)#")
        person.says("end", ends(platform, "lost-1"))
        if platform == "cisco_nxos":
            person.says("reload", "[n] ")
            person.channel.send(b"y\n")
        else:
            person.says("reload", {"cisco_ios": "[yes/no]: ", "cisco_asa": "[N]o: ", "arista_eos": "diff]:"}[platform])
            person.says("no", "[confirm]")
            person.channel.send(b"\n")
        assert person.left()
    until(lambda: "kept-1" in farm.running_config(platform), "the reload")
    with Typist(farm.ports[platform], device(platform)) as person:
        person.until(ends(platform, "kept-1"))
        version = person.says("show version", ends(platform, "\nkept-1"))
        if "uptime" in version:
            assert "week" not in version


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_erased_device_comes_up_empty(farm: Farm, platform: str) -> None:
    with sit_down(farm, platform) as person:
        person.says("write erase", "[n] " if platform == "cisco_nxos" else "[confirm]")
        person.channel.send(b"n\n")
        person.until("#")
        assert farm.startup_config(platform) is not None
        person.says("", "#")
        person.says("write erase", "[n] " if platform == "cisco_nxos" else "[confirm]")
        person.says("y", "#")
        assert farm.startup_config(platform) is None
    farm.reboot(platform, 0.0)
    until(lambda: platform not in farm.running_config(platform), "the reload")
    with Typist(farm.ports[platform], device(platform)) as person:
        person.until(ends(platform, platform_named(platform).hostname))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_full_disk_says_so_and_keeps_the_old_configuration(farm: Farm, platform: str) -> None:
    with sit_down(farm, platform) as person:
        farm.set_faults(platform, Faults(is_disk_full=True))
        person.says("conf t", "#")
        person.says("hostname lost-1", "lost-1(config)#")
        person.says("end", ends(platform, "lost-1"))
        save = "copy running-config startup-config" if platform == "cisco_nxos" else "write memory"
        assert "No space left on device" in person.says(save, ends(platform, "\nlost-1"))
        assert "lost-1" not in str(farm.startup_config(platform))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_running_config_has_secrets_and_lines_that_change_by_themselves(farm: Farm, platform: str) -> None:
    with sit_down(farm, platform) as person:
        shown = [person.says("show running-config", ends(platform, f"\n{platform}")) for _ in range(2)]
    community = "*****" if platform == "cisco_asa" else "practice-read"
    for secret in (f"snmp-server community {community}", f"username {device(platform).username} "):
        assert secret in shown[0]
    if platform == "cisco_asa":
        assert "pre-shared-key *****" in shown[0]
        assert "\n key *****" in shown[0]
        assert ": end\n" in shown[0]
    if platform == "cisco_ios":
        assert shown[0] != shown[1]
        assert shown[0].rstrip().endswith(f"end\n{platform}#")
        for secret in (
            "enable secret 9 ",
            "password 7 ",
            "secret 5 ",
            "tacacs server",
            "crypto isakmp key ",
            " key 7 ",
        ):
            assert secret in shown[0]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_nonsense_is_refused_in_the_platforms_words(farm: Farm, platform: str) -> None:
    texts = platform_named(platform).texts
    with sit_down(farm, platform) as person:
        assert texts["invalid"] in person.says("foo bar", ends(platform, platform))
        assert texts["incomplete"] in person.says("show", ends(platform, platform))
        assert texts["ambiguous"].partition("{")[0] in person.says("co", ends(platform, platform))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_netmiko_finds_its_way_by_itself(farm: Farm, platform: str) -> None:
    farm.renew(platform)
    session = netmiko.ConnectHandler(
        device_type=platform,
        host="127.0.0.1",
        port=farm.ports[platform],
        username="support",
        password="practice",
        secret="even righter",
    )
    try:
        assert "ersion" in str(session.send_command("show version"))
        session.send_config_set(["hostname edge-9"])
        assert "hostname edge-9" in str(session.send_command("show running-config", expect_string=r"#"))
    finally:
        session.disconnect()


def test_typed_secrets_are_never_written_down_as_typed(farm: Farm) -> None:
    typed = {
        "cisco_ios": ("enable secret kittens", "username bob secret kittens", "username eve password kittens"),
        "cisco_nxos": ("username bob password kittens role network-admin",),
        "cisco_asa": ("enable password kittens", "username bob password kittens"),
        "arista_eos": ("username bob secret kittens", "enable secret kittens"),
    }
    for platform, lines in typed.items():
        with sit_down(farm, platform) as person:
            person.says("conf t", "#")
            for line in lines:
                person.says(line, "#")
            person.says("end", ends(platform, platform))
            running = farm.running_config(platform)
            assert "kittens" not in running
            assert "username bob " in running


def test_ios_takes_a_change_back_that_nobody_confirms(farm: Farm) -> None:
    with sit_down(farm, "cisco_ios") as person:
        person.says("configure terminal revert timer 1", "(config)#")
        person.says("hostname gone-1", "gone-1(config)#")
        person.says("end", "gone-1#")
        until(lambda: "gone-1" not in farm.running_config("cisco_ios"), "the revert timer")
        person.says("", "cisco_ios#")
        person.says("configure terminal revert timer 1", "(config)#")
        person.says("hostname here-1", "here-1(config)#")
        person.says("end", "here-1#")
        assert "%" not in person.says("configure confirm", "here-1#")
        assert "pending" in person.says("configure confirm", "here-1#")
        person.says("configure terminal revert timer 100", "(config)#")
        person.says("no hostname", "Switch(config)#")
        person.says("end", "#")
        person.says("configure revert now", "here-1#")


def test_eos_changes_in_a_session_that_is_committed_or_aborted(farm: Farm) -> None:
    with sit_down(farm, "arista_eos") as person:
        person.says("configure session try", "arista_eos(config-s-try)#")
        person.says("interface et4", "arista_eos(config-s-try-if-Et4)#")
        person.says("description in a session", "#")
        assert "+   description in a session" in person.says("show session-config diffs", "Et4)#")
        assert "in a session" not in farm.running_config("arista_eos")
        person.says("abort", "arista_eos#")
        assert "in a session" not in farm.running_config("arista_eos")
        person.says("configure session try", "arista_eos(config-s-try)#")
        person.says("hostname soon-1", "arista_eos(config-s-try)#")
        person.says("commit timer 00:01:00", "soon-1#")
        until(lambda: "soon-1" not in farm.running_config("arista_eos"), "the commit timer")
        person.says("configure session try", "(config-s-try)#")
        person.says("hostname stays-1", "#")
        person.says("commit", "stays-1#")
        assert "stays-1" in farm.running_config("arista_eos")


def test_nxos_goes_back_to_a_checkpoint(farm: Farm) -> None:
    with sit_down(farm, "cisco_nxos") as person:
        person.says("checkpoint before", "cisco_nxos# ")
        person.says("conf t", "#")
        person.says("router bgp 65010", "(config-router)# ")
        person.says("neighbor 192.0.2.77", "(config-router-neighbor)# ")
        person.says("remote-as 65002", "(config-router-neighbor)# ")
        person.says("end", "cisco_nxos# ")
        assert "  neighbor 192.0.2.77\n    remote-as 65002\n" in farm.running_config("cisco_nxos")
        assert "successfully" in person.says("rollback run checkpoint before", "cisco_nxos# ")
        assert "192.0.2.77" not in farm.running_config("cisco_nxos")
