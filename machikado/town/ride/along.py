"""Where a bus is on its way: by the plan at a second of the day, or by what its tablet said. Arithmetic only."""

from collections.abc import Sequence
from itertools import pairwise
from math import atan2, cos, degrees, radians, sin
from typing import NamedTuple

from machikado.town.ride.ground import Spot, metres

SAME_PLACE_M = 50  # legs that are as near as this to a place are equally near
LOOKED_BACK = 3  # legs before the one of the plan: a late bus is on one of them
FASTER = 1.3  # than the plan reckons, on free roads
EARLY_SECONDS = 60
Line = tuple[Spot, ...]


class Leg(NamedTuple):
    """From one place of the plan to the next: when the bus sets out and is there (seconds of the day), and its line."""

    sets_out: int
    arrives: int
    line: Line


class Here(NamedTuple):
    """A place on a leg (by number): how much of the leg is driven, and to where the bus looks."""

    spot: Spot
    heading: int
    leg: int
    share: float


def place_at(legs: Sequence[Leg], second: int) -> Here:
    """Return where the plan has the bus: on the leg that it drives, or at the end of the last one until it sets out."""
    number = leg_at(legs, second)
    leg = legs[number]
    drive = leg.arrives - leg.sets_out
    share = min(max((second - leg.sets_out) / drive, 0.0), 1.0) if drive else float(second >= leg.arrives)
    spot, heading = point_on(leg.line, share)
    return Here(spot, heading, number, share)


def leg_at(legs: Sequence[Leg], second: int) -> int:
    """The number of the leg that is driven or comes next; the last one once it is over."""
    return next((number for number, leg in enumerate(legs) if second < leg.arrives), len(legs) - 1)


def place_near(legs: Sequence[Leg], second: int, spot: Spot) -> Here:
    """Return the place on the plan's way that is nearest to a spot; of equally near legs the one of the plan's time.

    A bus that is late drives on an earlier leg than the plan has it. None has driven farther on a leg than it can have
    since the call before: one that comes by a later stop on the way to an earlier one has not been there.
    """
    planned = leg_at(legs, second)
    first = max(planned - LOOKED_BACK, 0)
    found = [(number, *nearest_on(legs[number].line, spot)) for number in range(first, planned + 1)]
    possible = [each for each in found if each[0] == first or _could_be(legs, each[0], each[1], second)]
    number, share, _off = min(possible, key=lambda each: (each[2] // SAME_PLACE_M, abs(each[0] - planned)))
    return Here(spot, point_on(legs[number].line, share)[1], number, share)


def _could_be(legs: Sequence[Leg], number: int, share: float, second: int) -> bool:
    """Whether so much of a leg can have been driven since the call before it, which is never left before its time."""
    drive = legs[number].arrives - legs[number].sets_out
    return share * drive <= FASTER * (second - legs[number - 1].arrives + EARLY_SECONDS)


def late_by(leg: Leg, share: float, second: int) -> int:
    """Return by how many seconds a bus that has driven so much of a leg comes later than planned; 0 if it does not.

    A bus at the end of its leg has arrived: it does not come later with each second that it stands there.
    """
    rest = round((1 - share) * (leg.arrives - leg.sets_out))
    return max(second + rest - leg.arrives, 0) if rest else 0


def expected(legs: Sequence[Leg], calls: Sequence[tuple[int, int]], here: Here, second: int, number: int) -> int:
    """Return the second at which a bus calls somewhere (by number): as planned, or later if it is late now.

    `calls` are from when until when it stands at the end of each leg. Where it would wait, it makes up for a delay.
    """
    time = legs[here.leg].arrives + late_by(legs[here.leg], here.share, second)
    for (begins, leaves), leg in zip(calls[here.leg : number], legs[here.leg + 1 :], strict=False):
        time = max(leg.sets_out, leaves + max(time - begins, 0)) + leg.arrives - leg.sets_out
    return max(calls[number][0], time) if number >= here.leg else calls[number][0]


def point_on(line: Line, share: float) -> tuple[Spot, int]:
    """Return the place after a share of a line's length, and to where the line leads there."""
    wanted = share * length_m(line)
    steps = [(one, other, metres(one, other)) for one, other in pairwise(line)]
    steps = [step for step in steps if step[2] > 0]
    for one, other, step in steps:
        if wanted <= step:
            part = wanted / step
            spot = Spot(one.lat + part * (other.lat - one.lat), one.lon + part * (other.lon - one.lon))
            return spot, heading_of(one, other)
        wanted -= step
    return line[-1], heading_of(*steps[-1][:2]) if steps else 0


def nearest_on(line: Line, spot: Spot) -> tuple[float, float]:
    """Return how much of a line is driven at its place nearest to a spot, and how many metres off that lies."""
    whole, before = length_m(line), 0.0
    best = (0.0, metres(line[0], spot))
    for one, other in pairwise(line):
        step = metres(one, other)
        part = _part(one, other, spot)
        near = Spot(one.lat + part * (other.lat - one.lat), one.lon + part * (other.lon - one.lon))
        off = metres(near, spot)
        if off < best[1] and whole:
            best = ((before + part * step) / whole, off)
        before += step
    return best


def length_m(line: Line) -> float:
    """Return the metres of a line."""
    return sum(metres(one, other) for one, other in pairwise(line))


def heading_of(one: Spot, other: Spot) -> int:
    """Return to where one looks from a place to another: degrees from north, 0 to 359."""
    east = radians(other.lon - one.lon)
    lat, other_lat = radians(one.lat), radians(other.lat)
    across = sin(east) * cos(other_lat)
    ahead = cos(lat) * sin(other_lat) - sin(lat) * cos(other_lat) * cos(east)
    return round(degrees(atan2(across, ahead))) % 360


def _part(one: Spot, other: Spot, spot: Spot) -> float:
    """How much of a short straight step lies before the place that is nearest to a spot."""
    narrow = cos(radians(one.lat))
    dx, dy = (other.lon - one.lon) * narrow, other.lat - one.lat
    x, y = (spot.lon - one.lon) * narrow, spot.lat - one.lat
    square = dx * dx + dy * dy
    return min(max((x * dx + y * dy) / square, 0.0), 1.0) if square else 0.0
