"""How fast: the law where no sign says it, by the day, and what is usual, by the bucket of the day."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from machikado.engines.roads.words import Profile, Tags


@dataclass(frozen=True)
class Statutory:
    """Legal speeds (km/h) in force since a day, for roads without a sign."""

    since: date
    motorway: int  # main lanes of a national expressway
    marked: int  # a central line or lanes are marked, or the directions are divided; roads for motor cars only
    unmarked: int  # everything else: 生活道路
    source: str


STATUTORY = (
    Statutory(
        date(1963, 7, 15), 100, 60, 60, "道路交通法施行令 第11条(一般道路 60), 第27条(高速自動車国道の本線車道 100)"
    ),
    Statutory(
        date(2026, 9, 1),
        100,
        60,
        30,
        "令和6年政令第248号による改正後の道路交通法施行令 第11条, 令和8年9月1日施行: 中央線・車両通行帯・中央分離帯の"
        "いずれもない一般道路は 30(警察庁・都道府県警察の告知 2025–2026)",
    ),
)

# Which roads have a central line where the map does not say: an assumption, since the map seldom does.
MARKED_BY_DEFAULT = frozenset(
    f"{road}{link}" for road in ("trunk", "primary", "secondary", "tertiary") for link in ("", "_link")
)


def statutory(day: date) -> Statutory:
    """The row in force on a day. Raises ValueError before the first."""
    rows = [row for row in STATUTORY if row.since <= day]
    if not rows:
        raise ValueError(f"no statutory speed is known for {day}")
    return rows[-1]


def legal_kmh(tags: Tags, day: date) -> int:
    """The speed that the law allows on a road without a sign."""
    row = statutory(day)
    if tags.get("highway") == "motorway":
        return row.motorway
    return row.marked if _is_marked(tags) else row.unmarked


def _is_marked(tags: Tags) -> bool:
    if tags.get("motorroad") == "yes" or tags.get("dual_carriageway") == "yes":
        return True
    if tags.get("highway") == "motorway_link":
        return True
    if tags.get("lane_markings") in {"yes", "no"}:
        return tags["lane_markings"] == "yes"
    if tags.get("lanes", "").isdigit():
        return int(tags["lanes"]) >= 2
    return tags.get("highway") in MARKED_BY_DEFAULT


# Assumptions for a small town in Nagano, until its own vans have driven: km/h between the stops, signals apart.
USUAL: Mapping[str, int] = {
    "motorway": 80,
    "motorway_link": 40,
    "trunk": 48,
    "trunk_link": 35,
    "primary": 44,
    "primary_link": 30,
    "secondary": 40,
    "secondary_link": 30,
    "tertiary": 35,
    "tertiary_link": 25,
    "unclassified": 28,
    "residential": 22,
    "road": 22,
    "living_street": 12,
    "service": 12,
    "": 10,
}
FREE = Profile("free", USUAL, signal_ms=12_000, left_ms=2_000, right_ms=6_000, u_turn_ms=25_000)
PEAK = replace(
    FREE,
    name="peak",
    share={"trunk": 6_500, "primary": 7_000, "secondary": 7_500, "tertiary": 8_500, "motorway": 9_500, "": 9_500},
    signal_ms=22_000,
    right_ms=14_000,
)
SNOW = replace(
    FREE, name="snow", share={"motorway": 6_000, "trunk": 7_000, "primary": 6_500, "": 5_500}, u_turn_ms=45_000
)
# 4 km/h: the pace that a timetable for elderly people can promise; half of it on steps.
ON_FOOT = Profile("on foot", {"steps": 2, "": 4})
