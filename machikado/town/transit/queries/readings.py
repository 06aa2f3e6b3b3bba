"""Questions about feeds that are taken in: what is wrong with one, in the language of whoever asks."""

from machikado.town.common.errors import Cannot
from machikado.town.ride.ground import CannotPlace
from machikado.town.transit.models import FeedReading
from machikado.town.transit.timetables.words import CannotReadTimetable, Fault

REASONS: dict[str, type[Cannot]] = {"feed": CannotReadTimetable, "place": CannotPlace}  # by the name that is kept


def faults_of(reading: FeedReading) -> list[Fault]:
    """The bad lines, each with its reason in the language of whoever reads it."""
    return [
        Fault(each["table"], each["line"], REASONS[each["why"]["kind"]](each["why"]["code"], **each["why"]["params"]))
        for each in reading.faults
    ]


def refusal_of(reading: FeedReading) -> str:
    """Why nothing was taken in, as a sentence; "" where nothing was refused."""
    if reading.refusal is None:
        return ""
    faults = faults_of(reading)
    params = {**reading.refusal["params"], **({"sentence": faults[0].reason.sentence} if faults else {})}
    return CannotReadTimetable(reading.refusal["code"], **params).sentence
