"""Questions about what really happened on a shift: who is aboard, where the bus stands, how long it waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Booking, RunStep, VehicleShift

LEAST_WAIT = timedelta(minutes=3)  # at the stop, however late the bus came


@dataclass(frozen=True, slots=True)
class Waiting:
    """Since when a bus stands at somebody's stop, and until when it waits for them."""

    arrived: datetime
    until: datetime


def run_of(shift: VehicleShift) -> "QuerySet[RunStep]":
    """What was done on a shift, in order; what was refused is left out."""
    return RunStep.objects.filter(shift=shift, refused="").order_by("pk")


def aboard_since(booking: Booking) -> RunStep | None:
    """When somebody got on, and with which shift; None for who did not."""
    return RunStep.objects.filter(booking=booking, kind=RunStep.Kind.ABOARD, refused="").first()


def no_show_from(shift: VehicleShift, booking: Booking, at: datetime) -> Waiting | None:
    """Until when the bus waits for somebody: the end of the promised time, three minutes at least. None: not there."""
    stop = booking.promise.pickup_stop_id
    arrivals = RunStep.objects.filter(shift=shift, kind=RunStep.Kind.ARRIVE, refused="", at__lte=at)
    last = arrivals.order_by("-pk").first()
    if last is None or last.stop_id != stop:
        return None
    promised = moment_at(booking.day, booking.promise.pickup_by)
    return Waiting(last.at, max(promised, last.at + LEAST_WAIT))
