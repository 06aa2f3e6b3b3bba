"""Reads instance files of the literature, so that anybody can check us: DARP, PDPTW (Li & Lim), dynamic, a crowd.

Lengths and times become whole numbers: scaled by 10^9 and rounded to the nearest.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from machikado.engines.dispatch.arrays import UNREACHABLE
from machikado.engines.dispatch.words import Action, BadProblem, Matrix, Plan, Problem, Request, Vehicle, Visit

SCALE = 10**9
DARP_COLUMNS, PDPTW_COLUMNS, ROAD_COLUMNS = 7, 9, 3
CROWD_VEHICLES, CROWD_SEATS = 200, 8


@dataclass(frozen=True, slots=True)
class Instance:
    """A problem with its name, and when each request becomes known (dynamic DARP; else empty)."""

    name: str
    problem: Problem
    known: tuple[int, ...] = ()


def scaled(value: float) -> int:
    """Return a length or time of a file as a whole number."""
    return round(value * SCALE)


def straight(points: Sequence[tuple[float, float]]) -> Matrix:
    """Return the straight-line distances between points: (points, points)."""
    xy = np.array(points, float).reshape(-1, 2)
    away = xy[:, None] - xy[None]
    found: Matrix = np.rint(np.hypot(away[..., 0], away[..., 1]) * SCALE).astype(np.int64)
    return found


def read_darp(path: Path) -> Instance:
    """Read a dial-a-ride instance: the pairs are (i, i + n), each with the one longest ride of the first line.

    Raises BadProblem for a file that is none.
    """
    rows = _rows(path)
    if len(rows[0]) != 5:
        raise BadProblem(f"{path.name}: the first line of a dial-a-ride instance has five numbers")
    vehicles, _, duration, capacity, ride = rows[0]
    body = [row for row in rows[1:] if len(row) == DARP_COLUMNS]
    pairs = (len(body) - 1) // 2
    if pairs < 0:
        raise BadProblem(f"{path.name}: there is no depot")
    visits = [Visit(k, scaled(row[5]), scaled(row[6]), scaled(row[3])) for k, row in enumerate(body)]
    requests = tuple(
        Request(str(k), visits[k], visits[k + pairs], (int(body[k][4]),), max_ride=scaled(ride))
        for k in range(1, pairs + 1)
    )
    travel = straight([(row[1], row[2]) for row in body[: 2 * pairs + 1]])
    fleet = _fleet(int(vehicles), visits[0], int(capacity), scaled(duration))
    return Instance(path.stem, Problem(travel, requests, fleet))


def read_pdptw(path: Path, fixed_cost: int = 0) -> Instance:
    """Read a pickup and delivery instance; each vehicle that is used costs `fixed_cost` beside its way.

    Raises BadProblem for a file that is none.
    """
    rows = _rows(path)
    body = rows[1:]
    if not body or any(len(row) != PDPTW_COLUMNS for row in body):
        raise BadProblem(f"{path.name}: each place of a pickup and delivery instance has nine numbers")
    visits = {int(row[0]): Visit(k, scaled(row[4]), scaled(row[5]), scaled(row[6])) for k, row in enumerate(body)}
    requests = tuple(
        Request(str(int(row[0])), visits[int(row[0])], visits[int(row[8])], (int(row[3]),))
        for row in body
        if int(row[8]) and not int(row[7])
    )
    depot = visits[int(body[0][0])]
    fleet = _fleet(int(rows[0][0]), depot, int(rows[0][1]), None, fixed_cost)
    return Instance(path.stem, Problem(straight([(row[1], row[2]) for row in body]), requests, fleet))


def read_dynamic(path: Path) -> Instance:
    """Read a dynamic dial-a-ride instance (Berbeglia et al. 2012, doi:10.1287/ijoc.1110.0454). Raises BadProblem."""
    try:
        text = json.loads(path.read_text())
        told, rows = text["static_info"], text["requests"]
        points = [_point(told["depot_location"])]
        points += [_point(row[end]) for row in rows for end in ("pickup_location", "delivery_location")]
        requests = tuple(_dynamic_request(k, row, told) for k, row in enumerate(rows))
        known = tuple(scaled(row["arrival_time"]) for row in rows)
        fleet = _fleet(
            told["number_of_vehicles"],
            Visit(0, 0, scaled(told["planing_horizon"])),
            told["vehicle_capacity"],
            scaled(told["max_route_time"]),
        )
    except (ValueError, KeyError, TypeError) as fault:
        raise BadProblem(f"{path.name}: no dynamic dial-a-ride instance ({fault})") from fault
    return Instance(path.stem, Problem(straight(points), requests, fleet), known)


def read_crowd(path: Path, vehicles: int = CROWD_VEHICLES) -> Instance:
    """Read NAME.NUMBER.reqs with NAME.d (roads) and NAME.drv (drivers) beside it, the first drivers with eight seats.

    Routes end where the last passenger leaves; there are no windows (doi:10.14778/3579075.3579091). The ways are
    shortest paths on one-way roads. Raises BadProblem.
    """
    beside = path.parent / path.name.split(".")[0]
    roads, drivers = (_rows(beside.with_suffix(suffix)) for suffix in (".d", ".drv"))
    ways = _shortest([row for row in roads if len(row) == ROAD_COLUMNS])
    try:
        requests = tuple(
            Request(str(int(number)), Visit(int(origin)), Visit(int(goal))) for number, origin, goal in _rows(path)
        )
        starts = [(int(number), int(place)) for number, place in drivers][:vehicles]
    except ValueError as fault:
        raise BadProblem(f"{path.name}: a request has three numbers, a driver two") from fault
    fleet = tuple(Vehicle(str(number), place, None, layouts=((CROWD_SEATS,),)) for number, place in starts)
    return Instance(path.stem, Problem(ways, requests, fleet))


def _shortest(roads: list[list[float]]) -> Matrix:
    """Shortest ways between all ends of roads; UNREACHABLE where there is none."""
    if not roads or min(min(row) for row in roads) < 0:
        raise BadProblem("a road has two ends, numbered from 0, and a time that is not negative")
    arcs: dict[tuple[int, int], float] = {}
    for tail, head, time in roads:
        arcs[int(tail), int(head)] = min(time, arcs.get((int(tail), int(head)), time))
    places = 1 + max(max(pair) for pair in arcs)
    ends = np.array(list(arcs), np.int64)
    found = dijkstra(csr_array((np.array(list(arcs.values())), (ends[:, 0], ends[:, 1])), (places, places)))
    ways: Matrix = np.full(found.shape, UNREACHABLE, np.int64)
    there = np.isfinite(found)
    ways[there] = np.rint(found[there] * SCALE).astype(np.int64)
    return ways


def solution(instance: Instance, plan: Plan) -> dict[str, Any]:
    """Return the plan with the node numbers of the file (depot left out) and its cost, as outside checkers read it."""
    routes = [[stop.place for stop in route.stops if stop.step.action is not Action.BREAK] for route in plan.routes]
    return {"instance": instance.name, "routes": [route for route in routes if route], "cost": plan.cost / SCALE}


def _rows(path: Path) -> list[list[float]]:
    try:
        rows = [[float(word) for word in line.split()] for line in path.read_text().splitlines() if line.split()]
    except (OSError, ValueError) as fault:
        raise BadProblem(f"{path.name}: {fault}") from fault
    if not rows:
        raise BadProblem(f"{path.name} is empty")
    return rows


def _fleet(count: int, depot: Visit, capacity: int, duration: int | None, fixed_cost: int = 0) -> tuple[Vehicle, ...]:
    whole = Vehicle("", depot.place, depot.place, depot.open, depot.close, ((capacity,),), fixed_cost=fixed_cost)
    if duration is not None:
        whole = replace(whole, max_duration=duration)
    return tuple(replace(whole, name=str(number)) for number in range(1, count + 1))


def _point(found: dict[str, float]) -> tuple[float, float]:
    return found["x_coord"], found["y_coord"]


def _dynamic_request(k: int, row: dict[str, Any], told: dict[str, Any]) -> Request:
    pickup, delivery = (
        Visit(place, *(scaled(row[f"{end}_{part}"]) for part in ("lower_tw", "upper_tw", "service_time")))
        for place, end in ((2 * k + 1, "pickup"), (2 * k + 2, "delivery"))
    )
    return Request(str(row["id"]), pickup, delivery, (row["load"],), max_ride=scaled(told["max_ride_time"]))
