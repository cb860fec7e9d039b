"""The replies that devices give, read from resources/practice and filled in per device."""

import re
from functools import cache
from pathlib import Path

RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "practice"
FOLDERS = {"cisco_ios": "ios", "cisco_xe": "ios"}
RUNNING_CONFIG = "running-config"

_FIELD = re.compile(r"\{\{(\w+)(?::(\d+))?\}\}")


@cache
def replies(platform: str) -> dict[str, str]:
    """Give each command's reply as a template; raises ValueError for a platform without replies."""
    folder = FOLDERS.get(platform)
    if folder is None:
        raise ValueError(f"No replies for the platform {platform!r}; there are {', '.join(FOLDERS)}.")
    files = sorted((RESOURCES / folder).glob("*.txt"))
    return {path.stem.replace("_", " "): path.read_text(encoding="utf-8") for path in files}


def fill(template: str, words: dict[str, str]) -> str:
    """Put the words into `{{word}}` and `{{word:15}}`, the latter padded to 15 characters."""
    return _FIELD.sub(lambda match: words[match[1]].ljust(int(match[2] or 0)), template)
