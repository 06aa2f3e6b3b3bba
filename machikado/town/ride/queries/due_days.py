"""Which days of series are to be booked now, or to be looked at again; as many questions for many as for one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from machikado.town.common.calendar import town_date
from machikado.town.ride.hours import bookable_days, moment_of
from machikado.town.ride.models import Booking, BookingSeries, SeriesRide, VehicleShift
from machikado.town.ride.queries.series import STANDING, coming_days, is_open, standings

AGAIN = timedelta(minutes=30)  # so often a bus is looked for where there was none
LAST_LOOK = timedelta(hours=1)  # before its time: whoever hears of a bus later is not ready for it
SEEN_WEEKS = 2


def due_days(series: BookingSeries, now: datetime) -> list[date]:
    """The days that can be booked now and of which something is open, the first first.

    As long as nobody is to drive on a day, it is not asked for before the day before.
    """
    return due([series], now)[series.pk]


def due(series: Sequence[BookingSeries], now: datetime) -> dict[int, list[date]]:
    """The same of many series, by their ids."""
    known = _known(series, now)
    return {each.pk: [day for day in known.days[each.pk] if _is_due(known, each, day)] for each in series}


def is_looked_for_again(series: BookingSeries, row: SeriesRide, now: datetime) -> bool:
    """Whether it is time to look once more for a ride that found no bus, and they have not helped themselves."""
    return _looks_again(_known([series], now), series, row)


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read of some series: their open days, what came of each, what stands, what else their riders ride."""

    now: datetime
    days: Mapping[int, list[date]]
    rows: Mapping[tuple[int, date, str], SeriesRide]
    standing: Mapping[int, Booking]
    ridden: Mapping[tuple[int, date], list[Booking]]  # by rider
    driven: frozenset[tuple[int, date]]  # by area


def _known(series: Sequence[BookingSeries], now: datetime) -> _Known:
    days = {each.pk: _open_days(each, now) for each in series}
    every = sorted({day for some in days.values() for day in some})
    rows = SeriesRide.objects.filter(series__in=days, day__in=every).select_related("booking")
    riders = {each.rider_id for each in series}
    standing = Booking.objects.filter(rider__in=riders, day__in=every, state__in=STANDING)
    ridden: dict[tuple[int, date], list[Booking]] = {}
    for ride in standing.prefetch_related("of_series"):
        ridden.setdefault((ride.rider_id or 0, ride.day), []).append(ride)
    shifts = VehicleShift.objects.filter(day__in=every, dropped_at=None)
    return _Known(
        now,
        days,
        {(row.series_id, row.day, row.way): row for row in rows},
        standings(row.booking for row in rows),
        ridden,
        frozenset(shifts.values_list("vehicle__area", "day")),
    )


def _open_days(series: BookingSeries, now: datetime) -> list[date]:
    last = bookable_days(now, series.area.book_ahead_days)[-1]
    return [day for day in coming_days(series, now, SEEN_WEEKS) if day <= last]


def _is_due(known: _Known, series: BookingSeries, day: date) -> bool:
    return _is_planned(known, series, day) and _is_wanting(known, series, day)


def _is_planned(known: _Known, series: BookingSeries, day: date) -> bool:
    soon = day <= town_date(known.now) + timedelta(days=1)
    return soon or (series.area_id, day) in known.driven


def _is_wanting(known: _Known, series: BookingSeries, day: date) -> bool:
    """Whether a way is still to be asked for, once more or for the first time, or an offer to be taken."""
    out, back = (known.rows.get((series.pk, day, way)) for way in (SeriesRide.Way.OUT, SeriesRide.Way.BACK))
    if out is None or is_open(out) or _looks_again(known, series, out):
        return True
    standing = known.standing.get(out.booking_id or 0)
    if not series.back or out.reason == SeriesRide.SKIPPED or standing is None or standing.day != out.day:
        return False
    return back is None or is_open(back) or _looks_again(known, series, back)


def _looks_again(known: _Known, series: BookingSeries, row: SeriesRide) -> bool:
    if not row.reason or row.looked_at is None or row.looked_at > known.now - AGAIN:
        return False
    minute = series.back_minute if row.way == SeriesRide.Way.BACK and series.back_minute else series.minute
    over = known.now > moment_of(row.day, minute) - LAST_LOOK
    if over or row.reason == SeriesRide.SKIPPED or _was_promised(row):
        return False
    return not any(_helps(ride, row) for ride in known.ridden.get((series.rider_id, row.day), ()))


def _helps(ride: Booking, row: SeriesRide) -> bool:
    """Whether with another ride of that day they have helped themselves."""
    of_series = {each.series_id for each in ride.of_series.all()}
    if row.series_id in of_series:
        return False
    if row.reason == "overlaps":  # the ride in the way may have been there before
        return True
    missed = row.missed_at is not None and ride.booked_at is not None and ride.booked_at > row.missed_at
    return missed and not of_series and ride.back_of_id is None


def _was_promised(row: SeriesRide) -> bool:
    """Whether they were promised a ride for it after all: what became of that, they know."""
    return row.booking is not None and row.booking.booked_at is not None
