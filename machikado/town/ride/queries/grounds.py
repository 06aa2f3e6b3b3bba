"""What a service day is planned on: the stops and depots that a bus reaches, and the shifts as plain values."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from machikado.town.common.diary import canonical
from machikado.town.ride.models import Kerb, Layout, RoadNetwork, ServiceArea, ShiftBreak, VehicleShift
from machikado.town.ride.queries.roads import network_in_use


class Van(TypedDict):
    """One shift as the plan sees it: places are rows of the table of travel times, times seconds of the day."""

    shift: int
    name: str
    start: int
    end: int
    opens: int
    closes: int
    layouts: list[list[int]]
    breaks: list[list[int]]  # place, begin, seconds


@dataclass(frozen=True, slots=True)
class Places:
    """The stops (id, arc, centimetres along it) and after them the depots (lat, lon) of a day on a map of roads."""

    network: RoadNetwork
    day: date
    stops: tuple[tuple[int, int, int], ...]
    depots: tuple[tuple[float, float], ...]

    @property
    def key(self) -> str:
        """The SHA-256 of all that travel times follow from; a closed season changes them from day to day."""
        depots = [[f"{lat:.7f}", f"{lon:.7f}"] for lat, lon in self.depots]
        facts = [self.network.sha256, self.day, self.stops, depots]
        return hashlib.sha256(canonical(facts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A shift with what the plan needs to know of it and its vehicle; minutes of the day."""

    shift: int
    code: str
    vehicle: int
    depot: tuple[float, float]
    start: int | None
    end: int | None
    begins: int
    ends: int


def shifts_on(area: ServiceArea, day: date) -> list[OnDuty]:
    """The shifts of a day, in an order that is the same for everybody."""
    rows = VehicleShift.objects.filter(vehicle__area=area, day=day, dropped_at=None).order_by("begins", "pk")
    depot = ("vehicle__depot_lat", "vehicle__depot_lon")
    found = rows.values_list("pk", "code", "vehicle_id", *depot, "start_id", "end_id", "begins", "ends")
    return [OnDuty(pk, code, vehicle, (lat, lon), *rest) for pk, code, vehicle, lat, lon, *rest in found]


def places_on(area: ServiceArea, shifts: Sequence[OnDuty], day: date) -> Places | None:
    """The places of a day; None while there are no roads."""
    network = network_in_use()
    if network is None:
        return None
    kerbs = Kerb.objects.filter(network=network, stop__area=area, is_reachable=True).order_by("stop")
    depots = sorted({shift.depot for shift in shifts})
    return Places(network, day, tuple(kerbs.values_list("stop_id", "arc", "along_cm")), tuple(depots))


def fleet_of(shifts: Sequence[OnDuty], places: Places) -> list[Van]:
    """The shifts as plain values with layouts and breaks, whatever the language of whoever asks."""
    stop_place = {stop: place for place, (stop, _arc, _along) in enumerate(places.stops)}
    layouts, breaks = defaultdict(list), defaultdict(list)
    fits = Layout.objects.filter(vehicle__in={shift.vehicle for shift in shifts}).order_by("number")
    for vehicle, *fit in fits.values_list("vehicle_id", "seats", "wheelchairs", "prams"):
        layouts[vehicle].append(fit)
    rests = ShiftBreak.objects.filter(shift__in=[shift.shift for shift in shifts]).order_by("begins")
    for shift, begins, ends in rests.values_list("shift_id", "begins", "ends"):
        breaks[shift].append((begins, ends))
    return [_van(shift, stop_place, places, layouts[shift.vehicle], breaks[shift.shift]) for shift in shifts]


def _van(
    shift: OnDuty,
    stop_place: Mapping[int, int],
    places: Places,
    layouts: list[list[int]],
    breaks: Sequence[tuple[int, int]],
) -> Van:
    depot = len(places.stops) + places.depots.index(shift.depot)
    start, end = (depot if stop is None else stop_place.get(stop, depot) for stop in (shift.start, shift.end))
    return Van(
        shift=shift.shift,
        name=shift.code,
        start=start,
        end=end,
        opens=shift.begins * 60,
        closes=shift.ends * 60,
        layouts=layouts,
        breaks=[[start, begins * 60, (ends - begins) * 60] for begins, ends in breaks],
    )
