"""What other programs write down of devices: CSV, OpenSSH, PuTTY, SecureCRT, RANCID. Pure readers; no password is read.

Each takes texts and gives a `Found`: devices with what the file says of them, and what could not be read.
"""

from app.domain.device_files.found import FileKind, Found, FoundDevice, Unread

__all__ = ["FileKind", "Found", "FoundDevice", "Unread"]
