"""Positions as the town needs them: whether degrees are swapped, what lies in a polygon, how far two places are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import asin, cos, isfinite, radians, sin, sqrt
from typing import Any

from django.utils.translation import gettext_lazy as _

from machikado.town.common.errors import Cannot

EARTH_M = 6_371_008.8  # mean radius
JAPAN = (20.0, 122.0, 46.0, 154.0)  # south, west, north, east
MOST_CORNERS = 500

Corner = Sequence[float]  # longitude, latitude
Ring = Sequence[Corner]


class CannotPlace(Cannot):
    """A position at which nothing can be."""

    sentences = {
        "no_number": _("Latitude and longitude must be numbers like 36.1144 and 137.9480."),
        "swapped": _(
            "Latitude and longitude are swapped: %(lat)s cannot be a latitude in Japan. Write %(lon)s, %(lat)s."
        ),
        "not_japan": _("%(lat)s, %(lon)s does not lie in Japan."),
        "off_map": _(
            "%(lat)s, %(lon)s lies %(km)s km outside the map of roads, in the sea or in another town."
            " Please check the numbers."
        ),
        "no_road": _(
            "No road that a bus may stop on lies within %(metres)s m of %(lat)s, %(lon)s."
            " Please move it to the roadside."
        ),
    }


class CannotDraw(Cannot):
    """A border that encloses no area."""

    sentences = {
        "no_polygon": _("This is no GeoJSON polygon: a list of corners, longitude before latitude."),
        "few_corners": _("A border needs at least three corners."),
        "many_corners": _("A border may have %(most)s corners at most."),
        "swapped": _("Latitude and longitude are swapped: in GeoJSON the longitude (about 137) comes first."),
        "crosses": _("The border crosses or touches itself at corner %(corner)s. Please draw it anew."),
    }


@dataclass(frozen=True, slots=True)
class Spot:
    """A position in degrees (WGS 84); with the bearing to where a bus looks there, if its side must not be guessed."""

    lat: float
    lon: float
    bearing: int | None = None


def checked(lat: float, lon: float) -> Spot:
    """Return a position in Japan. Raises CannotPlace, and says so when the two were swapped."""
    if not (isfinite(lat) and isfinite(lon)):
        raise CannotPlace("no_number")
    south, west, north, east = JAPAN
    if south <= lon <= north and west <= lat <= east:
        raise CannotPlace("swapped", lat=degrees(lat), lon=degrees(lon))
    if not (south <= lat <= north and west <= lon <= east):
        raise CannotPlace("not_japan", lat=degrees(lat), lon=degrees(lon))
    return Spot(lat, lon)


def degrees(value: float) -> str:
    """Return degrees as they are written here: at most seven places, without noughts at the end."""
    return f"{value:.7f}".rstrip("0").rstrip(".")


def metres(one: Spot, other: Spot) -> float:
    """Return the distance on the sphere (haversine)."""
    lat, lon = radians(other.lat - one.lat), radians(other.lon - one.lon)
    square = sin(lat / 2) ** 2 + cos(radians(one.lat)) * cos(radians(other.lat)) * sin(lon / 2) ** 2
    return 2 * EARTH_M * asin(sqrt(square))


def polygon(geojson: object) -> dict[str, Any]:
    """Return a sound GeoJSON Polygon of one ring, closed. Raises CannotDraw."""
    ring = _ring(geojson)
    if len(ring) > MOST_CORNERS:
        raise CannotDraw("many_corners", most=MOST_CORNERS)
    if len({tuple(corner) for corner in ring}) < 3:
        raise CannotDraw("few_corners")
    if any(20 <= lon <= 46 and 122 <= lat <= 154 for lon, lat in ring):
        raise CannotDraw("swapped")
    closed = ring if ring[0] == ring[-1] else [*ring, ring[0]]
    if (corner := _crossed(closed)) is not None:
        raise CannotDraw("crosses", corner=corner)
    return {"type": "Polygon", "coordinates": [closed]}


def inside(area: Mapping[str, Any], spot: Spot) -> bool:
    """Say whether a position lies in a polygon, by counting the edges that a ray to the east crosses."""
    found = False
    for (lon, lat), (next_lon, next_lat) in pairwise(area["coordinates"][0]):
        if (lat > spot.lat) != (next_lat > spot.lat):
            crossing = lon + (spot.lat - lat) / (next_lat - lat) * (next_lon - lon)
            found ^= spot.lon < crossing
    return found


def _ring(geojson: object) -> list[list[float]]:
    """The corners of a polygon of one ring, a corner that is written twice in a row once."""
    if not isinstance(geojson, Mapping) or geojson.get("type") != "Polygon":
        raise CannotDraw("no_polygon")
    try:
        (ring,) = geojson["coordinates"]
        corners = [[float(lon), float(lat)] for lon, lat in ring]
    except (KeyError, TypeError, ValueError, OverflowError) as fault:
        raise CannotDraw("no_polygon") from fault
    if not corners or not all(isfinite(number) for corner in corners for number in corner):
        raise CannotDraw("no_polygon")
    return [corner for number, corner in enumerate(corners) if number == 0 or corner != corners[number - 1]]


def _crossed(closed: Ring) -> int | None:
    """The number of the first edge that meets an earlier one elsewhere than at their common corner, or None."""
    edges = list(pairwise(closed))
    for number, edge in enumerate(edges):
        if _turns_back(edges[number - 1][0], *edge):
            return number + 1
        for earlier in range(number - 1):
            neighbours = earlier == 0 and number == len(edges) - 1
            if not neighbours and _meet(*edges[earlier], *edge):
                return number + 1
    return None


def _turns_back(a: Corner, b: Corner, c: Corner) -> bool:
    """Whether the edge from b to c runs back upon the edge from a to b."""
    return _side(a, b, c) == 0 and (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) < 0


def _meet(a: Corner, b: Corner, c: Corner, d: Corner) -> bool:
    """Whether the edges from a to b and from c to d have a point in common."""
    if _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0:
        return True
    return any(_lies_on(*each) for each in ((a, b, c), (a, b, d), (c, d, a), (c, d, b)))


def _lies_on(a: Corner, b: Corner, c: Corner) -> bool:
    """Whether c lies on the edge from a to b."""
    between = all(min(a[axis], b[axis]) <= c[axis] <= max(a[axis], b[axis]) for axis in (0, 1))
    return between and _side(a, b, c) == 0


def _side(a: Corner, b: Corner, c: Corner) -> int:
    """1 where c lies left of the line from a to b, -1 right of it, 0 on it."""
    found = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (found > 0) - (found < 0)


def nearest_in(box: tuple[float, float, float, float], spot: Spot) -> Spot:
    """Return the position of the box (south, west, north, east) that is nearest to a spot."""
    south, west, north, east = box
    return Spot(min(max(spot.lat, south), north), min(max(spot.lon, west), east))


def corners_of(area: Mapping[str, Any]) -> Iterator[Spot]:
    """Yield the corners of a polygon, the first one once."""
    for lon, lat in area["coordinates"][0][:-1]:
        yield Spot(lat, lon)
