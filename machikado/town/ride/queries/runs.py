"""How the shifts of a day drive by its plan: where they call, when, and the legs between, as plain values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from zlib import crc32

from django.db.models import F, Max

from machikado.town.ride.along import Leg, Line
from machikado.town.ride.ground import Spot, metres
from machikado.town.ride.models import DayPlan, Offer, PlanStep, Stop, TravelTable, WayLine
from machikado.town.ride.queries.day_rows import BREAK, DELIVERY, PASS
from machikado.town.ride.queries.grounds import Van

PER_DEGREE = 100_000  # a line is kept in hundred-thousandths of a degree
CROW_MS = 7.0  # metres a second as the crow flies, as long as the way is not drawn
PEOPLE = F("booking__adults") + F("booking__children") + F("booking__disabled") + F("booking__companions")


@dataclass(frozen=True, slots=True)
class Call:
    """A vehicle calls somewhere: somebody (by the id of a booking) gets on or off, the driver rests, or it passes a
    stop where nobody boards (they cancelled on its way, or did not come).
    """

    action: str
    booking: int | None
    place: int  # row of the table of travel times
    begins: int
    leaves: int
    set_out: int | None
    people: int
    aboard: int  # after it

    @property
    def span(self) -> tuple[int, int]:
        """From when until when the vehicle stands there."""
        return self.begins, self.leaves


@dataclass(frozen=True, slots=True)
class Run:
    """A shift's day: calls in order, and legs: one to each call, and one home."""

    shift: int
    calls: tuple[Call, ...]
    legs: tuple[Leg, ...]


@dataclass(frozen=True, eq=False)
class DayRuns:
    """The runs of a plan by shift, and what the places are called ("" for a depot)."""

    runs: Mapping[int, Run]
    names: Mapping[int, str]
    mark: str  # another one says that calls or lines have changed


def runs_of(plan: DayPlan) -> DayRuns:
    """Return the runs of a plan as it stands; one query as long as neither plan nor lines have changed."""
    drawn = WayLine.objects.filter(table=plan.table_id).aggregate(newest=Max("pk"))["newest"]
    return _runs(plan.pk, plan.version, plan.digest, drawn)


def undrawn(plan: DayPlan) -> list[tuple[int, int]]:
    """Return the ways of a plan (rows of its table) of which there is no line yet, those driven first before others."""
    calls = calls_of(plan)
    legs = sorted((begins, pair) for van in plan.fleet for begins, pair in _pairs(van, calls.get(van["shift"], ())))
    drawn = set(WayLine.objects.filter(table=plan.table_id).values_list("origin", "goal"))
    return list(dict.fromkeys(pair for _begins, pair in legs if pair not in drawn and pair[0] != pair[1]))


def encoded(line: Line) -> list[int]:
    """A line as small steps, as it is kept and sent."""
    flat = [(round(spot.lat * PER_DEGREE), round(spot.lon * PER_DEGREE)) for spot in line]
    steps = [(lat - lat0, lon - lon0) for (lat0, lon0), (lat, lon) in pairwise(flat)]
    return [number for pair in (flat[:1] + steps) for number in pair]


def decoded(steps: Sequence[int]) -> Line:
    """The line again."""
    lats, lons = accumulate(steps[::2]), accumulate(steps[1::2])
    return tuple(Spot(lat / PER_DEGREE, lon / PER_DEGREE) for lat, lon in zip(lats, lons, strict=True))


