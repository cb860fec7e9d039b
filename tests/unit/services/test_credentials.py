"""Accounts by rule and the way through jump hosts, on a real company."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from app.domain.customer import Customer, Environment
from app.domain.device import CredentialRule, Device, LoginWith, Protocol
from app.domain.entity import new_id
from app.domain.errors import BadInput, HostKeyChanged, Refused, SecretsUnavailable
from app.domain.person import Role
from app.runtime.secrets import MemorySecrets
from app.services import credentials, host_keys, undo, ways_in
from app.services.desk import Desk
from app.services.ways_in import Login
from tests.stations import Station, TestCompany

KEY = ("ssh-ed25519", "SHA256:AAAAfirstAAAA")
OTHER_KEY = ("ssh-ed25519", "SHA256:BBBBotherBBBB")


@dataclass
class Firm:
    """A manager's workstation with devices of two customers."""

    station: Station
    devices: dict[str, Device]
    secrets: MemorySecrets = field(default_factory=MemorySecrets)

    @property
    def desk(self) -> Desk:
        return self.station.desk

    def device(self, name: str, **changes: object) -> Device:
        device = self.devices[name]
        if changes:
            with self.desk.edit() as edit:
                edit.update(device, **changes)
        self.devices[name] = self.desk.need(Device, device.id)
        return self.devices[name]

    def know(self, *names: str) -> None:
        for name in names:
            host_keys.accept(self.desk, self.devices[name].id, *KEY)

    def account(self, name: str) -> credentials.Account:
        return credentials.for_device(self.desk, self.device(name))


@pytest.fixture
def firm(company: TestCompany) -> Firm:
    station = company.station("anna", Role.MANAGER)
    with station.desk.edit() as edit:
        rail = edit.insert(Customer(id=new_id(), name="Northgate Rail"))
        hotels = edit.insert(Customer(id=new_id(), name="Halden Hotels"))
        made = {
            name: edit.insert(
                Device(
                    id=new_id(),
                    name=name,
                    address=f"10.0.0.{at}",
                    customer_id=owner.id,
                    tags=tags,
                    environment=Environment.PRODUCTION,
                )
            )
            for at, (name, owner, tags) in enumerate(
                [("core", rail, "core"), ("edge", rail, ""), ("jump", rail, "jump"), ("lobby", hotels, "")], 1
            )
        }
    return Firm(station, made)


def test_the_first_rule_that_finds_a_device_gives_its_account(firm: Firm) -> None:
    core = credentials.add(firm.desk, name="Core", selector="customer:northgate  tag:core", username="netops")
    rail = credentials.add(firm.desk, name="Rail", selector="customer:Northgate", username="ops")
    assert core.selector == "customer:northgate tag:core"
    assert (firm.account("core").username, firm.account("core").rule) == ("netops", "Core")
    assert (firm.account("edge").username, firm.account("edge").rule) == ("ops", "Rail")
    assert firm.account("lobby") == credentials.Account(
        "", LoginWith.PASSWORD, "", (firm.devices["lobby"].secret_name,), (firm.devices["lobby"].enable_secret_name,)
    )
    counts = [(line.rule.name, line.count, line.shadowed) for line in credentials.rules(firm.desk)]
    assert counts == [("Core", 1, 0), ("Rail", 2, 1)]
    credentials.move(firm.desk, rail.id, -1)
    assert firm.account("core").rule == "Rail"
    credentials.move(firm.desk, rail.id, -1)  # at the top it stays
    assert [line.rule.name for line in credentials.rules(firm.desk)] == ["Rail", "Core"]


def test_what_a_device_says_of_itself_goes_before_the_rule(firm: Firm) -> None:
    rule = credentials.add(
        firm.desk, name="Rail", selector="customer:Northgate", username="ops", login_with=LoginWith.KEY, key_file="~/k"
    )
    assert (firm.account("core").login_with, firm.account("core").key_file) == (LoginWith.KEY, "~/k")
    firm.device("core", username="root")
    own = firm.account("core")
    assert (own.username, own.login_with, own.rule) == ("root", LoginWith.PASSWORD, "")
    assert own.secret_names == (firm.devices["core"].secret_name,)
    assert own.enable_secret_names[-1] == rule.enable_secret_name
    firm.device("edge", login_with=LoginWith.AGENT)
    assert (firm.account("edge").username, firm.account("edge").login_with) == ("ops", LoginWith.AGENT)
    firm.device("jump", username="ops")
    assert firm.account("jump").rule == "Rail"


