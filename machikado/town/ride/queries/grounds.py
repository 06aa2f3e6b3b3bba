"""What a service day is planned on: the stops and depots that a bus reaches, and the shifts as plain values."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from machikado.town.common.diary import canonical
from machikado.town.ride.models import Kerb, RoadNetwork, ServiceArea, VehicleShift
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


def places_on(area: ServiceArea, shifts: Sequence[VehicleShift], day: date) -> Places | None:
    """The places of a day; None while there are no roads."""
    network = network_in_use()
    if network is None:
        return None
    kerbs = Kerb.objects.filter(network=network, stop__area=area, is_reachable=True).order_by("stop")
    depots = sorted({(shift.vehicle.depot_lat, shift.vehicle.depot_lon) for shift in shifts})
    return Places(network, day, tuple(kerbs.values_list("stop_id", "arc", "along_cm")), tuple(depots))


def shifts_on(area: ServiceArea, day: date) -> list[VehicleShift]:
    """The shifts of a day with vehicles, layouts and breaks, in an order that is the same for everybody."""
    rows = VehicleShift.objects.filter(vehicle__area=area, day=day, dropped_at=None)
    return list(rows.select_related("vehicle").prefetch_related("vehicle__layouts", "breaks").order_by("begins", "pk"))


def fleet_of(shifts: Sequence[VehicleShift], places: Places) -> list[Van]:
    """The shifts as plain values, whatever the language of whoever asks."""
    stop_place = {stop: place for place, (stop, _arc, _along) in enumerate(places.stops)}
    return [_van(shift, stop_place, places) for shift in shifts]


def _van(shift: VehicleShift, stop_place: Mapping[int, int], places: Places) -> Van:
    depot = len(places.stops) + places.depots.index((shift.vehicle.depot_lat, shift.vehicle.depot_lon))
    start, end = (depot if stop is None else stop_place.get(stop, depot) for stop in (shift.start_id, shift.end_id))
    return Van(
        shift=shift.pk,
        name=shift.code,
        start=start,
        end=end,
        opens=shift.begins * 60,
        closes=shift.ends * 60,
        layouts=[[each.seats, each.wheelchairs, each.prams] for each in shift.vehicle.layouts.all()],
        breaks=[[start, each.begins * 60, (each.ends - each.begins) * 60] for each in shift.breaks.all()],
    )
