"""Requests and vehicles in, plans out: who is fetched by which vehicle, in which order and when."""

from machikado.engines.dispatch.fleet import minimise_fleet
from machikado.engines.dispatch.improve import construct, improve
from machikado.engines.dispatch.offers import OfferBoard, accept, offers
from machikado.engines.dispatch.plans import lay_out
from machikado.engines.dispatch.promises import Agenda, Choice, Offer, Promise, Refusal, Weights, When, Wish
from machikado.engines.dispatch.repair import Repaired, repair
from machikado.engines.dispatch.soundness import problems
from machikado.engines.dispatch.words import (
    Action,
    BadProblem,
    Plan,
    Problem,
    Request,
    Rider,
    Route,
    Step,
    Stop,
    Vehicle,
    Visit,
)

__all__ = ["Action", "BadProblem", "Plan", "Problem", "Request", "Rider", "Route", "Step", "Stop", "Vehicle", "Visit"]
__all__ += ["Agenda", "Choice", "Offer", "Promise", "Refusal", "Repaired", "Weights", "When", "Wish"]
__all__ += ["OfferBoard", "accept", "construct", "improve", "lay_out", "minimise_fleet", "offers", "problems", "repair"]
