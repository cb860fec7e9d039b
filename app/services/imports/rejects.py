"""The list of records that an import could not take, as a CSV file beside the input or, where that fails, elsewhere."""

import contextlib
import csv
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from app.services.imports.reading import printable

SHOWN = 20  # reasons that a result carries itself
_HEADER = ["line", "reason", "text"]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A record that could not be taken, or not as the source says it. `text` is its beginning."""

    line: int
    reason: str
    text: str = ""


class Rejects:
    """Collects bad rows in a file that gets its name and place only when the import is over. Never raises OSError."""

    def __init__(self, source: Path, folder: Path) -> None:
        """`folder` is ours to write; the list stays there when the folder of the source cannot be written."""
        self._beside = source.with_name(f"{source.stem}.rejected.csv")
        self._folder = folder
        self._out: TextIO | None = None
        self.count = 0
        self.first: list[BadRow] = []
        self.trouble = ""

    def add(self, rows: Iterable[BadRow]) -> None:
        """List these; what cannot be listed is still counted."""
        for row in rows:
            if self.count < SHOWN:
                self.first.append(row)
            self.count += 1
            try:
                if self.count == 1:
                    self._folder.mkdir(parents=True, exist_ok=True)
                    self._out = self._part.open("w", encoding="utf-8-sig", newline="")  # Excel asks for the mark
                    csv.writer(self._out).writerow(_HEADER)
                if self._out is not None:
                    csv.writer(self._out).writerow([row.line, row.reason, printable(row.text)])
            except OSError as e:
                self._lose(e)

    def close(self) -> Path | None:
        """Put the list in its place and give it; None when there is none. A list of an earlier import goes."""
        if self.count == 0:
            self._remove_old()
        if self._out is None:
            return None
        try:
            self._out.close()
            return self._put_in_place()
        except OSError as e:
            self._lose(e)
            return None

    @property
    def _part(self) -> Path:
        return self._folder / f".{self._beside.name}.{os.getpid()}.part"

    def _put_in_place(self) -> Path:
        try:
            shutil.copyfile(self._part, self._beside)
        except OSError as e:
            kept = self._part.replace(self._folder / self._beside.name)
            why = e.strerror or str(e)
            self.trouble = f"{self._beside} cannot be written ({why}); the list of rejected rows is in {kept}."
            return kept
        self._part.unlink()
        return self._beside

    def _lose(self, error: OSError) -> None:
        """Go on without the list; the reasons that were first stand in the result."""
        self.trouble = f"The list of rejected rows could not be written: {error.strerror or error}."
        out, self._out = self._out, None
        with contextlib.suppress(OSError):
            if out is not None:
                out.close()
        with contextlib.suppress(OSError):
            self._part.unlink()

    def _remove_old(self) -> None:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            with self._beside.open(encoding="utf-8-sig", newline="") as lines:
                is_ours = lines.readline().strip() == ",".join(_HEADER)
            if is_ours:
                self._beside.unlink()
