"""A map of roads in; travel times between stops, and the way for the driver, out."""

from machikado.engines.roads.files import read
from machikado.engines.roads.journeys import matrix
from machikado.engines.roads.kerb import snap
from machikado.engines.roads.routes import route
from machikado.engines.roads.soundness import problems
from machikado.engines.roads.times import change, customise, prepare

__all__ = ["change", "customise", "matrix", "prepare", "problems", "read", "route", "snap"]
