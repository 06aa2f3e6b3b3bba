"""How few vehicles do: one vehicle after another is emptied, and its requests pushed into the others."""

from collections.abc import Callable

import numpy as np

from machikado.engines.dispatch.arrays import END, LOCKED, NOBODY, NODE, ROUTE, VEHICLE, empty_routes
from machikado.engines.dispatch.eject import Hunt, push_on
from machikado.engines.dispatch.memo import fresh_memo, mark
from machikado.engines.dispatch.plans import Board, insert_all
from machikado.engines.dispatch.schedule import refresh
from machikado.engines.dispatch.words import Plan, Problem

PUSHES_AT_ONCE = 50
PATIENCE = 4000  # pushes before another vehicle is tried; so many more with each that failed


def minimise_fleet(
    problem: Problem, plan: Plan, iterations: int, seed: int = 0, stop: Callable[[], bool] = lambda: False
) -> Plan:
    """Return a plan that serves whom this one serves, with as few vehicles as are met in so many pushes.

    What ways cost does not count here, so `improve` comes after. Vehicles with somebody aboard, locked steps or a break
    stay. `stop` is asked every fifty pushes; while it says no, the same problem, plan, iterations and seed give the
    same plan. Raises BadProblem for a plan that is not one of the problem.
    """
    board = Board(problem, seed, [route.steps for route in plan.routes])
    insert_all(board)
    hunt, best = _hunt(board), board.steps(board.routes)
    done = failed = 0
    while done < iterations and not stop():
        vehicle = _to_empty(board, hunt, failed)
        if vehicle == NOBODY:
            break
        _empty(board, hunt, vehicle)
        most = min(iterations, done + PATIENCE * (1 + failed))
        while hunt.size[0] and done < most and not stop():
            done += push_on(board.net, hunt, board.room, min(PUSHES_AT_ONCE, most - done))
        if hunt.size[0]:
            failed += 1
            board.lay(best)
            _begin(board, hunt)
        else:
            failed, best = 0, board.steps(board.routes)
    board.lay(best)
    return board.plan()


def _hunt(board: Board) -> Hunt:
    """A search that begins with the board's routes."""
    pairs = board.index.pairs
    pool, penalty = np.zeros((2, pairs), np.int64)
    spare = empty_routes(board.net, board.longest)
    hunt = Hunt(board.routes, spare, fresh_memo(board.net), pool, np.zeros(1, np.int64), penalty)
    _begin(board, hunt)
    return hunt


def _begin(board: Board, hunt: Hunt) -> None:
    """Mark the routes as they are; only vehicles that are used may be used."""
    hunt.size[0] = 0
    for vehicle in range(len(board.problem.vehicles)):
        hunt.memo.open[vehicle] = board.routes.size[vehicle] > 2
    _mark(board, hunt)


def _mark(board: Board, hunt: Hunt) -> None:
    """Mark the routes as they are."""
    mark(board.routes.row, board.routes.size, hunt.memo.twin, hunt.memo.mark)


def _to_empty(board: Board, hunt: Hunt, failed: int) -> int:
    """The vehicle with the fewest stops that may be emptied, after each failure the next; NOBODY without one."""
    may = [vehicle for vehicle in np.flatnonzero(hunt.memo.open).tolist() if _may_empty(board, vehicle)]
    may.sort(key=lambda vehicle: int(board.routes.size[vehicle]))
    return may[failed % len(may)] if may else NOBODY


def _may_empty(board: Board, vehicle: int) -> bool:
    """Whether nothing ties a vehicle to its route."""
    inside = board.routes.row[vehicle, 1 : board.routes.size[vehicle] - 1, NODE]
    return not board.net.fleet[vehicle, LOCKED] and bool((board.net.node[inside, VEHICLE] == NOBODY).all())


def _empty(board: Board, hunt: Hunt, vehicle: int) -> None:
    """Put everybody in a vehicle onto the stack, and shut it."""
    nodes = board.routes.row[vehicle, 1 : board.routes.size[vehicle] - 1, NODE].tolist()
    out = [node for node in nodes if node < board.index.pairs]
    hunt.pool[: len(out)], hunt.size[0] = out, len(out)
    hunt.penalty[:] = 1
    hunt.memo.open[vehicle] = 0
    board.routes.where[nodes, ROUTE] = NOBODY
    board.routes.row[vehicle, 1, NODE] = board.net.fleet[vehicle, END]
    board.routes.size[vehicle] = 2
    refresh(board.net, board.routes, board.room, vehicle)
    _mark(board, hunt)
