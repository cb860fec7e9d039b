"""How verbs speak: results on stdout, everything else on stderr."""

import io
import json
import sys
from argparse import Namespace
from typing import Any

from app.domain.errors import BatonError


def result(arguments: Namespace, said: dict[str, Any], text: str) -> int:
    """Print a verb's result, as one JSON object or as text; gives exit code 0."""
    print(_as_json(said) if arguments.json else text)
    return 0


def take_any_text() -> None:
    """Let a terminal or pipe that cannot show a letter get its code instead of an error: names have any letter."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _as_json(said: dict[str, Any]) -> str:
    """Give one line that stays JSON in whatever encoding it is printed."""
    is_plain = not (sys.stdout.encoding or "").lower().startswith("utf")
    return json.dumps(said, ensure_ascii=is_plain, default=str)


def progress(what: str) -> None:
    """Say what is going on."""
    print(what, file=sys.stderr, flush=True)


def failure(arguments: Namespace | None, error: BatonError) -> int:
    """Say what happened and what to do; gives exit code 1."""
    print(f"{error.what}\n{error.todo}".rstrip(), file=sys.stderr)
    if arguments is not None and getattr(arguments, "json", False):
        print(_as_json({"ok": False, "error": error.what, "todo": error.todo}))
    return 1
