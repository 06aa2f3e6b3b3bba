"""A day as it happens: requests become known one by one, what a vehicle is on its way to is frozen, the rest is open.

Each request is put in where it costs least, and the open part is improved for some rounds; with none this is plain
insertion. Who finds no place is refused for good. At the end the whole day is one plan that can be checked.
"""

from dataclasses import replace
from itertools import pairwise

from machikado.engines.dispatch import Agenda, Plan, Problem, Request, Route, Stop, Vehicle, construct, improve
from machikado.engines.dispatch.progress import rest_of_day

THE_END = 1 << 59


class Day:
    """A day of a problem without breaks; requests are told to it in the order in which they become known."""

    def __init__(self, problem: Problem, rounds: int, seed: int) -> None:
        """Begin with all vehicles at their starts; `rounds` of improvement follow each request."""
        self.problem, self.rounds, self.seed = problem, rounds, seed
        nobody = replace(problem, requests=())
        self.agenda = Agenda(nobody, construct(nobody))
        self.done: list[list[Stop]] = [[] for _ in problem.vehicles]
        self.refused: list[str] = []

    def ask(self, request: Request, now: int) -> bool:
        """A request becomes known: take it if it can be, and make the open part better."""
        self.drive(now)
        rest = self.agenda.problem
        problem = replace(rest, requests=(*rest.requests, request))
        plan = improve(problem, self.agenda.plan, self.rounds, self.seed)
        if plan.unserved:  # perhaps another, who had been taken
            self.refused.append(request.name)
            return False
        self.agenda = Agenda(problem, plan)
        return True

    def drive(self, now: int) -> None:
        """Let every vehicle do what it has begun by now."""
        before = self.agenda.plan.routes
        self.agenda = rest_of_day(self.agenda, now)
        for done, old, new in zip(self.done, before, self.agenda.plan.routes, strict=True):
            done += old.stops[: len(old.stops) - len(new.stops)]

    def whole(self) -> Plan:
        """The day as one plan of the problem, when everything is done."""
        self.drive(THE_END)
        routes = tuple(self._driven(*each) for each in zip(self.problem.vehicles, self.done, strict=True))
        return Plan(routes, tuple(self.refused), cost=sum(route.cost for route in routes))

    def _driven(self, vehicle: Vehicle, done: list[Stop]) -> Route:
        """What one vehicle did; it set out as late as its first stop allowed."""
        if not done:
            return Route(vehicle.name, vehicle.open, vehicle.open, 0)
        ends = [] if vehicle.end is None else [vehicle.end]
        places = [vehicle.start, *(stop.place for stop in done), *ends]
        ways = [int(self.problem.travel[a, b]) for a, b in pairwise(places)]
        left = done[0].begin - ways[0]
        leaves = [left, *(stop.leave for stop in done)]
        stops = tuple(replace(stop, arrive=leave + way) for stop, leave, way in zip(done, leaves, ways, strict=False))
        return Route(vehicle.name, left, leaves[-1] + (ways[-1] if ends else 0), sum(ways), stops)
