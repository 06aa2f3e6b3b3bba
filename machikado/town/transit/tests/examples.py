"""Examples of transit for the six questions."""

from machikado.town.transit.tests.makings import a_timetable
from tests.examples import Cast, Example


def timetable(cast: Cast) -> Example:
    """Trains that are in use."""
    return Example({"code": a_timetable().code})


EXAMPLES = {"timetable": timetable}
