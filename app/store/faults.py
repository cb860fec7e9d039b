"""Says SQLite's troubles in Baton's words."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from app.domain.errors import BatonError, DiskFull, EnvironmentFault


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn errors of SQLite and peewee into Baton's; everything else passes."""
    try:
        yield
    except _faults() as e:
        if (known := in_our_words(e)) is None:
            raise
        raise known from e


def _faults() -> tuple[type[Exception], ...]:
    """Give what counts as the database's trouble; peewee is loaded with the first edit only."""
    peewee = sys.modules.get("peewee")
    return (sqlite3.Error,) if peewee is None else (sqlite3.Error, peewee.PeeweeException)


def in_our_words(error: Exception) -> BatonError | None:
    """Give the error for the person; None for what is a defect of ours, such as a wrong statement."""
    text = str(error).lower()
    if "disk is full" in text or "disk i/o error" in text:
        return DiskFull(
            "The disk of this workstation is full; nothing was written.",
            "Free some space and try again; what you typed is still on the screen.",
        )
    if "database is locked" in text:
        return EnvironmentFault(
            "Another program holds this workstation's cache.", "Try again; close other Baton windows if it stays."
        )
    if "not a database" in text or "malformed" in text:
        return EnvironmentFault(
            "The cache file of this workstation is damaged.",
            "Move cache.sqlite3 aside and start again: everything the company has comes back by itself.",
        )
    if "unable to open" in text or "readonly" in text:
        return EnvironmentFault(
            "The cache file cannot be opened for writing.", "Check the rights of the profile folder."
        )
    return None
