"""A timetable and a question in, journeys out: none beaten in departure, arrival and number of rides together."""

from machikado.engines.journeys.lines import Ready, prepare
from machikado.engines.journeys.search import journeys
from machikado.engines.journeys.soundness import problems, timetable_problems
from machikado.engines.journeys.words import Call, Footpath, Journey, Question, Reach, Ride, Timetable, Trip, Walk

__all__ = ["Call", "Footpath", "Journey", "Question", "Reach", "Ready", "Ride", "Timetable", "Trip", "Walk"]
__all__ += ["journeys", "prepare", "problems", "timetable_problems"]
