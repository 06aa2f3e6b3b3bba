"""Questions about a day that goes wrong: whom to call, which shifts are left out, whether its plan lags behind."""

from collections.abc import Mapping
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse

from machikado.town.people.models import Message
from machikado.town.ride.models import Booking, ServiceArea, VehicleShift
from machikado.town.ride.queries.day_rows import plan_of
from machikado.town.ride.queries.grounds import places_on, shifts_on
from machikado.town.ride.queries.series import unheard

# Kinds of messages after which somebody waits for a call: their promise moved, or somebody else booked for them.
MOVED = (
    "ride.retimed",
    "ride.later",
    "ride.lost",
    "ride.cancelled",
    "ride.booked_for",
    "ride.changed_for",
    "ride.cancelled_for",
)


def to_call(area: ServiceArea, day: date) -> "QuerySet[Message]":
    """What those have not heard yet of their promises who are told by telephone, the oldest first.

    Whose ride a suspension took after that stands on its call list, and is called once.
    """
    rows = Booking.objects.filter(area=area, day=day).exclude(booked_at=None)
    codes = rows.exclude(cancel_reason=Booking.CancelReason.SUSPENDED).values_list("code", flat=True)
    urls = [reverse("ride:booking", args=[code]) for code in codes]
    return unheard(MOVED).filter(url__in=urls).select_related("person").order_by("made_at", "pk")


def left_out(area: ServiceArea, day: date) -> Mapping[VehicleShift, str]:
    """The shifts of a day with which nobody is planned, each with the code of the reason."""
    plan = plan_of(area, day)
    out = {int(shift): state[-1] for shift, state in plan.states.items() if state[-1]} if plan is not None else {}
    rows = VehicleShift.objects.filter(pk__in=out).select_related("vehicle").order_by("vehicle__name", "begins")
    return {shift: out[shift.pk] for shift in rows}


def lags_behind(area: ServiceArea, day: date) -> bool:
    """Whether the plan of a day stands on another map or other stops than those of now: a promise would break there."""
    plan, shifts = plan_of(area, day), shifts_on(area, day)
    places = places_on(area, shifts, day) if shifts else None
    return plan is not None and places is not None and plan.table.key != places.key
