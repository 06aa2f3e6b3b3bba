"""Each coming day of a series is booked as soon as it opens, or the passenger is told why not. Safe to be repeated.

The row of a day and way is written before its offer is taken, so that whoever is killed in between goes on with it.
Where there was no bus one is looked for again until an hour before; a look that finds none leaves nothing behind.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction

from machikado.town.common import chores, clock
from machikado.town.common.actors import SYSTEM
from machikado.town.common.calendar import town_date
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.ride.actions import asking, bookings, returning
from machikado.town.ride.actions.asking import NewWish
from machikado.town.ride.actions.offering import nearest
from machikado.town.ride.actions.telling import tell_missed
from machikado.town.ride.events.series import SeriesMissed
from machikado.town.ride.models import Booking, BookingSeries, SeriesRide
from machikado.town.ride.queries.area import rules_of
from machikado.town.ride.queries.due_days import due, due_days, is_looked_for_again
from machikado.town.ride.queries.returning import ride_back_of
from machikado.town.ride.queries.series import closed_on, is_open, live_on, standing_of

PASSING = {"busy", "asked_often", "phone_asked_often"}  # the next minute may be better
GONE = {"taken", "late", "closed"}  # what was offered is; there may be something else
TRIES = 2


class _Later(Exception):
    """Nothing can be done just now, and nobody needs to hear of it."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One day of a series, one way, as it is booked at a moment.

    `ask` looks for a bus and keeps what it found, each time as another wish; `sees_one` looks and keeps nothing.
    """

    series: BookingSeries
    day: date
    way: SeriesRide.Way
    now: datetime
    ask: Callable[[], Booking]
    sees_one: Callable[[], bool]

    def row(self) -> SeriesRide | None:
        """What came of it so far."""
        return self.series.rides.filter(day=self.day, way=self.way).select_related("booking").first()


def queue(now: datetime) -> int:
    """Periodic duty: a chore for each series of which a day is to be booked. Returns how many."""
    live, awaited = list(live_on(town_date(now))), chores.awaited(book)
    days = due(live, now)
    queued = [series.code for series in live if days[series.pk] and series.code not in awaited]
    for code in queued:
        chores.later(book, series_code=code)
    return len(queued)


@chores.chore("slow")
def book(series_code: str) -> None:
    """Book what is open of a series, the first day first."""
    now = clock.now()
    for series in live_on(town_date(now)).filter(code=series_code):
        for day in due_days(series, now):
            chores.beat()
            book_day(series, day, now)


def book_day(series: BookingSeries, day: date, now: datetime) -> None:
    """Book one day, out and then back."""
    with suppress(_Later):
        out = _booked(_out(series, day, now))
        outward = standing_of(out.booking)
        if series.back and outward is not None and outward.day == day:
            _booked(_back(series, outward, now))


def _out(series: BookingSeries, day: date, now: datetime) -> _Way:
    wish = _wish_out(series, day)

    def ask() -> Booking:
        another = replace(wish, sent_key=uuid4())
        return asking.ask(area=series.area, rider=series.rider, wish=another, by=SYSTEM, now=now)

    return _Way(series, day, SeriesRide.Way.OUT, now, ask, lambda: _sees(series, wish, now))


def _back(series: BookingSeries, outward: Booking, now: datetime) -> _Way:
    return _Way(
        series,
        outward.day,
        SeriesRide.Way.BACK,
        now,
        lambda: _ask_back(series, outward, now),
        lambda: _sees_back(series, outward, now),
    )


def _booked(this: _Way) -> SeriesRide:
    row = this.row()
    if row is None:
        row = _first(this)
    elif is_looked_for_again(this.series, row, this.now):
        row = _again(this, row)
    if is_open(row):
        _take(this, row)
    return this.row() or row


def _first(this: _Way) -> SeriesRide:
    """Look for a bus, and keep what was found or why there is none."""
    if closed := closed_on(rules_of(this.series.area), this.day):
        return _keep(this, None, closed)
    try:
        return _keep(this, this.ask())
    except Cannot as refusal:
        return _keep(this, None, _reason(refusal))


def _again(this: _Way, missed: SeriesRide) -> SeriesRide:
    """Look once more where there was no bus: only if there is one now, it is asked for."""
    SeriesRide.objects.filter(pk=missed.pk).update(looked_at=this.now)
    with suppress(Cannot):
        if this.sees_one():
            return _keep(this, this.ask())
    return missed


def _sees(series: BookingSeries, wish: NewWish, now: datetime) -> bool:
    """Whether there is a bus at the time of a wish."""
    return not asking.look(area=series.area, wish=wish, now=now).answer.reason


def _sees_back(series: BookingSeries, outward: Booking, now: datetime) -> bool:
    """The same of the way back; of an open one, whether the last bus would take them home."""
    if ride_back_of(outward) is not None:
        return True
    wish, minute = returning.wish_back(outward, series.channel), series.back_minute
    if minute is not None:
        return _sees(series, replace(wish, minute=minute), now)
    wish = replace(wish, minute=returning.last_minute(outward), is_open=True)
    found = asking.look(area=series.area, wish=wish, now=now).answer.found
    return any(each.times.pickup_from >= outward.promise.arrival_by for each in found)


def _wish_out(series: BookingSeries, day: date) -> NewWish:
    return NewWish(
        *returning.places_of(series),
        when=series.when,
        day=day,
        minute=series.minute,
        riding=series.riding,
        walk_minutes=series.walk_minutes,
        channel=series.channel,
    )


def _ask_back(series: BookingSeries, outward: Booking, now: datetime) -> Booking:
    """The ride back that stands; an offer for one at its time; or the last one, which is booked at once."""
    if (standing := ride_back_of(outward)) is not None:
        return standing
    channel, minute = series.channel, series.back_minute
    if minute is not None:
        return returning.back(outward=outward, minute=minute, channel=channel, by=SYSTEM, now=now)
    return returning.open_return(outward=outward, sent_key=uuid4(), channel=channel, by=SYSTEM, now=now)


def _take(this: _Way, row: SeriesRide) -> None:
    """Take the offer that is nearest to the wished time; if it is gone, look once more."""
    for _attempt in range(TRIES):
        booking = row.booking
        if booking is None or not is_open(row):
            return
        try:
            taken = bookings.accept(offer=nearest(booking), by=SYSTEM, now=this.now)
        except Cannot as refusal:
            if refusal.code not in GONE:
                _keep(this, booking, _reason(refusal))
                return
            row = _keep(this, _asked_again(this, booking))
        else:
            if not _is_wanted(this.series, this.day):  # ended or left out at this very moment
                bookings.cancel(booking=taken, by=SYSTEM, now=this.now)
            return
    if row.booking is not None and is_open(row):
        _keep(this, row.booking, "full")


def _asked_again(this: _Way, gone: Booking) -> Booking:
    try:
        return this.ask()
    except Cannot as refusal:
        _keep(this, gone, _reason(refusal))
        raise _Later from refusal


def _reason(refusal: Cannot) -> str:
    """The code that is kept. Raises _Later where the next minute may be better."""
    if refusal.code in PASSING:
        raise _Later from refusal
    return refusal.code


def _keep(this: _Way, asked: Booking | None, reason: str = "") -> SeriesRide:
    """Keep what a day came to; where there is no bus, its passenger is told once, in the same transaction."""
    missed = reason or (asked.reason if asked is not None and asked.booked_at is None else "")
    with transaction.atomic():
        series = BookingSeries.objects.select_for_update().get(pk=this.series.pk)
        wanted = _is_wanted(series, this.day)
        if wanted:
            before = this.row()
            if before is not None and _is_another(standing_of(before.booking), asked):
                return before  # another worker was faster
            if before is not None and reason and asked is not None and not _is_open_still(before, asked):
                return before  # what it says is truer
            told_at = before.missed_at if before is not None else None
            facts = {"booking": asked, "reason": missed, "looked_at": this.now}
            facts["missed_at"] = told_at or (this.now if missed else None)
            row, _is_new = SeriesRide.objects.update_or_create(
                series=series, day=this.day, way=this.way, defaults=facts
            )
            if missed and told_at is None:
                told = SeriesMissed(code=series.code, day=this.day.isoformat(), way=this.way, reason=missed)
                record(told, by=SYSTEM, now=this.now)
                tell_missed(row, this.now)
            return row
    if asked is not None and asked.state == Booking.State.BOOKED and asked.booked_by_id is None:
        bookings.cancel(booking=asked, by=SYSTEM, now=this.now)
    raise _Later


def _is_open_still(before: SeriesRide, asked: Booking) -> bool:
    """Whether the offers of a wish still lie there, under its lock: nobody takes one before the reason is written."""
    held = Booking.objects.select_for_update().get(pk=asked.pk)
    return is_open(before) and before.booking_id == held.pk and held.state == Booking.State.OFFERED


def _is_another(standing: Booking | None, asked: Booking | None) -> bool:
    return standing is not None and (asked is None or asked.pk != standing.pk)


def _is_wanted(series: BookingSeries, day: date) -> bool:
    """Whether it was not ended, and the day not left out, a moment ago."""
    ended = BookingSeries.objects.filter(pk=series.pk, ended_at__isnull=False)
    return not ended.exists() and not series.rides.filter(day=day, reason=SeriesRide.SKIPPED).exists()
