"""Where the bars and lines of a chart stand: whole-number SVG coordinates from plain numbers."""

from collections.abc import Sequence
from typing import NamedTuple

ROW_HEIGHT = 24
ROW_BAR = 14
ROW_WIDTH = 320
ROW_NUMBER = 60
LETTER = 13

COLUMN_WIDTH = 328
COLUMN_TOP = 20
COLUMN_FOOT = 96

LINE_LEFT = 52
LINE_RIGHT = 304
LINE_TOP = 28
LINE_FOOT = 120
LINE_GAP = 15
SHAPES = ("circle", "square", "diamond", "ring")


class Bar(NamedTuple):
    """One bar: its corner, its size and its words."""

    name: str
    value: float
    x: int
    y: int
    width: int
    height: int
    now: bool
    shown: bool = True

    @property
    def middle(self) -> int:
        """The x of the middle, where a column's name stands."""
        return self.x + self.width // 2

    @property
    def after(self) -> int:
        """The x behind a lying bar, where its number stands."""
        return self.x + self.width + 6

    @property
    def baseline(self) -> int:
        """The y of the words beside a lying bar."""
        return self.y + 11


class Rows(NamedTuple):
    """Lying bars."""

    width: int
    height: int
    bars: list[Bar]


class Columns(NamedTuple):
    """Standing bars over one axis."""

    width: int
    height: int
    foot: int
    bars: list[Bar]


class Mark(NamedTuple):
    """A word or a point on a line chart."""

    x: int
    y: int
    word: str


class Line(NamedTuple):
    """One series: its path, its last point and the place of its name."""

    name: str
    order: int
    shape: str
    plan: bool
    path: str
    end: Mark
    label: Mark

    @property
    def diamond(self) -> str:
        """The path of a diamond round the last point."""
        return f"M{self.end.x} {self.end.y - 6}l6 6-6 6-6-6z"


class Lines(NamedTuple):
    """Lines over a common axis that begins at 0."""

    width: int
    height: int
    left: int
    right: int
    foot: int
    ticks: list[Mark]
    words: list[Mark]
    lines: list[Line]
    due: Mark | None


def _scaled(value: float, top: float, length: int) -> int:
    """`value` on a scale from 0 to `top` that is `length` long, to the nearest whole number."""
    return int(value * length / top + 0.5) if top > 0 else 0


def nice_top(value: float) -> int:
    """The first of 1, 2, 5, 10, 20, 50 … that holds `value`, in finer steps of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8."""
    size = 1
    while size * 10 < value:
        size *= 10
    for tenths in (10, 15, 20, 25, 30, 40, 50, 60, 80, 100):
        if tenths * size >= value * 10 and tenths * size % 10 == 0:
            return tenths * size // 10
    return size * 10


def row_geometry(rows: Sequence[tuple[str, float]], now: str = "") -> Rows:
    """Lying bars: names at the left, as wide as the longest needs, numbers behind the bars."""
    left = min(140, max((len(name) for name, _value in rows), default=0) * LETTER + 12)
    room = ROW_WIDTH - left - ROW_NUMBER
    top = max((value for _name, value in rows), default=0)
    bars = [
        Bar(name, value, left, place * ROW_HEIGHT + 5, _scaled(value, top, room), ROW_BAR, name == now)
        for place, (name, value) in enumerate(rows)
    ]
    return Rows(ROW_WIDTH, len(rows) * ROW_HEIGHT + 4, bars)


def column_geometry(rows: Sequence[tuple[str, float]], now: str = "") -> Columns:
    """Standing bars; when names would touch, only the first, the middle, the last and the present one are shown."""
    count = max(1, len(rows))
    step = COLUMN_WIDTH // count
    width = max(2, min(32, step * 3 // 5))
    top = max((value for _name, value in rows), default=0)
    widest = max((len(name) for name, _value in rows), default=0) * LETTER
    shown = set(range(count)) if widest <= step else {0, count // 2, count - 1}
    bars = []
    for place, (name, value) in enumerate(rows):
        height = _scaled(value, top, COLUMN_FOOT - COLUMN_TOP)
        x = place * step + (step - width) // 2
        bars.append(Bar(name, value, x, COLUMN_FOOT - height, width, height, name == now, place in shown))
    return Columns(COLUMN_WIDTH, COLUMN_FOOT + 24, COLUMN_FOOT, bars)


def _points(values: Sequence[float | None], step: int, top: float) -> list[tuple[int, int]]:
    """The points of one series; a missing number leaves its place out."""
    return [
        (LINE_LEFT + place * step, LINE_FOOT - _scaled(value, top, LINE_FOOT - LINE_TOP))
        for place, value in enumerate(values)
        if value is not None
    ]


def _apart(heights: Sequence[int]) -> list[int]:
    """The same heights, moved down as little as keeps names from lying on each other."""
    moved = list(heights)
    lowest: int | None = None
    for place in sorted(range(len(moved)), key=lambda index: moved[index]):
        if lowest is not None and moved[place] < lowest + LINE_GAP:
            moved[place] = lowest + LINE_GAP
        lowest = moved[place]
    return moved


def line_geometry(
    series: Sequence[tuple[str, Sequence[float | None]]], labels: Sequence[str], plan: str, due: int | None
) -> Lines:
    """Lines from 0 to a round top; each is named at its end. `due` is the place of the flag."""
    if len(series) > len(SHAPES):
        raise ValueError(f"at most {len(SHAPES)} series; {len(series)} given")
    top = nice_top(max((value for _n, values in series for value in values if value is not None), default=1))
    step = (LINE_RIGHT - LINE_LEFT) // max(1, len(labels) - 1)
    drawn = [(name, _points(values, step, top)) for name, values in series]
    drawn = [(name, points) for name, points in drawn if points]
    names_at = _apart([points[-1][1] for _name, points in drawn])
    lines = []
    for order, ((name, points), height) in enumerate(zip(drawn, names_at, strict=True)):
        path = "M" + " ".join(f"{x} {y}" for x, y in points)
        end = Mark(*points[-1], "")
        lines.append(Line(name, order + 1, SHAPES[order], name == plan, path, end, Mark(end.x + 10, height + 4, name)))
    every = max(1, (len(labels) + 3) // 4)
    words = [
        Mark(LINE_LEFT + place * step, LINE_FOOT + 20, word)
        for place, word in enumerate(labels)
        if place % every == 0 or place == len(labels) - 1
    ]
    ticks = [
        Mark(LINE_LEFT - 8, LINE_FOOT - _scaled(part, top, LINE_FOOT - LINE_TOP), f"{part:,}")
        for part in ((0, top // 2, top) if top % 2 == 0 else (0, top))
    ]
    flag = None if due is None else Mark(LINE_LEFT + due * step, LINE_TOP - 8, "")
    width = LINE_RIGHT + 20 + max((len(line.name) for line in lines), default=0) * LETTER
    return Lines(width, LINE_FOOT + 32, LINE_LEFT, LINE_RIGHT, LINE_FOOT, ticks, words, lines, flag)
