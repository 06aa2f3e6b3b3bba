"""Something went wrong: one operator for all, that moves as few promises as it finds and says who must be told what.

What happened is written into the problem. Then each vehicle keeps its order where that still has times. Where it has
none, those who would be fetched too late are put elsewhere, and promises of those who sit in it are moved if they
would be late even so. Who finds no place within the promise is offered the nearest one after it.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import NamedTuple

from machikado.engines.dispatch.arrays import EARLIEST, NOBODY, NODE, ROUTE
from machikado.engines.dispatch.improve import improve
from machikado.engines.dispatch.mishaps import BadMishap, Draft, Mishap, write
from machikado.engines.dispatch.offers import OfferBoard, accept, offers
from machikado.engines.dispatch.plans import Board
from machikado.engines.dispatch.policy import Rules, promise, promise_again
from machikado.engines.dispatch.promises import Agenda, Choice, Promise, Refusal, Weights, When, Wish, bound
from machikado.engines.dispatch.words import (
    NEVER,
    Action,
    BadProblem,
    Plan,
    Problem,
    Request,
    Rider,
    Route,
    Step,
    Vehicle,
    Visit,
)

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
    overtime: tuple[str, ...] = ()
    board = _laid(agenda, draft)
    if board is None:
        overtime = tuple(name for name in draft.vehicles if _make_sound(draft, name, rules))
        board = Board(_laid_out(agenda, draft), steps=list(draft.steps.values()))
    kept = Agenda(board.problem, board.plan(), tuple(draft.promises.values()), agenda.version + 1)
    for name in draft.stranded:
        kept = _offer_later(kept, name, now, rules)
    loose = [name for name in kept.plan.unserved if name in draft.promises]
    kept = replace(kept, plan=_put_back(kept, loose))
    left_out = {*kept.plan.unserved}  # by the search perhaps another than who was loose
    for name in [each.name for each in kept.promises if each.name in left_out]:
        kept = _offer_later(kept, name, now, rules)
    kept = _spared(kept, rules.spare_seconds)
    new = {each.name: each for each in kept.promises}
    changed = [old for old in draft.told.values() if old.name not in draft.dropped and new.get(old.name) != old]
    return Repaired(kept, tuple(Notice(old.name, old, new.get(old.name)) for old in changed), overtime)


def _laid_out(agenda: Agenda, draft: Draft) -> Problem:
    requests, vehicles = tuple(draft.requests.values()), tuple(draft.vehicles.values())
    return replace(agenda.problem, requests=requests, vehicles=vehicles)


def _laid(agenda: Agenda, draft: Draft) -> Board | None:
    """The orders with their times, if they still have any."""
    try:
        return Board(_laid_out(agenda, draft), steps=list(draft.steps.values()))
    except BadProblem:
        return None


def _put_back(agenda: Agenda, loose: Sequence[str]) -> Plan:
    """The plan with as many of the loose put back within their promises as a short search finds."""
    if not loose:
        return agenda.plan
    board = Board(agenda.problem, steps=[route.steps for route in agenda.plan.routes])
    numbers = {request.name: number for number, request in enumerate(agenda.problem.requests)}
    for name in loose:
        board.insert(numbers[name])
    plan = board.plan()
    if set(loose) & {*plan.unserved}:
        better = improve(agenda.problem, plan, ROUNDS)
        plan = better if len(better.unserved) < len(plan.unserved) else plan
    return plan


def _make_sound(draft: Draft, name: str, rules: Rules) -> bool:
    """Give one vehicle an order that has times; True if its hours or breaks had to give way.

    From its order go those who are to be fetched too late in it; then those who sit in it are promised what can be.
    """
    vehicle, steps, moved = draft.vehicles[name], draft.steps[name], set[str]()
    bound_to_it = _bound_to_it(vehicle)
    ways_out = [_all_day(_breaks_any_time(vehicle)), _breaks_any_time(vehicle)]
    tried = vehicle
    while True:
        car, requests = _loosened(draft, tried, moved)
        route = _alone(draft, car, requests, steps)
        if route is not None:
            break
        late = _late_in(draft, car, requests, steps)
        fetched_later = [step.name for step in steps if step.action is Action.PICKUP and step.name not in bound_to_it]
        if gone := (late - bound_to_it) or (set() if late - moved else {*fetched_later[-1:]}):
            steps = [step for step in steps if step.name not in gone]
        elif moved < bound_to_it:
            moved |= (late - moved) or bound_to_it
        elif ways_out:
            tried = ways_out.pop()
        else:
            raise BadMishap(f"{name} cannot bring those who sit in it to where they want: no road leads there")
    draft.vehicles[name], draft.steps[name] = _within(vehicle, route), list(route.steps)
    for each in sorted(moved):
        _promise_again(draft, name, each, Timed(route, rules))
    return tried != vehicle


def _bound_to_it(vehicle: Vehicle) -> set[str]:
    """Those who sit in a vehicle or to whom it is on its way."""
    locked = {step.name for step in vehicle.locked if step.action is not Action.BREAK}
    return {rider.name for rider in vehicle.aboard} | locked


def _late_in(draft: Draft, vehicle: Vehicle, requests: Mapping[str, Request], steps: Sequence[Step]) -> set[str]:
    """Those who are late in an order even if nobody ever waits."""
    riders = {rider.name: rider for rider in vehicle.aboard}
    late, place, time = set(), vehicle.start, vehicle.open
    for step in steps:
        visit = _visit(vehicle, requests, riders, step)
        begin = max(time + int(draft.travel[place, visit.place]), visit.open)
        rider = riders.get(step.name)
        if begin > visit.close or (rider and begin - rider.boarded > rider.max_ride):
            late.add(step.name)
        place, time = visit.place, begin + visit.service
    return late & {*requests, *riders}


def _visit(vehicle: Vehicle, requests: Mapping[str, Request], riders: Mapping[str, Rider], step: Step) -> Visit:
    """What is wanted at a step."""
    if step.action is Action.BREAK:
        return vehicle.breaks[int(step.name.rsplit("/", 1)[1])]
    if step.name in riders:
        return riders[step.name].delivery
    request = requests[step.name]
    return request.pickup if step.action is Action.PICKUP else request.delivery


def _alone(draft: Draft, vehicle: Vehicle, requests: Mapping[str, Request], steps: Sequence[Step]) -> Route | None:
    """One vehicle's order with its least times, without all others; in another order if that one has none."""
    wanted = tuple(requests[step.name] for step in steps if step.action is Action.PICKUP)
    problem = Problem(draft.travel, wanted, (vehicle,))
    for order in (steps, vehicle.locked):
        try:
            board = Board(problem, steps=[list(order)])
        except BadProblem:
            continue
        if (board.routes.where[: len(wanted), ROUTE] != NOBODY).all():
            return _at_least_times(board)
    return None


