"""What happens to a series: a booking is wanted every week, one of its days is left out or wanted again, it ends."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from machikado.town.common import chores
from machikado.town.common.actors import Actor
from machikado.town.common.calendar import town_date, weekday_date
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.actions import messages
from machikado.town.people.models import Message, Person
from machikado.town.people.permissions import require
from machikado.town.ride.actions import bookings, repeating, ride_diary
from machikado.town.ride.events.series import SeriesDaySkipped, SeriesDayWanted, SeriesEnded, SeriesMade, SeriesTold
from machikado.town.ride.hours import LAST_MINUTE
from machikado.town.ride.models import Booking, BookingSeries, SeriesRide, ServiceArea
from machikado.town.ride.queries.area import rules_of
from machikado.town.ride.queries.bookings import RIDDEN
from machikado.town.ride.queries.limits import MOST_AHEAD
from machikado.town.ride.queries.returning import ride_back_of
from machikado.town.ride.queries.series import (
    closed_on,
    coming_days,
    rides_a_week,
    series_of,
    standings,
    unheard,
)

SKIP_WEEKS = 8  # so far ahead a day can be left out


class CannotRepeat(Cannot):
    """A series that cannot be, or a day of it that cannot be left out; nothing was changed."""

    sentences = {
        "not_booked": _("Only a ride that is booked can be booked every week. Please book it once first."),
        "no_weekday": _("Please choose on which days of the week you want to ride."),
        "never": _("On %(weekday)s the bus does not run. Please leave that day of the week out."),
        "until": _("Please choose a last day that is not before %(first)s."),
        "back": _("Please choose a time of the way back that is later than %(time)s."),
        "same": _("This ride is booked every week already. You can end that one first."),
        "many": _(
            "That would be %(count)s rides at a time, and the most is %(most)s. "
            "Please choose fewer days, or telephone the centre."
        ),
        "no_ride": _("On %(day)s no ride is planned any more."),
        "late": _("The bus of that day is nearly there. Please telephone the centre to cancel."),
    }


@dataclass(frozen=True, slots=True)
class Weekly:
    """On which days of the week (Monday is 0), with or without a way back, until when."""

    weekdays: frozenset[int]
    back: str = BookingSeries.Back.NONE
    back_minute: int | None = None
    until: date | None = None


def wished_minute(booking: Booking) -> int:
    """The minute of the day that is wanted again; of a ride as soon as possible that of its promise."""
    if booking.when == Booking.When.NOW:
        return min(booking.promise.pickup_from // 60, LAST_MINUTE)
    return booking.wish_second // 60


def as_booked(booking: Booking) -> Weekly:
    """The same weekday, with the way back that is booked."""
    back, weekdays = ride_back_of(booking), frozenset({booking.day.weekday()})
    if back is None:
        return Weekly(weekdays)
    if back.is_open:
        return Weekly(weekdays, BookingSeries.Back.OPEN)
    return Weekly(weekdays, BookingSeries.Back.TIME, wished_minute(back))


def make(*, booking: Booking, weekly: Weekly, by: Actor, now: datetime) -> BookingSeries:
    """Want a booked ride every week from now on. The same said twice is one series. Raises CannotRepeat."""
    require(by, may="ride.book", on=booking.rider)
    rider = _rider_of(booking)
    made = _series(booking, rider, weekly, now)
    _check(made, now)
    with transaction.atomic():
        ServiceArea.objects.select_for_update(no_key=True).get(pk=booking.area_id)
        if (twin := _twin_of(made, now)) is not None:
            return twin
        _check_room(made, now)
        made.save()
        _take_in(booking, made)
        ride_diary.write(_told(made), made, by=by, now=now)
        chores.later(repeating.book, series_code=made.code)
    return made


def _rider_of(booking: Booking) -> Person:
    if booking.rider is None or booking.state not in RIDDEN or booking.back_of_id is not None:
        raise CannotRepeat("not_booked")
    return booking.rider


def _series(booking: Booking, rider: Person, weekly: Weekly, now: datetime) -> BookingSeries:
    return BookingSeries(
        area=booking.area,
        rider=rider,
        channel=_channel_of(booking),
        weekdays=sum(1 << weekday for weekday in weekly.weekdays),
        when=Booking.When.ARRIVE if booking.when == Booking.When.ARRIVE else Booking.When.LEAVE,
        minute=wished_minute(booking),
        back=weekly.back,
        back_minute=weekly.back_minute if weekly.back == BookingSeries.Back.TIME else None,
        until=weekly.until,
        made_at=now,
        **booking.trip,
    )


def _channel_of(booking: Booking) -> str:
    """No proxy wants it every week: it is wanted by whoever rides, or at the desk, where alone a guest can have it."""
    instead = {Booking.Channel.PROXY: Booking.Channel.WEB, Booking.Channel.GUEST: Booking.Channel.PHONE}
    return instead.get(Booking.Channel(booking.channel), booking.channel)


def _check(made: BookingSeries, now: datetime) -> None:
    if not made.days:
        raise CannotRepeat("no_weekday")
    _check_hours(made, now)
    if made.back == BookingSeries.Back.TIME and (made.back_minute or 0) <= made.minute:
        raise CannotRepeat("back", time=f"{made.minute // 60}:{made.minute % 60:02d}")
    if made.until is not None and not coming_days(made, now, 1 + max(0, (made.until - town_date(now)).days) // 7):
        endless = BookingSeries(weekdays=made.weekdays, minute=made.minute)
        raise CannotRepeat("until", first=weekday_date(coming_days(endless, now, 2)[0]))


def _check_hours(made: BookingSeries, now: datetime) -> None:
    """On each of its weekdays the bus runs at some time, public holidays left aside."""
    days = coming_days(BookingSeries(weekdays=made.weekdays, minute=made.minute), now, SKIP_WEEKS)
    rules = rules_of(made.area)
    runs = {day.weekday() for day in days if not closed_on(rules, day)}
    never = [weekday for weekday in made.days if weekday not in runs]
    if never:
        raise CannotRepeat("never", weekday=WEEKDAYS[never[0]])


def _twin_of(made: BookingSeries, now: datetime) -> BookingSeries | None:
    """The very same series, which was sent twice. Raises CannotRepeat where another has this trip on such a day."""
    for other in series_of(made.rider, now).filter(minute=made.minute, when=made.when):
        if other.trip == made.trip and other.weekdays & made.weekdays:
            same = ("weekdays", "back", "back_minute", "until")
            if all(getattr(other, name) == getattr(made, name) for name in same):
                return other
            raise CannotRepeat("same")
    return None


def _check_room(made: BookingSeries, now: datetime) -> None:
    """All series of a person together hold no more rides than one person may."""
    count = rides_a_week(made) + sum(map(rides_a_week, series_of(made.rider, now)))
    if count > MOST_AHEAD:
        raise CannotRepeat("many", count=count, most=MOST_AHEAD)


def _take_in(booking: Booking, made: BookingSeries) -> None:
    """The booking from which a series was made is its ride of that day, and so is the way back."""
    if not made.is_on(booking.day):
        return
    SeriesRide.objects.create(series=made, day=booking.day, way=SeriesRide.Way.OUT, booking=booking)
    if made.back and (back := ride_back_of(booking)) is not None:
        SeriesRide.objects.create(series=made, day=booking.day, way=SeriesRide.Way.BACK, booking=back)


def _told(made: BookingSeries) -> SeriesMade:
    return SeriesMade(
        code=made.code,
        channel=made.channel,
        weekdays=made.days,
        minute=made.minute,
        people=made.riding.people,
        back=made.back,
        until=made.until.isoformat() if made.until else "",
    )


def skip(*, series: BookingSeries, day: date, by: Actor, now: datetime) -> None:
    """Leave out one day: what is booked for it is given back, out and back. Twice is once. Raises CannotRepeat."""
    require(by, may="ride.book", on=series.rider)
    if series.ended_at is not None or day not in coming_days(series, now, SKIP_WEEKS):
        raise CannotRepeat("no_ride", day=weekday_date(day))
    booked = _booked(series, day)
    if not all(bookings.may_cancel(ride, by, now) for ride in booked):
        raise CannotRepeat("late")
    for ride in booked:
        bookings.cancel(booking=ride, by=by, now=now)
    with transaction.atomic():
        BookingSeries.objects.select_for_update().get(pk=series.pk)
        row, _is_new = SeriesRide.objects.get_or_create(
            series=series, day=day, way=SeriesRide.Way.OUT, defaults={"reason": SeriesRide.SKIPPED}
        )
        if row.reason != SeriesRide.SKIPPED or _is_new:
            SeriesRide.objects.filter(series=series, day=day).update(reason=SeriesRide.SKIPPED)
            told = SeriesDaySkipped(code=series.code, day=day.isoformat(), rides=len(booked))
            ride_diary.write(told, series, by=by, now=now)
    for ride in _booked(series, day):  # what a chore booked at this very moment
        bookings.cancel(booking=ride, by=by, now=now)


def want_again(*, series: BookingSeries, day: date, by: Actor, now: datetime) -> None:
    """Ride on a day that was left out: it is booked like any other day. Twice is once. Raises CannotRepeat."""
    require(by, may="ride.book", on=series.rider)
    if series.ended_at is not None or day not in coming_days(series, now, SKIP_WEEKS):
        raise CannotRepeat("no_ride", day=weekday_date(day))
    with transaction.atomic():
        BookingSeries.objects.select_for_update().get(pk=series.pk)
        gone, _by_model = series.rides.filter(day=day, reason=SeriesRide.SKIPPED).delete()
        if gone:
            told = SeriesDayWanted(code=series.code, day=day.isoformat())
            ride_diary.write(told, series, by=by, now=now)
            chores.later(repeating.book, series_code=series.code)


def tell_by_telephone(*, message: Message, by: Actor, now: datetime) -> None:
    """The desk told somebody on the telephone what came of a day. Twice is once; what arrived meanwhile stays."""
    require(by, may="people.telephone")
    with transaction.atomic():
        held = unheard().select_for_update().filter(pk=message.pk)
        if held:
            messages.telephoned(messages=held, reached=True, by=by, now=now)
            record(SeriesTold(code=message.code, message_kind=message.kind), by=by, now=now)


def _booked(series: BookingSeries, day: date | None = None) -> list[Booking]:
    """What is booked by a series and has not begun: of a day, or of all."""
    rows = series.rides.filter(day=day) if day else series.rides.all()
    standing = standings(row.booking for row in rows.select_related("booking").order_by("pk"))
    return [ride for ride in standing.values() if ride.state == Booking.State.BOOKED]


def end(*, series: BookingSeries, by: Actor, now: datetime) -> None:
    """Book nothing of it any more; what is booked already stays. Twice is once."""
    require(by, may="ride.book", on=series.rider)
    with transaction.atomic():
        held = BookingSeries.objects.select_for_update().get(pk=series.pk)
        if held.ended_at is None:
            held.ended_at = now
            held.save(update_fields=["ended_at"])
            ride_diary.write(SeriesEnded(code=held.code), held, by=by, now=now)
    series.refresh_from_db()


def end_with_rides(*, series: BookingSeries, by: Actor, now: datetime) -> int:
    """End it and give back what is booked, save what can no longer be given back. Returns how many were."""
    end(series=series, by=by, now=now)
    given_back = [ride for ride in _booked(series) if bookings.may_cancel(ride, by, now)]
    for ride in given_back:
        bookings.cancel(booking=ride, by=by, now=now)
    return len(given_back)


def remove_old(before: datetime, now: datetime) -> int:
    """Delete what came of old days, and series that ended before; the diary says no more who it was."""
    SeriesRide.objects.filter(day__lt=town_date(before)).delete()
    ended = BookingSeries.objects.filter(ended_at__lt=before)
    over = BookingSeries.objects.filter(until__lt=town_date(before))
    rows = BookingSeries.objects.filter(
        pk__in=[*ended.values_list("pk", flat=True), *over.values_list("pk", flat=True)]
    )
    count = rows.count()
    ride_diary.forget(rows.values_list("code", flat=True), "series")
    rows.delete()
    return count


def forget(person: Person) -> None:
    """Delete what a person wanted every week: nothing is booked for them any more."""
    rows = BookingSeries.objects.filter(rider=person)
    ride_diary.forget(rows.values_list("code", flat=True), "series")
    rows.delete()
