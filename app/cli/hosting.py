"""What consoles start by themselves: the host of an embedded company."""

from collections.abc import Sequence
from pathlib import Path

from app.runtime.children.host import main


def host(argv: Sequence[str]) -> int:
    """Run until nobody needs the company: FOLDER [--demo]."""
    return main(Path(argv[0]), is_demo="--demo" in argv[1:])
