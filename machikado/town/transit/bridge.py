"""Timetables in use → the engine's timetable of a day; the engine's journeys → legs. The only file that imports it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from machikado.engines import journeys as engine
from machikado.town.ride.ground import Spot, metres
from machikado.town.transit.models import Timetable
from machikado.town.transit.queries.timetables import DAY, facts_of, in_use, running
from machikado.town.transit.timetables.words import Halt, Line, Run, Visit
from machikado.town.transit.ways import BOARD_SECONDS, ByTimetable, Leg, OnFoot, Stand, walk_seconds

CHANGE_METRES = 400  # farther one does not walk to change
SAME_STATION_SECONDS = 120
MOST_RIDES = 4
WALK, CALL = "walk", "call"


@dataclass(frozen=True, eq=False)
class Network:
    """Everything that runs on a day, ready to be asked; halts of all operators, trips with their line."""

    ready: engine.Ready
    halts: tuple[Halt, ...]
    trips: tuple[tuple[Run, Line], ...]

    def stand(self, halt: int) -> Stand:
        """A halt as a place on the way."""
        each = self.halts[halt]
        return Stand(each.name, Spot(each.lat, each.lon))


@dataclass(frozen=True, slots=True)
class Access:
    """A way between a door and a halt: on foot or by the called bus, its seconds, and when it can be had."""

    halt: int
    seconds: int
    by_call: bool = False
    opens: int = -DAY
    closes: int = 3 * DAY

    @property
    def reach(self) -> engine.Reach:
        """The same as the engine wants it."""
        return engine.Reach(CALL if self.by_call else WALK, self.halt, self.seconds, self.opens, self.closes)


@dataclass(frozen=True, slots=True)
class Found:
    """A journey by timetable: how one comes to its first halt and away from its last one, and its legs between."""

    first: Access
    legs: tuple[Leg, ...]
    last: Access


def network_on(day: date) -> Network | None:
    """What runs on a day by the versions in use; None where there is none. Kept in the process."""
    versions = tuple(in_use().values_list("sha256", flat=True))
    return _network(versions, day) if versions else None


@lru_cache(maxsize=8)
def _network(versions: tuple[str, ...], day: date) -> Network:
    halts: list[Halt] = []
    trips: list[tuple[Run, Line]] = []
    runs: list[engine.Trip] = []
    for row in Timetable.objects.filter(sha256__in=versions).order_by("operator"):
        facts, first = facts_of(row), len(halts)
        halts += facts.halts
        for run, shift in running(facts, day):
            trips.append((run, facts.lines[run.line]))
            runs.append(engine.Trip(run.name, tuple(_call(visit, first, shift) for visit in run.visits)))
    timetable = engine.Timetable(len(halts), tuple(runs), _footpaths(halts))
    return Network(engine.prepare(timetable), tuple(halts), tuple(trips))


def _call(visit: Visit, first: int, shift: int) -> engine.Call:
    times = visit.arrives + shift, visit.leaves + shift
    return engine.Call(first + visit.halt, *times, visit.boards, visit.alights)


def _footpaths(halts: Sequence[Halt]) -> tuple[tuple[engine.Footpath, ...], ...]:
    """Between halts of one station and others that are near; by squares of the map, so that few are compared."""
    squares: dict[tuple[int, int], list[int]] = {}
    for number, halt in enumerate(halts):
        squares.setdefault(_square(halt), []).append(number)
    found = []
    for number, halt in enumerate(halts):
        up, over = _square(halt)
        around = (other for a in (-1, 0, 1) for b in (-1, 0, 1) for other in squares.get((up + a, over + b), ()))
        near = ((other, _change_seconds(halt, halts[other])) for other in around if other != number)
        found.append(tuple(engine.Footpath(other, seconds) for other, seconds in near if seconds is not None))
    return tuple(found)


def _square(halt: Halt) -> tuple[int, int]:
    return int(halt.lat * 200), int(halt.lon * 200)  # some 550 by 450 metres


def _change_seconds(one: Halt, other: Halt) -> int | None:
    if one.station == other.station:
        return SAME_STATION_SECONDS
    spots = Spot(one.lat, one.lon), Spot(other.lat, other.lon)
    return walk_seconds(*spots) if metres(*spots) <= CHANGE_METRES else None


def search(
    network: Network, ends: tuple[Sequence[Access], Sequence[Access]], moment: tuple[int, bool], count: int
) -> list[Found]:
    """Journeys by timetable; `moment` is a second and whether one must be there by then."""
    origins, goals = ends
    first = {access.reach: access for access in origins}
    last = {access.reach: access for access in goals}
    question = engine.Question(tuple(first), tuple(last), *moment, BOARD_SECONDS, MOST_RIDES)
    found = engine.journeys(network.ready, question, count) if first and last else ()
    return [Found(first[each.origin], _legs(network, each), last[each.goal]) for each in found]


def _legs(network: Network, journey: engine.Journey) -> tuple[Leg, ...]:
    legs: list[Leg] = []
    for leg in journey.legs:
        if isinstance(leg, engine.Walk):
            begin = legs[-1].arrives
            legs.append(OnFoot(network.stand(leg.origin), network.stand(leg.goal), begin, begin + leg.seconds))
        else:
            legs.append(_ride(network, leg))
    return tuple(legs)


def _ride(network: Network, leg: engine.Ride) -> ByTimetable:
    calls = network.ready.timetable.trips[leg.trip].calls
    run, line = network.trips[leg.trip]
    on, off = calls[leg.board], calls[leg.alight]
    return ByTimetable(
        origin=network.stand(on.stop),
        goal=network.stand(off.stop),
        leaves=on.leaves,
        arrives=off.arrives,
        line=line.name,
        kind=line.kind,
        towards=run.headsign or network.halts[calls[-1].stop].name,
        operator=line.operator,
    )
