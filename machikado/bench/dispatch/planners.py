"""Plans an instance in so many seconds, construction included: what `stop` is to the engine is a clock here."""

from collections.abc import Callable
from dataclasses import replace

from machikado.bench.dispatch.timed import Budget
from machikado.engines.dispatch import Plan, Problem, construct, improve, minimise_fleet
from machikado.engines.dispatch.crowd_plans import construct_crowd, improve_crowd

PROBE = 200  # rounds that tell how many fit
SAFE = 0.97  # of the time left is asked for, so that the search is cold when time is up
FLEET_SHARE = 0.3  # of the time goes into the number of vehicles
MOST_PUSHES = 1 << 40  # the clock stops it
Search = Callable[[Problem, Plan, int, int, Callable[[], bool]], Plan]


def plan_static(problem: Problem, seconds: float, seed: int) -> Plan:
    """Construct and improve."""
    budget = Budget(seconds)
    return within(budget, improve, problem, construct(problem), seed)


def plan_fleet(problem: Problem, seconds: float, seed: int) -> Plan:
    """The same where fewer vehicles are better than shorter ways: first as few as can be, then none is used again.

    In the second part each vehicle that is used costs more than any ways can.
    """
    budget, first = Budget(seconds), Budget(seconds * FLEET_SHARE)
    plan = minimise_fleet(problem, construct(problem), MOST_PUSHES, seed, first.over)
    dear = int(problem.travel.max(initial=1)) * 2 * len(problem.requests)
    costly = replace(problem, vehicles=tuple(replace(vehicle, fixed_cost=dear) for vehicle in problem.vehicles))
    plan = within(budget, improve, costly, plan, seed)
    return improve(problem, plan, 0)  # the same routes, counted without what vehicles cost


def plan_crowd(problem: Problem, seconds: float, seed: int) -> Plan:
    """The same for very many requests without windows."""
    budget = Budget(seconds)
    return within(budget, improve_crowd, problem, construct_crowd(problem), seed)


def within(budget: Budget, search: Search, problem: Problem, plan: Plan, seed: int) -> Plan:
    """Improve until the time is up: a short probe tells how many rounds fit, since heat falls with the rounds."""
    rounds = PROBE
    while not budget.over():
        before = budget.left
        plan = search(problem, plan, rounds, seed, budget.over)
        took = max(before - budget.left, 1e-6)
        seed += 1
        rounds = int(rounds / took * budget.left * SAFE)
        if rounds < PROBE:
            break
    return plan
