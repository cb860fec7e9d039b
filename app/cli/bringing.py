"""import: what other systems hold."""

import sys
import time
from argparse import Namespace

from app.cli import saying
from app.cli.profiles import headless
from app.domain.errors import BadInput, CompanyUnreachable
from app.domain.import_map import MapKind
from app.services import imports

_TELL_EVERY_S = 0.5
_KINDS = {"issues": {MapKind.ISSUES, MapKind.EVENTS}, "customers": {MapKind.CUSTOMERS}}


def bring_in(arguments: Namespace) -> int:
    """Import a file by its map, and send what came of it when there is contact."""
    by = imports.read_map(arguments.map)
    if by.kind not in _KINDS[arguments.kind]:
        raise BadInput(
            f"{arguments.map} is a map of {by.kind}, not of {arguments.kind}.", f"Call `import {_verb_for(by.kind)}`."
        )
    if arguments.preview:
        return _look(arguments, by)
    with headless(arguments) as workstation:
        result = imports.run(workstation.desk, arguments.file, by, on_progress=_Teller().tell)
        print(file=sys.stderr)
        if result.trouble:
            saying.progress(str(result.trouble))
        for bad in result.reasons:
            saying.progress(f"line {bad.line}: {bad.reason}")
        for line in _left_over(result):
            saying.progress(line)
        said = result.as_dict()
        try:
            said["sync"] = workstation.sync()
        except CompanyUnreachable:
            saying.progress("The company cannot be reached; what came in waits on this workstation.")
    text = (
        f"{result.rows} rows: {result.inserted} records new, {result.updated} changed, {result.unchanged} unchanged, "
        f"{result.rejected} rejected" + (f" (listed in {result.rejected_file})" if result.rejected_file else "")
    )
    return saying.result(arguments, {"ok": True, **said}, text)


def _look(arguments: Namespace, by: imports.ImportMap) -> int:
    """Say what would come of the file: the first rows, and what the map leaves out."""
    with headless(arguments) as workstation:
        seen = imports.preview(workstation.desk, arguments.file, by)
    lines = [f"{'' if seen.is_whole else 'Of the first rows: '}{seen.good:,} good, {seen.bad:,} bad.", ""]
    for row in seen.rows:
        known = [f"{field}: {cell}" for field, cell in zip(seen.fields, row.cells, strict=True) if cell]
        lines.append(f"line {row.line:>6}  {' | '.join(known)}")
    lines += ["", f"Columns that the map leaves out: {', '.join(seen.left_out) or 'none'}."]
    lines += _left_over(seen)
    lines += [f"line {bad.line}: {bad.reason}" for bad in seen.bad_rows]
    return saying.result(arguments, {"ok": True, **seen.as_dict()}, "\n".join(lines))


def _left_over(seen: imports.Preview | imports.ImportResult) -> list[str]:
    """Say which values the map has no word for, and which times could mean another day."""
    lines = [
        f"{one.field}: {one.cells:,} cells without a word in the map ("
        + ", ".join(f"{word!r} {n:,} times" for word, n in one.words)
        + f"): {one.becomes}."
        for one in seen.unmapped
    ]
    if (double := seen.ambiguous) is not None:
        lines.append(
            f"{double.cells:,} times can be read in two ways, such as {double.example!r}: taken as {double.taken}, "
            f"not {double.other}. The first in times of the map holds."
        )
    return lines


def _verb_for(kind: MapKind) -> str:
    return next(verb for verb, kinds in _KINDS.items() if kind in kinds)


class _Teller:
    """Says on one line of stderr how far an import is."""

    def __init__(self) -> None:
        self._told_at = 0.0

    def tell(self, progress: imports.ImportProgress) -> None:
        """Say it, at most twice a second."""
        now = time.monotonic()
        if now - self._told_at < _TELL_EVERY_S:
            return
        self._told_at = now
        share = progress.done_bytes / progress.total_bytes if progress.total_bytes else 1
        print(
            f"\r{share:4.0%}  {progress.rows:,} rows  {progress.rows_per_s:,.0f}/s ",
            end="",
            file=sys.stderr,
            flush=True,
        )
