"""The bytes of files and folders of devices: what they are, their encoding, and which others they may name."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.domain.device_files import FileKind, Found, openssh, putty, rancid, securecrt, tables
from app.domain.errors import BadInput, EnvironmentFault

MOST_BYTES = 20_000_000
MOST_FILES = 5_000
MOST_IN_FOLDER_BYTES = 60_000_000

_HEAD_CHARS = 4_000


@dataclass(frozen=True, slots=True)
class DeviceFile:
    """A file or folder as it was read. `digest` tells whether it is the same still."""

    name: str
    digest: str
    found: Found


class _Reader:
    """Reads files and remembers what was in them."""

    def __init__(self) -> None:
        self.hash = hashlib.sha256()
        self.left_bytes = MOST_IN_FOLDER_BYTES

    def text(self, path: Path) -> str:
        """Give a file's text; raises BadInput and EnvironmentFault."""
        try:
            if not path.is_file():  # a pipe or a device would never end
                raise BadInput(f"{path} is no file.", "Check the path.")
            size = path.stat().st_size
            if size > min(MOST_BYTES, self.left_bytes):
                raise BadInput(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB.", "Take a part of it.")
            with path.open("rb") as file:
                raw = file.read(MOST_BYTES)  # it may grow while it is read
        except OSError as e:
            raise EnvironmentFault(
                f"{path} cannot be read: {e.strerror or e}.", "Check the file and its rights."
            ) from e
        self.left_bytes -= len(raw)
        self.hash.update(len(raw).to_bytes(8) + raw)
        text = decoded(raw)
        if _is_no_text(text):
            raise BadInput(f"{path.name} is not text.", "Choose the file in which the devices are written down.")
        return text


def _is_no_text(text: str) -> bool:
    """Say whether it begins with what no program writes into a text, such as a picture or an archive."""
    head = text[:_HEAD_CHARS]
    usual = "\t\r\n\f\x1b\ufeff\xa0\xad"
    strange = sum(one == "\ufffd" or not (one.isprintable() or one in usual) for one in head)
    return strange > max(len(head) // 20, 3)


def guess_kind(path: Path) -> FileKind:
    """Say what a file or folder probably is, by its name and its beginning; reads little."""
    if path.is_dir():
        has_ini = any(file.suffix.casefold() == ".ini" for file in _files(path))
        return FileKind.SECURECRT if has_ini else FileKind.PUTTY
    by_suffix = {".reg": FileKind.PUTTY, ".xml": FileKind.SECURECRT, ".csv": FileKind.CSV, ".tsv": FileKind.CSV}
    if found := by_suffix.get(path.suffix.casefold()):
        return found
    if path.name.casefold().endswith("router.db"):
        return FileKind.RANCID
    try:
        with path.open("rb") as file:
            head = decoded(file.read(4_000)) if path.is_file() else ""
    except OSError:
        head = ""
    words = [line.strip().casefold() for line in head.splitlines()]
    if any(line.startswith(("host ", "hostname ", "include ", "match ")) for line in words):
        return FileKind.OPENSSH
    if any(line.count(";") >= 2 and line.endswith((";up", ";down")) for line in words):
        return FileKind.RANCID
    return FileKind.CSV


def read(path: Path, kind: FileKind, columns: Mapping[str, str] | None = None) -> DeviceFile:
    """Read all of it. Raises BadInput when it is not what it is said to be, EnvironmentFault when it cannot be read."""
    if not path.exists():
        raise BadInput(f"There is no file {path}.", "Check the path.")
    reader = _Reader()
    found = _found(path, kind, columns, reader)
    return DeviceFile(path.name, reader.hash.hexdigest(), found)


def decoded(raw: bytes) -> str:
    """Give the text: by its byte-order mark, as UTF-16 by its zeros, else UTF-8, else as western Windows writes it."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    if len(raw) > 3 and raw[1] == 0 and raw[3] == 0:
        return raw.decode("utf-16-le", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _found(path: Path, kind: FileKind, columns: Mapping[str, str] | None, reader: _Reader) -> Found:
    if path.is_dir():
        return _in_folder(path, kind, reader)
    text = reader.text(path)
    readers: dict[FileKind, Callable[[], Found]] = {
        FileKind.CSV: lambda: tables.read(text, columns),
        FileKind.RANCID: lambda: rancid.read(text),
        FileKind.OPENSSH: lambda: openssh.read(text, _Includes(path, reader)),
        FileKind.PUTTY: lambda: putty.read_registry(text),
        FileKind.SECURECRT: lambda: securecrt.read_xml(text),
    }
    return readers[kind]()


def _in_folder(path: Path, kind: FileKind, reader: _Reader) -> Found:
    if kind is FileKind.PUTTY:
        return putty.read_folder({file.name: reader.text(file) for file in _files(path, depth=1)})
    if kind is FileKind.SECURECRT:
        inis = [file for file in _files(path) if file.suffix.casefold() == ".ini"]
        return securecrt.read_folder({file.relative_to(path).as_posix(): reader.text(file) for file in inis})
    raise BadInput(f"{path} is a folder.", "Choose the file in it.")


def _files(folder: Path, *, depth: int = 40) -> Iterator[Path]:
    """Give the files of a folder and of those in it, by name; links out of it are not followed."""
    waiting, count = [(folder, 1)], 0
    while waiting:
        here, level = waiting.pop()
        try:
            inside = sorted(here.iterdir())
        except OSError as e:
            raise EnvironmentFault(f"{here} cannot be read: {e.strerror or e}.", "Check the folder's rights.") from e
        for one in inside:
            if one.is_symlink():
                continue
            if one.is_dir() and level < depth:
                waiting.append((one, level + 1))
            elif one.is_file():
                count += 1
                if count > MOST_FILES:
                    raise BadInput(
                        f"{folder} has more than {MOST_FILES:,} files.", "Choose the folder of the sessions."
                    )
                yield one


class _Includes:
    """What an Include may name: files in the folder of the first one, and below."""

    def __init__(self, first: Path, reader: _Reader) -> None:
        self._folder, self._reader = first.resolve().parent, reader

    def __call__(self, pattern: str) -> list[tuple[str, str]]:
        """Give name and text of each; none for what lies elsewhere."""
        plain = pattern.removeprefix("~/.ssh/")
        if "**" in plain or "\x00" in plain:
            return []
        try:
            if Path(plain).is_absolute():
                plain = Path(plain).relative_to(self._folder).as_posix()
            files = [file.resolve() for file in sorted(self._folder.glob(plain))]
        except (ValueError, NotImplementedError, OSError):
            return []
        inside = [file for file in files if file.is_relative_to(self._folder) and file.is_file()]
        return [(str(file), self._reader.text(file)) for file in inside]
