"""Typed settings, each declared once with title, help and default; kept in a JSON file, written atomically.

A value that does not fit its declaration counts as not set. What the file holds beyond the declarations, such
as a newer version's settings, is kept as it is.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from PySide6.QtCore import QIODevice, QObject, QSaveFile, Signal

from app.domain.errors import DiskFull

Value = bool | int | float | str
T = TypeVar("T", bound=Value)
_KEYS = "keys"


@dataclass(frozen=True)  # slots and Generic do not go together in Python 3.11
class Setting(Generic[T]):
    """One setting; `choices` are (value, label) pairs, `low` and `high` bound a number."""

    key: str
    title: str
    help: str
    type: type[T]
    default: T
    choices: tuple[tuple[T, str], ...] = ()
    group: str = "General"
    low: float | None = None
    high: float | None = None

    def fits(self, value: object) -> bool:
        """Say whether the value can be this setting's."""
        if self.type is float and type(value) is int:
            value = float(value)
        if type(value) is not self.type:
            return False
        if self.choices:
            return any(value == choice for choice, _label in self.choices)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)
        return True


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where a value is kept that is not the screens' own; `write` raises BatonError when it cannot."""

    read: Callable[[], Value]
    write: Callable[[Any], None]


class Settings(QObject):
    """The person's settings on this workstation; GUI thread only."""

    changed = Signal(str)  # the key

    def __init__(
        self,
        path: Path,
        declared: Iterable[Setting[Any]],
        parent: QObject | None = None,
        elsewhere: Mapping[str, Elsewhere] | None = None,
    ) -> None:
        """`elsewhere` says by key which settings are not kept in the file."""
        super().__init__(parent)
        self._path, self._elsewhere = path, dict(elsewhere or {})
        self.declared: tuple[Setting[Any], ...] = tuple(declared)
        self.trouble = ""  # what was wrong with the file, for a banner
        self._values: dict[str, Any] = self._read()

    def get(self, setting: Setting[T]) -> T:
        """Give the value: the person's, else the default."""
        there = self._elsewhere.get(setting.key)
        value = self._values.get(setting.key) if there is None else there.read()
        return cast("T", value) if setting.fits(value) else setting.default

    def put(self, setting: Setting[T], value: T) -> None:
        """Keep the value at once; ValueError when it does not fit, BatonError when it could not be written."""
        if not setting.fits(value):
            raise ValueError(f"{value!r} is no value of {setting.key}.")
        if self.get(setting) == value:
            return
        there = self._elsewhere.get(setting.key)
        if there is None:
            self._write({**self._values, setting.key: value})
        else:
            there.write(value)
        self.changed.emit(setting.key)

    def keys(self) -> dict[str, tuple[str, ...]]:
        """Give the person's own keys by command id."""
        own = self._values.get(_KEYS)
        if not isinstance(own, dict):
            return {}
        return {str(c): tuple(str(k) for k in keys) for c, keys in own.items() if isinstance(keys, list)}

    def put_keys(self, own: Mapping[str, Iterable[str]]) -> None:
        """Keep the person's own keys."""
        self._write({**self._values, _KEYS: {command: list(keys) for command, keys in own.items()}})
        self.changed.emit(_KEYS)

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            self._set_aside(str(error))
            return {}
        if isinstance(found, dict):
            return found
        self._set_aside("it holds no settings")
        return {}

    def _set_aside(self, why: str) -> None:
        aside = self._path.with_name(self._path.name + ".unreadable")
        self.trouble = f"The settings could not be read ({why}). The defaults are used; the old file is {aside.name}."
        try:
            self._path.replace(aside)
        except OSError:
            self.trouble = f"The settings could not be read ({why}). The defaults are used."

    def _write(self, values: dict[str, Any]) -> None:
        file = QSaveFile(str(self._path))
        with suppress(OSError):  # what is wrong with the folder is wrong with the file too
            self._path.parent.mkdir(parents=True, exist_ok=True)
        data = json.dumps(values, indent=1, sort_keys=True).encode()
        is_written = file.open(QIODevice.OpenModeFlag.WriteOnly) and file.write(data) == len(data) and file.commit()
        if not is_written:
            raise DiskFull(
                f"The settings could not be written: {file.errorString()}.",
                f"Make room or make {self._path.parent} writable, then change the setting again.",
            )
        self._values = values
