"""Dynamic dial-a-ride: requests become known during the day; improving between them beside plain insertion."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from machikado.bench.dispatch.answers import Answer, write
from machikado.bench.dispatch.asked import Asked
from machikado.bench.dispatch.found import Found
from machikado.bench.dispatch.live import Day
from machikado.bench.dispatch.planners import plan_static
from machikado.bench.dispatch.timed import timed
from machikado.bench.figures import Cost, Demand, Figure
from machikado.engines.dispatch import Plan, problems
from machikado.engines.dispatch.instances import SCALE, Instance

ROUNDS, QUICK_ROUNDS = 1_000, 50
STATIC_SECONDS, QUICK_SECONDS = 10.0, 0.3
POINTS, SAVED = 5.0, 8.0  # more served in hundredths, or less driven for each served


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a day went."""

    plan: Plan
    asked: int
    cost: Cost
    faults: list[str]

    @property
    def served(self) -> float:
        """The hundredths that were taken."""
        return 100 * (1 - len(self.plan.unserved) / self.asked)

    @property
    def driven(self) -> float:
        """The cost in the units of the file."""
        return self.plan.cost / SCALE


def figures(asked: Asked, found: Sequence[Found]) -> Iterator[Figure]:
    """Play each instance with and without improvement, and plan it as if all had been known."""
    pairs = []
    for each in found[: 1 if asked.quick else None]:
        instance = each.read()
        plain = _played(instance, 0, asked.seed)
        better = _played(instance, QUICK_ROUNDS if asked.quick else ROUNDS, asked.seed)
        if asked.out is not None:
            write(Answer(each, instance, better.plan, better.cost, 0), asked.out, asked.seed)
        pairs.append((plain, better))
        yield _line(each, instance, pairs[-1], asked)
    if pairs:
        yield from _summary(pairs)


def _played(instance: Instance, rounds: int, seed: int) -> Outcome:
    """The day of an instance."""
    problem = instance.problem

    def play() -> Plan:
        day = Day(problem, rounds, seed)
        for number in sorted(range(len(instance.known)), key=lambda number: instance.known[number]):
            day.ask(problem.requests[number], instance.known[number])
        return day.whole()

    plan, cost = timed(play)
    return Outcome(plan, len(problem.requests), cost, problems(problem, plan))


def _line(found: Found, instance: Instance, pair: tuple[Outcome, Outcome], asked: Asked) -> Figure:
    """One instance beside the plan of somebody who knew all from the beginning."""
    plain, better = pair
    seconds = asked.seconds or (QUICK_SECONDS if asked.quick else STATIC_SECONDS)
    whole = plan_static(instance.problem, seconds, asked.seed)
    note = f"served {better.served:.0f} %, driven {better.driven:.1f}; plain insertion {plain.served:.0f} %, "
    note += f"{plain.driven:.1f}; all known before, ours in {seconds:g} s: {whole.cost / SCALE:.1f}"
    note += f", {len(whole.unserved)} left out" if whole.unserved else ""
    if better.faults:
        note = "; ".join(better.faults[:3])
    above = round(100 * (better.plan.cost / max(1, whole.cost) - 1), 1)
    return Figure(f"dynamic: {found.name}", above, "% above the static plan", None, better.cost, note)


def _summary(pairs: Sequence[tuple[Outcome, Outcome]]) -> Iterator[Figure]:
    """All instances: served, driven, and whether that is as much better than plain insertion as demanded."""
    cost = Cost(sum(better.cost.cpu_s for _, better in pairs), sum(better.cost.wall_s for _, better in pairs))
    points = fmean(better.served - plain.served for plain, better in pairs)
    saved = fmean(100 * (1 - _each(better) / _each(plain)) for plain, better in pairs)
    faults = sum(len(outcome.faults) for pair in pairs for outcome in pair)
    yield Figure("dynamic: violations", faults, "", Demand("=", 0), cost, f"{len(pairs)} instances, both ways")
    yield Figure("dynamic: served", round(fmean(better.served for _, better in pairs), 2), "%", None, cost)
    note = f"{points:+.2f} points served (wanted {POINTS:g}), {saved:.1f} % less driven for each served (or {SAVED:g})"
    better = max(points / POINTS, saved / SAVED)
    yield Figure("dynamic: better than plain insertion", round(better, 2), "of the demand", Demand("≥", 1), cost, note)


def _each(outcome: Outcome) -> float:
    """What is driven for each who is served."""
    return outcome.driven / max(1, outcome.asked - len(outcome.plan.unserved))
