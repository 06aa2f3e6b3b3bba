"""The bus that comes: a sentence for whoever waits, and a small map with the bus, the stop and the way on foot."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from math import cos, radians
from typing import Any

from django.utils.translation import gettext as _

from machikado.town.common import clock, files
from machikado.town.ride.actions.asking import Whereabouts
from machikado.town.ride.along import Line, point_on
from machikado.town.ride.ground import Spot, metres
from machikado.town.ride.hours import second_of
from machikado.town.ride.models import Booking, Offer, RoadNetwork
from machikado.town.ride.queries.buses import Bus, Source, bus_for
from machikado.town.ride.queries.roads import network_in_use
from machikado.town.ride.views.booking_page import clock as written
from machikado.town.ride.views.booking_page import ride_page
from machikado.town.ride.views.whose import Whose

SHOWN_SECONDS = 45 * 60  # before the bus is to come; earlier it drives for others
NEAR_SECONDS = 5 * 60
EVERY_SECONDS = 15  # so often the page looks again
SOONEST_SECONDS = 3  # in a town that lives faster
VISIT = timedelta(seconds=20)  # so long the sample town keeps real time for somebody who waits at a stop
WIDTH, HEIGHT = 360, 300
EDGE = 44  # pixels that are kept free around what matters
HERE_M = 30  # whoever starts so near the stop starts there
LEAST_M = 500  # a map of less than that says nothing of where one is
WIDE = {1: 4, 2: 6, 3: 8, 4: 9}


@dataclass(frozen=True, slots=True)
class SmallMap:
    """Pixels: roads as (class, path), the ways of bus and feet as paths, and where bus, stop and start are.

    `network` is None where the town has no map of roads.
    """

    roads: Sequence[tuple[int, str]]
    way: str
    walk: str
    bus: tuple[int, int] | None
    stop: tuple[int, int]
    start: tuple[int, int] | None
    network: RoadNetwork | None


@dataclass(frozen=True, slots=True)
class Coming:
    """What is said to whoever waits or rides. `minutes` is None where no number can be said."""

    booking: Booking
    vehicle: str
    stop: str
    minutes: int | None
    at: str
    is_aboard: bool
    late_minutes: int
    is_estimated: bool
    age_minutes: int
    is_made_up: bool
    map: SmallMap

    @property
    def is_near(self) -> bool:
        """Whether it is time to stand at the stop."""
        return self.minutes is not None and self.minutes * 60 <= NEAR_SECONDS

    @property
    def aloud(self) -> str:
        """The same in one sentence, for the telephone."""
        facts = {"vehicle": self.vehicle, "stop": self.stop, "minutes": self.minutes, "time": self.at}
        if self.is_aboard:
            return _("%(vehicle)s is at %(stop)s in about %(minutes)s minutes, at %(time)s.") % facts
        if not self.minutes:
            return _("%(vehicle)s comes to %(stop)s now.") % facts
        return _("%(vehicle)s comes to %(stop)s in about %(minutes)s minutes, at %(time)s.") % facts


def coming_context(booking: Booking, theirs: Whose, now: datetime) -> dict[str, Any]:
    """What the page of a promise needs: the promise itself, the bus that comes, how often to look again."""
    page, start = ride_page(booking, theirs, now), theirs.start(booking)
    found = coming(booking, page.ride.promise, start, now) if page.ride.promise is not None else None
    if found is not None and found.is_near and not found.is_aboard:
        clock.slow_down_until(clock.real_now() + VISIT)
    every = max(SOONEST_SECONDS, round(EVERY_SECONDS / max(clock.speed(), 1)))
    return {"page": page, "coming": found, "every": every, "whose": theirs, "is_desk": theirs.is_desk}


def coming(booking: Booking, promise: Offer, start: Whereabouts | None, now: datetime) -> Coming | None:
    """Return what is to be said, or None where the bus does not come yet or the ride is over.

    `start` is where they set out, where that may be shown.
    """
    if booking.state not in (Booking.State.BOOKED, Booking.State.ABOARD):
        return None
    second = second_of(booking.day, now)
    if booking.state == Booking.State.BOOKED and second < promise.pickup_from - SHOWN_SECONDS:
        return None  # no bus is there before it was promised
    found = bus_for(booking, now)
    if found is None or found[0].run is None:
        return None
    bus, (on, off) = found
    fetched, brought = bus.expected_at(on), bus.expected_at(off)
    calls = found[0].run.calls
    is_aboard = booking.state == Booking.State.ABOARD or second > calls[on].leaves + bus.late_seconds
    if second < fetched - SHOWN_SECONDS or (is_aboard and second > brought):
        return None
    number, at = (off, brought) if is_aboard else (on, fetched)
    stop = promise.arrival_stop if is_aboard else promise.pickup_stop
    return Coming(
        booking=booking,
        vehicle=bus.shift.vehicle.name,
        stop=stop.name,
        minutes=max(at - second, 0) // 60,
        at=written(at),
        is_aboard=is_aboard,
        late_minutes=max(at - calls[number].begins, 0) // 60,
        is_estimated=bus.source is Source.PLAN,
        age_minutes=bus.age_seconds // 60 if bus.source is Source.OLD else 0,
        is_made_up=bus.shift.driver.is_sample,
        map=_small_map(None if is_aboard else start, bus, number, Spot(stop.lat, stop.lon)),
    )


def _small_map(setting_out: Whereabouts | None, bus: Bus, number: int, stop: Spot) -> SmallMap:
    """Around the stop, the bus and, for who is not aboard yet, where they start. Nothing of other passengers."""
    return _map_of(setting_out, stop, bus.here.spot, _rest(bus, number))


def stop_map(setting_out: Whereabouts | None, stop: Spot) -> SmallMap:
    """Around the stop and where they start, while no bus is on its way yet."""
    is_there = setting_out is not None and metres(setting_out.spot, stop) < HERE_M
    return _map_of(None if is_there else setting_out, stop, None, ())


def _map_of(setting_out: Whereabouts | None, stop: Spot, bus: Spot | None, way: Line) -> SmallMap:
    start = setting_out.spot if setting_out else None
    frame = _frame([spot for spot in (bus, stop, start) if spot is not None])
    network = network_in_use()
    return SmallMap(
        roads=_roads(network, frame) if network else (),
        way=_path([frame.pixel(spot) for spot in way]),
        walk=_path([frame.pixel(spot) for spot in (start, stop)]) if start else "",
        bus=frame.pixel(bus) if bus else None,
        stop=frame.pixel(stop),
        start=frame.pixel(start) if start else None,
        network=network,
    )


def _rest(bus: Bus, number: int) -> Line:
    """The line from the bus to the stop if it drives there without another call between; else none is shown."""
    if bus.run is None or bus.here.leg != number:
        return ()
    line = bus.run.legs[number].line
    cut, _heading = point_on(line, bus.here.share)
    lengths = [0.0]
    for one, other in pairwise(line):
        lengths.append(lengths[-1] + metres(one, other))
    driven = bus.here.share * lengths[-1]
    return (cut, *(spot for spot, at in zip(line, lengths, strict=True) if at > driven))


@dataclass(frozen=True, slots=True)
class _Frame:
    """A part of the world as pixels."""

    middle: Spot
    metres_a_pixel: float

    def pixel(self, spot: Spot) -> tuple[int, int]:
        """Where a place is drawn."""
        east = (spot.lon - self.middle.lon) * 111_195 * cos(radians(self.middle.lat))
        north = (spot.lat - self.middle.lat) * 111_195
        return round(WIDTH / 2 + east / self.metres_a_pixel), round(HEIGHT / 2 - north / self.metres_a_pixel)


def _frame(spots: Sequence[Spot]) -> _Frame:
    south, north = min(spot.lat for spot in spots), max(spot.lat for spot in spots)
    west, east = min(spot.lon for spot in spots), max(spot.lon for spot in spots)
    middle = Spot((south + north) / 2, (west + east) / 2)
    across = metres(Spot(middle.lat, west), Spot(middle.lat, east)) / (WIDTH - 2 * EDGE)
    up = metres(Spot(south, middle.lon), Spot(north, middle.lon)) / (HEIGHT - 2 * EDGE)
    return _Frame(middle, max(across, up, LEAST_M / HEIGHT))


def _roads(network: RoadNetwork, frame: _Frame) -> Sequence[tuple[int, str]]:
    """The roads that cross the frame, streets first so that main roads lie above; from afar main roads alone."""
    if network.drawing is None:
        return ()
    found: dict[int, list[str]] = {}
    least = 1 if frame.metres_a_pixel < 12 else 2
    for wide, box, line in _drawn(network.drawing.file.sha256):
        if wide < least or not _crosses(frame, box):
            continue
        found.setdefault(wide, []).append(_path([frame.pixel(spot) for spot in line]))
    return [(WIDE[wide], "".join(found[wide])) for wide in sorted(found)]


def _crosses(frame: _Frame, box: tuple[Spot, Spot]) -> bool:
    (left, bottom), (right, top) = frame.pixel(box[0]), frame.pixel(box[1])
    return right >= 0 and left <= WIDTH and bottom >= 0 and top <= HEIGHT


@lru_cache(maxsize=2)
def _drawn(sha256: str) -> Sequence[tuple[int, tuple[Spot, Spot], Line]]:
    """The roads of a drawing with their boxes (south-west, north-east); kept in the process."""
    features = json.loads(files.path_of(sha256).read_bytes())["features"]
    lines = [
        (each["properties"]["w"], tuple(Spot(lat, lon) for lon, lat in each["geometry"]["coordinates"]))
        for each in features
    ]
    return [
        (
            wide,
            (
                Spot(min(spot.lat for spot in line), min(spot.lon for spot in line)),
                Spot(max(spot.lat for spot in line), max(spot.lon for spot in line)),
            ),
            line,
        )
        for wide, line in lines
    ]


def _path(pixels: Sequence[tuple[int, int]]) -> str:
    """An SVG path; places that fall on one pixel are written once."""
    thin = [pixel for number, pixel in enumerate(pixels) if number == 0 or pixel != pixels[number - 1]]
    return "M" + "L".join(f"{x} {y}" for x, y in thin) if thin else ""
