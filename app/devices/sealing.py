"""Sealing: the one place that knows the ciphers (libsodium's SecretBox and SealedBox) of the company's key.

A company key has two parts. One seals full texts and is new after each rotation; the other is under the marks of the
redacted texts and stays, so that marks of all times can be compared.
"""

import base64
import secrets
import uuid
from dataclasses import dataclass, field

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from app.devices.seal_key import SealKey
from app.domain.errors import BadInput, EnvironmentFault

_VERSION = b"\x01"
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A person's key on one workstation, both parts as base64 text."""

    public: str
    private: str = field(repr=False)


def new_key(key_id: str, marking: bytes | None = None) -> SealKey:
    """Make a company key; with `marking` its marks can be compared with those of an earlier one."""
    return SealKey(key_id, secrets.token_bytes(_KEY_BYTES), marking or secrets.token_bytes(_KEY_BYTES))


def new_pair() -> KeyPair:
    """Make a person's key."""
    return _pair(PrivateKey.generate())


def pair_of(private: str) -> KeyPair:
    """Give the pair of a private part that is known already: base64 of 32 bytes."""
    return _pair(PrivateKey(_bytes(private)))


def _pair(private: PrivateKey) -> KeyPair:
    return KeyPair(_text(bytes(private.public_key)), _text(bytes(private)))


def wrap(key: SealKey, public: str) -> str:
    """Give the company key such that only who has this public key's private part can open it; raises BadInput."""
    plain = _VERSION + uuid.UUID(key.id).bytes + key.sealing + key.marking
    try:
        return _text(SealedBox(PublicKey(_bytes(public))).encrypt(plain))
    except (CryptoError, ValueError, TypeError) as e:
        raise BadInput("That is no public key.", "Let the person open their console once more.") from e


def unwrap(wrapped: str, private: str, key_id: str) -> SealKey:
    """Open a wrapped company key; raises EnvironmentFault when it was not wrapped for this key or is another's."""
    try:
        plain = SealedBox(PrivateKey(_bytes(private))).decrypt(_bytes(wrapped))
    except (CryptoError, ValueError, TypeError) as e:
        raise _not_ours() from e
    if len(plain) != 17 + 2 * _KEY_BYTES or plain[:1] != _VERSION or plain[1:17] != uuid.UUID(key_id).bytes:
        raise _not_ours()
    return SealKey(key_id, plain[17 : 17 + _KEY_BYTES], plain[17 + _KEY_BYTES :])


def seal(key: SealKey, about: str, data: bytes) -> bytes:
    """Give the data sealed; `about` says what it is of and is sealed along, so that no other can stand in for it."""
    name = about.encode()
    return bytes(SecretBox(key.sealing).encrypt(len(name).to_bytes(2, "big") + name + data))


def unseal(key: SealKey, about: str, sealed: bytes) -> bytes:
    """Open what was sealed; raises EnvironmentFault when it was damaged, changed or is of something else."""
    name = about.encode()
    try:
        plain = bytes(SecretBox(key.sealing).decrypt(sealed))
    except (CryptoError, ValueError, TypeError) as e:
        raise _damaged() from e
    start = len(name).to_bytes(2, "big") + name
    if not plain.startswith(start):
        raise _damaged()
    return plain[len(start) :]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _not_ours() -> EnvironmentFault:
    return EnvironmentFault(
        "The company's key was not wrapped for this workstation.", "Ask a manager to let you in to the configurations."
    )


def _damaged() -> EnvironmentFault:
    return EnvironmentFault(
        "The full text of this copy is damaged, or it is not of this device.",
        "The redacted text can still be read; take a new copy.",
    )
