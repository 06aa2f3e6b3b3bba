"""Something went wrong: one operator for all, that moves as few promises as it finds and says who must be told what.

What happened is written into the problem. Then each vehicle keeps its order where that still has times. Where it has
none, whoever it has not fetched is put elsewhere, and if need be promises of those who sit in it are moved: of as few
as possible, tried by number. Who finds no place within the promise is offered the nearest one after it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple

from machikado.engines.dispatch.improve import improve
from machikado.engines.dispatch.mishaps import Draft, Mishap, write
from machikado.engines.dispatch.offers import OfferBoard, accept, offers
from machikado.engines.dispatch.plans import Board
from machikado.engines.dispatch.policy import Rules, arrivals, pickups, promise, promise_again, renew
from machikado.engines.dispatch.promises import Agenda, Choice, Promise, Refusal, Weights, When, Wish, bound
from machikado.engines.dispatch.words import (
    NEVER,
    Action,
    BadProblem,
    Problem,
    Request,
    Route,
    Step,
    Vehicle,
    Visit,
)

ONE_BY_ONE = 2  # promises of up to so many who sit in a vehicle are moved subset by subset, then all at once
ROUNDS = 200


SOON = Weights(walk=0, wait=4, ride=1, lateness=0, driving=1)


class Timed(NamedTuple):
    """A route, and the rules by which its times are promised."""

    route: Route
    rules: Rules


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody must be told: the old promise and the new one, None if it cannot be kept at all."""

    name: str
    old: Promise
    new: Promise | None


@dataclass(frozen=True, slots=True)
class Repaired:
    """The agenda after it, and who must be told; `overtime` are vehicles whose hours or breaks could not be kept."""

    agenda: Agenda
    notices: tuple[Notice, ...] = ()
    overtime: tuple[str, ...] = ()

    @property
    def lost(self) -> tuple[str, ...]:
        """Those who cannot be brought any more."""
        return tuple(notice.name for notice in self.notices if notice.new is None)


def repair(agenda: Agenda, mishaps: Sequence[Mishap], now: int, rules: Rules) -> Repaired:
    """Return an agenda that is sound again after what happened. It must be that of the rest of the day at `now`.

    Raises BadMishap for what cannot have happened.
    """
    draft = write(agenda, mishaps, now)
    overtime = () if _keeps_order(draft) else tuple(name for name in draft.vehicles if _make_sound(draft, name, rules))
    fetched = {step for steps in draft.steps.values() for step in steps}
    loose = [name for name in draft.requests if Step(name, Action.PICKUP) not in fetched]
    loose = [*draft.stranded, *(name for name in loose if name not in draft.stranded)]
    kept = _put_back(agenda, draft, loose)
    late = [name for name in loose if name in kept.plan.unserved and name in draft.promises]
    for name in late:
        kept = _offer_later(kept, name, now, rules)
    kept = _tell_stranded(kept, [name for name in draft.stranded if name not in late], rules)
    new = {each.name: each for each in kept.promises}
    changed = [old for old in draft.told.values() if old.name not in draft.dropped and new.get(old.name) != old]
    return Repaired(kept, tuple(Notice(old.name, old, new.get(old.name)) for old in changed), overtime)


def _problem(agenda: Agenda, draft: Draft) -> Problem:
    return replace(agenda.problem, requests=tuple(draft.requests.values()), vehicles=tuple(draft.vehicles.values()))


def _keeps_order(draft: Draft) -> bool:
    """Whether every vehicle's order still has times."""
    problem = Problem(draft.travel, tuple(draft.requests.values()), tuple(draft.vehicles.values()))
    try:
        Board(problem, steps=list(draft.steps.values()))
    except BadProblem:
        return False
    return True


def _put_back(agenda: Agenda, draft: Draft, loose: Sequence[str]) -> Agenda:
    """The agenda with as many of the loose put back within their promises as a short search finds."""
    problem = _problem(agenda, draft)
    board = Board(problem, steps=list(draft.steps.values()))
    numbers = {request.name: number for number, request in enumerate(problem.requests)}
    for name in loose:
        board.insert(numbers[name])
    plan = board.plan()
    if set(loose) & {*plan.unserved}:
        better = improve(problem, plan, ROUNDS)
        plan = better if len(better.unserved) < len(plan.unserved) else plan
    return Agenda(problem, plan, tuple(draft.promises.values()), agenda.version + 1)


def _make_sound(draft: Draft, name: str, rules: Rules) -> bool:
    """Give one vehicle an order that has times; True if its hours or breaks had to give way."""
    vehicle, steps = draft.vehicles[name], draft.steps[name]
    if _alone(draft, vehicle, draft.requests, steps):
        return False
    bound_to_it = _bound_to_it(vehicle)
    sitting = [step for step in steps if step.action is Action.BREAK or step.name in bound_to_it]
    for tried in (vehicle, _breaks_any_time(vehicle), _all_day(_breaks_any_time(vehicle))):
        for moved in _subsets(sorted(bound_to_it)):
            car, requests = _loosened(draft, tried, moved)
            route = _alone(draft, car, requests, sitting)
            if route is not None:
                draft.vehicles[name], draft.steps[name] = _within(vehicle, route), list(route.steps)
                for each in moved:
                    _promise_again(draft, name, each, Timed(route, rules))
                return tried != vehicle
    raise BadProblem(f"{name} cannot bring those who sit in it, though it may take all day")


