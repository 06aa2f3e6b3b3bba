"""Questions about series: whose they are, which days they come to, what stands for a day."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse

from machikado.town.common.calendar import town_date
from machikado.town.people.models import Channel, Message, Person
from machikado.town.people.viewer import Viewer
from machikado.town.ride.hours import DayType, Rule, day_type, moment_of, spans
from machikado.town.ride.models import Booking, BookingSeries, SeriesRide, Waiting
from machikado.town.ride.queries.bookings import DESK

ALONE = ("ride.consent_begun", "ride.consent_over")  # kinds of messages of no ride
TOLD = (
    "ride.booked",
    "ride.series_missed",
    "ride.seat_found",
    "ride.wait_over",
    *ALONE,
)  # of which nobody is on the line to hear
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


def is_open(row: SeriesRide) -> bool:
    """Whether an offer lies there that nobody took yet."""
    return not row.reason and row.booking is not None and row.booking.state == Booking.State.OFFERED


def closed_on(rules: Iterable[Rule], day: date) -> str:
    """The reason why no bus runs on a day, by the hours of its kind; empty where one runs."""
    if spans(rules, day):
        return ""
    return "holiday" if day_type(day) == DayType.HOLIDAY else "no_service"


def standing_of(booking: Booking | None) -> Booking | None:
    """The ride that stands for a booking: itself, or what took its place, or None."""
    return standings([booking]).get(booking.pk) if booking is not None else None


def standings(bookings: Iterable[Booking | None]) -> dict[int, Booking]:
    """The same for many, by their ids; one question for each time that a ride was replaced, however many there are."""
    found: dict[int, Booking] = {}
    looked_at = {booking.pk: booking for booking in bookings if booking is not None}
    while looked_at:
        found |= {pk: booking for pk, booking in looked_at.items() if booking.state in STANDING}
        gone = {pk: booking.pk for pk, booking in looked_at.items() if pk not in found}
        rows = Booking.objects.filter(replaces__in=gone.values()).exclude(booked_at=None) if gone else ()
        newest = {row.replaces_id: row for row in sorted(rows, key=lambda row: row.pk)}
        looked_at = {pk: newest[last] for pk, last in gone.items() if last in newest}
    return found


def to_call(now: datetime) -> "list[Message]":
    """What those have not heard yet whom only the telephone reaches of a day of their series, the oldest first.

    What no longer holds (a bus was found after all, the day was left out) is not among it.
    """
    rows = SeriesRide.objects.filter(day__gte=town_date(now)).select_related("series", "booking")
    booked = [row.booking for row in rows if row.booking is not None and row.booking.state in STANDING]
    missed = rows.exclude(reason__in=("", SeriesRide.SKIPPED)).filter(booking__booked_at=None)
    urls = {reverse("ride:booking", args=[ride.code]) for ride in booked} | {missed_url(row) for row in missed}
    urls |= set(_waited_urls(town_date(now)))
    found = unheard().select_related("person").prefetch_related("person__contact_points").order_by("made_at", "pk")
    return [message for message in found if message.url in urls or message.kind in ALONE]


def _waited_urls(today: date) -> Iterator[str]:
    """Where those of today and later can look who waited for a seat: the ride that they got, or why there is none."""
    waited = Waiting.objects.filter(booking__day__gte=today).select_related("booking")
    for row in waited.filter(Q(state="over") | Q(state="booked", booking__state__in=STANDING)):
        page = "ride:booking" if row.state == Waiting.State.BOOKED else "ride:offers"
        yield reverse(page, args=[row.booking.code])


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