def _at_least_times(board: Board) -> Route:
    """The only route with its least times: late people are not to be kept waiting so that others sit less."""
    route = board.plan().routes[0]
    row = board.routes.row[0]
    nodes, times = row[: board.routes.size[0], NODE].tolist(), row[: board.routes.size[0], EARLIEST].tolist()
    least = {board.index.step[node]: time for node, time in zip(nodes, times, strict=True) if node in board.index.step}
    stops = tuple(
        replace(stop, begin=least[stop.step], leave=least[stop.step] + stop.leave - stop.begin) for stop in route.stops
    )
    return replace(route, end=times[-1], leave=times[0], stops=stops)


def _breaks_any_time(vehicle: Vehicle) -> Vehicle:
    return replace(vehicle, breaks=tuple(replace(each, close=NEVER) for each in vehicle.breaks))


def _all_day(vehicle: Vehicle) -> Vehicle:
    return replace(vehicle, close=NEVER, max_duration=NEVER)


def _loosened(draft: Draft, vehicle: Vehicle, moved: Set[str]) -> tuple[Vehicle, Mapping[str, Request]]:
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


def _spared(agenda: Agenda, spare: int) -> Agenda:
    """The agenda in which what the plan leaves of each promise is kept for the next mishap, up to `spare`."""
    told = {each.name: each for each in agenda.promises}
    stops = {stop.step: stop for route in agenda.plan.routes for stop in route.stops}

    def brought(visit: Visit, name: str) -> Visit:
        begin = stops[Step(name, Action.DELIVERY)].begin
        return replace(visit, close=max(begin, told[name].arrival.close - spare))

    def ride(name: str, boarded: int) -> int:
        return max(stops[Step(name, Action.DELIVERY)].begin - boarded, told[name].max_ride - spare)

    def spared(request: Request) -> Request:
        if request.name not in told:
            return request
        stop, name = stops[Step(request.name, Action.PICKUP)], request.name
        pickup = replace(request.pickup, close=max(stop.begin, told[name].pickup.close - spare))
        return replace(
            request, pickup=pickup, delivery=brought(request.delivery, name), max_ride=ride(name, stop.leave)
        )

    def seated(rider: Rider) -> Rider:
        delivery = brought(rider.delivery, rider.name)
        return replace(rider, delivery=delivery, max_ride=ride(rider.name, rider.boarded))

    vehicles = tuple(replace(vehicle, aboard=tuple(map(seated, vehicle.aboard))) for vehicle in agenda.problem.vehicles)
    requests = tuple(map(spared, agenda.problem.requests))
    return replace(agenda, problem=replace(agenda.problem, requests=requests, vehicles=vehicles))