def calls_of(plan: DayPlan) -> dict[int, tuple[Call, ...]]:
    """The calls of each shift in order; two queries."""
    place_of = {stop: row for row, stop in enumerate(plan.table.stops)}
    vans = {van["shift"]: van for van in plan.fleet}
    promised = Offer.objects.filter(booking__area=plan.area_id, booking__day=plan.day, taken_at__isnull=False)
    stops = {row[0]: row[1:] for row in promised.values_list("booking_id", "pickup_stop_id", "arrival_stop_id")}
    rows = PlanStep.objects.filter(plan=plan).annotate(people=PEOPLE + F("booking__preschool"))
    columns = ("shift_id", "action", "booking_id", "stop_id", "break_number", "begins", "leaves", "set_out", "people")
    found: dict[int, list[Call]] = {}
    for row in rows.order_by("shift", "position").values_list(*columns):
        shift, action, booking, stop, rest, begins, leaves, set_out, people = row
        before = found.setdefault(shift, [])
        here, aboard = (before[-1].place, before[-1].aboard) if before else (vans[shift]["start"], 0)
        if action == BREAK:
            place = vans[shift]["breaks"][rest][0]
        elif action == PASS:
            place = place_of.get(stop, here)
        else:  # a stop that was closed after the bus had called there is in no table any more
            place = place_of.get(stops[booking][action == DELIVERY], here)
            aboard += -people if action == DELIVERY else people
        before.append(Call(action, booking, place, begins, leaves, set_out, people or 0, aboard))
    return {shift: tuple(calls) for shift, calls in found.items()}


@lru_cache(maxsize=8)
def _runs(plan_id: int, version: int, digest: str, newest: int | None) -> DayRuns:
    """By version and digest, as a plan of one version never changes, and by the newest line that is drawn."""
    plan = DayPlan.objects.select_related("table").get(pk=plan_id)
    spots, names = _places(plan.table)
    ways = WayLine.objects.filter(table=plan.table_id).values_list("origin", "goal", "seconds", "line")
    drawn = {(origin, goal): (seconds, decoded(line)) for origin, goal, seconds, line in ways if line}
    calls = calls_of(plan)
    runs = {
        van["shift"]: Run(
            van["shift"],
            calls.get(van["shift"], ()),
            tuple(_legs(van, calls.get(van["shift"], ()), drawn, spots)),
        )
        for van in plan.fleet
    }
    return DayRuns(runs, names, f"{crc32(f'{plan_id}.{version}.{digest}.{newest}'.encode()):x}")


def _places(table: TravelTable) -> tuple[list[Spot], dict[int, str]]:
    """Where the places of a table lie, and what its stops are called."""
    stops = {row[0]: row[1:] for row in Stop.objects.filter(pk__in=table.stops).values_list("pk", "lat", "lon", "name")}
    depots = [Spot(lat, lon) for lat, lon in table.depots]
    known = [stops.get(stop, (0.0, 0.0, "")) for stop in table.stops]
    return [Spot(lat, lon) for lat, lon, _name in known] + depots, {
        row: name for row, (_lat, _lon, name) in enumerate(known)
    }


def _pairs(van: Van, calls: Sequence[Call]) -> Iterator[tuple[int, tuple[int, int]]]:
    """From where to where a shift drives, and until when it is there."""
    place = van["start"]
    for call in calls:
        yield call.begins, (place, call.place)
        place = call.place
    yield van["closes"], (place, van["end"])


def _legs(
    van: Van, calls: Sequence[Call], drawn: Mapping[tuple[int, int], tuple[int, Line]], spots: Sequence[Spot]
) -> Iterator[Leg]:
    """One leg to each call, and one home; it sets out in time to be there, as plans are kept (`rest_of_day`)."""
    free = van["opens"]
    ends = [*((call.set_out, call.leaves) for call in calls), (None, van["closes"])]
    for (arrives, (origin, goal)), (set_out, leaves) in zip(_pairs(van, calls), ends, strict=True):
        if origin == goal:
            yield Leg(arrives, arrives, (spots[goal],))
        else:
            crow = (spots[origin], spots[goal])
            seconds, line = drawn.get((origin, goal)) or (round(metres(*crow) / CROW_MS), crow)
            sets_out = max(set_out if set_out is not None else arrives - seconds, free)
            yield Leg(min(sets_out, arrives), min(sets_out + seconds, arrives), line)
        free = leaves
