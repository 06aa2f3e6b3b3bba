"""What must hold about the bus, asked by `machikado check`; shares no code with the actions. Codes only, no names."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from math import atan2, pi, remainder

from django.db.models import Count, F, Q

from machikado.town.common.calendar import service_time
from machikado.town.common.models import SearchKey
from machikado.town.people.models import Membership
from machikado.town.ride.models import (
    FareTable,
    RideVehicle,
    RoadNetwork,
    ServiceArea,
    ServiceHours,
    ShiftBreak,
    ShiftQuarter,
    Stop,
    VehicleShift,
    ZonePair,
)

_ALL_RIDERS = {"adult", "child", "disabled", "companion", "preschool"}


def problems() -> list[str]:
    """Shifts that collide, breaks outside, fares with gaps, stops that nobody can find, roads without their file."""
    return [*_hours(), *_shifts(), *_drivers(), *_breaks(), *_fares(), *_stops(), *_vehicles(), *_roads()]


def _hours() -> Iterator[str]:
    last: dict[tuple[object, ...], int] = {}
    for row in ServiceHours.objects.select_related("area").order_by("area", "effective_from", "day_type", "opens"):
        key = (row.area_id, row.effective_from, row.day_type)
        if row.opens < last.get(key, 0):
            yield f"area {row.area.code}: hours of {row.day_type} from {row.effective_from} overlap"
        last[key] = row.closes
    for area in ServiceArea.objects.all():
        ring = area.polygon["coordinates"][0]
        if ring[0] != ring[-1] or len(ring) < 4:
            yield f"area {area.code}: its border is not closed"


def _shifts() -> Iterator[str]:
    """By the clock, not by the quarters that the database compares; and whether the quarters tell the same."""
    last: dict[tuple[str, int], tuple[datetime, str]] = {}
    for shift in VehicleShift.objects.filter(dropped_at=None).order_by("day", "begins", "pk"):
        begin, end = (service_time(shift.day, f"{at // 60}:{at % 60:02d}") for at in (shift.begins, shift.ends))
        for what, number in (("vehicle", shift.vehicle_id), ("driver", shift.driver_id)):
            until, code = last.get((what, number), (begin, ""))
            if begin < until:
                yield f"shift {shift.code}: its {what} is in shift {code} as well"
            if end >= until:
                last[what, number] = (end, shift.code)
    counted = VehicleShift.objects.annotate(taken=Count("quarters"))
    fits = Q(dropped_at=None, taken__gt=0, ends=F("begins") + F("taken") * 15) | Q(dropped_at__isnull=False, taken=0)
    for shift in counted.exclude(fits):
        yield f"shift {shift.code} holds {shift.taken} quarters of an hour, which is not its time"
    strays = ShiftQuarter.objects.exclude(vehicle=F("shift__vehicle"), driver=F("shift__driver"))
    for code in sorted(set(strays.values_list("shift__code", flat=True))):
        yield f"shift {code} holds quarters of another vehicle or driver"


def _drivers() -> Iterator[str]:
    held: dict[int, list[Membership]] = defaultdict(list)
    for row in Membership.objects.filter(role="driver"):
        held[row.person_id].append(row)
    for shift in VehicleShift.objects.select_related("driver"):
        if not held[shift.driver_id]:
            yield f"shift {shift.code}: person {shift.driver.code} was never a driver"


def _breaks() -> Iterator[str]:
    outside = Q(begins__lt=F("shift__begins")) | Q(ends__gt=F("shift__ends"))
    for row in ShiftBreak.objects.filter(outside).select_related("shift"):
        yield f"shift {row.shift.code}: a break lies outside it"


def _fares() -> Iterator[str]:
    for table in FareTable.objects.prefetch_related("shares", "pairs"):
        if {row.rider for row in table.shares.all()} != _ALL_RIDERS:
            yield f"fare table {table.code}: not every kind of rider has a share"
        seen = [frozenset((pair.one, pair.other)) for pair in table.pairs.all()]
        if len(set(seen)) < len(seen):
            yield f"fare table {table.code}: a pair of zones has two sections"
    for pair in ZonePair.objects.exclude(section__table=F("table")).select_related("table"):
        yield f"fare table {pair.table.code}: a pair names a section of another table"


def _turns_round(ring: list[list[float]], stop: Stop) -> bool:
    """Whether who walks along the ring turns once round the stop, seen from there: by angles, not by crossings."""
    angles = [atan2(lat - stop.lat, lon - stop.lon) for lon, lat in ring]
    return abs(sum(remainder(b - a, 2 * pi) for a, b in pairwise(angles))) > pi


def _stops() -> Iterator[str]:
    for stop in Stop.objects.select_related("area"):
        if not _turns_round(stop.area.polygon["coordinates"][0], stop):
            yield f"stop {stop.code} lies outside its area"
    keyed = set(SearchKey.objects.filter(kind="stop").values_list("noun_id", flat=True))
    stops = dict(Stop.objects.values_list("pk", "code"))
    for pk, code in stops.items():
        if pk not in keyed:
            yield f"stop {code} cannot be found: it has no search key"
    if strays := keyed - stops.keys():
        yield f"{len(strays)} search keys lead to stops that do not exist"


def _vehicles() -> Iterator[str]:
    for vehicle in RideVehicle.objects.annotate(ways=Count("layouts")).filter(ways=0):
        yield f"vehicle {vehicle.code}: nothing says how many fit in"
    for shift in VehicleShift.objects.filter(vehicle__retired_on__lte=F("day"), dropped_at=None):
        yield f"shift {shift.code}: its vehicle is retired on that day"


def _roads() -> Iterator[str]:
    for network in RoadNetwork.objects.filter(Q(file=None) | Q(drawing=None)):
        yield f"roads {network.code}: the file or its drawing is missing"
