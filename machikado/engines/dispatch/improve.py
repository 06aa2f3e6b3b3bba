"""Makes a plan, and makes a plan better for as long as the caller lets it."""

from collections.abc import Callable, Sequence

import numpy as np

from machikado.engines.dispatch.anneal import Course, rounds
from machikado.engines.dispatch.arrays import FIXED, NOBODY, PRIZE, ROUTE, Int64, Routes, empty_routes
from machikado.engines.dispatch.chance import STEPS
from machikado.engines.dispatch.memo import fresh_memo, mark
from machikado.engines.dispatch.plans import Board, insert_all
from machikado.engines.dispatch.ruin import Bank, nearest
from machikado.engines.dispatch.words import NEVER, BadProblem, Plan, Problem, Step

ROUNDS_AT_ONCE = 100
HOT, WARM, COLD = 700, 250, 20  # temperatures, in thousandths of the mean cost of a request
CYCLE = 500  # rounds for each request before it is heated again: small problems get stuck, large ones want their time
HABIT = (10, 10, 512, 40, 400, 128, 64, 64, 32)  # see ruin.Bank.habit
KIN = 64
MOST_PRIZES = 1 << 40  # what all requests and breaks cost that are out together is still below NEVER


def construct(problem: Problem) -> Plan:
    """Return a plan by putting one request after another at its cheapest spot, earliest pickup first.

    Raises BadProblem for a problem without meaning.
    """
    board = Board(problem)
    insert_all(board)
    return board.plan()


def improve(
    problem: Problem, plan: Plan, iterations: int, seed: int = 0, stop: Callable[[], bool] = lambda: False
) -> Plan:
    """Return the best plan met in so many rounds of taking requests out and putting them back; never a dearer one.

    What is locked stays, windows and rides are kept. `stop` is asked every hundred rounds; while it says no, the same
    problem, plan, iterations and seed give the same plan. Raises BadProblem for a plan that is not one of the problem.
    """
    board = Board(problem, seed, [route.steps for route in plan.routes])
    insert_all(board)
    if board.index.pairs == 0 or not problem.vehicles or iterations <= 0:
        return board.plan()
    first, before = board.steps(board.routes), _worth(board)
    course = begun(board)
    unit = _unit(board)
    cycles = max(1, iterations // (CYCLE * board.index.pairs))
    for done in range(0, iterations, ROUNDS_AT_ONCE):
        if stop():
            break
        heat = unit * _share(done * cycles / iterations) // STEPS
        rounds(board.net, course, board.room, min(ROUNDS_AT_ONCE, iterations - done), heat)
    if not _lays(board, board.steps(course.best)) or _worth(board) > before:
        board.lay(first)
    return board.plan()


def _lays(board: Board, steps: Sequence[Sequence[Step]]) -> bool:
    """Make these the routes; False where they can be none, as when two routes had one mark in the memo of a search."""
    try:
        board.lay(steps)
    except BadProblem:
        return False
    return True


def _worth(board: Board) -> tuple[int, int]:
    """How many are out that must be served, and what the routes cost with all that is out: the less the better.

    The search counts with whole numbers that have an end, so to it a must has a price and a prize has a most.
    """
    out = board.routes.where[: board.index.pairs, ROUTE] == NOBODY
    prizes: list[int] = board.net.node[: board.index.pairs, PRIZE][out].tolist()
    return sum(prize >= NEVER for prize in prizes), int(board.routes.cost.sum()) + sum(prizes)


def _share(cycle: float) -> int:
    """How much of the first temperature is left, in 4,096ths: whole, so that it is the same on any machine.

    It falls evenly in its logarithm; `cycle` 1.5 is half through the second cycle, which begins less hot.
    """
    hot = HOT if cycle < 1 else WARM
    left: float = hot / HOT * (COLD / hot) ** (cycle % 1)
    return round(left * STEPS)


def _unit(board: Board) -> int:
    """The temperature to begin with, from what the way of a request costs in the mean."""
    fixed = int((board.net.fleet[:, FIXED] * (board.routes.size > 2)).sum())
    return (int(board.routes.cost.sum()) - fixed) * HOT // (1000 * board.index.pairs)


def begun(board: Board) -> Course:
    """Return a search that begins with the board's routes."""
    net, pairs, vehicles = board.net, board.index.pairs, len(board.problem.vehicles)
    bank = Bank(
        request=np.zeros(pairs, np.int64),
        size=np.zeros(1, np.int64),
        out=np.zeros(pairs, np.int64),
        key=np.zeros(pairs, np.int64),
        touched=np.zeros(vehicles, np.int64),
        kin=nearest(net, KIN),
        habit=np.array(HABIT, np.int64),
        budget=np.zeros(1, np.int64),
        price=_prices(board),
    )
    memo, out = fresh_memo(net), np.flatnonzero(board.routes.where[:pairs, ROUTE] == NOBODY)
    mark(board.routes.row, board.routes.size, memo.twin, memo.mark)
    missing = np.zeros(1 + pairs, np.int64)
    missing[0], missing[1 : 1 + len(out)] = len(out), out
    return Course(
        work=board.routes,
        now=_twin(board),
        best=_twin(board),
        memo=memo,
        bank=bank,
        missing=missing,
        cost=np.full(2, board.routes.cost.sum() + bank.price[out].sum()),
        mark=memo.mark.copy(),
        stale=np.zeros(vehicles, np.int64),
    )


def _twin(board: Board) -> Routes:
    """A copy of the board's routes that touches no more memory than they fill."""
    routes, twin = board.routes, empty_routes(board.net, board.longest)
    longest = int(routes.size.max(initial=0))
    twin.row[:, :longest], twin.aboard[:, :longest] = routes.row[:, :longest], routes.aboard[:, :longest]
    twin.size[:], twin.cost[:] = routes.size, routes.cost
    return twin


def _prices(board: Board) -> Int64:
    """What it costs that each is out: a must more than any detour for it and all prizes, a break more than anybody."""
    ways = board.net.cost[board.net.cost < NEVER]
    fixed = max(vehicle.fixed_cost for vehicle in board.problem.vehicles)
    prizes = sum(request.prize for request in board.problem.requests if not request.must)
    dear = 4 * int(ways.max(initial=1)) + 2 * fixed + min(prizes, MOST_PRIZES)
    prize = board.net.node[: board.index.pairs, PRIZE]
    return np.where(prize <= NEVER, np.minimum(prize, dear), dear << 10)
