"""Reads roads from GeoJSON: lines with `highway` and other tags of the map; equal positions are one node."""

import json
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from machikado.engines.roads.words import CannotRead, Network, Way

DIGITS = 7  # decimals of a degree that OpenStreetMap keeps: a centimetre


def read(data: bytes) -> Network:
    """Return the roads of a FeatureCollection of LineString and MultiLineString. Raises CannotRead with the reason."""
    try:
        found = json.loads(data)
    except ValueError as error:
        raise CannotRead(f"The file is no JSON: {error}") from error
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list):
        raise CannotRead("The file is no GeoJSON FeatureCollection.")
    index: dict[tuple[float, float], int] = {}
    ways = []
    for number, feature in enumerate(features, 1):
        tags = _tags(feature, number)
        for line in _lines(feature, number) if "highway" in tags else ():
            nodes = [index.setdefault(_position(position, number), len(index)) for position in line]
            nodes = [node for at, node in enumerate(nodes) if at == 0 or node != nodes[at - 1]]
            if len(nodes) > 1:
                ways.append(Way(_osm_id(tags, number), tags, tuple(nodes)))
    if not ways:
        raise CannotRead("There is no road in the file: no line has the property `highway`.")
    places = np.array(list(index), np.float64)
    ids = np.arange(1, len(index) + 1, dtype=np.int64)
    return Network(ids, places[:, 0].copy(), places[:, 1].copy(), {}, tuple(ways), (), ())


def _tags(feature: Any, number: int) -> dict[str, str]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if properties is not None and not isinstance(properties, dict):
        raise CannotRead(f"Feature {number} has no properties that could be read.")
    return {key: str(said) for key, said in (properties or {}).items() if said is not None}


def _osm_id(tags: dict[str, str], number: int) -> int:
    said = tags.get("osm_way", "")
    return int(said) if said.isdigit() else -number


def _lines(feature: dict[str, Any], number: int) -> Iterator[list[Any]]:
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind not in {"LineString", "MultiLineString"}:
        return
    if not isinstance(coordinates, list) or not coordinates:
        raise CannotRead(f"Feature {number} has no coordinates.")
    for line in coordinates if kind == "MultiLineString" else [coordinates]:
        if not isinstance(line, list):
            raise CannotRead(f"Feature {number} has no coordinates.")
        yield line


def _position(position: Any, number: int) -> tuple[float, float]:
    """(lat, lon), rounded."""
    try:
        lon, lat = float(position[0]), float(position[1])
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise CannotRead(f"Feature {number} has a position that is none: {position}") from error
    if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        raise CannotRead(f"Feature {number} has a position that is none: {position}")
    return round(lat, DIGITS), round(lon, DIGITS)
