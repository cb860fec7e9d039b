"""How verbs speak: results on stdout, everything else on stderr."""

import json
import sys
from argparse import Namespace
from typing import Any

from app.domain.errors import BatonError


def result(arguments: Namespace, said: dict[str, Any], text: str) -> int:
    """Print a verb's result, as one JSON object or as text; gives exit code 0."""
    print(json.dumps(said, ensure_ascii=False, default=str) if arguments.json else text)
    return 0


def progress(what: str) -> None:
    """Say what is going on."""
    print(what, file=sys.stderr, flush=True)


def failure(arguments: Namespace | None, error: BatonError) -> int:
    """Say what happened and what to do; gives exit code 1."""
    print(f"{error.what}\n{error.todo}".rstrip(), file=sys.stderr)
    if arguments is not None and getattr(arguments, "json", False):
        print(json.dumps({"ok": False, "error": error.what, "todo": error.todo}, ensure_ascii=False))
    return 1
