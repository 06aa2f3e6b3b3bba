"""A day as it happens: requests become known one by one, what a vehicle is on its way to is frozen, the rest is open.

Each request is put in where it costs least, and the open part is improved for some rounds; with none this is plain
insertion. Who finds no place is refused for good. At the end the whole day is one plan that can be checked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from machikado.engines.dispatch import Plan, Problem, Request, Rider, Route, Stop, Vehicle, improve
from machikado.engines.dispatch.words import Action


@dataclass(slots=True)
class Car:
    """A vehicle on its day: where and when it is free next, who sits in it then, and what it has done."""

    vehicle: Vehicle
    place: int
    free: int
    aboard: dict[str, Rider] = field(default_factory=dict)
    left: int | None = None
    done: list[Stop] = field(default_factory=list)

    def rest(self, now: int) -> Vehicle:
        """The vehicle as it can be led from now on."""
        close = self.vehicle.close
        if self.left is not None:  # the duration counts from when it left, so now it is an hour of return
            close = min(close, self.left + self.vehicle.max_duration)
        start = max(self.free, now)
        return replace(self.vehicle, start=self.place, open=start, close=close, aboard=tuple(self.aboard.values()))


class Day:
    """A day of a problem; requests are told to it in the order in which they become known."""

    def __init__(self, problem: Problem, rounds: int, seed: int) -> None:
        """Begin with all vehicles at their starts; `rounds` of improvement follow each request."""
        self.problem, self.rounds, self.seed = problem, rounds, seed
        self.cars = [Car(vehicle, vehicle.start, vehicle.open) for vehicle in problem.vehicles]
        self.open: dict[str, Request] = {}
        self.refused: list[str] = []
        self.plan = Plan(tuple(Route(vehicle.name, vehicle.open, vehicle.open, 0) for vehicle in problem.vehicles))

    def ask(self, request: Request, now: int) -> bool:
        """A request becomes known: take it if it can be, and make the open part better."""
        self.drive(now)
        problem = self._rest([*self.open.values(), request], now)
        plan = improve(problem, self.plan, self.rounds, self.seed)
        if request.name in plan.unserved:
            self.refused.append(request.name)
            return False
        self.open[request.name] = request
        self.plan = plan
        return True

    def drive(self, now: int) -> None:
        """Let every vehicle do what it is on its way to by now."""
        routes = []
        for car, route in zip(self.cars, self.plan.routes, strict=True):
            leave, first = route.leave, 0
            while first < len(route.stops) and leave <= now:
                self._do(car, route.stops[first], leave)
                leave = route.stops[first].leave
                first += 1
            routes.append(replace(route, leave=leave, stops=route.stops[first:]))
        self.plan = replace(self.plan, routes=tuple(routes))

    def whole(self) -> Plan:
        """The day as one plan of the problem, when everything is done."""
        self.drive(1 << 59)
        routes = tuple(self._driven(car) for car in self.cars)
        return Plan(routes, tuple(self.refused), cost=sum(route.cost for route in routes))

    def _do(self, car: Car, stop: Stop, leave: int) -> None:
        """What a vehicle is on its way to, it does: it is free again when that is done."""
        if car.left is None:
            car.left = car.free = leave
        way = int(self.problem.travel[car.place, stop.place])
        car.done.append(replace(stop, arrive=car.free + way))
        car.place, car.free = stop.place, stop.leave
        name = stop.step.name
        if stop.step.action is Action.PICKUP:
            request = self.open.pop(name)
            car.aboard[name] = Rider(name, request.delivery, request.load, stop.leave, request.max_ride)
        else:
            del car.aboard[name]

    def _rest(self, requests: Sequence[Request], now: int) -> Problem:
        return replace(self.problem, requests=tuple(requests), vehicles=tuple(car.rest(now) for car in self.cars))

    def _driven(self, car: Car) -> Route:
        """What one vehicle did."""
        vehicle = car.vehicle
        if not car.done:
            return Route(vehicle.name, vehicle.open, vehicle.open, 0)
        ends = [] if vehicle.end is None else [vehicle.end]
        places = [vehicle.start, *(stop.place for stop in car.done), *ends]
        ways = [int(self.problem.travel[a, b]) for a, b in pairwise(places)]
        home = ways[-1] if ends else 0
        left = car.done[0].arrive - ways[0]
        return Route(vehicle.name, left, car.done[-1].leave + home, sum(ways), tuple(car.done))
