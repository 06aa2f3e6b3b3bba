"""A resident's question → ways: the timetables in use and the bus that comes when called, asked together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from machikado.town.common.errors import Cannot
from machikado.town.ride.actions import asking
from machikado.town.ride.actions.asking import NewWish, Whereabouts
from machikado.town.ride.ground import Spot
from machikado.town.ride.models import Booking, ServiceArea, Stop
from machikado.town.ride.queries.area import first_area
from machikado.town.ride.queries.running import runs_on
from machikado.town.ride.wishes import Found
from machikado.town.transit.bridge import network_on
from machikado.town.transit.planning.finding import find
from machikado.town.transit.ways import ByCall, Question, Stand, Way

MOST_CALLS = 10  # how often one question asks the bus


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways that were found, and whether any timetable is in use."""

    ways: Sequence[Way]
    has_timetables: bool


@dataclass(slots=True)
class _Bus:
    """The bus that comes when called, as it stands now; the same question twice is asked once."""

    area: ServiceArea
    question: Question
    now: datetime
    told: dict[tuple[object, ...], Sequence[ByCall]] = field(default_factory=dict)

    def __call__(self, origin: Stand, goal: Stand, second: int, arrives: bool) -> Sequence[ByCall]:
        key = origin, goal, second, arrives
        if key not in self.told:
            self.told[key] = self._ask(origin, goal, second, arrives) if len(self.told) < MOST_CALLS else ()
        return self.told[key]

    def _ask(self, origin: Stand, goal: Stand, second: int, arrives: bool) -> Sequence[ByCall]:
        wish = NewWish(
            Whereabouts(origin.name, origin.spot),
            Whereabouts(goal.name, goal.spot),
            when=Booking.When.ARRIVE if arrives else Booking.When.LEAVE,
            day=self.question.day,
            minute=second // 60 if arrives else -(-second // 60),
            walk_minutes=self.question.walk_seconds // 60,
        )
        try:
            seen = asking.look(area=self.area, wish=wish, now=self.now)
        except Cannot:  # outside the days, the hours or the area of the bus: there is no bus, whatever the reason
            return ()
        stops = Stop.objects.in_bulk([stop for each in seen.answer.found for stop in _ends(each)])
        yen = {ends: fare.yen for ends, fare in seen.fares.items()}
        return [_ride(each, stops, yen[_ends(each)], (second, arrives)) for each in seen.answer.found]


def _ends(found: Found) -> tuple[int, int]:
    return found.origin.stop, found.destination.stop


def _ride(found: Found, stops: dict[int, Stop], yen: int, wished: tuple[int, bool]) -> ByCall:
    origin, goal = (stops[stop] for stop in _ends(found))
    return ByCall(
        _stand(origin),
        _stand(goal),
        found.times.pickup_from,
        found.times.pickup_by,
        found.times.arrival_by,
        found.origin.walk_seconds,
        found.destination.walk_seconds,
        yen,
        *wished,
    )


def _stand(stop: Stop) -> Stand:
    return Stand(stop.name, Spot(stop.lat, stop.lon), stop.code)


def find_ways(question: Question, now: datetime) -> Ways:
    """Return the ways from door to door; nothing is kept of the question."""
    area, network = first_area(), network_on(question.day)
    if area is None:
        return Ways(find(question, network, lambda *_asked: (), ()), network is not None)
    hours = [(span.opens * 60, span.closes * 60) for span in runs_on(area, question.day).spans]
    return Ways(find(question, network, _Bus(area, question, now), hours), network is not None)
