"""Made-up times of trains and of a bus through the sample town, as feeds in GTFS: stations are real, times are not.

Nobody can ride by them: operators, lines and times say that they are samples.
"""

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from machikado.town.common.actors import SYSTEM
from machikado.town.transit.actions import timetables

Spot = tuple[float, float]
# Names and positions of stations: station_database by Seo-4d696b75 (CC BY 4.0), as in places.csv.
STATIONS: dict[str, Spot] = {
    "みどり湖": (36.094176, 137.981928),
    "塩尻": (36.114364, 137.947961),
    "広丘": (36.148032, 137.949578),
    "村井": (36.174226, 137.956007),
    "洗馬": (36.087164, 137.916842),
    "日出塩": (36.049004, 137.894804),
    "贄川": (36.014008, 137.860910),
    "奈良井": (35.969476, 137.816195),
}
# Beside the stations of Shiojiri and Hirooka, and two places between them, which are made up.
HALTS: dict[str, Spot] = {
    "塩尻駅前": (36.114550, 137.948500),
    "見本の市役所前": (36.115100, 137.953500),
    "見本の原新田": (36.131000, 137.952000),
    "広丘駅東口": (36.148100, 137.950400),
}
YEAR = timedelta(days=364)


@dataclass(frozen=True, slots=True)
class Service:
    """A made-up line: stops with the minutes between them, and when it sets out, each way."""

    number: str
    name: str
    stops: tuple[tuple[str, int], ...]  # minutes from the first
    begins: tuple[int, ...]  # minutes of the day
    weekdays_only: bool = False


def _every(first: int, last: int, step: int) -> tuple[int, ...]:
    return tuple(range(first, last + 1, step))


TRAINS = (
    Service(
        "north", "見本線 北行き", (("みどり湖", 0), ("塩尻", 6), ("広丘", 11), ("村井", 15)), _every(377, 1337, 40)
    ),
    Service(
        "south", "見本線 南行き", (("村井", 0), ("広丘", 4), ("塩尻", 10), ("みどり湖", 15)), _every(391, 1351, 40)
    ),
    Service(
        "valley",
        "見本線 谷行き",
        (("塩尻", 0), ("洗馬", 5), ("日出塩", 11), ("贄川", 18), ("奈良井", 25)),
        _every(408, 1308, 90),
    ),
    Service(
        "back",
        "見本線 もどり",
        (("奈良井", 0), ("贄川", 7), ("日出塩", 14), ("洗馬", 20), ("塩尻", 26)),
        _every(450, 1350, 90),
    ),
)
BUSES = (
    Service(
        "out",
        "見本循環 広丘行き",
        (("塩尻駅前", 0), ("見本の市役所前", 3), ("見本の原新田", 9), ("広丘駅東口", 15)),
        _every(425, 1145, 60),
        weekdays_only=True,
    ),
    Service(
        "in",
        "見本循環 塩尻行き",
        (("広丘駅東口", 0), ("見本の原新田", 6), ("見本の市役所前", 12), ("塩尻駅前", 15)),
        _every(450, 1170, 60),
        weekdays_only=True,
    ),
)


def feed(operator: str, kind: int, places: dict[str, Spot], services: Sequence[Service], first: date) -> bytes:
    """Return a feed in GTFS, the same bytes for the same facts; `kind` is 2 for rail and 3 for buses."""
    numbers = {name: f"p{place}" for place, name in enumerate(places, 1)}
    ending = "駅" if kind == 2 else ""
    days = f"{first:%Y%m%d}", f"{first + YEAR:%Y%m%d}"
    trips = [(each, f"{each.number}-{begin}", begin) for each in services for begin in each.begins]
    week = [1, 1, 1, 1, 1, 0, 0]
    tables: dict[str, list[Sequence[object]]] = {
        "agency.txt": [("agency_id", "agency_name", "agency_url", "agency_timezone"),
                       ("a1", operator, "https://sample.machikado.example/", "Asia/Tokyo")],
        "stops.txt": [("stop_id", "stop_name", "stop_lat", "stop_lon"),
                      *((numbers[name], name + ending, *spot) for name, spot in places.items())],
        "routes.txt": [("route_id", "agency_id", "route_long_name", "route_type"),
                       *((each.number, "a1", each.name, kind) for each in services)],
        "calendar.txt": [("service_id", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
                          "start_date", "end_date"), ("daily", *[1] * 7, *days), ("weekdays", *week, *days)],
        "trips.txt": [("route_id", "service_id", "trip_id", "trip_headsign"),
                      *((each.number, "weekdays" if each.weekdays_only else "daily", name, each.stops[-1][0] + ending)
                        for each, name, _begin in trips)],
        "stop_times.txt": [("trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence"),
                           *((name, _clock(begin + minute), _clock(begin + minute), numbers[stop], place)
                             for each, name, begin in trips for place, (stop, minute) in enumerate(each.stops, 1))],
    }  # fmt: skip
    return _packed(tables)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}:00"


def _packed(tables: dict[str, list[Sequence[object]]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, rows in tables.items():
            text = io.StringIO()
            csv.writer(text).writerows(rows)
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text.getvalue())
    return out.getvalue()


def build(founded: datetime, today: date) -> None:
    """Take both in and use them."""
    first = today - timedelta(days=today.weekday() + 28)
    for operator, kind, places, services in (
        ("見本鉄道（時刻はつくりもの）", 2, STATIONS, TRAINS),
        ("見本バス（時刻はつくりもの）", 3, HALTS, BUSES),
    ):
        data = feed(operator, kind, places, services, first)
        row = timetables.bring_in(name=f"{operator}.zip", data=data, by=SYSTEM, now=founded)
        timetables.use(timetable=row, by=SYSTEM, now=founded)
