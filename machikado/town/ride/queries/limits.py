"""How much a passenger, a guest, a proxy and a telephone number may ask for and hold; rides in each other's way."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from machikado.town.common.calendar import weekday_date
from machikado.town.people.models import Person
from machikado.town.ride.hours import clock_of, moment_at
from machikado.town.ride.models import Booking, Offer
from machikado.town.ride.queries.bookings import ahead_by, ahead_of
from machikado.town.ride.queries.callers import sharing_number
from machikado.town.ride.queries.places import passenger_of, said_ends
from machikado.town.ride.queries.waiting import waits_of

MOST_AHEAD = 12  # rides that one person may have booked at a time
MOST_AHEAD_OF_PHONE = 24  # that all with one telephone number may: a household
MOST_ASKED = 20  # wishes of one person within an hour
MOST_ASKED_BY_PHONE = 40
MOST_AHEAD_OF_GUEST = 4  # there and back on two days; the desk books more for whoever telephones
MOST_ASKED_BY_GUEST = 10
# Who books for others: 50 people (`consents.MOST_RIDERS_OF_PROXY`), each there and back on two of the days that can be
# booked, are 200 rides; and nobody types a wish a minute for longer. An office with one number has several.
MOST_AHEAD_BY_PROXY = 200
MOST_ASKED_BY_PROXY = 60
OFFICE = 4  # so many times as much with the telephone number of a proxy
ASKED_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit that is reached, by the code of its sentence."""

    code: str
    count: int


def held_too_many(
    rider: Person, now: datetime, proxy: Person | None = None, besides: Booking | None = None
) -> Limit | None:
    """The limit of rides ahead that a person, who books for them, or the telephone number of either has reached.

    A place in the waiting list counts as one; that of the wish for which it is asked does not.
    """
    if proxy is not None and (count := ahead_by(proxy, now).count()) >= MOST_AHEAD_BY_PROXY:
        return Limit("proxy_many", count)
    office = sharing_number(proxy) if proxy is not None else []
    if len(office) > 1 and sum(ahead_by(each, now).count() for each in office) >= MOST_AHEAD_BY_PROXY * OFFICE:
        return Limit("proxy_many", MOST_AHEAD_BY_PROXY * OFFICE)
    if (count := _held(rider, now, besides)) >= MOST_AHEAD:
        return Limit("many", count)
    family = sharing_number(rider)
    if len(family) > 1 and (count := sum(_held(each, now, besides) for each in family)) >= MOST_AHEAD_OF_PHONE:
        return Limit("phone_many", count)
    return None


def _held(person: Person, now: datetime, besides: Booking | None) -> int:
    """Rides ahead and places in line."""
    waits = waits_of(person)
    return ahead_of(person, now).count() + (waits.exclude(booking=besides) if besides else waits).count()


def asked_too_often(rider: Person, now: datetime, proxy: Person | None = None) -> Limit | None:
    """The limit of wishes in the last hour that a person, who books for them, or a number of either has reached."""
    lately = Booking.objects.filter(asked_at__gt=now - ASKED_WITHIN)
    by_proxies = lately.filter(channel=Booking.Channel.PROXY)
    if proxy is not None and (count := by_proxies.filter(booked_by=proxy).count()) >= MOST_ASKED_BY_PROXY:
        return Limit("proxy_asked_often", count)
    office = sharing_number(proxy) if proxy is not None else []
    if len(office) > 1 and by_proxies.filter(booked_by__in=office).count() >= MOST_ASKED_BY_PROXY * OFFICE:
        return Limit("proxy_asked_often", MOST_ASKED_BY_PROXY * OFFICE)
    if (count := lately.filter(rider=rider).count()) >= MOST_ASKED:
        return Limit("asked_often", count)
    family = sharing_number(rider)
    if len(family) > 1 and (count := lately.filter(rider__in=family).count()) >= MOST_ASKED_BY_PHONE:
        return Limit("phone_asked_often", count)
    return None


def guest_holds_too_many(rider: Person, now: datetime) -> Limit | None:
    """The same of a guest, for whom it is less; of others with the number the sentence says nothing."""
    count = ahead_of(rider, now).count()
    if count >= MOST_AHEAD_OF_GUEST or held_too_many(rider, now) is not None:
        return Limit("guest_many", count)
    return None


def guest_asked_too_often(rider: Person, now: datetime) -> Limit | None:
    """The same of a guest, for whom it is less; of others with the number the sentence says nothing."""
    count = Booking.objects.filter(asked_at__gt=now - ASKED_WITHIN, rider=rider).count()
    if count >= MOST_ASKED_BY_GUEST or asked_too_often(rider, now) is not None:
        return Limit("guest_asked_often", count)
    return None


def ride_at(rider: Person, moment: datetime, *, arrives: bool, now: datetime) -> Offer | None:
    """The promise within which somebody wants to set out, or to arrive; one cannot ride twice at once."""
    for promise in _promises(rider, now):
        begin, end = _span(promise)
        if begin < moment <= end if arrives else begin <= moment < end:
            return promise
    return None


def ride_in_the_way(offer: Offer, now: datetime) -> Offer | None:
    """A promise to the same person that shares a moment with an offer; the one that is replaced is in nobody's way."""
    rider, begin_end = offer.booking.rider, _span(offer)
    for promise in _promises(rider, now).exclude(booking=offer.booking.replaces_id) if rider else ():
        begin, end = _span(promise)
        if begin < begin_end[1] and begin_end[0] < end:
            return promise
    return None


def ride_words(promise: Offer) -> str:
    """A promised ride as a sentence names it: day, from when until when, where to. A proxy may read it too."""
    booking = promise.booking
    begin, end = clock_of(promise.pickup_from // 60), clock_of(-(-promise.arrival_by // 60))
    ends = said_ends(booking, passenger_of(booking.rider_id))
    return f"{weekday_date(booking.day)} {begin}〜{end} {' → '.join(ends)}"


def _promises(rider: Person, now: datetime) -> "QuerySet[Offer]":
    rows = Offer.objects.filter(booking__in=ahead_of(rider, now).values("pk"), taken_at__isnull=False)
    return rows.select_related("booking").order_by("booking")


def _span(offer: Offer) -> tuple[datetime, datetime]:
    """From when one may be fetched until when one may be on the way."""
    day = offer.booking.day
    return moment_at(day, offer.pickup_from), moment_at(day, offer.arrival_by)
