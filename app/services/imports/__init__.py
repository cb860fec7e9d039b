"""Brings what other systems export into Baton: customers with contacts, issues, and issues with their history.

`run`, `preview` and `undo` are what the command line and the wizard call, with a map from `read_map` or `own_maps`.
"""

from pathlib import Path

from app.domain.errors import BadInput
from app.domain.import_map import ImportMap, MapKind, parse_map
from app.services.imports.previewing import Preview, PreviewRow, preview
from app.services.imports.rejects import BadRow
from app.services.imports.running import ImportProgress, ImportResult, run
from app.services.imports.said import Ambiguous, Unmapped
from app.services.imports.undoing import PastImport, UndoResult, past, undo

__all__ = [
    "Ambiguous",
    "BadRow",
    "ImportMap",
    "ImportProgress",
    "ImportResult",
    "MapKind",
    "PastImport",
    "Preview",
    "PreviewRow",
    "UndoResult",
    "Unmapped",
    "own_maps",
    "past",
    "preview",
    "read_map",
    "run",
    "undo",
]

_MAPS = Path(__file__).resolve().parents[3] / "resources" / "maps"


def read_map(path: Path) -> ImportMap:
    """Give the map in a file; raises BadInput naming the line or key that is wrong."""
    try:
        return parse_map(path.read_text(encoding="utf-8"), path.name)
    except FileNotFoundError as e:
        raise BadInput(f"There is no map {path}.", f"Maps that come with Baton are in {_MAPS}.") from e
    except OSError as e:
        raise BadInput(f"The map {path} cannot be read: {e.strerror or e}.", "Check the file.") from e
    except UnicodeDecodeError as e:
        raise BadInput(f"The map {path.name} is not UTF-8.", "Save it as UTF-8.") from e


def own_maps() -> dict[Path, ImportMap]:
    """Give the maps that come with Baton, by file: examples to start from."""
    return {path: read_map(path) for path in sorted(_MAPS.glob("*.toml"))}
