"""The lock and the set-up: the real scripts in clones of their own, with an empty lock so that nothing is fetched."""

import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

CLONE = Path(__file__).parents[2]
PACKAGING = CLONE / "packaging"
SCRIPTS = [PACKAGING / "run", PACKAGING / "test", PACKAGING / "lock", PACKAGING / "setup.sh", CLONE / ".ci" / "run"]
TOOLS = ["sh", "env", "cat", "cksum", "dirname", "find", "id", "mkdir", "readlink", "rm", "uname", "flock"]
MAIN = "import json, os, sys; print(json.dumps([sys.argv[1:], os.getcwd(), sys.prefix]))"


def locked() -> dict[str, str]:
    """Each requirement of the lock with its whole text."""
    text = re.sub(r"^\s*#.*\n", "", (PACKAGING / "requirements.lock").read_text(), flags=re.MULTILINE)
    blocks = re.split(r"\n(?=\S)", text.strip())
    return {re.split(r"[=\[ ;]", block)[0]: block for block in blocks}


def test_every_requirement_is_pinned_with_hashes() -> None:
    requirements = locked()
    assert len(requirements) > 40
    for name, block in requirements.items():
        assert re.match(rf"{re.escape(name)}==\S+", block), block.splitlines()[0]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), name


def test_the_lock_names_no_index() -> None:
    text = (PACKAGING / "requirements.lock").read_text()
    assert "://" not in text
    assert not re.search(r"^-(-index|-extra|-find|i |f )", text, re.MULTILINE)


def test_the_versions_that_matter_are_the_ones_that_were_tried() -> None:
    requirements = locked()
    assert requirements["pyside6-essentials"].startswith("pyside6-essentials==6.11.3 ")
    assert "pyside6-addons" not in requirements
    assert requirements["paramiko"].startswith("paramiko==4.")
    assert "keyrings-alt" not in requirements


def test_everything_that_pyproject_asks_for_is_locked() -> None:
    project = tomllib.loads((CLONE / "pyproject.toml").read_text())
    asked = project["project"]["dependencies"] + project["dependency-groups"]["test"]
    names = {re.split(r"[\[<>=~! ;]", line)[0].lower() for line in asked}
    assert names - set(locked()) == set()


def test_the_scripts_are_portable_and_can_be_run() -> None:
    for script in SCRIPTS:
        subprocess.run(["sh", "-n", script], check=True)
        assert script.read_text().isascii()
        assert script.name == "setup.sh" or os.access(script, os.X_OK), script


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with a space in its path, a main.py that says how it was called, and nothing to fetch."""
    clone = tmp_path / "my clone"
    shutil.copytree(PACKAGING, clone / "packaging")
    (clone / "packaging" / "requirements.lock").write_text("# nothing\n")
    (clone / "main.py").write_text(MAIN)
    return clone


def path_of(folder: Path, **programs: Path) -> str:
    """A PATH with the everyday tools and these programs only: a system where nothing can be installed."""
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None, tool
        (folder / tool).symlink_to(found)
    for name, program in programs.items():
        (folder / name).write_text(f'#!/bin/sh\nexec "{program}" "$@"\n')
        (folder / name).chmod(0o755)
    return str(folder)


def run(clone: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [clone / "packaging" / "run", *arguments],
        cwd="/",
        env={"HOME": str(clone), "PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_first_start_sets_up_the_second_does_not_and_a_changed_lock_does(clone: Path, tmp_path: Path) -> None:
    path = path_of(tmp_path / "bin", python3=Path(sys.executable))
    first = run(clone, "demo", "two words", PATH=path)
    assert first.returncode == 0, first.stderr
    assert first.stdout == f'[["demo", "two words"], "/", "{clone}/.venv"]\n'  # and nothing of the set-up
    assert "Setting up Baton" in first.stderr

    begun = time.perf_counter()
    second = run(clone, PATH=path)
    assert time.perf_counter() - begun < 0.5
    assert second.returncode == 0
    if (clone / ".venv" / ".libraries").exists():  # else it names what Qt misses for windows at each start
        assert second.stderr == ""

    (clone / "packaging" / "requirements.lock").write_text("no-such-requirement\n")  # has no hash, so pip refuses
    broken = run(clone, PATH=path)
    assert broken.returncode == 1
    assert "could not be installed" in broken.stderr
    (clone / "packaging" / "requirements.lock").write_text("# nothing\n")
    assert not (clone / ".venv" / ".installed").exists()  # so the next start sets up again, with the old lock too
    assert run(clone, PATH=path).returncode == 0
    assert (clone / ".venv" / ".installed").exists()


def test_a_set_up_that_was_cut_short_is_done_again(clone: Path, tmp_path: Path) -> None:
    path = path_of(tmp_path / "bin", python3=Path(sys.executable))
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "python").symlink_to("/nowhere/python")
    assert run(clone, PATH=path).returncode == 0


def test_without_python_it_says_which_one_to_install(clone: Path, tmp_path: Path) -> None:
    refused = run(clone, PATH=path_of(tmp_path / "bin"))
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert "Python 3.11 or newer" in refused.stderr


def test_without_venv_it_names_the_package(clone: Path, tmp_path: Path) -> None:
    (tmp_path / "ensurepip.py").write_text("raise ImportError")
    path = path_of(tmp_path / "bin", python3=Path(sys.executable))
    refused = run(clone, PATH=path, PYTHONPATH=str(tmp_path))
    assert refused.returncode == 1
    assert "apt-get install python3-venv" in refused.stderr
