"""What a bench says: figures of ours and of the reference, and whether each target was reached."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Reach:
    what: str
    target: str
    got: str
    met: bool


@dataclass(frozen=True)
class Result:
    name: str
    n: int
    figures: dict[str, float | str | dict[str, float]]  # a dict: one line of a table
    reach: tuple[Reach, ...]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"reach": [asdict(r) for r in self.reach]}

    def as_text(self) -> str:
        lines = [f"{self.name}, {self.n} runs"]
        lines += [f"  {name:32} {value}" for name, value in self.figures.items() if not isinstance(value, dict)]
        lines += self._table()
        lines += [f"  {'met ' if r.met else 'MISS'} {r.what}: {r.got} (target {r.target})" for r in self.reach]
        return "\n".join(lines)

    def _table(self) -> list[str]:
        rows = {name: value for name, value in self.figures.items() if isinstance(value, dict)}
        if not rows:
            return []
        columns = list(next(iter(rows.values())))
        head = "  | |" + "|".join(f" {column.replace('_', ' ')} " for column in columns) + "|"
        line = "  |---|" + "---|" * len(columns)
        body = [
            f"  | {name} |" + "|".join(f" {row[column]} " for column in columns) + "|" for name, row in rows.items()
        ]
        return [head, line, *body]


def percentile(values: list[float], share: float) -> float:
    in_order = sorted(values)
    return in_order[min(len(in_order) - 1, round(share * (len(in_order) - 1)))]
