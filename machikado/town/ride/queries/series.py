"""Questions about series: whose they are, which days are still to be booked, what stands for a day."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse

from machikado.town.common.calendar import town_date
from machikado.town.people.models import Channel, Message, Person
from machikado.town.people.viewer import Viewer
from machikado.town.ride.hours import DayType, bookable_days, day_type, moment_of
from machikado.town.ride.models import Booking, BookingSeries, SeriesRide, ServiceArea, VehicleShift
from machikado.town.ride.queries.area import spans_on
from machikado.town.ride.queries.bookings import DESK

ALONE = ("ride.consent_begun", "ride.consent_over")  # kinds of messages of no ride
TOLD = ("ride.booked", "ride.series_missed", *ALONE)  # of which nobody is on the line to hear
AGAIN = timedelta(minutes=30)  # so often a bus is looked for where there was none
LAST_LOOK = timedelta(hours=1)  # before its time: whoever hears of a bus later is not ready for it
STANDING = (Booking.State.BOOKED, Booking.State.ABOARD, Booking.State.DONE)


def series_visible_to(viewer: Viewer) -> "QuerySet[BookingSeries]":
    """The desk sees every series; everybody sees their own."""
    rows = BookingSeries.objects.select_related("area", "rider")
    return rows if not DESK.isdisjoint(viewer.roles) else rows.filter(rider_id=viewer.person_id)


def live_on(day: date) -> "QuerySet[BookingSeries]":
    """The series that still book something on a day or later, the oldest first."""
    rows = BookingSeries.objects.filter(Q(until=None) | Q(until__gte=day), ended_at=None)
    return rows.select_related("area", "rider").order_by("made_at", "pk")


def series_of(person: Person, now: datetime) -> "QuerySet[BookingSeries]":
    """What a person wants every week."""
    return live_on(town_date(now)).filter(rider=person)


def rides_a_week(series: BookingSeries) -> int:
    """How many rides it holds at a time: one each day that can be booked, or two."""
    each_way = 2 if series.back else 1
    return len(series.days) * each_way * -(-(series.area.book_ahead_days + 1) // 7)


def coming_days(series: BookingSeries, now: datetime, weeks: int) -> list[date]:
    """Its days in so many weeks whose time has not passed."""
    today = town_date(now)
    days = (today + timedelta(days=ahead) for ahead in range(7 * weeks))
    return [day for day in days if series.is_on(day) and moment_of(day, series.minute) > now]


def due_days(series: BookingSeries, now: datetime) -> list[date]:
    """The days that can be booked now and of which something is open, the first first.

    As long as nobody is to drive on a day, it is not asked for before the day before.
    """
    last = bookable_days(now, series.area.book_ahead_days)[-1]
    days = [day for day in coming_days(series, now, 2) if day <= last]
    rows = SeriesRide.objects.filter(series=series, day__in=days).select_related("booking")
    by_day = {day: {row.way: row for row in rows if row.day == day} for day in days}
    return [day for day in days if _is_due(series, by_day[day], now) and _is_planned(series, day, now)]


def _is_due(series: BookingSeries, rows: dict[str, SeriesRide], now: datetime) -> bool:
    """Whether a way is still to be asked for, once more or for the first time, or an offer to be taken."""
    out, back = rows.get(SeriesRide.Way.OUT), rows.get(SeriesRide.Way.BACK)
    if out is None or is_open(out) or is_looked_for_again(series, out, now):
        return True
    standing = standing_of(out.booking)
    if not series.back or out.reason == SeriesRide.SKIPPED or standing is None or standing.day != out.day:
        return False
    return back is None or is_open(back) or is_looked_for_again(series, back, now)


def is_open(row: SeriesRide) -> bool:
    """Whether an offer lies there that nobody took yet."""
    return not row.reason and row.booking is not None and row.booking.state == Booking.State.OFFERED


def is_looked_for_again(series: BookingSeries, row: SeriesRide, now: datetime) -> bool:
    """Whether it is time to look once more for a ride that found no bus, and they have not helped themselves."""
    if not row.reason or row.looked_at is None or row.reason == SeriesRide.SKIPPED or row.looked_at > now - AGAIN:
        return False
    minute = series.back_minute if row.way == SeriesRide.Way.BACK and series.back_minute else series.minute
    if now > moment_of(row.day, minute) - LAST_LOOK or _was_promised(row):
        return False
    others = Booking.objects.filter(rider=series.rider, day=row.day, state__in=STANDING)
    others = others.exclude(of_series__series=series)
    if row.reason != "overlaps":  # else the ride in the way may have been there before
        others = others.filter(of_series=None, back_of=None, booked_at__gt=row.missed_at)
    return not others.exists()


def _was_promised(row: SeriesRide) -> bool:
    """Whether they were promised a ride for it after all: what became of that, they know."""
    return row.booking is not None and row.booking.booked_at is not None


def closed_on(area: ServiceArea, day: date) -> str:
    """The reason why no bus runs on a day, by the hours of its kind; empty where one runs."""
    if spans_on(area, day):
        return ""
    return "holiday" if day_type(day) == DayType.HOLIDAY else "no_service"


def _is_planned(series: BookingSeries, day: date, now: datetime) -> bool:
    soon = day <= town_date(now) + timedelta(days=1)
    return soon or VehicleShift.objects.filter(vehicle__area=series.area, day=day, dropped_at=None).exists()


def standing_of(booking: Booking | None) -> Booking | None:
    """The ride that stands for a booking: itself, or what took its place, or None."""
    for row in _in_its_place(booking):
        if row.state in STANDING:
            return row
    return None


def _in_its_place(booking: Booking | None) -> Iterator[Booking]:
    """A booking, then the one that was booked in its place, and so on."""
    while booking is not None:
        yield booking
        booking = booking.replaced_by.exclude(booked_at=None).order_by("-pk").first()


def to_call(now: datetime) -> "list[Message]":
    """What those have not heard yet whom only the telephone reaches of a day of their series, the oldest first.

    What no longer holds (a bus was found after all, the day was left out) is not among it.
    """
    rows = SeriesRide.objects.filter(day__gte=town_date(now)).select_related("series", "booking")
    booked = [row.booking for row in rows if row.booking is not None and row.booking.state in STANDING]
    missed = rows.exclude(reason__in=("", SeriesRide.SKIPPED)).filter(booking__booked_at=None)
    urls = {reverse("ride:booking", args=[ride.code]) for ride in booked} | {missed_url(row) for row in missed}
    found = unheard().select_related("person").prefetch_related("person__contact_points").order_by("made_at", "pk")
    return [message for message in found if message.url in urls or message.kind in ALONE]


def told_messages() -> "QuerySet[Message]":
    """Everything that was told of rides that are booked by themselves."""
    return Message.objects.filter(kind__in=TOLD)


def unheard(kinds: Sequence[str] = TOLD) -> "QuerySet[Message]":
    """What waits for a call, or did not arrive; mail that waits goes out by itself."""
    by_itself = Q(state=Message.State.WAITING, channel=Channel.MAIL)
    rows = Message.objects.filter(kind__in=kinds, state__in=(Message.State.WAITING, Message.State.FAILED))
    return rows.exclude(by_itself)


def missed_url(row: SeriesRide) -> str:
    """Where whoever is told of a missed day can look at it."""
    return f"{reverse('ride:series', args=[row.series.code])}?day={row.day}"
