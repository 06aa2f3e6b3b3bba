"""Draws the roads of the sample town: real axes first, then streets, lanes between villages, fields, hills. Seeded."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from demo.roads.axes import AXES, INTERCHANGE, MOTORWAY, RAILWAY, SKYLINE, Axis, Where, places
from demo.roads.sheet import Place, Road, Sheet, between

CURVE_M = 160.0  # between the dots of a smoothed axis
SQUARE_R = 28.0  # radius of the square before a station
# The places of the valley, and the direction in which it runs there (degrees from east).
VALLEY = {"日出塩駅": 58.0, "贄川駅": 54.0, "贄川": 54.0, "木曽平沢駅": 48.0, "木曽平沢": 48.0, "奈良井駅": 37.0}
ONE_WAY = frozenset({5, 6, 9, 21, 22, 26})  # rows, then columns, of the grid in the centre
FOOTWAYS = 14
STREET = {"highway": "residential"}
LANE = {"highway": "unclassified"}
FARM = {"highway": "unclassified", "lanes": "1"}
PATH = {"highway": "footway"}
STEPS = {"highway": "steps"}
FACTORY = {"highway": "service", "access": "private"}
PARK = {"highway": "service", "motor_vehicle": "destination"}


@dataclass(frozen=True)
class Quarter:
    """Where people live: a patch of streets, turned by so many degrees."""

    centre: Place
    degrees: float
    wide_m: float
    deep_m: float
    block_m: float
    kept: float  # share of the streets that are there


class Pen:
    """Lays roads on a sheet; the same seed draws the same town."""

    def __init__(self, seed: int) -> None:
        """Take a fresh sheet."""
        self.sheet, self.chance, self.count = Sheet(), Random(seed), 0
        self.spots = places("area") | places("station")

    def road(self, line: Sequence[Place], tags: dict[str, str], *, street: bool = False, bridge: bool = False) -> None:
        """Lay one road."""
        self.count += 1
        self.sheet.lay(line, Road(self.count, tuple(sorted(tags.items())), street, bridge))

    def at(self, where: Where) -> Place:
        """Metres of a place."""
        return self.spots[where] if isinstance(where, str) else where

    def curve(self, through: Sequence[Where], wiggle_m: float = 0.0) -> list[Place]:
        """A smooth line through places (Catmull & Rom 1974), winding by so much between them."""
        dots = [self.at(where) for where in through]
        ends = [dots[0], *dots, dots[-1]]
        line = [dots[0]]
        for n in range(len(dots) - 1):
            count = max(1, round(math.dist(dots[n], dots[n + 1]) / CURVE_M))
            for step in range(1, count + 1):
                east, north = _smooth(ends[n : n + 4], step / count)
                swing = wiggle_m * (step < count)
                line.append((east + self.chance.uniform(-swing, swing), north + self.chance.uniform(-swing, swing)))
        return line


def _smooth(four: Sequence[Place], part: float) -> Place:
    found = []
    for axis in (0, 1):
        a, b, c, d = (dot[axis] for dot in four)
        curve = 2 * b + (c - a) * part + (2 * a - 5 * b + 4 * c - d) * part**2 + (3 * b - 3 * c + d - a) * part**3
        found.append(curve / 2)
    return found[0], found[1]


def draw(seed: int) -> Sheet:
    """The whole town."""
    pen = Pen(seed)
    pen.sheet.walls = [wall for line in RAILWAY for wall in pairwise([pen.at(where) for where in line])]
    for axis in AXES:
        _axis(pen, axis)
    _axis(pen, SKYLINE, 45.0)
    _stations(pen)
    _centre(pen)
    for quarter in _quarters(pen):
        _streets(pen, quarter)
    _villages(pen)
    _lanes(pen)
    _fields(pen)
    _hills(pen)
    _grounds(pen)
    _motorway(pen)
    return pen.sheet


def _axis(pen: Pen, axis: Axis, wiggle_m: float = 10.0) -> None:
    pen.road(pen.curve(axis.through, wiggle_m), axis.tags)


def _stations(pen: Pen) -> None:
    """A square to drive round (clockwise, as one drives on the left) before the two large stations."""
    for name, road in (("塩尻駅", (60.0, -60.0)), ("広丘駅", (220.0, 3729.0))):
        east, north = pen.at(name)
        centre = (east + 62.0, north - 4.0) if name == "塩尻駅" else (east + 70.0, north)
        ring = [
            (centre[0] + SQUARE_R * math.sin(turn), centre[1] + SQUARE_R * math.cos(turn))
            for turn in (math.tau * step / 8 for step in range(9))
        ]
        tags = {"highway": "residential", "junction": "roundabout", "name": f"{name}前", "maxspeed": "20"}
        pen.road(ring, tags)
        pen.road([ring[2], (centre[0] + 150.0, centre[1])], STREET)
        pen.road([ring[4], between(ring[4], road, 1.0)], STREET)


def _centre(pen: Pen) -> None:
    """大門: a grid of streets, some one-way, around the avenues."""
    east, north = 640.0, -140.0
    _streets(pen, Quarter((east, north), 14.0, 2000.0, 1800.0, 118.0, 0.92), one_way=True)


def _quarters(pen: Pen) -> Iterator[Quarter]:
    """The other places on the plain: 広丘 is nearly a town of its own."""
    for name, centre in pen.spots.items():
        turn = pen.chance.uniform(-25, 25)
        if name.startswith("大門") or name in {"奈良井", *VALLEY} or name.endswith("駅"):
            continue
        if name.startswith("広丘"):
            yield Quarter(centre, turn / 2, 1300.0, 1200.0, 128.0, 0.87)
        else:
            size = pen.chance.uniform(700, 1150)
            yield Quarter(centre, turn, size, size * 0.8, pen.chance.uniform(115, 150), 0.84)


def _villages(pen: Pen) -> None:
    """The villages of the Kiso valley: one old street beside the national road, and lanes between the two."""
    for name, degrees in VALLEY.items():
        if not name.endswith("駅"):
            continue
        sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
        east, north = pen.at(name)

        def place(along: float, aside: float) -> Place:
            return east + along * cosine - aside * sine, north + along * sine + aside * cosine  # noqa: B023  used at once

        length, side = pen.chance.uniform(330, 480), pen.chance.choice((-1, 1))
        pen.road([place(along, 85 * side + pen.chance.uniform(-9, 9)) for along in _span(length)], STREET)
        for along in _span(length)[::2]:
            pen.road(
                [place(along, -60 * side * pen.chance.randrange(2)), place(along, side * 85), place(along, side * 150)],
                STREET,
            )


def _span(length: float) -> list[float]:
    return [length * step / 4 for step in range(-4, 5)]


def _streets(pen: Pen, quarter: Quarter, *, one_way: bool = False) -> None:
    """Rows and columns within a ragged oval; pieces are left out here and there."""
    dots = _dots(pen, quarter)
    for number, line in enumerate(_rows_and_columns(dots)):
        tags = dict(STREET)
        if one_way and number in ONE_WAY:
            tags["oneway"] = "yes" if number % 2 else "-1"
        for part in _runs(pen, quarter, line):
            pen.road(part, tags, street=True)
    if one_way:
        for _ in range(FOOTWAYS):
            x, y = pen.chance.randrange(2, len(dots[0]) - 2), pen.chance.randrange(2, len(dots) - 2)
            pen.road([dots[y][x], dots[y + 1][x + 1]], PATH if pen.chance.random() < 0.7 else STEPS)


def _rows_and_columns(dots: list[list[Place]]) -> list[list[Place]]:
    return dots + [[row[x] for row in dots] for x in range(len(dots[0]))]


def _dots(pen: Pen, quarter: Quarter) -> list[list[Place]]:
    columns = max(1, round(quarter.wide_m / quarter.block_m))
    rows = max(1, round(quarter.deep_m / quarter.block_m))
    return [
        [_dot(pen, quarter, x / columns - 0.5, y / rows - 0.5) for x in range(columns + 1)] for y in range(rows + 1)
    ]


def _dot(pen: Pen, quarter: Quarter, x: float, y: float) -> Place:
    shake = quarter.block_m * 0.07
    east = x * quarter.wide_m + pen.chance.uniform(-shake, shake)
    north = y * quarter.deep_m + pen.chance.uniform(-shake, shake)
    sine, cosine = math.sin(math.radians(quarter.degrees)), math.cos(math.radians(quarter.degrees))
    return quarter.centre[0] + east * cosine - north * sine, quarter.centre[1] + east * sine + north * cosine


def _runs(pen: Pen, quarter: Quarter, line: Sequence[Place]) -> Iterator[list[Place]]:
    run = [line[0]]
    for dot in line[1:]:
        edge = pen.chance.uniform(0.92, 1.12)
        inside = all(_out(quarter, each) < edge for each in (run[-1], dot))
        if inside and pen.chance.random() < quarter.kept:
            run.append(dot)
            continue
        if len(run) > 1:
            yield run
        run = [dot]
    if len(run) > 1:
        yield run


def _out(quarter: Quarter, place: Place) -> float:
    """How far out of the quarter a place is: 1 on the oval through its middle sides, somewhat squared."""
    sine, cosine = math.sin(math.radians(quarter.degrees)), math.cos(math.radians(quarter.degrees))
    over, up = place[0] - quarter.centre[0], place[1] - quarter.centre[1]
    east, north = over * cosine + up * sine, up * cosine - over * sine
    return float((abs(2 * east / quarter.wide_m) ** 3 + abs(2 * north / quarter.deep_m) ** 3) ** (1 / 3))


def _lanes(pen: Pen) -> None:
    """Lanes between neighbours: no third place lies within the circle on the two (Gabriel & Sokal 1969)."""
    spots = {name: spot for name, spot in pen.spots.items() if not name.startswith("大門") and name != "奈良井"}
    names = sorted(spots)
    for n, a in enumerate(names):
        for b in names[n + 1 :]:
            middle, radius = between(spots[a], spots[b], 0.5), math.dist(spots[a], spots[b]) / 2
            alone = all(math.dist(spots[c], middle) >= radius for c in names if c not in {a, b})
            if alone and 150 < radius < 1700 and max(spots[a][1], spots[b][1]) > -8000:
                pen.road(pen.curve((spots[a], spots[b]), 26.0), LANE, street=True)


def _fields(pen: Pen) -> None:
    """桔梗ヶ原 and the fields of 洗馬: lanes far apart, one car wide."""
    for centre, turn, size in (
        ((-1600.0, -250.0), 38.0, 2300.0),
        ((-2000.0, 2900.0), 20.0, 2500.0),
        ((3500.0, 3900.0), 8.0, 2400.0),
    ):
        quarter = Quarter(centre, turn, size, size * 0.8, 300.0, 0.94)
        for line in _rows_and_columns(_dots(pen, quarter)):
            for part in _runs(pen, quarter, line):
                pen.road(part, FARM, street=True)


def _hills(pen: Pen) -> None:
    """Winding roads that end in the woods, and paths on."""
    heads = [
        ("片丘", (5900.0, 3600.0)),
        ("旧塩尻", (6900.0, -3300.0)),
        ("北小野", (4300.0, -6300.0)),
        ("上西条", (1700.0, -4300.0)),
    ]
    heads += [
        ("洗馬", (-5400.0, 200.0)),
        ("宗賀", (-3300.0, -6000.0)),
        ("贄川駅", (-6900.0, -12000.0)),
        ("奈良井駅", (-11200.0, -17000.0)),
    ]
    for name, end in heads:
        pen.road(pen.curve((name, between(pen.at(name), end, 0.45), end), 70.0), FARM)
        pen.road(pen.curve((end, (end[0] + 260.0, end[1] + 340.0)), 30.0), PATH)


def _grounds(pen: Pen) -> None:
    """A factory whose road is private, and a park whose road is for its guests."""
    for tags, start, end in ((FACTORY, (620.0, 3100.0), (1300.0, 2750.0)), (PARK, (671.0, -3301.0), (1250.0, -3750.0))):
        pen.road(pen.curve((start, between(start, end, 0.5), end), 25.0), tags)


def _motorway(pen: Pen) -> None:
    """One carriageway each way, and an interchange: each of its four ramps joins the road to 高出."""
    line = pen.curve(MOTORWAY.through)
    for side in (-9.0, 9.0):
        way = [(east + side, north) for east, north in (line if side < 0 else line[::-1])]
        pen.road(way, {**MOTORWAY.tags, "oneway": "yes"}, bridge=True)
        near = min(range(2, len(way) - 2), key=lambda n: math.dist(way[n], INTERCHANGE))
        gate = (INTERCHANGE[0] - 130.0, INTERCHANGE[1] - 40.0)
        link = {"highway": "motorway_link", "oneway": "yes", "maxspeed": "40"}
        pen.road([way[near - 2], gate], link, bridge=True)
        pen.road([gate, way[near + 2]], link, bridge=True)
    town = (1042.0, 1678.0)  # 広丘高出
    pen.road([gate, between(gate, town, 0.5), town], {"highway": "secondary", "lanes": "2", "name": "塩尻インター線"})