def test_an_own_password_goes_before_the_rules(firm: Firm) -> None:
    rule = credentials.add(firm.desk, name="Rail", selector="customer:Northgate", username="ops")
    firm.know("core", "edge")
    firm.secrets.put(rule.secret_name, "the rule's")
    firm.secrets.put(rule.enable_secret_name, "the rule's enable")
    firm.secrets.put(firm.devices["edge"].secret_name, "its own")
    core = ways_in.way_in(firm.desk, firm.devices["core"].id, firm.secrets)
    edge = ways_in.way_in(firm.desk, firm.devices["edge"].id, firm.secrets)
    assert core.login == Login("ops", "the rule's", "the rule's enable")
    assert (core.secret_name, edge.secret_name) == (rule.secret_name, firm.devices["edge"].secret_name)
    assert edge.login == Login("ops", "its own", "the rule's enable")
    to = ways_in.unattended(firm.desk, firm.devices["core"].id, firm.secrets)
    assert (to.username, to.password, to.enable_password) == ("ops", "the rule's", "the rule's enable")


def test_a_rule_is_changed_removed_and_undone(firm: Firm) -> None:
    rule = credentials.add(firm.desk, name="Rail", selector="customer:Northgate", username="ops")
    _changed, undoable = undo.recorded(firm.desk, lambda d: credentials.change(d, rule.id, username="netops"))
    assert firm.account("core").username == "netops"
    assert undoable is not None
    undo.revert(firm.desk, undoable)
    assert firm.account("core").username == "ops"
    _removed, undoable = undo.recorded(firm.desk, lambda d: credentials.remove(d, rule.id))
    assert credentials.rules(firm.desk) == ()
    assert undoable is not None
    undo.revert(firm.desk, undoable)
    assert firm.account("core").username == "ops"


def test_a_preview_says_who_counts_instead(firm: Firm) -> None:
    first = credentials.add(firm.desk, name="Core", selector="tag:core", username="netops")
    firm.device("edge", username="own")
    found = credentials.preview(firm.desk, "customer:Northgate")
    assert found.total == 3
    assert [(one.name, one.taken_by, one.own_username) for one in found.devices] == [
        ("core", "Core", ""),
        ("edge", "", "own"),
        ("jump", "", ""),
    ]
    assert credentials.preview(firm.desk, "tag:core", first.id).devices[0].taken_by == ""
    assert credentials.preview(firm.desk, "name:nobody").total == 0


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"name": " "}, "needs a name"),
        ({"selector": "  "}, "does not say which devices"),
        ({"selector": "colour:blue"}, "nothing to filter devices by"),
        ({"username": "two words"}, "no blanks"),
        ({"username": "x" * 101}, "cannot be a user name"),
        ({"login_with": LoginWith.KEY}, "No key file"),
        ({"name": "rail"}, "already"),
    ],
)
def test_what_cannot_be_a_rule_is_refused(firm: Firm, fields: dict[str, object], word: str) -> None:
    credentials.add(firm.desk, name="Rail", selector="name:*")
    with pytest.raises(BadInput, match=word):
        credentials.add(firm.desk, **{"name": "Other", "selector": "name:*", **fields})  # type: ignore[arg-type]


def test_a_selector_that_nobody_can_read_finds_nothing_and_says_so(firm: Firm) -> None:
    with firm.desk.edit() as edit:
        edit.insert(CredentialRule(id=new_id(), name="Newer", selector="colour:blue", username="x"))
    assert firm.account("core").rule == ""
    (line,) = credentials.rules(firm.desk)
    assert line.count == 0
    assert "nothing to filter" in line.trouble


def test_support_reads_rules_and_may_not_write_them_here_or_at_the_company(company: TestCompany, firm: Firm) -> None:
    credentials.add(firm.desk, name="Rail", selector="name:*", username="ops")
    firm.station.sync()
    ben = company.station("ben", Role.SUPPORT)
    (line,) = credentials.rules(ben.desk)
    assert not credentials.may_change(ben.desk)
    verbs: tuple[Callable[[], object], ...] = (
        lambda: credentials.change(ben.desk, line.rule.id, username="ben"),
        lambda: credentials.remove(ben.desk, line.rule.id),
        lambda: credentials.add(ben.desk, name="Mine", selector="name:*"),
    )
    for verb in verbs:
        with pytest.raises(Refused):
            verb()
    with ben.desk.edit() as edit:  # a program that asks nobody
        edit.update(line.rule, username="ben")
    ben.sync()
    firm.station.sync()
    assert credentials.rules(firm.desk)[0].rule.username == "ops"


def test_a_circle_of_jump_hosts_is_named(firm: Firm) -> None:
    ids = {name: device.id for name, device in firm.devices.items()}
    firm.device("core", jump_id=ids["jump"])
    firm.device("jump", jump_id=ids["edge"])
    assert [one.name for one in ways_in.way(firm.desk, firm.device("core"))] == ["edge", "jump", "core"]
    firm.device("edge", jump_id=ids["core"])
    with pytest.raises(BadInput, match="in a circle: core → jump → edge → core"):
        ways_in.way_in(firm.desk, ids["core"], firm.secrets)
    firm.device("edge", jump_id=ids["edge"])
    with pytest.raises(BadInput, match="edge → edge"):
        ways_in.target(firm.desk, firm.device("core"), "")


