"""What a verb printed, read as strictly as a script would."""

import json
import subprocess
from typing import Any


def said(done: "subprocess.CompletedProcess[str]") -> Any:
    """Give the one JSON object that is all of stdout."""
    lines = done.stdout.splitlines()
    assert len(lines) == 1, done
    return json.loads(lines[0])


def refused(done: "subprocess.CompletedProcess[str]") -> str:
    """Give the reason on stderr; with --json it is the object on stdout too."""
    assert done.returncode == 1, done
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()
    if "--json" in done.args:
        told = said(done)
        assert told["ok"] is False
        assert told["error"] in done.stderr
        assert told["todo"] in done.stderr
    else:
        assert not done.stdout
    return done.stderr
