"""What the rounds counted, as a table and as JSON."""

from collections import Counter
from dataclasses import dataclass, field
from statistics import median
from typing import Any

PROMISED_S = 10.0  # the outbox empties within this of healing


@dataclass
class OfFault:
    """The rounds of one kind of fault."""

    rounds: int = 0
    hits: int = 0
    edits: int = 0
    refused: int = 0
    empty_s: list[float] = field(default_factory=list)
    equal_s: list[float] = field(default_factory=list)


@dataclass
class Tally:
    """Everything that was counted."""

    seed: str
    disk: str = ""
    lost: int = 0
    doubled: int = 0
    stuck: int = 0
    double_rounds: int = 0  # with a second fault at the same time
    crashes: int = 0
    took_s: float = 0.0
    by_fault: dict[str, OfFault] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)
    late: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    folder: str = ""

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost, doubled or stuck."""
        return self.lost + self.doubled + self.stuck == 0

    @property
    def rounds(self) -> int:
        return sum(f.rounds for f in self.by_fault.values())

    def as_dict(self) -> dict[str, Any]:
        """Give it for JSON; times in seconds."""
        every = list(self.by_fault.values())
        return {
            "seed": self.seed,
            "rounds": self.rounds,
            "rounds_with_two_faults": self.double_rounds,
            "took_s": round(self.took_s, 1),
            "hits": sum(f.hits for f in every),
            "edits": sum(f.edits for f in every),
            "refused_by_full_disk": sum(f.refused for f in every),
            "answers": dict(self.statuses),
            "lost": self.lost,
            "doubled": self.doubled,
            "stuck": self.stuck,
            "late": len(self.late),
            "crashes": self.crashes,
            "empty_s": _spread([s for f in every for s in f.empty_s]),
            "equal_s": _spread([s for f in every for s in f.equal_s]),
            "disk_full_by": self.disk,
            "by_fault": {
                name: {
                    "rounds": f.rounds,
                    "hits": f.hits,
                    "edits": f.edits,
                    "empty_s": _spread(f.empty_s),
                    "equal_s": _spread(f.equal_s),
                }
                for name, f in sorted(self.by_fault.items())
            },
            "findings": self.findings,
            "late_rounds": self.late,
            "folder": self.folder,
        }

    def as_text(self) -> str:
        """Give it as a table."""
        told = self.as_dict()
        lines = [
            f"{'fault':32}{'rounds':>7}{'hits':>6}{'edits':>7}   outbox empty after s     all equal after s",
            f"{'':52}   {'p50':>6}{'p95':>7}{'max':>7}    {'p50':>6}{'p95':>7}{'max':>7}",
        ]
        rows = [*told["by_fault"].items(), ("all", told)]
        for name, of in rows:
            spreads = ["".join(f"{of[key][p]:{w}.2f}" for p, w in _WIDTHS) for key in ("empty_s", "equal_s")]
            lines.append(f"{name:32}{of['rounds']:7}{of['hits']:6}{of['edits']:7}   {spreads[0]}    {spreads[1]}")
        answers = ", ".join(f"{n} {status}" for status, n in sorted(self.statuses.items()))
        lines += [
            f"the company's answers: {answers}",
            f"not written on a full disk, and said so: {told['refused_by_full_disk']} ({self.disk})",
            f"lost {self.lost}  doubled {self.doubled}  stuck {self.stuck}",
            f"later than {PROMISED_S:.0f} s {len(self.late)}, processes that crashed {self.crashes}",
            f"seed {self.seed}, {self.rounds} rounds ({self.double_rounds} with two faults) in {self.took_s:.0f} s",
            *(f"late: {late}" for late in self.late),
            *(f"FOUND: {finding}" for finding in self.findings[:20]),
            *([f"kept for study: {self.folder}"] if self.folder else []),
        ]
        return "\n".join(lines)


_WIDTHS = (("p50", 6), ("p95", 7), ("max", 7))


def _spread(values: list[float]) -> dict[str, float]:
    if not values:
        return {"p50": 0.0, "p95": 0.0, "max": 0.0}
    in_order = sorted(values)
    at_95 = in_order[min(len(in_order) - 1, round(0.95 * (len(in_order) - 1)))]
    return {"p50": round(median(in_order), 2), "p95": round(at_95, 2), "max": round(in_order[-1], 2)}
