"""Examples of transit for the six questions."""

from machikado.town.transit.tests.makings import a_feed, a_reading, a_timetable
from tests.examples import Cast, Example


def timetable(cast: Cast) -> Example:
    """Trains that are in use."""
    return Example({"code": a_timetable().code})


def feed_reading(cast: Cast) -> Example:
    """A feed in which a line is wrong."""
    return Example({"code": a_reading(a_feed(routes="route_id,route_type\nr,train\n")).code})


EXAMPLES = {"timetable": timetable, "feed_reading": feed_reading}
