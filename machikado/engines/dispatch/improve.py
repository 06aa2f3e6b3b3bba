"""Makes a plan, and makes a plan better for as long as the caller lets it."""

from collections.abc import Callable

import numpy as np

from machikado.engines.dispatch.anneal import Course, rounds, whole_cost
from machikado.engines.dispatch.arrays import OPEN, empty_routes
from machikado.engines.dispatch.plans import Board
from machikado.engines.dispatch.ruin import Bank, nearest
from machikado.engines.dispatch.words import NEVER, Plan, Problem, Step

ROUNDS_AT_ONCE = 100
HOT, COLD = 0.5, 0.05  # temperatures, in mean costs of a request


def construct(problem: Problem) -> Plan:
    """Return a plan by putting one request after another at its cheapest spot, earliest pickup first.

    Raises BadProblem for a problem without meaning.
    """
    board = Board(problem)
    _insert_all(board)
    return board.plan()


def improve(
    problem: Problem, plan: Plan, iterations: int, seed: int = 0, stop: Callable[[], bool] = lambda: False
) -> Plan:
    """Return the best plan met in so many rounds of taking requests out and putting them back; never a dearer one.

    What is locked stays, windows and rides are kept. `stop` is asked every hundred rounds; while it says no, the same
    problem, plan, iterations and seed give the same plan. Raises BadProblem for a plan that is not one of the problem.
    """
    board = Board(problem, seed, [route.steps for route in plan.routes])
    _insert_all(board)
    if board.index.pairs == 0 or not problem.vehicles:
        return board.plan()
    course = _course(board)
    unit = int(course.cost[0]) / board.index.pairs
    for done in range(0, iterations, ROUNDS_AT_ONCE):
        if stop():
            break
        heat = int(unit * HOT * (COLD / HOT) ** (done / iterations))
        rounds(board.net, course, board.room, min(ROUNDS_AT_ONCE, iterations - done), heat)
    board.lay(_steps(board, course))
    return board.plan()


def _insert_all(board: Board) -> None:
    """Put in what is not in, earliest pickup first."""
    for pair in np.argsort(board.net.node[: len(board.problem.requests), OPEN], kind="stable").tolist():
        if board.routes.where[pair, 0] < 0:
            board.insert(pair)


def _course(board: Board) -> Course:
    """A search that begins with the board's routes."""
    net, pairs, vehicles = board.net, board.index.pairs, len(board.problem.vehicles)
    bank = Bank(
        np.zeros(pairs, np.int64),
        np.zeros(1, np.int64),
        np.zeros(pairs, np.int64),
        np.zeros(vehicles, np.int64),
        nearest(net),
    )
    dear = np.array([_dear(board)], np.int64)
    copies = [empty_routes(net, board.longest) for _ in range(2)]
    for copy in copies:
        for mine, its in zip(board.routes, copy, strict=True):
            its[:] = mine
    cost = np.full(2, whole_cost(net, board.routes, int(dear[0])), np.int64)
    return Course(board.routes, copies[0], copies[1], bank, cost, np.zeros(vehicles, np.int64), dear)


def _dear(board: Board) -> int:
    """What a request that must be served costs while it is not: more than any detour for it."""
    ways = board.net.cost[board.net.cost < NEVER]
    fixed = max(vehicle.fixed_cost for vehicle in board.problem.vehicles)
    return 4 * int(ways.max(initial=1)) + 2 * fixed


def _steps(board: Board, course: Course) -> list[list[Step]]:
    """The best routes as steps."""
    found = []
    for vehicle in range(len(board.problem.vehicles)):
        nodes = course.best.row[vehicle, : course.best.size[vehicle], 0].tolist()
        found.append([board.index.step[node] for node in nodes if node in board.index.step])
    return found
