"""The roads of the sample town: drawn by a seed between real places, written as a map file, read like any other."""

import hashlib
import os
from pathlib import Path

from demo.roads.axes import PLACES
from demo.roads.draw import draw
from demo.roads.write import osm

SEED = 19200153
CACHE = Path(__file__).resolve().parents[2] / ".cache" / "roads"


def town_map(seed: int = SEED) -> bytes:
    """The map of the sample town as OpenStreetMap XML; takes some seconds."""
    return osm(draw(seed), seed)


def kept_map() -> bytes:
    """The same, drawn once for these sources and kept beside the compiled engines."""
    path = CACHE / f"{_sources()[:16]}.osm"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(town_map())
        fresh.replace(path)  # in one step: another process may look at this moment
    return path.read_bytes()


def _sources() -> str:
    """The digest of what the map is drawn from."""
    files = [PLACES, *sorted(Path(__file__).parent.glob("*.py"))]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
