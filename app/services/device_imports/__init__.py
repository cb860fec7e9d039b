"""Devices out of the files of other programs, shown before anything is written; written as edits like any.

`preview` and `write` are what the command line and the screen call; one undo takes back all that was written.
"""

from app.services.device_imports.previewing import Doing, Line, Options, Preview, preview, summary
from app.services.device_imports.reading import guess_kind
from app.services.device_imports.writing import may_take_back, write

__all__ = [
    "Doing",
    "Line",
    "Options",
    "Preview",
    "guess_kind",
    "may_take_back",
    "preview",
    "summary",
    "write",
]
