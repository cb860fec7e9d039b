"""Adding a device by hand, and correcting one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.domain.customer import Environment
from app.domain.device import Device, LoginWith, Protocol
from app.domain.errors import BadInput, BatonError
from app.services import devices
from app.services.desk import Desk
from app.services.devices import PLATFORMS, USUAL_PORTS
from ui.kit.console import Console
from ui.kit.fields import Choice, Tick
from ui.kit.forms import InlineForm
from ui.kit.labels import Label
from ui.kit.theme import Face, L, Tone

_PROTOCOLS = (
    (Protocol.SSH.value, "SSH"),
    (Protocol.TELNET.value, "Telnet, not encrypted"),
    (Protocol.SERIAL.value, "Serial line, not encrypted"),
)
_LOGINS = (
    (LoginWith.PASSWORD.value, "A password"),
    (LoginWith.KEY.value, "A key of mine"),
    (LoginWith.AGENT.value, "My SSH agent"),
)
_NO_JUMP = "Straight to it"
_NOTE_HEIGHT = 66  # px, three lines


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen: customers and jump hosts by id, and the tags that others have."""

    customers: Sequence[tuple[str, str]]
    jump_hosts: Sequence[tuple[str, str]] = ()
    tags: Sequence[str] = ()


class DeviceForm(InlineForm):
    """The fields of a device; `values` are what `services.devices.add` and `change` take."""

    def __init__(
        self, device: Device | None, choices: Choices, *, has_keyring: bool, parent: QWidget | None = None
    ) -> None:
        title = "Add a device" if device is None else f"Edit {device.name}"
        super().__init__(title, "Add it" if device is None else "Save", parent=parent)
        self.device = device
        self._keyring = "the keyring" if has_keyring else "memory until Baton closes: this desktop has no keyring"
        self._add_place(device, choices)
        self._add_way_in(device, choices)
        self._add_rest(device, choices)
        self.protocol.currentIndexChanged.connect(self._follow_protocol)
        self.login_with.currentIndexChanged.connect(self._show_rows)
        self._show_rows()

    def _add_place(self, device: Device | None, choices: Choices) -> None:
        self.address = QLineEdit(device.address if device else "")
        self.address.setPlaceholderText("10.20.0.1 or a host name")
        self.add("Address", self.address)
        self.port = QLineEdit(str(device.port) if device else "22")
        self.add("Port", self.port)
        self.name = QLineEdit(device.name if device else "")
        self.name.setPlaceholderText("as people call it; without one, the address")
        self.add("Name", self.name)
        self.customer = choice([("", "No customer"), *choices.customers], (device.customer_id or "") if device else "")
        self.add("Customer", self.customer)
        self.site = QLineEdit(device.site if device else "")
        self.add("Site", self.site)
        environments = [(one.value, one.value.capitalize()) for one in Environment]
        self.environment = choice(environments, device.environment if device else Environment.PRODUCTION)
        self.add("Environment", self.environment)
        self.platform = choice(PLATFORMS, device.platform if device else "cisco_ios")
        self.platform.setEditable(True)
        self.platform.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.add("Platform", self.platform, "One of the list, or netmiko's name for another")

    def _add_way_in(self, device: Device | None, choices: Choices) -> None:
        self.protocol = choice(_PROTOCOLS, device.protocol if device else Protocol.SSH)
        self.add("Spoken with", self.protocol)
        self.open_hint = self._hint("What is typed, the password too, can be read on the way.")
        self.baud = QLineEdit(str(device.baud) if device else "9600")
        self.add("Baud", self.baud)
        self.username = QLineEdit(device.username if device else "")
        self.add("User name", self.username)
        self.login_with = choice(_LOGINS, device.login_with if device else LoginWith.PASSWORD)
        self.add("Log in with", self.login_with)
        self.password_hint = self._hint(f"The password is asked for when connecting; {self._keeps}.")
        self.key_file = QLineEdit(device.key_file if device else "")
        self.key_file.setPlaceholderText("~/.ssh/id_ed25519, on the workstation of whoever logs in")
        self.add("Key file", self.key_file)
        own = device.id if device else ""
        hosts = [(one, title) for one, title in choices.jump_hosts if one != own]
        self.jump = searched(choice([("", _NO_JUMP), *hosts], (device.jump_id or "") if device else ""))
        self.add("Through", self.jump, "The device through which it is reached; type a part of its name")
        self.enable_password = QLineEdit()
        self.enable_password.setEchoMode(QLineEdit.EchoMode.Password)
        self.enable_password.setPlaceholderText("stays as it is" if device else "none")
        self.add("Enable password", self.enable_password)
        self._hint(f"It goes into {self._keyring}, never into the company database.")

    def _add_rest(self, device: Device | None, choices: Choices) -> None:
        self.tags = QLineEdit(device.tags if device else "")
        self.tags.setPlaceholderText("core uplink")
        used = f"In use: {', '.join(choices.tags[:12])}" if choices.tags else "Words to find it by"
        self.add("Tags", self.tags, used)
        self.note = QPlainTextEdit(device.note if device else "")
        self.note.setFixedHeight(_NOTE_HEIGHT)
        self.add("Note", self.note)
        self.allows_legacy = Tick("Allow old SSH algorithms")
        self.allows_legacy.setChecked(device is not None and device.allows_legacy)
        self.add("", self.allows_legacy)
        self.allows_legacy.setAccessibleName(self.allows_legacy.text())
        self.legacy_hint = self._hint(
            "SHA-1 and CBC, for boxes that know nothing newer. Somebody on the way could break into such a session; "
            "everybody sees the mark."
        )

    @property
    def _keeps(self) -> str:
        return (
            "the keyring keeps it if you want"
            if self._keyring == "the keyring"
            else ("once per start: this desktop has no keyring")
        )

    def _hint(self, text: str) -> Label:
        label = Label(text, face=Face.SMALL, tone=Tone.DIM, wrap=True)
        self.add("", label)
        label.setAccessibleName(text)
        return label

    def _follow_protocol(self) -> None:
        """Put the usual port where the other protocol's usual one stood."""
        protocol = Protocol(self.protocol.currentData())
        if self.port.text().strip() in {str(number) for number in USUAL_PORTS.values()}:
            self.port.setText(str(USUAL_PORTS[protocol]))
        self._show_rows()

    def _show_rows(self) -> None:
        protocol, login = Protocol(self.protocol.currentData()), LoginWith(self.login_with.currentData())
        is_ssh, is_serial = protocol is Protocol.SSH, protocol is Protocol.SERIAL
        self.address.setPlaceholderText("/dev/ttyUSB0 or COM3" if is_serial else "10.20.0.1 or a host name")
        for field, is_shown in (
            (self.port, not is_serial),
            (self.open_hint, not is_ssh),
            (self.baud, is_serial),
            (self.login_with, is_ssh),
            (self.password_hint, not is_ssh or login is LoginWith.PASSWORD),
            (self.key_file, is_ssh and login is LoginWith.KEY),
            (self.jump, is_ssh),
            (self.allows_legacy, is_ssh),
            (self.legacy_hint, is_ssh),
        ):
            self._form.setRowVisible(field, is_shown)

    def values(self) -> dict[str, Any]:
        """Give what was typed, unchecked; raises BadInput for a jump host that is none."""
        typed = self.platform.currentText()
        known = {title: name for name, title in PLATFORMS}
        protocol = Protocol(self.protocol.currentData())
        is_ssh = protocol is Protocol.SSH
        login = LoginWith(self.login_with.currentData()) if is_ssh else LoginWith.PASSWORD
        return {
            "address": self.address.text(),
            "port": "" if protocol is Protocol.SERIAL else self.port.text(),
            "name": self.name.text(),
            "customer_id": self.customer.currentData() or None,
            "environment": Environment(self.environment.currentData()),
            "platform": known.get(typed, typed),
            "username": self.username.text(),
            "site": self.site.text(),
            "allows_legacy": is_ssh and self.allows_legacy.isChecked(),
            "protocol": protocol,
            "baud": self.baud.text(),
            "login_with": login,
            "key_file": self.key_file.text() if login is LoginWith.KEY else "",
            "jump_id": self._jump_id() if is_ssh else None,
            "tags": self.tags.text(),
            "note": self.note.toPlainText(),
        }

    def _jump_id(self) -> str | None:
        typed = self.jump.currentText().strip()
        if not typed:
            return None
        at = self.jump.findText(typed, Qt.MatchFlag.MatchFixedString)
        near = [n for n in range(1, self.jump.count()) if typed.casefold() in self.jump.itemText(n).casefold()]
        if at < 0 and len(near) == 1:
            at = near[0]
        if at < 0:
            many = "Several devices are" if near else "No device is"
            raise BadInput(f"{many} called “{typed}”.", "Choose the one to go through from the list.")
        return str(self.jump.itemData(at)) or None


