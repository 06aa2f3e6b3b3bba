"""Everything that the pages of series show: what is wanted in words, and what came of each of the next days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from machikado.town.common.calendar import town_date, weekday_date
from machikado.town.people.models import Message, Person
from machikado.town.people.sentences import sentence
from machikado.town.ride.actions.series import Weekly as Wanted
from machikado.town.ride.actions.series import as_booked
from machikado.town.ride.hours import DayType, clock_of, day_type
from machikado.town.ride.models import Booking, BookingSeries, SeriesRide
from machikado.town.ride.queries.area import spans_on
from machikado.town.ride.queries.bookings import RIDDEN, with_promise
from machikado.town.ride.queries.series import closed_on, coming_days, series_of, standing_of, to_call
from machikado.town.ride.reasons import why_not
from machikado.town.ride.views.booking_page import Ride, Weekly, rides

WEEKS = 3


@dataclass(frozen=True, slots=True)
class Leg:
    """One way of a day: the ride that stands, or why there is none; `other` is a wish with other times to choose."""

    ride: Ride | None
    why: str
    other: Booking | None
    is_missed: bool


@dataclass(frozen=True, slots=True)
class ComingDay:
    """One of the next days; `opens` is when it will be booked, `note` what is to be known of a public holiday."""

    day: date
    out: Leg | None
    back: Leg | None
    is_skipped: bool
    opens: str
    is_closed: bool
    note: str

    @property
    def can_skip(self) -> bool:
        """Whether something is, or will be, booked or looked for."""
        if self.is_closed or self.is_skipped:
            return False
        return self.out is None or self.out.ride is not None or self.out.is_missed


@dataclass(frozen=True, slots=True)
class SeriesPage:
    """A series in words, with its next days."""

    weekly: Weekly
    days: Sequence[ComingDay]


def series_page(series: BookingSeries, now: datetime) -> SeriesPage:
    """Ask for everything that the page shows."""
    days = [] if series.ended_at else coming_days(series, now, WEEKS)
    rows = series.rides.filter(day__in=days).select_related("booking")
    by_day = {day: {row.way: row for row in rows if row.day == day} for day in days}
    coming = [_coming(series, day, by_day[day], town_date(now)) for day in days]
    return SeriesPage(Weekly(series), coming)


def series_pages(person: Person, now: datetime) -> list[SeriesPage]:
    """The same for each series of a person."""
    return [series_page(each, now) for each in series_of(person, now)]


def _coming(series: BookingSeries, day: date, rows: dict[str, SeriesRide], today: date) -> ComingDay:
    opens = day - timedelta(days=series.area.book_ahead_days)
    out, back = rows.get(SeriesRide.Way.OUT), rows.get(SeriesRide.Way.BACK)
    skipped = out is not None and out.reason == SeriesRide.SKIPPED
    closed = closed_on(series.area, day)
    return ComingDay(
        day,
        _leg(out),
        _leg(back),
        skipped,
        weekday_date(opens) if opens > today else "",
        is_closed=bool(closed),
        note=why_not(closed) if closed else _holiday(series, day),
    )


def _holiday(series: BookingSeries, day: date) -> str:
    """The hours of a public holiday on which the bus runs."""
    if day_type(day) != DayType.HOLIDAY:
        return ""
    hours = [f"{clock_of(span.opens)}〜{clock_of(span.closes)}" for span in spans_on(series.area, day)]
    return _("Public holiday: the bus runs %(hours)s.") % {"hours": _(", ").join(hours)}


def _leg(row: SeriesRide | None) -> Leg | None:
    if row is None or (not row.reason and row.booking is not None and row.booking.booked_at is None):
        return None
    if (standing := standing_of(row.booking)) is not None:
        (ride,) = rides(list(with_promise(Booking.objects.filter(pk=standing.pk))))
        return Leg(ride, "", None, is_missed=False)
    wish = row.booking if row.booking is not None and row.booking.state == Booking.State.REFUSED else None
    why = why_not(row.reason) if row.reason else _("This ride is cancelled")
    return Leg(None, why, wish, is_missed=bool(row.reason))


@dataclass(frozen=True, slots=True)
class Offered:
    """A ride that could be wanted every week with one tap: the same weekday, the way back that is booked."""

    weekday: str
    weekly: Wanted

    @property
    def fields(self) -> Sequence[tuple[str, str]]:
        """What the one tap sends."""
        at = self.weekly.back_minute
        days = [("weekdays", str(day)) for day in self.weekly.weekdays]
        return [*days, ("back", self.weekly.back), ("back_minute", "" if at is None else clock_of(at))]


@dataclass(frozen=True, slots=True)
class EveryWeek:
    """What the page of a booking says of series: the one that it belongs to, or an offer to make one."""

    series: BookingSeries | None
    offered: Offered | None


def every_week(booking: Booking) -> EveryWeek | None:
    """Ask for it; None on the page of a ride back."""
    ends = (booking.pk, booking.replaces_id)
    row = SeriesRide.objects.filter(booking__in=ends, series__ended_at=None).select_related("series").first()
    if row is not None:
        return EveryWeek(row.series, None)
    if booking.back_of_id is not None or booking.state not in RIDDEN:
        return None
    return EveryWeek(None, Offered(str(WEEKDAYS[booking.day.weekday()]), as_booked(booking)))


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody who waits for a call about a day of their series, and what is to be said."""

    message: Message
    words: str

    @property
    def day(self) -> str:
        """The day of which it speaks."""
        return str(self.message.params.get("day", ""))


def calls(now: datetime) -> list[Call]:
    """Whom the desk has to telephone."""
    return [Call(row, sentence(row.kind, row.params)) for row in to_call(now)]
