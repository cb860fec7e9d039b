"""What the README shows and names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_picture_and_link_within_the_project_is_there() -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert targets
    assert [t for t in targets if not (ROOT / t).exists()] == []


def test_every_verb_that_it_names_is_one() -> None:
    parsing = (ROOT / "app" / "cli" / "parsing.py").read_text(encoding="utf-8")
    named = set(re.findall(r"^main\.py (?:\[--profile DIR\] )?([a-z]+)", README, re.MULTILINE))
    assert named
    assert [verb for verb in named if f'"{verb}"' not in parsing] == []
