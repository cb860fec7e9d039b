"""Reads the history of a git repository's files by the git program: no checkout, none of its settings obeyed."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from app.domain.errors import BadInput, EnvironmentFault

MOST_VERSIONS = 500_000
_BLOCK_BYTES = 1 << 16
_LONGEST_RECORD_BYTES = 1 << 20
_REGULAR = (b"100644", b"100755")
# A repository from elsewhere may name programs in its settings: none of them is started.
_SETTINGS = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.quotePath=false",
    "log.showSignature=false",
    "diff.external=",
    "protocol.allow=never",
)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one file. `path` is as the repository has it, with what is no UTF-8 escaped."""

    path: str
    commit: str
    blob: str
    at: datetime
    author: str
    subject: str


class GitHistory:
    """One repository, bare or with a working folder; close it, or use it as a context. One thread uses it."""

    def __init__(self, folder: Path) -> None:
        """Look at the repository; raises BadInput for what is none, EnvironmentFault without the git program."""
        self._git_dir = next((one for one in (folder / ".git", folder) if (one / "objects").is_dir()), None)
        if self._git_dir is None:
            raise BadInput(
                f"{folder} is not a git repository.", "Name Oxidized's: its folder, or one that ends in .git."
            )
        self._blobs: subprocess.Popen[bytes] | None = None

    def versions(self) -> Iterator[Version]:
        """Give every version of every file that HEAD's history knows, the oldest first.

        Raises EnvironmentFault when git fails, BadInput for more versions than anybody keeps.
        """
        process = self._start(
            *("log", "--reverse", "--raw", "-z", "--root", "--no-renames", "--no-abbrev", "-m", "--first-parent"),
            *("--no-ext-diff", "--no-textconv", "--no-color", "--no-show-signature", "--no-notes"),
            *("--format=%x01%H%x02%ct%x02%an%x02%s", "HEAD", "--"),
        )
        count = 0
        try:
            for version in _parsed(_records(_out(process))):
                count += 1
                if count > MOST_VERSIONS:
                    raise BadInput(f"It has more than {MOST_VERSIONS:,} versions.", "Bring in a repository per group.")
                yield version
        finally:
            if process.poll() is None:
                process.kill()
            trouble = (process.stderr.read() if process.stderr is not None else b"").decode(errors="replace").strip()
            _close(process)
        if process.returncode > 0:
            raise EnvironmentFault(f"git cannot read {self._git_dir}: {trouble[:300]}", "Check it with `git fsck`.")

    def text(self, blob: str, most_bytes: int) -> str | None:
        """Give a version's text; None for one that is longer or gone."""
        if self._blobs is None:
            self._blobs = self._start("cat-file", "--batch", stdin=True)
        to, back = self._blobs.stdin, _out(self._blobs)
        if to is None or not blob.isalnum():
            return None
        try:
            to.write(f"{blob}\n".encode())
            to.flush()
            head = back.readline(_LONGEST_RECORD_BYTES).split()
            if len(head) != 3:  # "... missing"
                return None
            size = int(head[2])
            data = b""
            if head[1] != b"blob" or size > most_bytes:
                _skip(back, size + 1)
                return None
            data = back.read(size)
            back.read(1)
        except (OSError, ValueError) as e:
            raise EnvironmentFault(f"git gave up reading {self._git_dir} ({e}).", "Check it with `git fsck`.") from e
        return data.decode(errors="replace")

    def close(self) -> None:
        """End the git program."""
        if self._blobs is not None:
            self._blobs.kill()
            _close(self._blobs)
            self._blobs = None

    def _start(self, *arguments: str, stdin: bool = False) -> "subprocess.Popen[bytes]":
        settings = [word for one in _SETTINGS for word in ("-c", one)]
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "LC_ALL": "C",
        }
        try:
            return subprocess.Popen(
                ["git", f"--git-dir={self._git_dir}", "--no-pager", *settings, *arguments],
                stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL if stdin else subprocess.PIPE,
                env=environment,
            )
        except OSError as e:
            raise EnvironmentFault(f"The git program cannot be started ({e.strerror}).", "Install git.") from e

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def _out(process: "subprocess.Popen[bytes]") -> IO[bytes]:
    if process.stdout is None:
        raise AssertionError
    return process.stdout


def _records(source: IO[bytes]) -> Iterator[bytes]:
    """Give what stands between NULs, never holding more than a block and the longest record."""
    rest = b""
    while block := source.read(_BLOCK_BYTES):
        *whole, rest = (rest + block).split(b"\0")
        yield from whole
        if len(rest) > _LONGEST_RECORD_BYTES:
            raise BadInput("A name in this repository is longer than a megabyte.", "This is not one of Oxidized's.")
    if rest:
        yield rest


def _parsed(records: Iterator[bytes]) -> Iterator[Version]:
    commit, at, author, subject = "", datetime.fromtimestamp(0, UTC), "", ""
    for record in records:
        text = record.lstrip(b"\n")
        if text.startswith(b"\x01"):
            name, when, who, what = [*text[1:].decode(errors="replace").split("\x02", 3), "", "", ""][:4]
            commit, at, author, subject = name.strip(), _instant(when), who, what
        elif text.startswith(b":"):
            fields = text[1:].split()
            path = next(records, b"")
            if len(fields) == 5 and fields[1] in _REGULAR and fields[4][:1] in b"AM":
                named = path.decode(errors="surrogateescape")
                yield Version(named, commit, fields[3].decode(errors="replace"), at, author, subject)


def _instant(text: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _skip(source: IO[bytes], count: int) -> None:
    while count > 0 and (block := source.read(min(count, _BLOCK_BYTES))):
        count -= len(block)


def _close(process: "subprocess.Popen[bytes]") -> None:
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            try:
                stream.close()
            except OSError:
                continue  # the other end is gone, which is what was wanted
    process.wait()
