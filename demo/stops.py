"""The stops of the sample bus: at the roadside near real places, a table in the columns that a town would publish.

Names and positions of the places are facts (demo/places.csv); that a bus stops there, and where exactly, is made up.
"""

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass

from demo.roads.axes import EAST, NORTH, PLACES
from machikado.engines.roads import prepare, read, snap
from machikado.engines.roads.ground import steps_cm
from machikado.engines.roads.words import Graph, Kind, Point, Stops
from machikado.town.ride.ground import Spot, inside, metres
from machikado.town.ride.stop_table import COLUMNS

# Round the valley floor of Shiojiri, roughly: made up, like the service.
AREA = {
    "type": "Polygon",
    "coordinates": [
        [
            [137.925, 36.112],
            [137.931, 36.140],
            [137.939, 36.160],
            [137.952, 36.168],
            [137.966, 36.164],
            [137.969, 36.148],
            [137.986, 36.140],
            [138.008, 36.141],
            [138.010, 36.122],
            [138.006, 36.094],
            [137.993, 36.086],
            [137.978, 36.081],
            [137.950, 36.079],
            [137.938, 36.098],
            [137.925, 36.112],
        ]
    ],
}
CENTRE = Spot(36.114364, 137.947961)  # 塩尻駅
APART_M = 210
AROUND_M = 330
SIDES = (("", "", 0.0, 0.0), ("北", "キタ", 0.0, 1.0), ("東", "ヒガシ", 1.0, 0.0), ("南", "ミナミ", 0.0, -1.0),
         ("西", "ニシ", -1.0, 0.0))  # fmt: skip
KERB_M = 4.0  # from the middle of the road
ZONES = ((1_900, "A"), (4_200, "B"), (10**9, "C"))  # metres from the centre


@dataclass(frozen=True, slots=True)
class Candidate:
    """Where a stop might be: near a place, or on one of its four sides."""

    name: str
    kana: str
    spot: Spot
    is_station: bool


def table(map_file: bytes) -> bytes:
    """The stops as CSV, in the columns of 自治体標準オープンデータセット."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    for number, (candidate, spot) in enumerate(_apart(map_file), 1):
        writer.writerow(
            {
                "ID": f"{number:03d}",
                "名称": candidate.name,
                "名称_カナ": candidate.kana,
                "所在地_連結表記": "",
                "緯度": f"{spot.lat:.6f}",
                "経度": f"{spot.lon:.6f}",
                "屋根": "有" if candidate.is_station or number % 9 == 0 else "無",
                "車椅子可": "無" if number % 7 == 3 else "有",
                "運賃ゾーン": next(zone for within, zone in ZONES if metres(CENTRE, spot) <= within),
            }
        )
    return out.getvalue().encode()


def _apart(map_file: bytes) -> Iterator[tuple[Candidate, Spot]]:
    """The candidates on the kerb, places before their sides; none nearer to another than APART_M."""
    graph = prepare(read(map_file, Kind.XML)).graph
    candidates = sorted((each for each in _candidates() if inside(AREA, each.spot)), key=lambda each: " " in each.name)
    stops = snap(graph, [Point(each.spot.lat, each.spot.lon) for each in candidates])
    taken: list[Spot] = []
    for number, candidate in enumerate(candidates):
        spot = _at_kerb(graph, stops, number)
        near = stops.off_cm[number] < 12_000 and inside(AREA, spot)
        if near and all(metres(spot, other) >= APART_M for other in taken):
            taken.append(spot)
            yield candidate, spot


def _candidates() -> Iterator[Candidate]:
    with PLACES.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["kind"] in {"area", "station"}]
    for row in sorted(rows, key=lambda row: row["kind"] != "station"):
        for side, reading, east, north in SIDES:
            lat = float(row["lat"]) + north * AROUND_M / NORTH
            lon = float(row["lon"]) + east * AROUND_M / EAST
            name = f"{row['name']} {side}".strip()
            yield Candidate(name, f"{row['kana']} {reading}".strip(), Spot(lat, lon), row["kind"] == "station")


def _at_kerb(graph: Graph, stops: Stops, number: int) -> Spot:
    """Beside the road, on the left of whoever drives on that arc."""
    nodes, along = graph.nodes(int(stops.arc[number])), float(stops.along_cm[number])
    lat, lon = graph.network.lat[nodes], graph.network.lon[nodes]
    lengths = steps_cm(lat, lon).tolist()
    step = 0
    while step < len(lengths) - 1 and along > lengths[step]:
        along -= lengths[step]
        step += 1
    part = min(1.0, along / max(lengths[step], 1.0))
    up, over = (lat[step + 1] - lat[step]) * NORTH, (lon[step + 1] - lon[step]) * EAST
    length = math.hypot(up, over) or 1.0
    north, east = over / length * KERB_M, -up / length * KERB_M
    at_lat = lat[step] + part * (lat[step + 1] - lat[step]) + north / NORTH
    return Spot(float(at_lat), float(lon[step] + part * (lon[step + 1] - lon[step]) + east / EAST))
