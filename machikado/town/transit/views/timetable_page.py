"""Everything that the page of one timetable shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from machikado.town.common.calendar import town_date
from machikado.town.ride.ground import Spot, inside
from machikado.town.ride.hours import clock_of
from machikado.town.ride.queries.area import first_area
from machikado.town.transit.models import Timetable
from machikado.town.transit.queries.timetables import Departure, departures, facts_of, running
from machikado.town.transit.timetables.words import Halt, TimetableFacts

MOST_DEPARTURES = 60


@dataclass(frozen=True, slots=True)
class TimetablePage:
    """A version as its manager looks at it."""

    day: date
    runs: int
    halts: Sequence[Halt]  # within the area of the bus
    rows: Sequence[tuple[str, Departure]]
    more: int
    is_gone: bool


def timetable_page(row: Timetable, asked: str, now: datetime) -> TimetablePage:
    """Ask for everything that the page shows: of today, or the first day, or the day that is asked for."""
    day = _day(row, asked, now)
    if row.file_id is None:
        return TimetablePage(day, 0, (), (), 0, is_gone=True)
    facts = facts_of(row)
    runs = sum(1 for _run, shift in running(facts, day) if shift == 0)
    near = _near(facts)
    rows = [(clock_of(each.second // 60), each) for each in departures(facts, near, day)]
    halts = [facts.halts[number] for number in sorted(near)]
    return TimetablePage(day, runs, halts, rows[:MOST_DEPARTURES], max(0, len(rows) - MOST_DEPARTURES), is_gone=False)


def _day(row: Timetable, asked: str, now: datetime) -> date:
    try:
        return date.fromisoformat(asked)
    except ValueError:
        return min(max(town_date(now), row.first_day), row.last_day)


def _near(facts: TimetableFacts) -> set[int]:
    """The halts within the area of the bus, by their places in the list; all of them where there is no area."""
    area = first_area()
    spots = [Spot(halt.lat, halt.lon) for halt in facts.halts]
    return {number for number, spot in enumerate(spots) if area is None or inside(area.polygon, spot)}
