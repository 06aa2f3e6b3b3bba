"""One planned instance: what is wrong with it, how far it is from the best known, and its file for outside checkers."""

import json
from dataclasses import dataclass
from pathlib import Path

from machikado.bench.dispatch.found import Found
from machikado.bench.figures import Cost
from machikado.engines.dispatch import Plan, problems
from machikado.engines.dispatch.instances import SCALE, Instance, solution

AT_BEST = 1e-5  # tables round to two or four digits
CENT = 0.01


@dataclass(frozen=True, slots=True)
class Answer:
    """The plan of an instance with what it took."""

    found: Found
    instance: Instance
    plan: Plan
    cost: Cost
    seconds: float

    @property
    def vehicles(self) -> int:
        """How many vehicles are used."""
        return sum(bool(route.stops) for route in self.plan.routes)

    @property
    def driven(self) -> float:
        """The cost in the units of the file."""
        return self.plan.cost / SCALE

    @property
    def faults(self) -> list[str]:
        """What is wrong, by the checker that shares no code with the search; nobody may be left out either."""
        left = [f"{name} is not served" for name in self.plan.unserved]
        return problems(self.instance.problem, self.plan) + left

    @property
    def gap(self) -> float | None:
        """How many hundredths the cost lies above the best known; None where nothing is known."""
        best = self.found.best
        return None if best is None else 100 * (self.driven / best.cost - 1)

    @property
    def extra_vehicles(self) -> int | None:
        """How many vehicles more than the best known; None where these are not counted."""
        best = self.found.best
        return None if best is None or best.vehicles is None else self.vehicles - best.vehicles

    @property
    def at_best(self) -> bool:
        """Whether it is as good as the best known, to the digits of the table."""
        best = self.found.best
        if best is None:
            return False
        more = self.extra_vehicles or 0
        near = self.driven <= best.cost * (1 + AT_BEST) + CENT / 2
        return more < 0 or (more == 0 and near)


def write(answer: Answer, folder: Path, seed: int, *, last: bool = True) -> None:
    """Write a solution as outside checkers read it: NAME.json, or NAME-10s.json where a longer run follows."""
    folder.mkdir(parents=True, exist_ok=True)
    took = {"seconds": round(answer.cost.wall_s, 3), "cpu_s": round(answer.cost.cpu_s, 3), "seed": seed}
    text = json.dumps(solution(answer.instance, answer.plan) | took)
    name = answer.found.name if last else f"{answer.found.name}-{answer.seconds:g}s"
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
