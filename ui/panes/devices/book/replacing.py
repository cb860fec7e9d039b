"""Replacing a key from the book: which key the device has now, and how somebody knows."""

from PySide6.QtWidgets import QLineEdit, QWidget

from ui.kit.fields import Choice
from ui.kit.forms import InlineForm
from ui.kit.labels import Label
from ui.kit.theme import Face, Tone
from ui.panes.devices.words import key_type_word, short_fingerprint

_TYPES = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa")


class Replacing(InlineForm):
    """`key` becomes the device's only valid one; nothing is chosen by itself."""

    def __init__(self, name: str, valid: list[tuple[str, str]], parent: QWidget | None = None) -> None:
        """Ask for the device's key; `valid` are the (type, fingerprint) of the book: of two, one may be right."""
        super().__init__(f"Replace the key of {name}", "Replace", parent=parent)
        self.key_type = Choice()
        for one in _TYPES:
            self.key_type.addItem(key_type_word(one), one)
        self.add("Type", self.key_type)
        self.fingerprint = QLineEdit()
        self.fingerprint.setPlaceholderText("SHA256:… as the device itself shows it")
        self.add("Fingerprint", self.fingerprint)
        if len(valid) > 1:
            known = " or ".join(short_fingerprint(fingerprint) for _type, fingerprint in valid)
            self.add("", Label(f"The book has {known}.", face=Face.SMALL, tone=Tone.DIM, wrap=True))
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("How do you know? Such as: new chassis")
        self.add("Reason", self.reason)

    @property
    def key(self) -> tuple[str, str]:
        """Type and fingerprint as typed."""
        return str(self.key_type.currentData()), self.fingerprint.text().strip()

    def ask(self) -> None:
        """Take the focus."""
        self.fingerprint.setFocus()
