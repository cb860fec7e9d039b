"""Contacts from and into files of other programs: vCards and CSV, shown before anything is written.

`preview`, `bring_in` and `take_back` are what the command line and the screen call, and `write` for the way out.
"""

from app.services.contact_files.bringing import Brought, bring_in, take_back
from app.services.contact_files.previewing import Doing, Line, Preview, preview
from app.services.contact_files.reading import MOST_BYTES
from app.services.contact_files.writing import Format, write

__all__ = [
    "MOST_BYTES",
    "Brought",
    "Doing",
    "Format",
    "Line",
    "Preview",
    "bring_in",
    "preview",
    "take_back",
    "write",
]
