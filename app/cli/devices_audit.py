"""devices audit: what was given to devices, and whether the log of it is whole."""

from argparse import Namespace
from typing import Any

from app.cli import saying
from app.cli.profiles import headless
from app.domain.guard.chain import Finding, Flaw
from app.services import audit
from app.services.audit import Chain, LoggedLine

_FLAWS = {
    Flaw.ALTERED: "was altered: it does not say what its hash was made of",
    Flaw.GAP: "follows a line that is not here",
    Flaw.FORK: "follows the same line as another one: two copies of the cache were at work",
    Flaw.MISNUMBERED: "has not the number that comes next",
    Flaw.ANEW: "begins the chain once more: the cache was new and had not met the company yet",
}


def show(arguments: Namespace) -> int:
    """Print my own last lines; with --verify check every chain in the cache, and give 1 when one is broken."""
    with headless(arguments) as workstation:
        desk = workstation.desk
        if not arguments.verify:
            lines = audit.mine(desk)
            text = "\n".join(_line(line) for line in reversed(lines)) or "You have given no device a line here."
            return saying.result(arguments, {"ok": True, "lines": [_as_dict(line) for line in lines]}, text)
        chains = audit.verify(desk)
    is_whole = all(chain.is_whole for chain in chains)
    said = {"ok": is_whole, "chains": [_chain_as_dict(chain) for chain in chains]}
    text = "\n".join(part for chain in chains for part in _said(chain)) or "The log is empty."
    saying.result(arguments, said, text)
    return 0 if is_whole else 1


def _line(line: LoggedLine) -> str:
    reason = f"  ({line.reason})" if line.reason else ""
    return f"{line.at:%Y-%m-%d %H:%M:%S}Z  {line.device:20} {line.line_class:11} {line.passage:9} {line.line}{reason}"


def _as_dict(line: LoggedLine) -> dict[str, Any]:
    return {
        "at": line.at.isoformat(),
        "device": line.device,
        "person": line.person,
        "line": line.line,
        "class": line.line_class,
        "passage": line.passage,
        "reason": line.reason,
    }


def _chain_as_dict(chain: Chain) -> dict[str, Any]:
    return {
        "workstation": chain.workstation,
        "person": chain.person,
        "lines": chain.lines,
        "first_at": chain.first_at.isoformat(),
        "last_at": chain.last_at.isoformat(),
        "is_whole": chain.is_whole,
        "cut": chain.cut,
        "findings": [
            {
                "flaw": finding.flaw,
                "is_broken": chain.is_broken_by(finding),
                "seq": finding.line.seq,
                "id": finding.line.id,
                "at": finding.line.at.isoformat(),
                "line": finding.line.line,
            }
            for finding in chain.findings
        ],
    }


def _said(chain: Chain) -> list[str]:
    word = "whole" if chain.is_whole else "BROKEN"
    lines = "1 line" if chain.lines == 1 else f"{chain.lines:,} lines"
    head = (
        f"{chain.workstation}, {chain.person}: {word}, {lines}, {chain.first_at:%Y-%m-%d} to {chain.last_at:%Y-%m-%d}"
    )
    cut = [f"  {chain.cut} of the last lines written here are not in the log"] if chain.cut else []
    return [head, *cut, *(f"  {_finding(chain, finding)}" for finding in chain.findings)]


def _finding(chain: Chain, finding: Finding) -> str:
    line = finding.line
    cannot_tell = " (maybe on a customer you may not see; a manager's workstation can tell)"
    note = cannot_tell if finding.flaw is Flaw.GAP and chain.cannot_tell else ""
    return f"line {line.seq} of {line.at:%Y-%m-%d %H:%M:%S}Z, “{line.line}”, {_FLAWS[finding.flaw]}{note}"
