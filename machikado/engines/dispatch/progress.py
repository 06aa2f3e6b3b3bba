"""What has happened is fixed: vehicles set out, stops are done, and what remains is a day of its own.

A vehicle waits where it stands until it has to set out for its next stop; only then that stop is locked. So as long as
nobody drives there, a plan can still be changed. Stops that were reached in time happen as planned; a vehicle that is
late is `Delayed` (see repair) before it is taken on.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from machikado.engines.dispatch.promises import Agenda
from machikado.engines.dispatch.words import NEVER, Action, Problem, Rider, Route, Step, Vehicle


class Course(NamedTuple):
    """One vehicle with its route."""

    vehicle: Vehicle
    route: Route


def departure(agenda: Agenda, number: int) -> int | None:
    """Return when a vehicle (by its number) has to set out for its next stop; None if it has none."""
    course = Course(agenda.problem.vehicles[number], agenda.plan.routes[number])
    return _departure(agenda.problem, course) if course.route.stops else None


def depart(agenda: Agenda, number: int, at: int) -> Agenda:
    """Return the agenda with a vehicle on its way to its next stop since `at`, so that this stop is locked."""
    return _taken_on(agenda, number, lambda course: _depart(agenda, course, at))


def serve(agenda: Agenda, number: int) -> Agenda:
    """Return the agenda with the next stop of a vehicle done as planned: it is free there from the stop's leave."""
    return _taken_on(agenda, number, lambda course: _serve(agenda, course))


def send(agenda: Agenda, number: int, place: int, at: int) -> Agenda:
    """Return the agenda with a vehicle that has nothing to do on its way since `at` to wait somewhere else.

    It can be led on once it is there; from now its longest duration runs.
    """

    def sent(course: Course) -> Course:
        problem, vehicle = agenda.problem, course.vehicle
        there = at + int(problem.travel[vehicle.start, place])
        close = min(vehicle.close, at + vehicle.max_duration)
        vehicle = replace(vehicle, start=place, open=there, close=close, max_duration=NEVER)
        end = there + (0 if vehicle.end is None else int(problem.travel[place, vehicle.end]))
        return Course(vehicle, replace(course.route, leave=there, end=end, cost=_home(problem, vehicle, place)))

    return _taken_on(agenda, number, sent)


def rest_of_day(agenda: Agenda, now: int) -> Agenda:
    """Return what is left of the day if all went as planned until `now`.

    Stops that have begun are done, stops to which somebody drives are locked, and nothing else begins before now.
    """
    for number in range(len(agenda.problem.vehicles)):
        while (stops := agenda.plan.routes[number].stops) and stops[0].begin <= now:
            agenda = serve(agenda, number)
        due = departure(agenda, number)
        if due is not None and due <= now and not agenda.problem.vehicles[number].locked:
            agenda = depart(agenda, number, due)
    return wait(agenda, now)


def wait(agenda: Agenda, now: int) -> Agenda:
    """Return the agenda with every vehicle that stands somewhere standing there until now, at least.

    One that is on its way begins its next stop now at the earliest, though it may have come there before.
    """
    courses = [
        _wait(agenda, Course(vehicle, route), now - _on_its_way(agenda.problem, vehicle, route))
        for vehicle, route in zip(agenda.problem.vehicles, agenda.plan.routes, strict=True)
    ]
    problem = replace(agenda.problem, vehicles=tuple(course.vehicle for course in courses))
    return replace(agenda, problem=problem, plan=replace(agenda.plan, routes=tuple(course.route for course in courses)))


def _on_its_way(problem: Problem, vehicle: Vehicle, route: Route) -> int:
    """How long the way to the next stop takes if a vehicle drives there."""
    return int(problem.travel[vehicle.start, route.stops[0].place]) if vehicle.locked else 0


def _departure(problem: Problem, course: Course) -> int:
    stop = course.route.stops[0]
    return stop.begin - int(problem.travel[course.vehicle.start, stop.place])