class FormPage(QScrollArea):
    """The form in the middle of the pane; `saved` carries the device's id, `left` says that nothing was changed."""

    saved = Signal(str)
    left = Signal()

    def __init__(self, console: Console, device: Device | None, choices: Choices, *, has_keyring: bool) -> None:
        super().__init__()
        self._console = console
        self.form = DeviceForm(device, choices, has_keyring=has_keyring)
        self.form.sent.connect(self._send)
        self.form.left.connect(self.left)
        holder = QWidget()
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(L, L, L, L)
        layout.addWidget(self.form)
        layout.addStretch(1)
        self.setWidgetResizable(True)
        self.setWidget(holder)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _send(self) -> None:
        device = self.form.device
        self.form.clear_refusal()
        try:
            values = self.form.values()
        except BadInput as error:
            self.form.refuse(error)
            return
        self.form.send.setEnabled(False)

        def verb(desk: Desk) -> Device:
            return devices.add(desk, **values) if device is None else devices.change(desk, device.id, **values)

        self._console.write(self, verb, self._keep_secret, self.form.refuse)

    def _keep_secret(self, device: Device) -> None:
        """Put the enable password away, when one was typed, and say that all is saved."""
        secret, secrets = self.form.enable_password.text(), self._console.workstation.secrets
        if not secret:
            self.saved.emit(device.id)
            return
        # On a reader thread: the keyring may ask something, and edits must not wait for that.
        future = self._console.workstation.read(lambda _desk: secrets.put(device.enable_secret_name, secret))

        def refused(error: BatonError) -> None:
            self._console.navigator.tell(error.what, error.todo)
            self.saved.emit(device.id)

        self._console.mailbox.deliver(future, self, lambda _none: self.saved.emit(device.id), refused)


def searched(box: Choice) -> Choice:
    """Let a part of an entry be typed to find it."""
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    found = QCompleter(box.model(), box)
    found.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    found.setFilterMode(Qt.MatchFlag.MatchContains)
    found.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    box.setCompleter(found)
    return box


def choice(options: Sequence[tuple[str, str]], chosen: str) -> Choice:
    """Give a field of these (value, title); a value that is none of them is kept as it is."""
    box = Choice()
    # A customer's long name does not push the form out of its column.
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(12)
    with QSignalBlocker(box):
        for value, title in options:
            box.addItem(title, value)
        at = box.findData(chosen)
        if at < 0 and chosen:
            box.addItem(chosen, chosen)
            at = box.count() - 1
        box.setCurrentIndex(max(at, 0))
    return box
