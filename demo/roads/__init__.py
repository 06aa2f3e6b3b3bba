"""The roads of the sample town: drawn by a seed between real places, written as a map file, read like any other."""

from demo.roads.draw import draw
from demo.roads.write import osm

SEED = 19200153


def town_map(seed: int = SEED) -> bytes:
    """The map of the sample town as OpenStreetMap XML; takes about a second."""
    return osm(draw(seed), seed)
