"""Adding a device by hand, and correcting one."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from app.domain.customer import Environment
from app.domain.device import Device
from app.services import devices
from app.services.desk import Desk
from app.services.devices import PLATFORMS
from ui.kit.console import Console
from ui.kit.fields import Choice, Tick
from ui.kit.forms import InlineForm
from ui.kit.labels import Label
from ui.kit.theme import Face, L, Tone


class DeviceForm(InlineForm):
    """The fields of a device; `values` are what `services.devices.add` and `change` take."""

    def __init__(
        self,
        device: Device | None,
        customers: Sequence[tuple[str, str]],
        *,
        has_keyring: bool,
        parent: QWidget | None = None,
    ) -> None:
        title = "Add a device" if device is None else f"Edit {device.name}"
        super().__init__(title, "Add it" if device is None else "Save", parent=parent)
        self.device = device
        self.address = QLineEdit(device.address if device else "")
        self.address.setPlaceholderText("10.20.0.1 or a host name")
        self.add("Address", self.address)
        self.port = QLineEdit(str(device.port) if device else "22")
        self.add("Port", self.port)
        self.name = QLineEdit(device.name if device else "")
        self.name.setPlaceholderText("as people call it; without one, the address")
        self.add("Name", self.name)
        self.customer = _choice([("", "No customer"), *customers], (device.customer_id or "") if device else "")
        self.add("Customer", self.customer)
        environments = [(one.value, one.value.capitalize()) for one in Environment]
        self.environment = _choice(environments, device.environment if device else Environment.PRODUCTION)
        self.add("Environment", self.environment)
        self.platform = _choice(PLATFORMS, device.platform if device else "cisco_ios")
        self.platform.setEditable(True)
        self.platform.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.add("Platform", self.platform, "One of the list, or netmiko's name for another")
        self.username = QLineEdit(device.username if device else "")
        self.add("User name", self.username)
        kept = "the keyring keeps it if you want" if has_keyring else "once per start: this desktop has no keyring"
        self._hint(f"The password is asked for when connecting; {kept}.")
        self.site = QLineEdit(device.site if device else "")
        self.add("Site", self.site)
        self.allows_legacy = Tick("Allow old SSH algorithms")
        self.allows_legacy.setChecked(device is not None and device.allows_legacy)
        self.add("", self.allows_legacy)
        self.allows_legacy.setAccessibleName(self.allows_legacy.text())
        self._hint("SHA-1, for boxes that know nothing newer.")

    def _hint(self, text: str) -> None:
        label = Label(text, face=Face.SMALL, tone=Tone.DIM, wrap=True)
        self.add("", label)
        label.setAccessibleName(text)

    def values(self) -> dict[str, Any]:
        """Give what was typed, unchecked."""
        typed = self.platform.currentText()
        known = {title: name for name, title in PLATFORMS}
        return {
            "address": self.address.text(),
            "port": self.port.text(),
            "name": self.name.text(),
            "customer_id": self.customer.currentData() or None,
            "environment": Environment(self.environment.currentData()),
            "platform": known.get(typed, typed),
            "username": self.username.text(),
            "site": self.site.text(),
            "allows_legacy": self.allows_legacy.isChecked(),
        }


class FormPage(QScrollArea):
    """The form in the middle of the pane; `saved` carries the device's id, `left` says that nothing was changed."""

    saved = Signal(str)
    left = Signal()

    def __init__(
        self, console: Console, device: Device | None, customers: Sequence[tuple[str, str]], *, has_keyring: bool
    ) -> None:
        super().__init__()
        self._console = console
        self.form = DeviceForm(device, customers, has_keyring=has_keyring)
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
        values, device = self.form.values(), self.form.device
        self.form.clear_refusal()
        self.form.send.setEnabled(False)

        def verb(desk: Desk) -> Device:
            return devices.add(desk, **values) if device is None else devices.change(desk, device.id, **values)

        self._console.write(self, verb, lambda made: self.saved.emit(made.id), self.form.refuse)


def _choice(options: Sequence[tuple[str, str]], chosen: str) -> Choice:
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
