"""Reading files of this machine off the GUI thread."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from app.domain.errors import BatonError, EnvironmentFault
from app.services import releases
from app.services.desk import Desk
from app.services.releases import FileSum
from ui.kit.console import Console


def read_sum(
    console: Console,
    owner: QObject,
    path: Path,
    on_sum: Callable[[FileSum], None],
    refuse: Callable[[BatonError], None],
) -> None:
    """Read the file on a reader thread; then `on_sum` with size and checksum, or `refuse` with why it cannot be."""

    def look(_desk: Desk) -> FileSum | EnvironmentFault:
        try:
            return releases.sum_of(path)
        except EnvironmentFault as e:
            return e

    def came(found: FileSum | EnvironmentFault) -> None:
        if isinstance(found, FileSum):
            on_sum(found)
        else:
            refuse(found)

    console.read(owner, look, came)
