"""What the page of a day shows: its rides some at a time, what was refused, and how many ride."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from machikado.town.common.calendar import town_date
from machikado.town.ride.hours import second_of
from machikado.town.ride.models import Booking, ServiceArea
from machikado.town.ride.queries.bookings import Ridership, booked_on, earlier_than, refused_on, ridership_on
from machikado.town.ride.views.booking_page import Ride, rides

ROWS = 40
WHOLE = 10_000  # on paper


@dataclass(frozen=True, slots=True)
class AskedDay:
    """What is wanted of the page: its number, the code of a ride that it is to show, or all on one page, to print."""

    day: date
    number: str = ""
    ride: str = ""
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class DayPage:
    """The rides of one day for the desk, and what was refused; `ride` is the one that is looked for."""

    day: date
    ridership: Ridership
    shown: "Page[Booking]"
    rides: Sequence[Ride]
    refusals: int
    refused: Sequence[Ride]
    ride: str

    @property
    def more_refused(self) -> int:
        """How many refusals are not shown."""
        return self.refusals - len(self.refused)


def day_page(area: ServiceArea, asked: AskedDay, now: datetime) -> DayPage:
    """Ask for one page of a day; without a wish that of now."""
    rows, refused = booked_on(area, asked.day), refused_on(area, asked.day)
    most = WHOLE if asked.is_whole else ROWS
    shown = Paginator(rows, most).get_page(asked.number or _number(rows, asked, now))
    return DayPage(
        asked.day,
        ridership_on(area, asked.day),
        shown,
        rides(list(shown)),
        refused.count(),
        rides(list(refused[:most])),
        asked.ride,
    )


def _number(rows: "QuerySet[Booking]", asked: AskedDay, now: datetime) -> int:
    """The page on which a ride stands; else that of the first ride of today from now on, or the first one."""
    if asked.is_whole:
        return 1
    if (ride := rows.filter(code=asked.ride).first()) is not None:
        return earlier_than(rows, ride.wish_second, ride.pk).count() // ROWS + 1
    if asked.day == town_date(now):
        return earlier_than(rows, second_of(asked.day, now), 0).count() // ROWS + 1
    return 1
