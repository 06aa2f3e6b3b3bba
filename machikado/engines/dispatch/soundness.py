"""What must hold of a plan: every rule again, in plain slow Python that shares no code with the kernels."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from machikado.engines.dispatch.promises import Promise
from machikado.engines.dispatch.words import Action, Plan, Problem, Request, Rider, Route, Step, Stop, Vehicle, Visit


def problems(problem: Problem, plan: Plan, promises: Iterable[Promise] = ()) -> list[str]:
    """Return what is wrong with a plan and which promises it breaks, a sentence each; [] is sound."""
    found = [f"{len(plan.routes)} routes for {len(problem.vehicles)} vehicles"] * (
        len(plan.routes) != len(problem.vehicles)
    )
    wanted = {request.name: request for request in problem.requests}
    for vehicle, route in zip(problem.vehicles, plan.routes, strict=False):
        mine = {stop.step.name: wanted[stop.step.name] for stop in route.stops if stop.step.name in wanted}
        part = replace(problem, requests=tuple(mine.values()))
        found += [f"{vehicle.name}: {fault}" for fault in _route_faults(part, vehicle, route)]
    served = Counter(stop.step for route in plan.routes for stop in route.stops)
    found += [f"{step.name}: {step.action} happens {times} times" for step, times in served.items() if times > 1]
    picked = {step.name for step in served if step.action is Action.PICKUP}
    names = {request.name for request in problem.requests}
    found += [f"{name}: neither served nor said to be unserved" for name in sorted(names - picked - {*plan.unserved})]
    found += [f"{name}: served and said to be unserved" for name in sorted(picked & {*plan.unserved})]
    found += [f"{name}: there is no such request" for name in sorted((picked | {*plan.unserved}) - names)]
    prizes = sum(request.prize for request in problem.requests if request.name in plan.unserved and not request.must)
    whole = sum(route.cost for route in plan.routes) + prizes
    found += [fault for promise in promises for fault in _broken(problem, plan, promise)]
    return found + [f"the plan says it costs {plan.cost}, its parts {whole}"] * (plan.cost != whole)


def _route_faults(problem: Problem, vehicle: Vehicle, route: Route) -> Iterator[str]:
    """What is wrong with one route."""
    if route.vehicle != vehicle.name:
        yield f"the route is that of {route.vehicle}"
    if route.leave < vehicle.open or route.end > vehicle.close:
        yield f"it is out from {route.leave} to {route.end}, which is not within its hours"
    if route.end - route.leave > vehicle.max_duration:
        yield f"it is out for {route.end - route.leave}, the most is {vehicle.max_duration}"
    if route.steps[: len(vehicle.locked)] != vehicle.locked:
        yield "what was locked does not come first"
    for number in range(len(vehicle.breaks)):
        if Step(f"{vehicle.name}/{number}", Action.BREAK) not in route.steps:
            yield f"break {number} is not taken"
    yield from _times(problem, vehicle, route)
    yield from _loads(problem, vehicle, route)
    yield from _rides(problem, vehicle, route)


def _times(problem: Problem, vehicle: Vehicle, route: Route) -> Iterator[str]:
    """Driving, windows, service, cost."""
    cost = problem.travel if problem.cost is None else problem.cost
    place, time, spent = vehicle.start, route.leave, vehicle.fixed_cost if route.stops else 0
    for stop in route.stops:
        visit = _visit(problem, vehicle, stop)
        if visit is None:
            yield f"{stop.step.name}: nothing to do for this vehicle"
            continue
        spent += int(cost[place, visit.place])
        if stop.place != visit.place or stop.arrive != time + int(problem.travel[place, visit.place]):
            yield f"{stop.step.name}: {stop.step.action} is not reached at {stop.arrive}"
        if stop.begin < stop.arrive or not visit.open <= stop.begin <= visit.close:
            yield f"{stop.step.name}: {stop.step.action} begins at {stop.begin}, not within its window"
        if stop.leave != stop.begin + visit.service:
            yield f"{stop.step.name}: {stop.step.action} ends at {stop.leave}"
        place, time = visit.place, stop.leave
    if vehicle.end is not None:
        spent += int(cost[place, vehicle.end])
        time += int(problem.travel[place, vehicle.end])
    if route.end < time:
        yield f"it cannot be done at {route.end}"
    if spent != route.cost:
        yield f"it says it costs {route.cost}, its ways {spent}"


def _visit(problem: Problem, vehicle: Vehicle, stop: Stop) -> Visit | None:
    """What is wanted at a stop; None if nobody wants it of this vehicle."""
    if stop.step.action is Action.BREAK:
        names = [f"{vehicle.name}/{number}" for number in range(len(vehicle.breaks))]
        return vehicle.breaks[names.index(stop.step.name)] if stop.step.name in names else None
    for rider in vehicle.aboard:
        if rider.name == stop.step.name:
            return rider.delivery if stop.step.action is Action.DELIVERY else None
    for request in problem.requests:
        if request.name == stop.step.name:
            return _pickup(request) if stop.step.action is Action.PICKUP else request.delivery
    return None


def _pickup(request: Request) -> Visit:
    """The pickup with its waiting limit."""
    visit = request.pickup
    return Visit(visit.place, visit.open, min(visit.close, visit.open + request.max_wait), visit.service)


def _loads(problem: Problem, vehicle: Vehicle, route: Route) -> Iterator[str]:
    """Who is aboard after each stop fits one layout; nobody is aboard in a break."""
    weight = {request.name: request.load for request in problem.requests}
    weight |= {rider.name: rider.load for rider in vehicle.aboard}
    aboard = {rider.name for rider in vehicle.aboard}
    for stop in route.stops:
        if stop.step.action is Action.PICKUP:
            aboard |= {stop.step.name} & {*weight}  # whom nobody knows is told elsewhere
        elif stop.step.action is Action.DELIVERY:
            if stop.step.name not in aboard:
                yield f"{stop.step.name}: brought without being aboard"
            aboard.discard(stop.step.name)
        elif aboard:
            yield f"{', '.join(sorted(aboard))}: aboard in a break"
        load = tuple(sum(parts) for parts in zip(*(weight[name] for name in aboard), strict=True)) if aboard else ()
        if load and not any(all(a <= b for a, b in zip(load, layout, strict=True)) for layout in vehicle.layouts):
            yield f"after {stop.step.name} it carries {load}"
        if (aboard and stop.aboard != load) or (not aboard and any(stop.aboard)):
            yield f"after {stop.step.name} it says it carries {stop.aboard}"
    if aboard:
        yield f"{', '.join(sorted(aboard))}: never brought"


def _rides(problem: Problem, vehicle: Vehicle, route: Route) -> Iterator[str]:
    """Nobody sits longer than they may."""
    limits: dict[str, Request | Rider] = {request.name: request for request in problem.requests}
    limits |= {rider.name: rider for rider in vehicle.aboard}
    boarded = {rider.name: rider.boarded for rider in vehicle.aboard}
    for stop in route.stops:
        if stop.step.action is Action.PICKUP and stop.step.name in limits:
            boarded[stop.step.name] = stop.leave
        elif stop.step.action is Action.DELIVERY and stop.step.name in boarded:
            ride, most = stop.begin - boarded[stop.step.name], limits[stop.step.name].max_ride
            if ride > most:
                yield f"{stop.step.name}: rides for {ride}, the most is {most}"


def _broken(problem: Problem, plan: Plan, promise: Promise) -> Iterator[str]:
    """What a plan breaks of a promise."""
    stops = {stop.step: stop for route in plan.routes for stop in route.stops if stop.step.name == promise.name}
    pickup, arrival = (stops.get(Step(promise.name, action)) for action in (Action.PICKUP, Action.DELIVERY))
    seated = [rider.boarded for car in problem.vehicles for rider in car.aboard if rider.name == promise.name]
    if arrival is None or (pickup is None and not seated):
        yield f"{promise.name}: promised and not in the plan"
        return
    for what, stop, band in (("fetched", pickup, promise.pickup), ("brought", arrival, promise.arrival)):
        if stop is not None and (stop.place != band.place or not band.open <= stop.begin <= band.close):
            yield f"{promise.name}: {what} at {stop.place} at {stop.begin}, promised was {band}"
    ride = arrival.begin - (pickup.leave if pickup is not None else seated[0])
    if ride > promise.max_ride:
        yield f"{promise.name}: rides for {ride}, promised was {promise.max_ride} at most"
