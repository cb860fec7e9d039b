"""import and report: what other systems hold, and the figures in it."""

import sys
import time
from argparse import Namespace

from app.cli import saying
from app.cli.profiles import headless
from app.domain.errors import BadInput, CompanyUnreachable
from app.domain.import_map import MapKind
from app.services import imports, reports

_TELL_EVERY_S = 0.5
_KINDS = {"issues": {MapKind.ISSUES, MapKind.EVENTS}, "customers": {MapKind.CUSTOMERS}}


def bring_in(arguments: Namespace) -> int:
    """Import a file by its map, and send what came of it when there is contact."""
    by = imports.read_map(arguments.map)
    if by.kind not in _KINDS[arguments.kind]:
        raise BadInput(
            f"{arguments.map} is a map of {by.kind}, not of {arguments.kind}.", f"Call `import {_verb_for(by.kind)}`."
        )
    with headless(arguments) as workstation:
        result = imports.run(workstation.desk, arguments.file, by, on_progress=_Teller().tell)
        print(file=sys.stderr)
        if result.trouble:
            saying.progress(str(result.trouble))
        for bad in result.reasons:
            saying.progress(f"line {bad.line}: {bad.reason}")
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


def report_incidents(arguments: Namespace) -> int:
    """Give the figures of the imported incidents of this workstation."""
    with headless(arguments) as workstation:
        figures = reports.incidents(workstation.desk, arguments.source).as_dict()
    text = "\n".join(f"{name.replace('_', ' '):28} {value}" for name, value in figures.items())
    return saying.result(arguments, figures, text)
