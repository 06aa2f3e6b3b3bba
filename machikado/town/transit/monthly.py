"""輸送実績: a month of rides → rows by day and stop, as the CSV that a town office files. Pure."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from machikado.town.common.spreadsheets import guarded
from machikado.town.ride.fare import Rider

# Why there was no bus, in the columns of the table; what a newer version of the bus says beside these is the last one.
REASONS = {
    "full": "満車",
    "promises": "先約",
    "ride_too_long": "乗車時間超過",
    "ride_limit": "乗車時間超過",
    "too_late": "時間に間に合わない",
    "nobody_on_duty": "車両なし",
    "too_many": "定員・車椅子超過",
    "outside_hours": "時間外",
    "too_far_ahead": "受付期間外",
    "suspended": "運休",
    "no_stop_from": "徒歩圏に乗降地点なし",
    "no_stop_to": "徒歩圏に乗降地点なし",
    "same_stop": "徒歩圏内",
    "no_way": "道路なし",
}
OTHER = "その他"
REFUSED = tuple(dict.fromkeys([*REASONS.values(), OTHER]))
RIDERS = {
    Rider.ADULT: "大人",
    Rider.CHILD: "小児",
    Rider.DISABLED: "障がいのある方",
    Rider.COMPANION: "介助者",
    Rider.PRESCHOOL: "未就学児",
}
HEADS = (
    "日付",
    "区分",
    "乗降地点番号",
    "乗降地点名",
    "乗車件数",
    "降車件数",
    "乗車人数",
    *RIDERS.values(),
    "車椅子",
    "ベビーカー",
    "相乗り件数",
    "取消件数",
    "不乗車件数",
    "運賃（円）",
    "運賃の記録なし（件）",
    "記録なしの約束の運賃（円）",
    "人キロ（直線）",
    "走行キロ",
    "お断り件数",
    *(f"お断り：{reason}" for reason in REFUSED),
)
DAY, STOP = "日計", "乗降地点"
Key = tuple[str, str]  # number and name of a stop


@dataclass(frozen=True, slots=True)
class Ride:
    """A promise and what came of it; `outcome` is ridden, cancelled or no_show.

    `yen` is what was promised, `taken` what a driver told; None where nobody told anything.
    """

    day: date
    pickup: Key
    arrival: Key
    outcome: str
    riders: Mapping[Rider, int]
    wheelchairs: int
    prams: int
    yen: int
    taken: int | None
    metres: float
    is_pooled: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month's rides, refusals (day and reason), and metres driven by day where they are known."""

    rides: Sequence[Ride]
    refused: Sequence[tuple[date, str]]
    driven: Mapping[date, float]

    @property
    def ridden(self) -> list[Ride]:
        """The rides that took place."""
        return [ride for ride in self.rides if ride.outcome == "ridden"]

    @property
    def people(self) -> int:
        """How many rode."""
        return sum(sum(ride.riders.values()) for ride in self.ridden)

    @property
    def taken(self) -> int:
        """The yen that drivers told of."""
        return sum(ride.taken or 0 for ride in self.ridden)

    @property
    def untold(self) -> int:
        """Of how many rides no driver told a fare."""
        return sum(ride.taken is None for ride in self.ridden)


def rows(month: Month) -> Iterator[list[object]]:
    """The table without its heads: for each day its sum, then its stops."""
    days = {ride.day for ride in month.rides} | {day for day, _reason in month.refused} | set(month.driven)
    for day in sorted(days):
        rides = [ride for ride in month.rides if ride.day == day]
        reasons = Counter(REASONS.get(reason, OTHER) for at, reason in month.refused if at == day)
        driven = _km(month.driven[day]) if day in month.driven else ""
        refused = [sum(reasons.values()), *(reasons[reason] for reason in REFUSED)]
        yield [day.isoformat(), DAY, "", "", *_counts(rides, len(_ridden(rides))), driven, *refused]
        for key in sorted({ride.pickup for ride in rides} | {ride.arrival for ride in rides}):
            here = [ride for ride in rides if ride.pickup == key]
            brought = sum(ride.arrival == key for ride in _ridden(rides))
            yield [day.isoformat(), STOP, *key, *_counts(here, brought), "", "", *[""] * len(REFUSED)]


def _ridden(rides: Sequence[Ride]) -> list[Ride]:
    return [ride for ride in rides if ride.outcome == "ridden"]


def _counts(rides: Sequence[Ride], brought: int) -> list[object]:
    """What is counted where somebody gets on; `brought` is how many rides end there."""
    ridden, outcomes = _ridden(rides), Counter(ride.outcome for ride in rides)
    kinds = [sum(ride.riders.get(kind, 0) for ride in ridden) for kind in RIDERS]
    untold = [ride for ride in ridden if ride.taken is None]
    person_metres = sum(ride.metres * sum(ride.riders.values()) for ride in ridden)
    return [
        len(ridden),
        brought,
        sum(kinds),
        *kinds,
        sum(ride.wheelchairs for ride in ridden),
        sum(ride.prams for ride in ridden),
        sum(ride.is_pooled for ride in ridden),
        outcomes["cancelled"],
        outcomes["no_show"],
        sum(ride.taken or 0 for ride in ridden),
        len(untold),
        sum(ride.yen for ride in untold),
        _km(person_metres),
    ]


def _km(metres: float) -> str:
    return f"{metres / 1000:.1f}"


def table(month: Month) -> bytes:
    """The CSV (UTF-8 with BOM, as spreadsheets want it)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADS)
    writer.writerows([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows(month))
    return out.getvalue().encode("utf-8-sig")


def pooled(spans: Sequence[tuple[int, int, int]]) -> set[int]:
    """Which rides (id, from, until) of one vehicle shared it with another for a while; to touch is not to share."""
    found = set()
    for number, begin, end in spans:
        if any(other != number and a < end and begin < b for other, a, b in spans):
            found.add(number)
    return found
