"""A way drawn as SVG: the streets around it, its line, where it begins and ends; north is up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians

Line = Sequence[tuple[float, float]]  # (lat, lon)
Box = tuple[float, float, float, float]  # south, west, north, east
WIDTH, HEIGHT, EDGE = 480, 300, 28
LEAST_DEGREES = 0.0012  # some 130 m, so that a short way is not drawn too near


@dataclass(frozen=True, slots=True)
class Frame:
    """Which part of the earth is drawn: pixels for each degree, and the position in the middle."""

    lat: float
    lon: float
    per_lat: float
    per_lon: float

    def at(self, lat: float, lon: float) -> tuple[float, float]:
        """The pixels of a position."""
        x = WIDTH / 2 + (lon - self.lon) * self.per_lon
        return round(x, 1), round(HEIGHT / 2 - (lat - self.lat) * self.per_lat, 1)

    @property
    def box(self) -> Box:
        """South, west, north, east."""
        up, over = HEIGHT / 2 / self.per_lat, WIDTH / 2 / self.per_lon
        return (self.lat - up, self.lon - over, self.lat + up, self.lon + over)


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture of a way, as paths."""

    frame: Frame
    streets: str
    line: str
    start: tuple[float, float]
    goal: tuple[float, float]

    width = WIDTH
    height = HEIGHT

    @property
    def grid(self) -> str:
        """What a script needs to put the vehicle on it."""
        frame = self.frame
        return f"{frame.lat:.6f} {frame.lon:.6f} {frame.per_lat:.3f} {frame.per_lon:.3f}"


def frame_of(line: Line) -> Frame:
    """The part of the earth that holds a line."""
    lats, lons = [lat for lat, _lon in line], [lon for _lat, lon in line]
    lat, lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    narrow = cos(radians(lat))
    up = max(max(lats) - min(lats), LEAST_DEGREES)
    over = max((max(lons) - min(lons)) * narrow, LEAST_DEGREES)
    scale = min((HEIGHT - 2 * EDGE) / up, (WIDTH - 2 * EDGE) / over)
    return Frame(lat, lon, scale, scale * narrow)


def draw(line: Line, frame: Frame, around: Iterable[Line]) -> Drawing:
    """Draw a way with the streets around it."""
    streets = "".join(_path(frame, street) for street in around)
    return Drawing(frame, streets, _path(frame, line), frame.at(*line[0]), frame.at(*line[-1]))


def _path(frame: Frame, line: Line) -> str:
    points = [frame.at(lat, lon) for lat, lon in line]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
