"""Values to arrays: a problem becomes a Net. What no plan can be made of is refused here."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from machikado.engines.dispatch.arrays import (
    CLOSE,
    DURATION,
    END,
    FIXED,
    FULL,
    LOCKED,
    NOBODY,
    OPEN,
    PARTNER,
    PLACE,
    PRIZE,
    RIDE,
    SERVICE,
    START,
    UNREACHABLE,
    VEHICLE,
    WIDTH,
    Int64,
    Net,
)
from machikado.engines.dispatch.words import NEVER, Action, BadProblem, Matrix, Problem, Request, Step, Vehicle, Visit


class Index:
    """Which node each step of a problem is, and back."""

    def __init__(self, problem: Problem) -> None:
        """Number the nodes: pickups and deliveries of requests and breaks, riders aboard, starts, ends."""
        breaks = [
            (f"{vehicle.name}/{number}", place, which)
            for which, vehicle in enumerate(problem.vehicles)
            for number, place in enumerate(vehicle.breaks)
        ]
        self.breaks: Sequence[tuple[str, Visit, int]] = breaks
        self.pairs = len(problem.requests) + len(breaks)
        self.riders = [(rider, which) for which, vehicle in enumerate(problem.vehicles) for rider in vehicle.aboard]
        self.first_start = 2 * self.pairs + len(self.riders)
        self.nodes = self.first_start + 2 * len(problem.vehicles)
        self.node: dict[Step, int] = {}
        for pair, request in enumerate(problem.requests):
            self.node[Step(request.name, Action.PICKUP)] = pair
            self.node[Step(request.name, Action.DELIVERY)] = self.pairs + pair
        for pair, (name, _, _) in enumerate(breaks, len(problem.requests)):
            self.node[Step(name, Action.BREAK)] = pair
        for pair, (rider, _) in enumerate(self.riders, 2 * self.pairs):
            self.node[Step(rider.name, Action.DELIVERY)] = pair
        self.step: Mapping[int, Step] = {node: step for step, node in self.node.items()}


def build(problem: Problem, index: Index) -> Net:
    """Return the problem as arrays. Raises BadProblem, with what is wrong, for one that has no meaning."""
    refuse(problem, index)
    travel, cost = _matrices(problem)
    kinds = 1 + len(
        problem.vehicles[0].layouts[0] if problem.vehicles else problem.requests[0].load if problem.requests else ()
    )
    node = np.zeros((index.nodes, WIDTH), np.int64)
    node[:, PARTNER] = node[:, VEHICLE] = NOBODY
    node[:, CLOSE] = node[:, RIDE] = NEVER
    load = np.zeros((index.nodes, kinds), np.int64)
    if problem.requests:
        _write_requests(node, load, index.pairs, problem.requests)
    for pair, (_, visit, vehicle) in enumerate(index.breaks, len(problem.requests)):
        _write_break(node, load, (pair, index.pairs + pair), (visit, vehicle))
    _narrow(node[: 2 * index.pairs], travel)
    fleet = _write_fleet(problem, index, node, load)
    layouts = _layouts(problem.vehicles, kinds)
    return Net(travel, cost, node, load, fleet, layouts, np.array([index.pairs], np.int64))


def refuse(problem: Problem, index: Index) -> None:
    """Raise BadProblem for what no plan could be made of."""
    travel = problem.travel
    if travel.ndim != 2 or travel.shape[0] != travel.shape[1]:
        raise BadProblem(f"the travel matrix must be square, not {travel.shape}")
    for name, matrix in (("travel", travel), ("cost", travel if problem.cost is None else problem.cost)):
        if matrix.dtype != np.int64 or matrix.shape != travel.shape:
            raise BadProblem(f"the {name} matrix must be int64 of {travel.shape}, not {matrix.dtype} of {matrix.shape}")
        if matrix.size and matrix.min() < 0:
            raise BadProblem(f"the {name} matrix holds a negative number")
    names = [request.name for request in problem.requests] + [rider.name for rider, _ in index.riders]
    for found in (names + [name for name, _, _ in index.breaks], [vehicle.name for vehicle in problem.vehicles]):
        twice = [name for name, times in Counter(found).items() if times > 1]
        if twice:
            raise BadProblem(f"the name {twice[0]!r} stands for two")
    _refuse_loads(problem, index)
    for request in problem.requests:
        _refuse_visits(request.name, (request.pickup, request.delivery), len(travel))
    for vehicle in problem.vehicles:
        ends = [place for place in (vehicle.start, vehicle.end) if place is not None]
        inside = [Visit(place, vehicle.open, vehicle.close) for place in ends]
        visits = [*inside, *vehicle.breaks, *(rider.delivery for rider in vehicle.aboard)]
        _refuse_visits(vehicle.name, visits, len(travel))


def _refuse_loads(problem: Problem, index: Index) -> None:
    """Refuse loads and layouts that do not count the same kinds."""
    if any(not vehicle.layouts for vehicle in problem.vehicles):
        raise BadProblem("each vehicle needs a layout")
    loads = {request.name: request.load for request in problem.requests}
    loads |= {rider.name: rider.load for rider, _ in index.riders}
    kinds = {len(layout) for vehicle in problem.vehicles for layout in vehicle.layouts}
    kinds |= {len(load) for load in loads.values()}
    if len(kinds) > 1:
        raise BadProblem("all loads and layouts must count the same kinds")
    for name, load in loads.items():
        if min(load, default=0) < 0 or max(load, default=0) >= FULL:
            raise BadProblem(f"{name}: a load counts what is taken along, so it cannot be {load}")


def _refuse_visits(name: str, visits: Sequence[Visit], places: int) -> None:
    for visit in visits:
        if not 0 <= visit.place < places:
            raise BadProblem(f"{name}: there is no place {visit.place}")
        if not (0 <= visit.service < NEVER and -NEVER < visit.open < NEVER and -NEVER < visit.close <= NEVER):
            raise BadProblem(f"{name}: {visit} lies outside of time")


def _matrices(problem: Problem) -> tuple[Matrix, Matrix]:
    """Travel and cost; where a vehicle may end anywhere, with one more place that is no way from everywhere."""
    travel = np.minimum(problem.travel, UNREACHABLE)
    travel[travel >= NEVER] = UNREACHABLE
    cost = travel if problem.cost is None else np.minimum(problem.cost, UNREACHABLE)
    if any(vehicle.end is None for vehicle in problem.vehicles):
        same = cost is travel
        travel = np.pad(travel, (0, 1))
        cost = travel if same else np.pad(cost, (0, 1))
    return np.ascontiguousarray(travel), np.ascontiguousarray(cost)


def _write_visit(node: Int64, at: int, visit: Visit) -> None:
    node[at, [PLACE, OPEN, CLOSE, SERVICE]] = visit.place, visit.open, visit.close, visit.service


def _write_requests(node: Int64, load: Int64, pairs: int, requests: Sequence[Request]) -> None:
    """Write the two nodes of each request, with the waiting limit in its window."""
    count = len(requests)
    first, last = np.arange(count), np.arange(pairs, pairs + count)
    for at, visits in (first, (each.pickup for each in requests)), (last, (each.delivery for each in requests)):
        node[at[:, None], [PLACE, OPEN, CLOSE, SERVICE]] = [(v.place, v.open, v.close, v.service) for v in visits]
    limits = [
        (each.pickup.open + each.max_wait, each.max_ride, NEVER if each.must else each.prize) for each in requests
    ]
    waits, node[first, RIDE], node[first, PRIZE] = np.array(limits, np.int64).T
    node[first, CLOSE] = np.minimum(node[first, CLOSE], waits)
    node[first, PARTNER], node[last, PARTNER] = last, first
    load[first] = [(*each.load, 1) for each in requests]
    load[last] = -load[first]


def _narrow(node: Int64, travel: Matrix) -> None:
    """Cut off of the windows of pairs what the other end's window and the longest ride forbid anyway."""
    pickup, delivery = node[: len(node) // 2], node[len(node) // 2 :]
    least = pickup[:, SERVICE] + travel[pickup[:, PLACE], delivery[:, PLACE]]
    most = pickup[:, SERVICE] + pickup[:, RIDE]
    pickup[:, OPEN] = np.maximum(pickup[:, OPEN], delivery[:, OPEN] - most)
    delivery[:, OPEN] = np.maximum(delivery[:, OPEN], pickup[:, OPEN] + least)
    delivery[:, CLOSE] = np.minimum(delivery[:, CLOSE], pickup[:, CLOSE] + most)
    pickup[:, CLOSE] = np.minimum(pickup[:, CLOSE], delivery[:, CLOSE] - least)


def _write_break(node: Int64, load: Int64, pair: tuple[int, int], what: tuple[Visit, int]) -> None:
    """Write a break: it begins and ends at one place and weighs so much that nobody else is aboard."""
    (start, end), (visit, vehicle) = pair, what
    _write_visit(node, start, visit)
    _write_visit(node, end, Visit(visit.place))
    node[start, PARTNER], node[end, PARTNER] = end, start
    node[[start, end], VEHICLE] = vehicle
    node[start, PRIZE] = 2 * NEVER
    load[start, -1] = FULL
    load[end] = -load[start]


def _write_fleet(problem: Problem, index: Index, node: Int64, load: Int64) -> Int64:
    """Write starts, ends and who is aboard; return the vehicles."""
    fleet = np.zeros((len(problem.vehicles), WIDTH), np.int64)
    for at, (rider, vehicle) in enumerate(index.riders, 2 * index.pairs):
        _write_visit(node, at, rider.delivery)
        node[at, CLOSE] = min(rider.delivery.close, rider.boarded + rider.max_ride)
        node[at, VEHICLE] = vehicle
        load[at] = *(-part for part in rider.load), -1
    for which, car in enumerate(problem.vehicles):
        start, end = index.first_start + 2 * which, index.first_start + 2 * which + 1
        anywhere = len(problem.travel)
        node[start, [PLACE, OPEN, CLOSE]] = car.start, car.open, car.close
        node[end, [PLACE, CLOSE]] = anywhere if car.end is None else car.end, car.close
        for at, (_, owner) in enumerate(index.riders, 2 * index.pairs):
            if owner == which:
                load[start] -= load[at]
        fleet[which, [START, END]] = start, end
        fleet[which, [DURATION, FIXED]] = car.max_duration, car.fixed_cost
        fleet[which, LOCKED] = sum(2 if step.action is Action.BREAK else 1 for step in car.locked)
        for step in car.locked:  # what is locked in part stays with its vehicle
            at = index.node.get(step, end)
            node[[at, max(at, node[at, PARTNER])], VEHICLE] = which
    return fleet


def _layouts(vehicles: Sequence[Vehicle], kinds: int) -> Int64:
    """The layouts as (vehicles, layouts, kinds); a vehicle with fewer than others repeats its first."""
    most = max((len(vehicle.layouts) for vehicle in vehicles), default=0)
    layouts = np.full((len(vehicles), most, kinds), FULL, np.int64)
    for which, vehicle in enumerate(vehicles):
        for number in range(most):
            layouts[which, number, :-1] = vehicle.layouts[number if number < len(vehicle.layouts) else 0]
    return layouts
