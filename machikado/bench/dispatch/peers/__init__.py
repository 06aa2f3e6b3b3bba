"""Other people's solvers in the same run: which can say what an instance asks, and what comes of their routes.

Each is an adapter with one function, imported only when it is asked for (extra `bench`); lengths are rounded to whole
numbers for all of them, ways up and windows inwards, so that what they call sound is sound.
"""

from collections.abc import Callable, Iterator
from importlib import import_module, metadata

from machikado.bench.dispatch.answers import Answer
from machikado.bench.dispatch.found import Found, Kind
from machikado.bench.dispatch.peers.rounded import Rounded, rounded
from machikado.bench.dispatch.timed import timed
from machikado.bench.figures import Figure
from machikado.engines.dispatch import Action, BadProblem, Plan, Problem, Step
from machikado.engines.dispatch.plans import Board

Solve = Callable[[Rounded, float, int], list[list[int]]]
# Module, package, and whether it can be told a longest ride.
PEERS = (
    ("or_tools", "ortools", True),
    ("py_vrp", "pyvrp", False),
    ("vroom_bindings", "pyvroom", False),
    ("commiv_bindings", "commiv", False),
)


def figures(found: Found, seconds: float, seed: int) -> Iterator[Figure]:
    """One line for each peer on one instance, in as many seconds as we had."""
    for module, package, knows_rides in PEERS:
        name = f"{found.set}, {seconds:g} s: {found.name}, {package}"
        if found.kind is Kind.DARP and not knows_rides:
            yield Figure(name, 0, "not run", note="it cannot be told a longest ride")
            continue
        try:
            solve: Solve = import_module(f"{__name__}.{module}").solve
        except ImportError:
            yield Figure(name, 0, "not run", note=f"{package} is not installed (extra `bench`)")
            continue
        yield _measured(f"{name} {metadata.version(package)}", found, solve, (seconds, seed))


def _measured(name: str, found: Found, solve: Solve, how: tuple[float, int]) -> Figure:
    """Let a peer plan, and look at its routes as at ours."""
    instance = found.read()
    task = rounded(instance.problem)
    routes, cost = timed(lambda: solve(task, *how))
    if not routes:
        return Figure(name, 0, "no plan", cost=cost, note="it found none")
    try:
        answer = Answer(found, instance, plan_of(instance.problem, routes), cost, how[0])
    except BadProblem as fault:
        return Figure(name, 1, "faults", cost=cost, note=str(fault))
    if answer.faults:
        return Figure(name, len(answer.faults), "faults", cost=cost, note="; ".join(answer.faults[:3]))
    note = f"cost {answer.driven:.2f}, {answer.vehicles} vehicles"
    if answer.gap is None:
        return Figure(name, round(answer.driven, 2), "cost", cost=cost, note=note)
    return Figure(name, round(answer.gap, 3), "% above the best known", cost=cost, note=note)


def plan_of(problem: Problem, routes: list[list[int]]) -> Plan:
    """Routes as places → a plan with times. Raises BadProblem where no times keep them."""
    step = {}
    for request in problem.requests:
        step[request.pickup.place] = Step(request.name, Action.PICKUP)
        step[request.delivery.place] = Step(request.name, Action.DELIVERY)
    if len(routes) > len(problem.vehicles):
        raise BadProblem(f"{len(routes)} routes for {len(problem.vehicles)} vehicles")
    board = Board(problem)
    spare = [[] for _ in range(len(problem.vehicles) - len(routes))]  # type: list[list[Step]]
    board.lay([[step[place] for place in route] for route in routes] + spare)
    return board.plan()
