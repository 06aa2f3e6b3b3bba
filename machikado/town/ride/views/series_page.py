"""Everything that the pages of series show: what is wanted in words, and what came of each of the next days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from machikado.town.common.calendar import town_date, weekday_date
from machikado.town.people.models import Message
from machikado.town.people.sentences import sentence
from machikado.town.ride.actions.series import Weekly as Wanted
from machikado.town.ride.actions.series import as_booked
from machikado.town.ride.hours import DayType, Rule, clock_of, day_type, spans
from machikado.town.ride.models import Booking, BookingSeries, SeriesRide
from machikado.town.ride.queries.area import rules_of
from machikado.town.ride.queries.bookings import RIDDEN, with_promise
from machikado.town.ride.queries.series import closed_on, coming_days, standings, to_call
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


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read for all pages at once: hours by area, rows by series, day and way, rides by their bookings."""

    rules: Mapping[int, Sequence[Rule]]
    rows: Mapping[tuple[int, date, str], SeriesRide]
    rides: Mapping[int, Ride]


def series_pages(series: Sequence[BookingSeries], now: datetime) -> list[SeriesPage]:
    """Ask for everything that the pages of some series show; as much for many as for one."""
    days = {each.pk: [] if each.ended_at else coming_days(each, now, WEEKS) for each in series}
    every = {day for some in days.values() for day in some}
    rows = list(SeriesRide.objects.filter(series__in=days, day__in=every).select_related("booking"))
    areas = {each.area_id: each.area for each in series}
    known = _Known(
        {pk: rules_of(area) for pk, area in areas.items()},
        {(row.series_id, row.day, row.way): row for row in rows},
        _rides(rows),
    )
    return [
        SeriesPage(Weekly(each), [_coming(known, each, day, town_date(now)) for day in days[each.pk]])
        for each in series
    ]


def _rides(rows: Sequence[SeriesRide]) -> dict[int, Ride]:
    """The ride that stands, by the booking of the row."""
    standing = standings(row.booking for row in rows)
    found = with_promise(Booking.objects.filter(pk__in={ride.pk for ride in standing.values()}))
    by_ride = {ride.booking.pk: ride for ride in rides(list(found))}
    return {pk: by_ride[ride.pk] for pk, ride in standing.items()}


def _coming(known: _Known, series: BookingSeries, day: date, today: date) -> ComingDay:
    opens = day - timedelta(days=series.area.book_ahead_days)
    out, back = (known.rows.get((series.pk, day, way)) for way in (SeriesRide.Way.OUT, SeriesRide.Way.BACK))
    skipped = out is not None and out.reason == SeriesRide.SKIPPED
    rules = known.rules[series.area_id]
    closed = closed_on(rules, day)
    return ComingDay(
        day,
        _leg(known, out),
        _leg(known, back),
        skipped,
        weekday_date(opens) if opens > today else "",
        is_closed=bool(closed),
        note=why_not(closed) if closed else _holiday(rules, day),
    )


def _holiday(rules: Sequence[Rule], day: date) -> str:
    """The hours of a public holiday on which the bus runs."""
    if day_type(day) != DayType.HOLIDAY:
        return ""
    hours = [f"{clock_of(span.opens)}〜{clock_of(span.closes)}" for span in spans(rules, day)]
    return _("Public holiday: the bus runs %(hours)s.") % {"hours": _(", ").join(hours)}


def _leg(known: _Known, row: SeriesRide | None) -> Leg | None:
    if row is None or (not row.reason and row.booking is not None and row.booking.booked_at is None):
        return None
    if (ride := known.rides.get(row.booking_id or 0)) is not None:
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
