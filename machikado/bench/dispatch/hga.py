"""Ten thousand rides in Manhattan (doi:10.14778/3579075.3579091): how soon all are put in, and how short it becomes."""

from collections.abc import Iterator, Sequence

from machikado.bench.dispatch.answers import Answer, write
from machikado.bench.dispatch.asked import Asked
from machikado.bench.dispatch.found import Found
from machikado.bench.dispatch.planners import plan_crowd
from machikado.bench.dispatch.timed import timed
from machikado.bench.figures import Cost, Demand, Figure
from machikado.engines.dispatch import Plan, problems
from machikado.engines.dispatch.crowd_plans import construct_crowd
from machikado.engines.dispatch.instances import SCALE, Instance

SECONDS, QUICK_SECONDS = 60.0, 1.0
PUBLISHED = "published: pruneGDP 1.488e7 in 18.1 s, HGA 1.243e7 in 447 s; which file of requests is not said"


def figures(asked: Asked, found: Sequence[Found]) -> Iterator[Figure]:
    """Construct and improve each file of requests."""
    for each in found[: 1 if asked.quick else None]:
        instance, reading = timed(each.read)
        plan, cost = timed(lambda instance=instance: construct_crowd(instance.problem))  # type: ignore[misc]
        size = f"{len(instance.problem.requests)} requests, {len(instance.problem.vehicles)} vehicles"
        note = f"{size}; shortest paths between all places before that: {reading.cpu_s:.1f} s of processor"
        yield Figure(f"hga, {each.name}: insertion", round(cost.wall_s, 2), "s", Demand("≤", 2), cost, note)
        yield _driven(f"hga, {each.name}: driven after insertion", (plan, 1.49e7), cost)
        seconds = asked.seconds or (QUICK_SECONDS if asked.quick else SECONDS)
        plan, cost = timed(lambda i=instance, s=seconds: plan_crowd(i.problem, s, asked.seed))  # type: ignore[misc]
        yield _driven(f"hga, {each.name}: driven after {seconds:g} s", (plan, 1.25e7), cost)
        yield _violations(each, instance, plan)
        if asked.out is not None:
            write(Answer(each, instance, plan, cost, seconds), asked.out, asked.seed)


def _driven(name: str, measured: tuple[Plan, float], cost: Cost) -> Figure:
    plan, limit = measured
    return Figure(name, round(plan.cost / SCALE), "s of driving", Demand("≤", limit), cost, PUBLISHED)


def _violations(found: Found, instance: Instance, plan: Plan) -> Figure:
    """What the checker finds that shares no code with the search; nobody may be left out."""
    faults = problems(instance.problem, plan) + [f"{name} is not served" for name in plan.unserved]
    return Figure(f"hga, {found.name}: violations", len(faults), "", Demand("=", 0), note="; ".join(faults[:3]))
