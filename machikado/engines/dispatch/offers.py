"""Up to so many offers for a wish, or the reason why there is none with the nearest that there are; and accepting one.

Offers come one after the other: each is the best of all vehicles, positions, stops at both ends and times that is worth
showing beside those before it. Promises made earlier are windows of the problem, so no offer breaks one.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from machikado.engines.dispatch.arrays import NOBODY, NODE, PARTNER, RIDE, SERVICE, VEHICLE, scratch
from machikado.engines.dispatch.plans import Board, lay_out
from machikado.engines.dispatch.promises import (
    APART,
    MINDED,
    MOST_TIME,
    Agenda,
    Apart,
    BadWish,
    CannotAccept,
    Offer,
    Promise,
    Reason,
    Refusal,
    Weights,
    When,
    Wish,
    bound,
    tightened,
)
from machikado.engines.dispatch.quotes import (
    D_CLOSE,
    D_OPEN,
    LONGEST,
    P_CLOSE,
    P_OPEN,
    W_RIDE,
    Ask,
    Scene,
    best_offers,
)
from machikado.engines.dispatch.wishes import ask, check, check_weights, refuse_pairs
from machikado.engines.dispatch.words import NEVER, Action, BadProblem, Problem, Request, Step, Visit


class OfferRow(NamedTuple):
    """A row of Ask.said."""

    time: int
    walk: int
    fare: int
    cost: int
    vehicle: int
    first: int
    second: int
    origin: int
    destination: int
    pickup: int
    arrival: int
    extra: int


ONLY_TIME = Weights(walk=0, wait=1, ride=0, lateness=1, driving=0)


class OfferBoard:
    """An agenda as arrays, with two nodes to spare for whoever asks: good for every wish until the agenda changes.

    Not to be used by two threads at a time. Raises BadProblem for an agenda whose plan is none of its problem.
    """

    def __init__(self, agenda: Agenda) -> None:
        """Lay the plan out."""
        self.agenda = agenda
        self.board = Board(agenda.problem, steps=[route.steps for route in agenda.plan.routes])
        net = self.board.net
        self.wish = len(net.node)
        node, load = np.pad(net.node, ((0, 2), (0, 0))), np.pad(net.load, ((0, 2), (0, 0)))
        node[self.wish :, PARTNER] = self.wish + 1, self.wish
        node[self.wish :, VEHICLE] = NOBODY
        node[self.wish + 1, RIDE] = NEVER
        self.net = net._replace(node=node, load=load)
        self.room = scratch(self.net, self.board.longest + 2, 0)
        index = self.board.index
        self.names = {step.name for step in index.node}

    def ask(self, wish: Wish, asked: Ask, load: tuple[int, ...]) -> tuple[Offer, ...]:
        """Return the offers for a wish that takes along so much."""
        self.net.node[self.wish :, SERVICE] = wish.boarding, wish.alighting
        self.net.load[self.wish] = *load, 1
        self.net.load[self.wish + 1] = -self.net.load[self.wish]
        count = best_offers(Scene(self.net, self.board.routes, self.room, asked))
        rides = int(asked.rule[W_RIDE]) * wish.boarding  # the kernel counts from the begin of boarding
        return tuple(self._offer(wish, asked, OfferRow(*row), rides) for row in asked.said[:count].tolist())

    def _offer(self, wish: Wish, asked: Ask, said: OfferRow, rides: int) -> Offer:
        """One offer in words."""
        origin, destination = wish.origins[said.origin], wish.destinations[said.destination]
        pair = asked.pair[said.origin, said.destination].tolist()
        pickup = Visit(origin.place, pair[P_OPEN], pair[P_CLOSE], wish.boarding)
        delivery = Visit(destination.place, pair[D_OPEN], pair[D_CLOSE], wish.alighting)
        return Offer(
            request=Request(wish.name, pickup, delivery, wish.load, max_ride=pair[LONGEST]),
            walk_from=origin.walk,
            walk_to=destination.walk,
            pickup=said.pickup,
            arrival=said.arrival,
            fare=said.fare,
            vehicle=self.agenda.problem.vehicles[said.vehicle].name,
            extra_cost=said.extra,
            cost=said.cost - rides,
            steps=self._steps(wish.name, said),
            version=self.agenda.version,
        )

    def _steps(self, name: str, said: OfferRow) -> tuple[Step, ...]:
        """The route of the vehicle with the wish in it."""
        nodes = self.board.routes.row[said.vehicle, : self.board.routes.size[said.vehicle], NODE].tolist()
        steps = []
        for k, node in enumerate(nodes):
            if node in self.board.index.step:
                steps.append(self.board.index.step[node])
            if k == said.first:
                steps.append(Step(name, Action.PICKUP))
            if k == said.second:
                steps.append(Step(name, Action.DELIVERY))
        return tuple(steps)


def offers(
    board: OfferBoard, wish: Wish, weights: Weights = MINDED, count: int = 3, apart: Apart = APART
) -> tuple[Offer, ...] | Refusal:
    """Return the best offers, at least one and at most `count`, best first; or why there is none.

    Each after the first is at another time at the door than every earlier one, or needs less walking, or a lower fare.
    Nothing is changed. Raises BadWish for a wish or weights without meaning.
    """
    check_weights(weights, apart, count)
    nobody = not board.agenda.problem.vehicles
    check(wish, len(board.agenda.problem.travel), len(wish.load) if nobody else board.net.load.shape[1] - 1)
    if wish.name in board.names:
        raise BadWish(f"the name {wish.name!r} stands for somebody else already")
    if nobody:
        return refuse_pairs(wish, board.net.travel) or Refusal(Reason.NOBODY_ON_DUTY)
    found = _search(board, wish, weights, count, apart)
    return found or refusal(board, wish, weights)


def _search(board: OfferBoard, wish: Wish, weights: Weights, count: int, apart: Apart) -> tuple[Offer, ...]:
    """The offers, one after the other."""
    return board.ask(wish, ask(wish, board.net.travel, weights, count, apart), wish.load)


def accept(agenda: Agenda, offer: Offer, promise: Promise, spare: int = 0) -> Agenda:
    """Return the agenda in which an offer is taken and its promise is hard, up to `spare` before it ends.

    Raises CannotAccept if the plan has changed since the offer was made, BadWish for a promise that is not the offer's.
    """
    if offer.version != agenda.version:
        raise CannotAccept("outdated")
    request = bound(offer.request, promise)
    inside = request.pickup.open <= offer.pickup <= request.pickup.close
    inside &= request.delivery.open <= offer.arrival <= request.delivery.close and offer.ride <= promise.max_ride
    ends = request.pickup.place, request.delivery.place
    if not inside or promise.name != request.name or ends != (offer.request.pickup.place, offer.request.delivery.place):
        raise BadWish(f"{promise.name}: what is promised is not what was offered")
    request = bound(request, tightened(promise, offer, spare))
    problem = replace(agenda.problem, requests=(*agenda.problem.requests, request))
    steps = [offer.steps if route.vehicle == offer.vehicle else route.steps for route in agenda.plan.routes]
    try:
        plan = lay_out(problem, steps)
    except BadProblem as fault:  # of another agenda that has the same version
        raise CannotAccept("outdated") from fault
    if not {*plan.unserved} <= {*agenda.plan.unserved}:
        raise CannotAccept("outdated")
    return replace(agenda, problem=problem, plan=plan, promises=(*agenda.promises, promise), version=agenda.version + 1)


def refusal(board: OfferBoard, wish: Wish, weights: Weights) -> Refusal:
    """Return why there is no offer, with the offers nearest in time."""
    found = refuse_pairs(wish, board.net.travel) or _refuse_vehicles(board, wish)
    if found.reason in (Reason.SAME_STOP, Reason.NO_WAY, Reason.RIDE_LIMIT, Reason.TOO_MANY):
        return found  # at no time
    waiting, missing = replace(wish, max_wait=MOST_TIME, max_miss=0), replace(wish, max_wait=0, max_miss=MOST_TIME)
    first = _search(board, waiting, ONLY_TIME, 1, APART)
    if first:  # of all at that time the best
        first = _search(board, replace(waiting, max_wait=first[0].cost), weights, 1, APART)
    second = _search(board, missing, ONLY_TIME, 1, APART)
    if second:
        second = _search(board, replace(missing, max_miss=second[0].cost), weights, 1, APART)
    nearest = (second[:1] or (None,)) + (first[:1] or (None,))
    if wish.when is When.ARRIVE:
        nearest = nearest[::-1]
    return replace(found, before=nearest[0], after=nearest[1])


def _refuse_vehicles(board: OfferBoard, wish: Wish) -> Refusal:
    """Why the vehicles do not come: the first thing that, were it otherwise, would bring one."""
    problem = board.agenda.problem
    layouts = [layout for vehicle in problem.vehicles for layout in vehicle.layouts]
    if not any(all(a <= b for a, b in zip(wish.load, layout, strict=True)) for layout in layouts):
        return Refusal(Reason.TOO_MANY)
    if _outside_hours(board, wish):
        first = min(vehicle.open for vehicle in problem.vehicles)
        last = max(vehicle.close for vehicle in problem.vehicles)
        return Refusal(Reason.OUTSIDE_HOURS, (("first", first), ("last", last)))
    if not _search(OfferBoard(_idle(problem)), wish, ONLY_TIME, 1, APART):
        return Refusal(Reason.NOBODY_ON_DUTY)
    if board.ask(wish, ask(wish, board.net.travel, ONLY_TIME, 1, APART), (0,) * len(wish.load)):
        return Refusal(Reason.FULL)
    if _search(board, replace(wish, max_ride=NEVER, max_detour=NEVER), ONLY_TIME, 1, APART):
        return Refusal(Reason.RIDE_TOO_LONG)
    return Refusal(Reason.PROMISES)


def _outside_hours(board: OfferBoard, wish: Wish) -> bool:
    """Whether all of the time that the wish allows comes before the first or after the last vehicle is out."""
    vehicles = board.agenda.problem.vehicles
    ends = (P_OPEN, P_CLOSE) if wish.when is When.LEAVE else (D_OPEN, D_CLOSE)
    asked = ask(wish, board.net.travel, ONLY_TIME, 1, APART)
    sound = asked.pair[:, :, P_OPEN] <= asked.pair[:, :, P_CLOSE]
    opens, closes = (asked.pair[:, :, end][sound] for end in ends)
    first, last = min(vehicle.open for vehicle in vehicles), max(vehicle.close for vehicle in vehicles)
    return bool(closes.max() < first or opens.min() > last)


def _idle(problem: Problem) -> Agenda:
    """The vehicles with nothing to do and nobody aboard."""
    idle = tuple(replace(vehicle, aboard=(), breaks=(), locked=()) for vehicle in problem.vehicles)
    empty = replace(problem, requests=(), vehicles=idle)
    return Agenda(empty, lay_out(empty, [()] * len(idle)))
