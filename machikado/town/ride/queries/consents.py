"""Questions about consents: who may book for whom at a moment, what of it somebody sees, what was agreed to."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from machikado.town.common.calendar import town_date
from machikado.town.people.models import Person
from machikado.town.people.viewer import Viewer
from machikado.town.ride.hours import LAST_MINUTE, second_of
from machikado.town.ride.models import Booking, BookingConsent
from machikado.town.ride.queries.bookings import DESK, bookings_visible_to

MOST_PROXIES = 5  # of one passenger
# Whom one person may book for. A care manager has fewer than 45 clients (50 with an assistant or ICT): from the 45th or
# 50th on the fee for care management is cut (指定居宅介護支援の基準額, since 2024-04).
MOST_RIDERS_OF_PROXY = 50
# What was agreed to, by version: what a proxy does and sees, and what not.
SENTENCES = {
    1: (
        _("They can book, change and cancel a bus for the passenger, and call the bus for the way back."),
        _("They see the bookings of today and of the days to come, and where the bus is."),
        _("They see what the booking needs, such as a wheelchair or a reduced fare, and the driver's four digits."),
        _("They do not see earlier rides, receipts, or the address of the home."),
        _("The passenger is told each time. Either of them can end it at any time."),
    )
}


def in_force(now: datetime) -> "QuerySet[BookingConsent]":
    """The consents that hold at a moment."""
    lasts = Q(ends_on=None) | Q(ends_on__gte=town_date(now))
    rows = BookingConsent.objects.filter(lasts, ended_at=None, begins_at__lte=now)
    return rows.select_related("rider", "proxy", "taken_by").order_by("begins_at", "pk")


def proxies_of(rider: Person, now: datetime) -> "QuerySet[BookingConsent]":
    """By whom somebody lets a bus be booked for them."""
    return in_force(now).filter(rider=rider)


def riders_of(person_id: int, now: datetime) -> "QuerySet[BookingConsent]":
    """For whom somebody may book, by the reading of the name."""
    rows = in_force(now).filter(proxy_id=person_id)
    return rows.order_by("rider__family_kana", "rider__given_kana", "pk")


def past_of(rider: Person, now: datetime) -> "QuerySet[BookingConsent]":
    """What somebody agreed to before, the last first."""
    rows = BookingConsent.objects.filter(rider=rider).exclude(pk__in=in_force(now).values("pk"))
    return rows.select_related("proxy", "taken_by").order_by("-begins_at", "-pk")


def consents_visible_to(viewer: Viewer) -> "QuerySet[BookingConsent]":
    """Everybody sees what they agreed to and what others agreed with them; the desk sees all."""
    rows = BookingConsent.objects.select_related("rider", "proxy")
    if not DESK.isdisjoint(viewer.roles):
        return rows
    return rows.filter(Q(rider_id=viewer.person_id) | Q(proxy_id=viewer.person_id))


def bookings_in_hands_of(viewer: Viewer, now: datetime) -> "QuerySet[Booking]":
    """The same, and of passengers who agreed to it what a proxy may see: rides of today and later, own wishes for them.

    A guest sees of today and later what was asked for as a guest with their number. A service day lasts until 28:00;
    when it or the consent is over, the ride is as if it were not there.
    """
    if not DESK.isdisjoint(viewer.roles):
        return bookings_visible_to(viewer)
    today = town_date(now)
    lasts = Q(day__gte=today)
    if second_of(today - timedelta(days=1), now) <= LAST_MINUTE * 60:
        lasts |= Q(day=today - timedelta(days=1))
    if viewer.is_guest:
        return bookings_visible_to(viewer).filter(lasts, channel=Booking.Channel.GUEST)
    riders = in_force(now).filter(proxy_id=viewer.person_id).values("rider_id")
    theirs = Q(rider_id__in=riders) & lasts & (Q(booked_at__isnull=False) | Q(booked_by_id=viewer.person_id))
    rows = Booking.objects.select_related("area", "rider", "replaces", "booked_by", "consent")
    return rows.filter(Q(rider_id=viewer.person_id) | theirs)


def sentences_of(terms: int) -> Sequence[str]:
    """What a version of the sentences says, in the language that is active now."""
    return [str(sentence) for sentence in SENTENCES[terms]]
