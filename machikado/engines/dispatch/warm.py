"""Compiles every kernel of dispatch by planning, offering and booking on one small day."""

import numpy as np

from machikado.engines.dispatch.crowd_plans import construct_crowd, improve_crowd
from machikado.engines.dispatch.desk import Desk
from machikado.engines.dispatch.fleet import minimise_fleet
from machikado.engines.dispatch.improve import construct, improve
from machikado.engines.dispatch.insert import take_out
from machikado.engines.dispatch.offers import OfferBoard, offers
from machikado.engines.dispatch.plans import Board
from machikado.engines.dispatch.promises import Agenda, Choice, When, Wish
from machikado.engines.dispatch.words import Problem, Request, Rider, Vehicle, Visit


def warm() -> None:
    """Plan, improve, offer, do with fewer vehicles and take out again; two places are enough."""
    travel = np.array([[0, 10], [10, 0]], np.int64)
    requests = tuple(Request(name, Visit(0), Visit(1)) for name in ("a", "b"))
    van = Vehicle("van", 0, 0, layouts=((2,),), aboard=(Rider("c", Visit(1)),))
    problem = Problem(travel, requests, (van,))
    plan = improve(problem, construct(problem), 100)
    offers(OfferBoard(Agenda(problem, plan)), Wish("d", (Choice(0),), (Choice(1),), When.LEAVE, 0))
    alone = Problem(travel, requests[:1], (Vehicle("van", 0, 0, layouts=((1,),)),))
    minimise_fleet(alone, construct(alone), 1)
    board = Board(problem)
    board.insert(0)
    Desk(problem).book("a")
    take_out(board.net, board.routes, board.room, 0)
    crowd = Problem(travel, requests, (Vehicle("van", 0, None, layouts=((2,),)),))
    improve_crowd(crowd, construct_crowd(crowd), 100)
