"""Compiles every kernel of dispatch by planning, offering and booking on one small day; two places are enough."""

import numpy as np

from machikado.engines.dispatch.crowd_plans import construct_crowd, improve_crowd
from machikado.engines.dispatch.desk import Desk
from machikado.engines.dispatch.fleet import minimise_fleet
from machikado.engines.dispatch.improve import construct, improve
from machikado.engines.dispatch.offers import OfferBoard, offers
from machikado.engines.dispatch.promises import Agenda, Choice, When, Wish
from machikado.engines.dispatch.words import Problem, Request, Rider, Vehicle, Visit

TRAVEL = np.array([[0, 10], [10, 0]], np.int64)
REQUESTS = tuple(Request(name, Visit(0), Visit(1)) for name in ("a", "b"))
PROBLEM = Problem(TRAVEL, REQUESTS, (Vehicle("van", 0, 0, layouts=((2,),), aboard=(Rider("c", Visit(1)),)),))


def search() -> None:
    """Make a plan, improve it and do with fewer vehicles, which is largely the same code."""
    improve(PROBLEM, construct(PROBLEM), 100)
    alone = Problem(TRAVEL, REQUESTS[:1], (Vehicle("van", 0, 0, layouts=((1,),)),))
    minimise_fleet(alone, construct(alone), 1)


def offering() -> None:
    """Answer a wish, and book at a desk."""
    wish = Wish("d", (Choice(0),), (Choice(1),), When.LEAVE, 0)
    offers(OfferBoard(Agenda(PROBLEM, construct(PROBLEM))), wish)
    Desk(PROBLEM).book("a")


def crowd() -> None:
    """Plan a crowd."""
    many = Problem(TRAVEL, REQUESTS, (Vehicle("van", 0, None, layouts=((2,),)),))
    improve_crowd(many, construct_crowd(many), 100)


PARTS = (search, crowd, offering)
