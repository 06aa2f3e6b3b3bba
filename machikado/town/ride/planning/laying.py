"""The one place that lays steps out with their times: what the engine's board does, as functions of values."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from machikado.engines.dispatch import BadProblem, OfferBoard, offers
from machikado.engines.dispatch.plans import Board
from machikado.engines.dispatch.promises import Agenda, Choice, When, Wish
from machikado.engines.dispatch.words import Action, Matrix, Plan, Problem, Request, Step, Vehicle, Visit

Orders = Sequence[Sequence[Step]]


def laid(problem: Problem, orders: Orders) -> Plan:
    """Return the plan of these orders, with times. Raises BadProblem where they have none."""
    return Board(problem, steps=orders).plan()


def ordered(agenda: Agenda) -> list[list[Step]]:
    """Return the steps of each vehicle of an agenda."""
    return [list(route.steps) for route in agenda.plan.routes]


def drives(vehicle: Vehicle, travel: Matrix) -> bool:
    """Say whether a vehicle could drive at all: it has seats, a way home in its hours, and time for its breaks."""
    try:
        Board(Problem(travel, (), (vehicle,)))
    except BadProblem:
        return False
    return True


def put_in(agenda: Agenda, request: Request) -> Agenda | None:
    """Return an agenda with somebody at the cheapest place, within their windows; None if there is none."""
    problem = replace(agenda.problem, requests=(*agenda.problem.requests, request))
    board = Board(problem, steps=ordered(agenda))
    if not board.insert(len(problem.requests) - 1):
        return None
    return replace(agenda, problem=problem, plan=board.plan())


def put_into(agenda: Agenda, request: Request, number: int) -> Agenda | None:
    """The same into one vehicle and no other."""
    vehicle, route = agenda.problem.vehicles[number], agenda.plan.routes[number]
    mine = {step.name for step in route.steps}
    requests = tuple(each for each in agenda.problem.requests if each.name in mine)
    alone = Agenda(Problem(agenda.problem.travel, requests, (vehicle,)), Plan((route,), cost=route.cost))
    found = put_in(alone, request)
    if found is None:
        return None
    orders = ordered(agenda)
    orders[number] = list(found.plan.routes[0].steps)
    problem = replace(agenda.problem, requests=(*agenda.problem.requests, request))
    return replace(agenda, problem=problem, plan=laid(problem, orders))


def where(agenda: Agenda, name: str) -> tuple[int, int, int]:
    """Return the number of the vehicle that serves somebody, and the places of their two steps in its order."""
    pickup, delivery = Step(name, Action.PICKUP), Step(name, Action.DELIVERY)
    number = next(k for k, route in enumerate(agenda.plan.routes) if pickup in route.steps)
    steps = agenda.plan.routes[number].steps
    return number, steps.index(pickup), steps.index(delivery)


def exercise() -> None:
    """Ask the engine once, on two places with one vehicle: its compiled code is loaded before somebody waits."""
    travel = np.array([[0, 10], [10, 0]], np.int64)
    request = Request("a", Visit(0), Visit(1))
    problem = Problem(travel, (), (Vehicle("van", 0, 0, layouts=((2,),)),))
    agenda = put_in(Agenda(problem, laid(problem, [[]])), request)
    if agenda is not None:
        offers(OfferBoard(agenda), Wish("b", (Choice(0),), (Choice(1),), When.LEAVE, 0))
