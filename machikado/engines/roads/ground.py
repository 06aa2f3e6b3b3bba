"""Metres on the ground: the curvature of the WGS84 ellipsoid at a latitude, bearings, lengths."""

from typing import TypeVar

import numpy as np

from machikado.engines.roads.words import Floats, Ints

EQUATOR_M = 6_378_137.0
SQUARED_ECCENTRICITY = 0.00669437999014

Number = TypeVar("Number", float, Floats)


def metres_per_degree(lat: Number) -> tuple[Number, Number]:
    """Metres of one degree of latitude and of longitude there (the ellipsoid's two radii of curvature)."""
    sine = np.sin(np.radians(lat))
    root = np.sqrt(1 - SQUARED_ECCENTRICITY * sine * sine)
    meridian = EQUATOR_M * (1 - SQUARED_ECCENTRICITY) / (root * root * root)
    return np.radians(meridian), np.radians(EQUATOR_M / root * np.cos(np.radians(lat)))


def steps_cm(lat: Floats, lon: Floats) -> Ints:
    """Centimetres between neighbours of a line, rounded; within 0.1 % of the geodesic below 10 km."""
    north, east = metres_per_degree((lat[1:] + lat[:-1]) / 2)
    metres = np.hypot(np.diff(lat) * north, np.diff(lon) * east)
    found: Ints = np.rint(metres * 100).astype(np.int64)
    return found


def bearing(lat: Floats, lon: Floats) -> float:
    """Degrees clockwise from north, of the line from the first position to the last."""
    north, east = metres_per_degree(float(lat[0]))
    degrees = np.degrees(np.arctan2((lon[-1] - lon[0]) * east, (lat[-1] - lat[0]) * north))
    return float(degrees) % 360
