"""The main roads: real axes through real places (demo/places.csv), roughly as they run; everything else is made up."""

import csv
from dataclasses import dataclass
from pathlib import Path

from machikado.engines.roads.ground import metres_per_degree

PLACES = Path(__file__).parents[1] / "places.csv"
CENTRE = (36.1144, 137.9480)  # 塩尻駅
NORTH, EAST = metres_per_degree(CENTRE[0])

Where = str | tuple[float, float]  # a place of the list, or metres east and north of the centre


@dataclass(frozen=True)
class Axis:
    """A main road through places."""

    through: tuple[Where, ...]
    tags: dict[str, str]


def places(kind: str) -> dict[str, tuple[float, float]]:
    """Metres east and north of the centre, by name."""
    with PLACES.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["kind"] == kind]
    return {row["name"]: on_paper(float(row["lat"]), float(row["lon"])) for row in rows}


def on_paper(lat: float, lon: float) -> tuple[float, float]:
    """Metres east and north of the centre."""
    return (lon - CENTRE[1]) * EAST, (lat - CENTRE[0]) * NORTH


def on_earth(east: float, north: float) -> tuple[float, float]:
    """(lat, lon)."""
    return CENTRE[0] + north / NORTH, CENTRE[1] + east / EAST


TRUNK = {"highway": "trunk", "lanes": "2", "maxspeed": "50"}
TAKAIDE = (960.0, 1290.0)  # where the three national roads meet

AXES = (
    # 国道19号: from Matsumoto through 広丘 and 大門, then down the Kiso valley
    Axis(
        (
            (1050.0, 6300.0),
            (760.0, 5100.0),
            (620.0, 3600.0),
            (760.0, 2500.0),
            TAKAIDE,
            (240.0, 620.0),
            (-520.0, -260.0),
            (-1300.0, -1500.0),
            (-2400.0, -2750.0),
            "洗馬駅",
            (-3500.0, -4300.0),
            (-4250.0, -5900.0),
            "日出塩駅",
            (-5900.0, -8800.0),
            (-7000.0, -10100.0),
            "贄川駅",
            (-8700.0, -12600.0),
            (-9700.0, -13900.0),
            "木曽平沢駅",
            "奈良井駅",
            (-12800.0, -16900.0),
        ),
        {**TRUNK, "ref": "19", "name": "国道19号"},
    ),
    # 国道20号: over the Shiojiri pass to Okaya
    Axis(
        (
            TAKAIDE,
            "大門泉町",
            "桟敷",
            (2250.0, -420.0),
            "塩尻町",
            "柿沢",
            (5500.0, -1450.0),
            "旧塩尻",
            (7700.0, -2650.0),
        ),
        {**TRUNK, "ref": "20", "name": "国道20号"},
    ),
    # 国道153号: over the Utou pass to Tatsuno
    Axis(
        ("大門四番町", "大小屋", "中西条", (2150.0, -2900.0), "上西条", (2800.0, -4100.0), "北小野", (3000.0, -7000.0)),
        {**TRUNK, "ref": "153", "name": "国道153号"},
    ),
    # along the railway from 塩尻 to 広丘, and on to 吉田
    Axis(
        ((60.0, -60.0), "大門桔梗町", (120.0, 1250.0), (-60.0, 2600.0), "広丘駅", (420.0, 4600.0), "広丘吉田"),
        {"highway": "secondary", "name": "大門吉田線", "lanes": "2", "maxspeed": "40"},
    ),
    Axis(
        ((60.0, -60.0), "大門八番町", "大門一番町", "大門三番町", "大門四番町"),
        {"highway": "secondary", "name": "大門中央通り", "lanes": "2", "maxspeed": "40"},
    ),
    Axis(
        ((-520.0, -260.0), (-900.0, 500.0), "広丘郷原", "広丘堅石", "広丘原新田", (-500.0, 5600.0)),
        {"highway": "secondary", "name": "郷原街道", "lanes": "2"},
    ),
    Axis(
        ("広丘駅", "広丘野村", (2600.0, 2900.0), "片丘", (5000.0, 1200.0), "柿沢"),
        {"highway": "tertiary", "name": "東山山麓線"},
    ),
    Axis(
        ("広丘郷原", (-2700.0, 300.0), "洗馬", (-4300.0, -2500.0), "洗馬駅"), {"highway": "tertiary", "name": "洗馬線"}
    ),
    Axis(
        ("大門一番町", "下西条", (-200.0, -3600.0), "宗賀", (-2400.0, -2750.0)),
        {"highway": "tertiary", "name": "宗賀線"},
    ),
    Axis(("広丘高出", "大門並木町", "大門七番町", "大門八番町"), {"highway": "tertiary", "name": "並木通り"}),
    Axis(("塩尻町", "金井", "みどり湖駅", "上西条"), {"highway": "tertiary", "name": "みどり湖線"}),
)

MOTORWAY = Axis(
    (
        (2300.0, 6300.0),
        (2150.0, 4200.0),
        (2050.0, 2400.0),
        (2500.0, 800.0),
        (3700.0, -900.0),
        (4300.0, -2300.0),
        (6100.0, -3400.0),
        (7900.0, -4600.0),
    ),
    {"highway": "motorway", "name": "長野自動車道", "lanes": "2", "maxspeed": "80"},
)
INTERCHANGE = (2010.0, 2050.0)  # 塩尻IC, roughly

# A road over the hills in the east, closed in winter, as such roads are.
SKYLINE = Axis(
    ("旧塩尻", (7100.0, -300.0), (7600.0, 1100.0), (7000.0, 2400.0), (6000.0, 2700.0), "片丘"),
    {
        "highway": "unclassified",
        "name": "東山スカイライン",
        "lanes": "1",
        "motor_vehicle:conditional": "no @ (Dec 1-Apr 20)",
    },
)

RAILWAY = (
    ((950.0, 6300.0), (420.0, 5000.0), "広丘駅", (-120.0, 2300.0), "塩尻駅"),
    ("塩尻駅", (-900.0, -1300.0), "洗馬駅", "日出塩駅", "贄川駅", "木曽平沢駅", "奈良井駅"),
    ("塩尻駅", (900.0, -1050.0), "みどり湖駅", (6000.0, -4200.0)),
)
