"""Facts of transit, by noun."""

from machikado.town.transit.models.timetables import Timetable

__all__ = ["Timetable"]
