"""What the live map is sent: where buses have moved to since, and of which buses calls or lines have changed."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.ride.models import ServiceArea
from machikado.town.ride.queries.buses import Bus, Now, Source, bus_of, buses_now
from machikado.town.ride.queries.day_rows import BREAK
from machikado.town.ride.queries.runs import PER_DEGREE, encoded
from machikado.town.ride.views.booking_page import clock as written

EVERY_SECONDS = 10  # so often a viewer asks
SOONEST_SECONDS = 2  # in a town that lives faster
OVERLAP = timedelta(seconds=2)  # a place may be committed a little after it was heard
LEGS_AHEAD = 6
QUARTER = 15 * 60

Vector = tuple[str, int, int, int, int, int, int]


def every_seconds() -> int:
    """How often a viewer asks, in real seconds."""
    return max(SOONEST_SECONDS, round(EVERY_SECONDS / max(clock.speed(), 1)))


def vector(bus: Bus) -> Vector:
    """A bus in few bytes: code, place, heading, minutes since its tablet spoke (-1: estimated), next call, late."""
    age = -1 if bus.source is Source.PLAN else bus.age_seconds // 60 if bus.source is Source.OLD else 0
    lat, lon = (round(degrees * PER_DEGREE) for degrees in (bus.here.spot.lat, bus.here.spot.lon))
    upcoming = -1 if bus.next is None else bus.next
    return bus.shift.code, lat, lon, bus.here.heading, age, upcoming, bus.late_seconds // 60


def moves(area: ServiceArea, now: datetime, since: datetime | None) -> dict[str, Any]:
    """The buses of which somebody who asked at `since` knows another place; `p` tells when to ask for ways again."""
    known = buses_now(area, now)
    moved = [vector(bus) for bus in known.buses if since is None or _moved(bus, since)]
    told = {"t": int(now.timestamp()), "w": every_seconds(), "p": known.mark, "v": moved}
    if since is None or int(since.timestamp()) // QUARTER != int(now.timestamp()) // QUARTER:
        told["out"] = [bus.shift.code for bus in known.buses]  # shifts begin and end on quarters of an hour
    return told


def _moved(bus: Bus, since: datetime) -> bool:
    heard = bus.heard_at
    if heard is not None and heard > since - OVERLAP:
        return True
    return vector(bus) != vector(bus_of(bus.shift, bus.run, since))


def ways(area: ServiceArea, now: datetime, have: Mapping[str, str]) -> dict[str, Any]:
    """Calls and lines to come of each bus of which the asker has not the same (by the mark that was sent with them)."""
    known = buses_now(area, now)
    told = {}
    for bus in known.buses:
        way = _way(known, bus)
        mark = f"{crc32(json.dumps(way).encode()):x}"
        if have.get(bus.shift.code) != mark:
            told[bus.shift.code] = {"mark": mark, **way}
    return {"p": known.mark, "buses": told}


def place_name(known: Now, bus: Bus, number: int) -> str:
    """Where a bus calls, or that its driver rests."""
    assert bus.run is not None
    return known.name_of(bus, number) if bus.run.calls[number].action != BREAK else _("break")


def _way(known: Now, bus: Bus) -> dict[str, Any]:
    if bus.run is None:
        return {"from": 0, "calls": [], "legs": []}
    first = max(bus.here.leg - 1, 0)
    calls = [
        [written(call.begins), place_name(known, bus, number), bus.run.calls[number - 1].aboard if number else 0]
        for number, call in enumerate(bus.run.calls[first : first + LEGS_AHEAD], first)
    ]
    return {"from": first, "calls": calls, "legs": [encoded(leg.line) for leg in bus.run.legs[first:][:LEGS_AHEAD]]}
