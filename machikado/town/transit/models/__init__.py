"""Facts of transit, by noun."""

from machikado.town.transit.models.readings import FeedReading
from machikado.town.transit.models.timetables import Timetable

__all__ = ["FeedReading", "Timetable"]
