"""Questions about call lists: whom to call next, how far a list is, who is told by message, what was told to them."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Max, Prefetch, Q, QuerySet
from django.urls import reverse

from machikado.town.people.models import ContactPoint, Message
from machikado.town.ride.models import Booking, CallEntry, CallList, CallTry, Offer, SuspendedRide

TOLD = ("ride.suspended", "ride.suspended_for_now")  # kinds of messages about a ride that a suspension took


def call_lists() -> "QuerySet[CallList]":
    """Every list with `total` and `left` to call; those with somebody left first, then the newest."""
    left = Count("entries", filter=Q(entries__state=CallEntry.State.OPEN))
    rows = CallList.objects.select_related("suspension__area").annotate(total=Count("entries"), left=left)
    is_over = ExpressionWrapper(Q(left=0), output_field=BooleanField())
    return rows.order_by(is_over, "-made_at", "-pk")


def calls_left() -> int:
    """How many are to be telephoned still, on all lists."""
    return CallEntry.objects.filter(state=CallEntry.State.OPEN).count()


def entries_of(call_list: CallList) -> "QuerySet[CallEntry]":
    """Whom to call in their order, with numbers, rides and tries."""
    return _with_rides(CallEntry.objects.filter(call_list=call_list))


def entry_with_rides(code: str) -> "QuerySet[CallEntry]":
    """One of them, to be got by its code."""
    return _with_rides(CallEntry.objects.filter(code=code))


def _with_rides(rows: "QuerySet[CallEntry]") -> "QuerySet[CallEntry]":
    phones = ContactPoint.objects.filter(kind=ContactPoint.Kind.PHONE).order_by("pk")
    return rows.select_related("person", "claimed_by", "call_list__suspension__area").prefetch_related(
        Prefetch("person__contact_points", phones, "phones"),
        Prefetch("rides", _rides(SuspendedRide.objects.all())),
        Prefetch("tries", CallTry.objects.select_related("by")),
    )


def _rides(rows: "QuerySet[SuspendedRide]") -> "QuerySet[SuspendedRide]":
    taken = Offer.objects.filter(taken_at__isnull=False).select_related("pickup_stop", "arrival_stop")
    found = rows.select_related("booking__rider", "call_list").prefetch_related(
        Prefetch("booking__offers", taken, "promises")
    )
    return found.order_by("booking__day", "booking__wish_second", "pk")


def told_rides(call_list: CallList) -> "QuerySet[SuspendedRide]":
    """The rides of a list whose passengers are told by message alone."""
    return _rides(SuspendedRide.objects.filter(call_list=call_list, entry=None))


def messages_about(bookings: Iterable[Booking]) -> "QuerySet[Message]":
    """What was told, or is to be told, about these rides that a suspension took."""
    rides = list(bookings)
    urls = [reverse("ride:booking", args=[row.code]) for row in rides]
    return Message.objects.filter(kind__in=TOLD, url__in=urls, person__in={row.rider_id for row in rides})


def free_to_call(call_list: CallList, now: datetime) -> "QuerySet[CallEntry]":
    """Whom nobody calls at this (real) moment, by this list or another one.

    Those not tried yet in their order, then whose try is longest ago.
    """
    called = CallEntry.objects.filter(claimed_until__gt=now).values("person")
    rows = CallEntry.objects.filter(call_list=call_list, state=CallEntry.State.OPEN).exclude(person__in=called)
    tried = rows.annotate(tried_at=Max("tries__at"))
    return tried.order_by(F("tried_at").asc(nulls_first=True), "ride_at", "rank", "pk")
