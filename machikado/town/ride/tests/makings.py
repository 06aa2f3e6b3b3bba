"""Makes what tests of ride begin with: a small map of roads, an area, stops, a van, a driver's shift, fares."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from machikado.town.common.actors import SYSTEM
from machikado.town.ride.actions import area as areas
from machikado.town.ride.actions import fares, roads, shifts, stops, vehicles
from machikado.town.ride.actions.area import NewArea, NewHours
from machikado.town.ride.actions.fares import NewFares, NewPass
from machikado.town.ride.actions.shifts import ShiftFacts
from machikado.town.ride.actions.stops import StopFacts
from machikado.town.ride.actions.vehicles import Fits, VehicleFacts
from machikado.town.ride.fare import Rider, Tariff
from machikado.town.ride.ground import Spot
from machikado.town.ride.hours import DayType, Span
from machikado.town.ride.models import FareTable, RideVehicle, RoadNetwork, ServiceArea, Stop, VehicleShift

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # Tuesday, 12:00 in the town
TODAY = date(2026, 11, 24)
# A square of streets, a hundredth of a degree wide (1,110 m by 900 m); a lane in the north that one only drives into.
SOUTH, NORTH, WEST, EAST = 36.11, 36.12, 137.94, 137.95
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[137.93, 36.10], [137.96, 36.10], [137.96, 36.13], [137.93, 36.13], [137.93, 36.10]]],
}
SHARES = {
    Rider.ADULT: 10_000,
    Rider.CHILD: 5_000,
    Rider.DISABLED: 5_000,
    Rider.COMPANION: 5_000,
    Rider.PRESCHOOL: 0,
}
TARIFF = Tariff(
    sections={"AA": 200, "BB": 100, "CC": 50},
    pairs={("A", "A"): "CC", ("A", "B"): "BB", ("A", "C"): "AA", ("B", "B"): "CC"},
    shares=SHARES,
)


def osm(*, synthetic: bool = True) -> bytes:
    """The map: nodes 1–4 are the corners, 5 lies north of the north-east corner, 6 north of it; 4→5→6 is one-way."""
    spots = {
        1: (SOUTH, WEST),
        2: (SOUTH, EAST),
        3: (NORTH, EAST),
        4: (NORTH, WEST),
        5: (36.123, WEST),
        6: (36.126, WEST),
    }
    source = '<tag k="source" v="synthetic"/>' if synthetic else ""
    nodes = "".join(f'<node id="{n}" lat="{lat}" lon="{lon}"/>' for n, (lat, lon) in spots.items())
    square = "".join(f'<nd ref="{n}"/>' for n in (1, 2, 3, 4, 1))
    lane = "".join(f'<nd ref="{n}"/>' for n in (4, 5, 6))
    return (
        f'<?xml version="1.0"?><osm version="0.6">{nodes}'
        f'<way id="1">{square}<tag k="highway" v="residential"/><tag k="name" v="四角通り"/>{source}</way>'
        f'<way id="2">{lane}<tag k="highway" v="residential"/><tag k="oneway" v="yes"/>{source}</way></osm>'
    ).encode()


def with_roads() -> RoadNetwork:
    return roads.bring_in(name="town.osm", data=osm(), by=SYSTEM, now=NOON)


def an_area(**changes: Any) -> ServiceArea:
    return areas.found(new=NewArea(**{"name": "塩尻", "polygon": SQUARE, **changes}), by=SYSTEM, now=NOON)


def with_hours(area: ServiceArea) -> None:
    """Weekdays 7:00–20:00, Saturdays 8:00–18:00, no bus on Sundays and holidays."""
    spans = {DayType.WEEKDAY: [Span(420, 1200)], DayType.SATURDAY: [Span(480, 1080)]}
    areas.set_hours(area=area, hours=NewHours(TODAY, spans), by=SYSTEM, now=NOON)


def stop_facts(**changes: Any) -> StopFacts:
    """A stop at the southern street, on its north side, where the bus drives west."""
    usual: dict[str, Any] = {"number": "1", "name": "大門一番町", "kana": "ダイモンイチバンチョウ", "zone": "A"}
    return StopFacts(**{**usual, "lat": SOUTH + 0.00004, "lon": 137.945, **changes})


def a_stop(area: ServiceArea, **changes: Any) -> Stop:
    return stops.add(area=area, facts=stop_facts(**changes), by=SYSTEM, now=NOON)


def vehicle_facts(**changes: Any) -> VehicleFacts:
    usual = {"name": "1号車", "depot_name": "車庫", "depot": Spot(SOUTH, WEST), "layouts": (Fits(8), Fits(6, 1))}
    return VehicleFacts(**{**usual, **changes})


def a_van(area: ServiceArea, **changes: Any) -> RideVehicle:
    return vehicles.add(area=area, facts=vehicle_facts(**changes), by=SYSTEM, now=NOON)


def shift_facts(cast: Any, van: RideVehicle, **changes: Any) -> ShiftFacts:
    """Futaki drives tomorrow from 8:00 to 17:00 with a break at noon."""
    usual = {"day": TODAY + timedelta(days=1), "span": Span(480, 1020), "breaks": (Span(720, 780),)}
    return ShiftFacts(**{"vehicle": van, "driver": cast.futaki, **usual, **changes})


def a_shift(cast: Any, van: RideVehicle, **changes: Any) -> VehicleShift:
    return shifts.plan(facts=shift_facts(cast, van, **changes), by=SYSTEM, now=NOON)


def with_fares(area: ServiceArea, effective_from: date = TODAY) -> FareTable:
    new = NewFares(effective_from, TARIFF, (NewPass("1か月定期", Rider.ADULT, 6000, 30),))
    return fares.put_in_force(area=area, new=new, by=SYSTEM, now=NOON)
