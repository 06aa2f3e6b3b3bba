"""A fix: where a vehicle says that it is. Whether it can be believed, by plain arithmetic."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from math import cos, hypot, isfinite, radians
from typing import Any, NamedTuple, TypedDict

from django.utils.translation import gettext_lazy as _

from machikado.town.ride.ground import CannotPlace, Spot, checked, inside, metres

AHEAD = timedelta(minutes=2)  # a tablet's clock may run ahead so far
BEHIND = timedelta(minutes=30)  # a dead zone of twenty minutes, and what was queued in it
BEFORE_DUTY = timedelta(minutes=30)
AFTER_DUTY = timedelta(minutes=60)
OFF_AREA_M = 3_000  # farther from the border of the area and from the depot is the sea, or another town
FASTEST_MS = 120 / 3.6
GUESS_M = 150  # a fix between houses may be off so far
AGREEING = 3  # so many jumps in a row that agree are believed: then it was the place before that was wrong
TOP_KMH = 200
METRES_A_DEGREE = 111_195


class Word(StrEnum):
    """What became of a fix: it is where the vehicle is now, it came late, or it was kept out and why."""

    NEW = "new"
    LATE = "late"
    NO_NUMBER = "no_number"
    SWAPPED = "swapped"
    NOT_JAPAN = "not_japan"
    CLOCK = "clock"
    OFF_DUTY = "off_duty"
    OFF_AREA = "off_area"
    JUMP = "jump"


REMARKS = {
    Word.NO_NUMBER: _("Latitude or longitude was no number."),
    Word.SWAPPED: _("Latitude and longitude were swapped."),
    Word.NOT_JAPAN: _("The place was not in Japan."),
    Word.CLOCK: _("The tablet's clock was wrong, or the place was more than half an hour old."),
    Word.OFF_DUTY: _("Nobody was on duty at that time."),
    Word.OFF_AREA: _("The place was far outside the area."),
    Word.JUMP: _("The place was farther away than a bus can drive in that time."),
}


class FixFacts(TypedDict):
    """What a tablet sends: when it measured (its own clock), where, to where it looks and how fast, if it knows."""

    at: datetime
    lat: float
    lon: float
    heading_deg: float | None
    speed_kmh: float | None


class Seen(NamedTuple):
    """Where something was at a moment."""

    at: datetime
    spot: Spot


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a fix is held against: the border of the area, the depot, from when until when the shift is on duty."""

    border: dict[str, Any]
    depot: Spot
    begins: datetime
    ends: datetime


def fault_of(facts: FixFacts, grounds: Grounds, now: datetime) -> Word | None:
    """Say why a fix cannot be believed whatever was before, or None."""
    try:
        spot = checked(facts["lat"], facts["lon"])
    except CannotPlace as refusal:
        return Word(refusal.code)
    if not now - BEHIND <= facts["at"] <= now + AHEAD:
        return Word.CLOCK
    if not grounds.begins - BEFORE_DUTY <= facts["at"] <= grounds.ends + AFTER_DUTY:
        return Word.OFF_DUTY
    if min(off_metres(grounds.border, spot), metres(grounds.depot, spot)) > OFF_AREA_M:
        return Word.OFF_AREA
    return None


def could_drive(before: Seen, after: Seen) -> bool:
    """Say whether a vehicle can have come from one place to the other in that time."""
    seconds = abs((after.at - before.at).total_seconds())
    return metres(before.spot, after.spot) <= FASTEST_MS * seconds + GUESS_M


def off_metres(border: dict[str, Any], spot: Spot) -> float:
    """Return how far a place lies outside a polygon; 0 inside."""
    if inside(border, spot):
        return 0.0
    east = METRES_A_DEGREE * cos(radians(spot.lat))

    def flat(corner: list[float]) -> tuple[float, float]:
        return (corner[0] - spot.lon) * east, (corner[1] - spot.lat) * METRES_A_DEGREE

    return min(_from_origin(flat(one), flat(other)) for one, other in pairwise(border["coordinates"][0]))


def _from_origin(one: tuple[float, float], other: tuple[float, float]) -> float:
    """How far the origin lies from an edge."""
    (x, y), (dx, dy) = one, (other[0] - one[0], other[1] - one[1])
    square = dx * dx + dy * dy
    share = min(max(-(x * dx + y * dy) / square, 0.0), 1.0) if square else 0.0
    return hypot(x + share * dx, y + share * dy)


def whole_heading(heading_deg: float | None) -> int | None:
    """Return degrees from north, 0 to 359; None for what is none (tablets say NaN while they stand)."""
    if heading_deg is None or not isfinite(heading_deg):
        return None
    return round(heading_deg) % 360


def whole_speed(speed_kmh: float | None) -> int | None:
    """Return km/h; None for what no bus drives."""
    if speed_kmh is None or not isfinite(speed_kmh) or not 0 <= speed_kmh <= TOP_KMH:
        return None
    return round(speed_kmh)
