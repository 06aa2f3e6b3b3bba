"""Between values and arrays: the steps of a plan become routes, and routes a plan that people can read."""

from collections.abc import Sequence

import numpy as np

from machikado.engines.dispatch.arrays import (
    NOBODY,
    NODE,
    OPEN,
    PLACE,
    ROUTE,
    SERVICE,
    VEHICLE,
    Routes,
    empty_routes,
    scratch,
)
from machikado.engines.dispatch.build import Index, build
from machikado.engines.dispatch.insert import insert, insert_alone
from machikado.engines.dispatch.schedule import refresh
from machikado.engines.dispatch.settle import settle
from machikado.engines.dispatch.words import Action, BadProblem, Plan, Problem, Route, Step, Stop


class Board:
    """A problem with routes that kernels work on; begins with these steps, or else with those that are locked.

    Riders and breaks that are not among them are put in. Raises BadProblem where that cannot be kept.
    """

    def __init__(self, problem: Problem, seed: int = 0, steps: Sequence[Sequence[Step]] | None = None) -> None:
        """Read the problem; the die falls the same for the same seed."""
        self.problem, self.index = problem, Index(problem)
        self.net = build(problem, self.index)
        self.longest = 2 * self.index.pairs + len(self.index.riders) + 2
        self.routes, self.room = empty_routes(self.net, self.longest), scratch(self.net, self.longest, seed)
        self.lay([vehicle.locked for vehicle in problem.vehicles] if steps is None else steps)
        self._seat_riders()
        self._set_breaks()

    def lay(self, steps: Sequence[Sequence[Step]]) -> None:
        """Make these the routes. Raises BadProblem for what no routes of the problem can be.

        That is steps that are unknown, double, split, of another vehicle, before what is locked, out of time, or more
        than there are seats for.
        """
        if len(steps) != len(self.problem.vehicles):
            raise BadProblem(f"there are {len(steps)} routes for {len(self.problem.vehicles)} vehicles")
        self.routes.where[:] = NOBODY
        known = {step for wanted in steps for step in wanted}
        if len(known) < sum(map(len, steps)):
            raise BadProblem("a step stands in the routes twice")
        for vehicle, wanted in enumerate(steps):
            start = self.index.first_start + 2 * vehicle
            nodes = [start, *self._nodes(vehicle, wanted), start + 1]
            self._refuse_split(vehicle, wanted)
            self.routes.row[vehicle, : len(nodes), NODE] = nodes
            self.routes.size[vehicle] = len(nodes)
            if not refresh(self.net, self.routes, self.room, vehicle):
                name = self.problem.vehicles[vehicle].name
                raise BadProblem(f"{name}: there are no times that keep its {len(wanted)} steps in this order")
        self._refuse_overload()

    def plan(self) -> Plan:
        """Return the routes with times that keep people least aboard."""
        made = tuple(self._route(vehicle) for vehicle in range(len(self.problem.vehicles)))
        left = [pair for pair in range(len(self.problem.requests)) if self.routes.where[pair, ROUTE] == NOBODY]
        prizes = sum(self.problem.requests[pair].prize for pair in left if not self.problem.requests[pair].must)
        names = tuple(self.problem.requests[pair].name for pair in left)
        return Plan(made, names, cost=sum(route.cost for route in made) + prizes)

    def steps(self, routes: Routes) -> list[list[Step]]:
        """Return routes of this problem as steps."""
        found = []
        for vehicle in range(len(self.problem.vehicles)):
            nodes = routes.row[vehicle, : routes.size[vehicle], NODE].tolist()
            found.append([self.index.step[node] for node in nodes if node in self.index.step])
        return found

    def insert(self, pair: int) -> bool:
        """Put one request (by its number) at its cheapest spot; False if there is none or leaving it out is cheaper."""
        return insert(self.net, self.routes, self.room, pair)

    def _nodes(self, vehicle: int, steps: Sequence[Step]) -> list[int]:
        """The nodes of a vehicle's steps; a break is two."""
        nodes = []
        for step in steps:
            if step not in self.index.node:
                raise BadProblem(f"there is no {step.action} of {step.name}")
            owner = self.net.node[self.index.node[step], VEHICLE]
            if owner not in (NOBODY, vehicle):
                raise BadProblem(f"{step.name} belongs to {self.problem.vehicles[owner].name}")
            nodes.append(self.index.node[step])
            if step.action is Action.BREAK:
                nodes.append(self.index.node[step] + self.index.pairs)
        return nodes

    def _refuse_split(self, vehicle: int, steps: Sequence[Step]) -> None:
        """Refuse a delivery without its pickup before it, and what is locked where it does not come first."""
        car = self.problem.vehicles[vehicle]
        if (*steps[: len(car.locked)],) != car.locked:
            raise BadProblem(f"{car.name}: what is locked does not come first")
        aboard = {rider.name for rider in car.aboard}
        for step in steps:
            if step.action is Action.PICKUP:
                aboard.add(step.name)
            elif step.action is Action.DELIVERY and step.name not in aboard:
                raise BadProblem(f"{step.name}: brought before being fetched by {car.name}")

    def _refuse_overload(self) -> None:
        """Refuse routes in which more is aboard at some stop than any layout takes."""
        longest = int(self.routes.size.max(initial=0))
        fit = self.routes.aboard[:, :longest, None] <= self.net.layouts[:, None]  # vehicles, stops, layouts, kinds
        fits = np.any(np.all(fit, axis=3), axis=2) | (np.arange(longest) >= self.routes.size[:, None])
        for vehicle in np.flatnonzero(~fits.all(axis=1)).tolist():
            raise BadProblem(f"{self.problem.vehicles[vehicle].name}: more aboard than it has seats for")

    def _seat_riders(self) -> None:
        """Bring everybody aboard who is not in the locked steps."""
        fetched = [self.index.pairs + pair for pair in range(self.index.pairs) if self.routes.where[pair, ROUTE] >= 0]
        riders = [2 * self.index.pairs + rider for rider in range(len(self.index.riders))]
        for node in fetched + riders:
            if self.routes.where[node, ROUTE] == NOBODY:
                if self.net.node[node, VEHICLE] == NOBODY:
                    raise BadProblem(f"{self.index.step[node].name} is fetched and never brought")
                if not insert_alone(self.net, self.routes, self.room, node):
                    name = self.problem.vehicles[self.net.node[node, VEHICLE]].name
                    raise BadProblem(f"{self.index.step[node].name} sits in {name} and cannot be brought in time")

    def _set_breaks(self) -> None:
        """Put every break that is not locked."""
        for pair, (name, _, _) in enumerate(self.index.breaks, len(self.problem.requests)):
            if self.routes.where[pair, ROUTE] == NOBODY and not self.insert(pair):
                raise BadProblem(f"there is no time for the break {name}")

    def _route(self, vehicle: int) -> Route:
        """One route with its times."""
        size = int(self.routes.size[vehicle])
        settle(self.net, self.routes, self.room, vehicle)
        nodes = self.routes.row[vehicle, :size, NODE].tolist()
        begins = self.room.times[:size].tolist()
        stops: list[Stop] = []
        leave, place = begins[0], self.net.node[nodes[0], PLACE]
        for k in range(1, size - 1):
            here = self.net.node[nodes[k], PLACE]
            arrive = leave + int(self.net.travel[place, here])
            leave, place = begins[k] + int(self.net.node[nodes[k], SERVICE]), here
            if nodes[k] in self.index.step:
                load = tuple(self.routes.aboard[vehicle, k, :-1].tolist())
                stops.append(Stop(self.index.step[nodes[k]], int(here), arrive, begins[k], leave, load))
        name = self.problem.vehicles[vehicle].name
        return Route(name, begins[0], begins[-1], int(self.routes.cost[vehicle]), tuple(stops))


def lay_out(problem: Problem, orders: Sequence[Sequence[Step]]) -> Plan:
    """Return the plan in which each vehicle (in the problem's order) makes these stops in this order; no search.

    Service begins so that people sit least in the vehicle, within all windows and rides. Riders aboard and breaks that
    are not among the stops are put in where it costs least; requests that are not are unserved. Raises BadProblem, with
    the reason, for orders that cannot be kept.
    """
    return Board(problem, steps=orders).plan()


def insert_all(board: Board) -> None:
    """Put in what is not in, earliest pickup first."""
    for pair in np.argsort(board.net.node[: len(board.problem.requests), OPEN], kind="stable").tolist():
        if board.routes.where[pair, ROUTE] == NOBODY:
            board.insert(pair)
