"""Host keys of simulated devices."""

import asyncssh


def new_host_key(kind: str = "ssh-ed25519") -> str:
    """Give a private host key as text; `kind` is an SSH key type such as ssh-rsa."""
    key = asyncssh.generate_private_key(kind)
    return key.export_private_key().decode("ascii")


def fingerprint(host_key: str) -> str:
    """Give the key's `SHA256:...`, as people compare it."""
    return asyncssh.import_private_key(host_key).get_fingerprint()
