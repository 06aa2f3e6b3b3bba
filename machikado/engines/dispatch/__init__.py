"""Requests and vehicles in, plans out: who is fetched by which vehicle, in which order and when."""

from machikado.engines.dispatch.improve import construct, improve
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
__all__ += ["construct", "improve", "problems"]
