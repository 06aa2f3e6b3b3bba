"""Figures: what was measured, what was demanded, and how they are shown."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

ONE_REQUEST = 2  # fewer values than this have no quantiles


@dataclass(frozen=True, slots=True)
class Demand:
    """What a figure must keep to."""

    sign: Literal["≤", "≥", "="]
    limit: float

    def met_by(self, value: float) -> bool:
        """Whether the value keeps to it."""
        return {"≤": value <= self.limit, "≥": value >= self.limit, "=": value == self.limit}[self.sign]

    def __str__(self) -> str:
        return f"{self.sign} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a measurement took: seconds of processor time on the server's side (web, worker, database), and of wall."""

    cpu_s: float = 0.0
    wall_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value beside its demand. Without a demand it is reported only."""

    name: str
    value: float
    unit: str
    demand: Demand | None = None
    cost: Cost = field(default_factory=Cost)
    note: str = ""

    @property
    def ok(self) -> bool | None:
        """Whether the demand is met; None without one."""
        return None if self.demand is None else self.demand.met_by(self.value)

    def as_json(self) -> dict[str, Any]:
        """The figure as one object of the output."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "demand": str(self.demand) if self.demand else None,
            "ok": self.ok,
            "cpu_s": round(self.cost.cpu_s, 2),
            "wall_s": round(self.cost.wall_s, 2),
            "note": self.note,
        }


def say(figure: Figure) -> None:
    """Print a figure as one line."""
    print(json.dumps(figure.as_json(), ensure_ascii=False), flush=True)  # noqa: T201  the bench's output


def show(lines: Sequence[dict[str, Any]], console: Console) -> None:
    """Show the figures as a table for people."""
    table = Table("figure", "value", "demand", "", "CPU s", "wall s", "note")
    for line in lines:
        mark = {True: "met", False: "MISSED", None: ""}[line["ok"]]
        value = f"{line['value']:g} {line['unit']}"
        table.add_row(
            line["name"], value, line["demand"] or "", mark, str(line["cpu_s"]), str(line["wall_s"]), line["note"]
        )
    console.print(table)


def percentile(values: Sequence[float], hundredth: int) -> float:
    """The value below which so many hundredths of the values lie."""
    return quantiles(values, n=100, method="inclusive")[hundredth - 1] if len(values) >= ONE_REQUEST else values[0]