def _taken_on(agenda: Agenda, number: int, change: Callable[[Course], Course]) -> Agenda:
    """The agenda with one vehicle changed, and what was fetched or brought by it no longer wanted."""
    problem, plan = agenda.problem, agenda.plan
    old = Course(problem.vehicles[number], plan.routes[number])
    new = change(old)
    gone = {stop.step for stop in old.route.stops} - {stop.step for stop in new.route.stops}
    fetched = {step.name for step in gone if step.action is Action.PICKUP}
    brought = {step.name for step in gone if step.action is Action.DELIVERY}
    vehicles = (*problem.vehicles[:number], new.vehicle, *problem.vehicles[number + 1 :])
    routes = (*plan.routes[:number], new.route, *plan.routes[number + 1 :])
    requests = tuple(request for request in problem.requests if request.name not in fetched)
    return Agenda(
        replace(problem, vehicles=vehicles, requests=requests),
        replace(plan, routes=routes, cost=plan.cost + new.route.cost - old.route.cost),
        tuple(promise for promise in agenda.promises if promise.name not in brought),
        agenda.version + 1,
    )


def _wait(agenda: Agenda, course: Course, now: int) -> Course:
    """Stand until now, or until it has to go home; the next stop is reached later for it, but not too late."""
    vehicle, route = course
    home = 0 if vehicle.end is None or route.stops else int(agenda.problem.travel[vehicle.start, vehicle.end])
    now = min(now, vehicle.close - home)
    if vehicle.open >= now:
        return course
    leave = max(route.leave, now)
    if not route.stops:
        return Course(replace(vehicle, open=now), replace(route, leave=leave, end=max(route.end, leave + home)))
    first = route.stops[0]
    arrive = leave + int(agenda.problem.travel[vehicle.start, first.place])
    route = replace(route, leave=leave, stops=(replace(first, arrive=arrive), *route.stops[1:]))
    return Course(replace(vehicle, open=now), route)


def _depart(agenda: Agenda, course: Course, at: int) -> Course:
    """Set out: from now its longest duration runs, what the vehicle costs at all is spent, its next stop is locked."""
    vehicle, route = _wait(agenda, course, at)
    route = replace(route, cost=route.cost - vehicle.fixed_cost)
    close = min(vehicle.close, route.leave + vehicle.max_duration)
    vehicle = replace(vehicle, close=close, max_duration=NEVER, fixed_cost=0, locked=route.steps[:1])
    return Course(vehicle, route)


def _serve(agenda: Agenda, course: Course) -> Course:
    """Do the next stop: somebody boards, leaves, or the break is over."""
    if not course.vehicle.locked:
        course = _depart(agenda, course, max(_departure(agenda.problem, course), course.route.leave))
    vehicle, route = course
    problem, stop = agenda.problem, route.stops[0]
    cost = problem.travel if problem.cost is None else problem.cost
    way = int(cost[vehicle.start, stop.place])
    vehicle = replace(vehicle, start=stop.place, open=stop.leave, locked=vehicle.locked[1:])
    route = replace(route, leave=stop.leave, cost=route.cost - way, stops=route.stops[1:])
    if stop.step.action is Action.BREAK:
        return _rested(Course(vehicle, route), stop.step)
    if stop.step.action is Action.DELIVERY:
        left = tuple(rider for rider in vehicle.aboard if rider.name != stop.step.name)
        return Course(replace(vehicle, aboard=left), route)
    request = next(each for each in problem.requests if each.name == stop.step.name)
    rider = Rider(request.name, request.delivery, request.load, stop.leave, request.max_ride)
    return Course(replace(vehicle, aboard=(*vehicle.aboard, rider)), route)


def _rested(course: Course, step: Step) -> Course:
    """Take a break off; those after it move up by one number."""
    vehicle, route = course
    done = int(step.name.rsplit("/", 1)[1])

    def renamed(old: Step) -> Step:
        number = int(old.name.rsplit("/", 1)[1]) if old.action is Action.BREAK else -1
        return Step(f"{vehicle.name}/{number - 1}", Action.BREAK) if number > done else old

    breaks = (*vehicle.breaks[:done], *vehicle.breaks[done + 1 :])
    stops = tuple(replace(stop, step=renamed(stop.step)) for stop in route.stops)
    locked = tuple(renamed(old) for old in vehicle.locked)
    return Course(replace(vehicle, breaks=breaks, locked=locked), replace(route, stops=stops))


def _home(problem: Problem, vehicle: Vehicle, place: int) -> int:
    """What the way home costs."""
    cost = problem.travel if problem.cost is None else problem.cost
    return 0 if vehicle.end is None else int(cost[place, vehicle.end])