def test_a_jump_host_that_cannot_lead_on_is_named(firm: Firm) -> None:
    firm.device("core", jump_id=firm.devices["jump"].id)
    firm.device("jump", protocol=Protocol.TELNET)
    with pytest.raises(BadInput, match="jump is reached by telnet, so it cannot lead on to core"):
        ways_in.target(firm.desk, firm.device("core"), "")
    firm.device("jump", protocol=Protocol.SSH)
    firm.device("core", protocol=Protocol.SERIAL)
    with pytest.raises(BadInput, match="serial line of this machine"):
        ways_in.target(firm.desk, firm.device("core"), "")
    firm.device("core", protocol=Protocol.SSH)
    with firm.desk.edit() as edit:
        edit.delete(firm.devices["jump"])
    with pytest.raises(BadInput, match="jump host of core is not in the inventory"):
        ways_in.target(firm.desk, firm.device("core"), "")


def test_each_hop_has_its_own_keys_and_login(firm: Firm) -> None:
    firm.device("core", jump_id=firm.devices["jump"].id, username="ops")
    firm.device("jump", username="jumper")
    firm.know("core", "jump")
    firm.secrets.put(firm.devices["core"].secret_name, "of the core")
    way = ways_in.way_in(firm.desk, firm.devices["core"].id, firm.secrets)
    assert [leg.device.name for leg in way.legs] == ["jump", "core"]
    assert [leg.login for leg in way.legs] == [None, Login("ops", "of the core")]
    with pytest.raises(BadInput, match="No password is kept for jump"):
        ways_in.unattended(firm.desk, firm.devices["core"].id, firm.secrets)
    firm.secrets.put(firm.devices["jump"].secret_name, "of the jump host")
    to = ways_in.unattended(firm.desk, firm.devices["core"].id, firm.secrets)
    assert [(leg.username, leg.password, len(leg.known_keys)) for leg in to.legs] == [
        ("jumper", "of the jump host", 1),
        ("ops", "of the core", 1),
    ]


def test_beyond_a_hop_that_nobody_has_met_nothing_is_told(firm: Firm) -> None:
    firm.device("core", jump_id=firm.devices["jump"].id, username="ops")
    firm.know("core")
    firm.secrets.put(firm.devices["core"].secret_name, "of the core")
    to = ways_in.unattended(firm.desk, firm.devices["core"].id, firm.secrets)
    assert (to.legs[0].password, to.legs[0].known_keys) == ("", ())
    assert to.legs[1].password == ""


def test_a_contradiction_at_a_hop_stops_everything(firm: Firm) -> None:
    firm.device("core", jump_id=firm.devices["jump"].id, username="ops")
    firm.know("core", "jump")
    with firm.desk.edit() as edit:
        (line,) = host_keys._valid(firm.desk, firm.devices["jump"].id)
        edit.insert(line.but(id=new_id(), fingerprint=OTHER_KEY[1]))
    way = ways_in.way_in(firm.desk, firm.devices["core"].id, firm.secrets)
    assert way.legs[0].contradiction is not None
    with pytest.raises(HostKeyChanged):
        ways_in.unattended(firm.desk, firm.devices["core"].id, firm.secrets)
    with pytest.raises(HostKeyChanged):
        ways_in.target(firm.desk, firm.device("core"), "x")


def test_a_key_needs_no_password_and_an_agent_looks_none_up(firm: Firm) -> None:
    firm.know("core")
    firm.device("core", username="ops", login_with=LoginWith.KEY, key_file="~/k")
    assert ways_in.way_in(firm.desk, firm.devices["core"].id, firm.secrets).login == Login("ops")
    firm.device("core", login_with=LoginWith.AGENT)
    firm.secrets.put(firm.devices["core"].secret_name, "of an earlier day")
    to = ways_in.unattended(firm.desk, firm.devices["core"].id, firm.secrets)
    assert (to.login_with, to.password) == (LoginWith.AGENT, "")


def test_a_plain_line_is_never_a_first_contact(firm: Firm) -> None:
    firm.device("core", protocol=Protocol.TELNET, port=23, username="ops")
    firm.secrets.put(firm.devices["core"].secret_name, "in the clear")
    to = ways_in.unattended(firm.desk, firm.devices["core"].id, firm.secrets)
    assert (to.protocol, to.password, to.known_keys) == (Protocol.TELNET, "in the clear", ())


def test_a_locked_keyring_is_told(firm: Firm) -> None:
    class Locked(MemorySecrets):
        def get(self, name: str) -> str | None:
            raise SecretsUnavailable("The keyring is locked.", "Unlock it.")

    firm.device("core", username="ops")
    firm.know("core")
    way = ways_in.way_in(firm.desk, firm.devices["core"].id, Locked())
    assert way.trouble is not None
    with pytest.raises(SecretsUnavailable):
        ways_in.unattended(firm.desk, firm.devices["core"].id, Locked())
