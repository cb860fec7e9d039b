"""What a person of the demo has in the keyring: the passwords of its devices, and a key of their own.

The key is the same at every start, because a demo often runs where no keyring keeps anything: so full texts of
configurations can be read there, and a secret that changed shows. It is no secret, and neither is anything it opens.
"""

import base64
import hashlib

from app.domain.device import Device
from app.domain.errors import BatonError
from app.domain.ports import Secrets
from app.practice.sample_company import demo_id
from app.practice.sample_devices import DEVICE_PASSWORD, DEVICES
from app.services.configs.keys import name_of_private


def person_key_id(login: str) -> str:
    """Give the id of a person's key."""
    return demo_id("person_key", login)


def private_part(login: str) -> str:
    """Give the private part of a person's key, in base64."""
    return base64.b64encode(hashlib.sha256(f"the demo's key of {login}".encode()).digest()).decode("ascii")


def know(secrets: Secrets, login: str) -> None:
    """Put it where a person's own would be."""
    known = {name_of_private(person_key_id(login)): private_part(login)}
    for device in DEVICES:
        name = Device(id=demo_id("device", device.name), name=device.name, address="").secret_name
        known[name] = DEVICE_PASSWORD
    for name, secret in known.items():
        try:
            if secrets.get(name) is None:
                secrets.put(name, secret)
        except BatonError:
            return  # the console asks, as it does for any device