def _bound_to_it(vehicle: Vehicle) -> set[str]:
    """Those who sit in a vehicle or to whom it is on its way."""
    locked = {step.name for step in vehicle.locked if step.action is not Action.BREAK}
    return {rider.name for rider in vehicle.aboard} | locked


def _subsets(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Smaller ones first."""
    for size in range(min(ONE_BY_ONE, len(names)) + 1):
        yield from combinations(names, size)
    yield tuple(names)


def _alone(draft: Draft, vehicle: Vehicle, requests: Mapping[str, Request], steps: Sequence[Step]) -> Route | None:
    """The times of one vehicle's order, without all others; in another order if that one has none."""
    wanted = tuple(requests[step.name] for step in steps if step.action is Action.PICKUP)
    problem = Problem(draft.travel, wanted, (vehicle,))
    for order in (steps, vehicle.locked):
        try:
            plan = Board(problem, steps=[list(order)]).plan()
        except BadProblem:
            continue
        if not plan.unserved:
            return plan.routes[0]
    return None


def _breaks_any_time(vehicle: Vehicle) -> Vehicle:
    return replace(vehicle, breaks=tuple(replace(each, close=NEVER) for each in vehicle.breaks))


def _all_day(vehicle: Vehicle) -> Vehicle:
    return replace(vehicle, close=NEVER, max_duration=NEVER)


def _loosened(draft: Draft, vehicle: Vehicle, moved: Sequence[str]) -> tuple[Vehicle, Mapping[str, Request]]:
    """The vehicle and the requests, if some of those bound to it may be late and sit as long as it takes."""
    aboard = tuple(
        replace(rider, delivery=_late(rider.delivery), max_ride=NEVER) if rider.name in moved else rider
        for rider in vehicle.aboard
    )
    requests = {
        name: replace(request, pickup=_late(request.pickup), delivery=_late(request.delivery), max_ride=NEVER)
        for name, request in draft.requests.items()
        if name in moved
    }
    return replace(vehicle, aboard=aboard), {**draft.requests, **requests}


def _late(visit: Visit) -> Visit:
    return replace(visit, close=NEVER)


def _within(vehicle: Vehicle, route: Route) -> Vehicle:
    """The vehicle with hours and breaks as they were, or as long and late as this route needs them."""
    begins = {stop.step.name: stop.begin for stop in route.stops if stop.step.action is Action.BREAK}
    breaks = tuple(
        replace(each, close=max(each.close, begins[f"{vehicle.name}/{number}"]))
        for number, each in enumerate(vehicle.breaks)
    )
    duration = max(vehicle.max_duration, route.end - route.leave)
    return replace(vehicle, breaks=breaks, close=max(vehicle.close, route.end), max_duration=duration)


def _promise_again(draft: Draft, vehicle: str, name: str, timed: Timed) -> None:
    """Promise somebody who is bound to a vehicle the times of its route, and let them be hard."""
    stops = {stop.step: stop for stop in timed.route.stops}
    car, arrival = draft.vehicles[vehicle], stops[Step(name, Action.DELIVERY)]
    rider = next((each for each in car.aboard if each.name == name), None)
    pickup = rider.boarded if rider else stops[Step(name, Action.PICKUP)]
    told = promise_again(draft.promises[name], pickup, arrival, timed.rules)
    draft.promises[name] = told
    if rider is None:
        draft.requests[name] = bound(draft.requests[name], told)
        return
    delivery = replace(rider.delivery, open=told.arrival.open, close=told.arrival.close)
    seated = replace(rider, delivery=delivery, max_ride=told.max_ride)
    aboard = tuple(seated if each is rider else each for each in car.aboard)
    draft.vehicles[vehicle] = replace(car, aboard=aboard)


def _offer_later(agenda: Agenda, name: str, now: int, rules: Rules) -> Agenda:
    """The agenda in which somebody has the next best to what was promised, or is not in it any more."""
    wanted = next(request for request in agenda.problem.requests if request.name == name)
    others = tuple(request for request in agenda.problem.requests if request is not wanted)
    unserved = tuple(each for each in agenda.plan.unserved if each != name)
    promises = tuple(each for each in agenda.promises if each.name != name)
    plan = replace(agenda.plan, unserved=unserved)
    left = replace(agenda, problem=replace(agenda.problem, requests=others), plan=plan, promises=promises)
    board = OfferBoard(left)
    for max_ride in (wanted.max_ride, NEVER):
        wish = Wish(
            name,
            (Choice(wanted.pickup.place),),
            (Choice(wanted.delivery.place),),
            When.LEAVE,
            max(wanted.pickup.open, now),
            wanted.load,
            max_wait=rules.late_most_seconds,
            max_ride=max_ride,
            boarding=wanted.pickup.service,
            alighting=wanted.delivery.service,
        )
        found = offers(board, wish, SOON, 1)
        if not isinstance(found, Refusal):
            return accept(left, found[0], promise(found[0], rules))
    return left


def _tell_stranded(agenda: Agenda, names: Iterable[str], rules: Rules) -> Agenda:
    """The agenda in which those who wait beside the road are promised what the plan says."""
    fetched, brought = pickups(agenda.plan), arrivals(agenda.plan)
    told = {each.name: each for each in agenda.promises}
    return renew(agenda, [promise_again(told[name], fetched[name], brought[name], rules) for name in names])
