"""Questions about the waiting list: who may wait, who comes before whom, what could free a seat, whose it is."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db.models import QuerySet

from machikado.town.people.models import Person
from machikado.town.ride.models import (
    Booking,
    DayPlan,
    ServiceArea,
    ServiceHours,
    StopClosure,
    Suspension,
    VehicleShift,
    Waiting,
)
from machikado.town.ride.wishes import EARLIER_SECONDS

# Reasons that pass when somebody gives a seat back or another bus goes out. Others stay as they are.
PASSING = ("full", "promises", "ride_too_long", "nobody_on_duty")
LAST_CALL = timedelta(hours=1)  # before the wished time: whoever hears of a seat later is not ready for it


def waits_until(booking: Booking) -> datetime:
    """How long a seat is of use to somebody."""
    return booking.wish_at - LAST_CALL


def why_not_wait(booking: Booking, now: datetime) -> str:
    """Why a wish cannot wait, by the code of the sentence; empty where it can."""
    if booking.state != Booking.State.REFUSED or booking.rider_id is None:
        return "not_refused"
    if booking.reason not in PASSING or booking.is_open:
        return "never"
    return "late" if waits_until(booking) <= now else ""


def in_line() -> "QuerySet[Waiting]":
    """Everybody who waits, whoever waits longest first."""
    rows = Waiting.objects.filter(state=Waiting.State.WAITING)
    return rows.select_related("booking__area", "booking__rider").order_by("since", "pk")


def line_of(area: ServiceArea, day: date) -> "QuerySet[Waiting]":
    """Those who wait on a service day."""
    return in_line().filter(booking__area=area, booking__day=day)


def waits_of(person: Person) -> "QuerySet[Waiting]":
    """The places in line of a person; each counts as a ride ahead."""
    return in_line().filter(booking__rider=person)


def span_of(booking: Booking) -> tuple[int, int]:
    """Between which seconds of its day a seat would do: at the door, or there for who wants to be there by then."""
    wait, second = booking.area.max_wait_minutes * 60, booking.wish_second
    if booking.when == Booking.When.ARRIVE:
        return second - wait, second
    return second - EARLIER_SECONDS, second + wait


def before(rows: Sequence[Waiting]) -> dict[int, int]:
    """How many come before each of some rows (ids) for a seat that would do for both."""
    lines = list(in_line().filter(booking__day__in={row.booking.day for row in rows})) if rows else []
    return {row.pk: sum(_comes_before(other, row) for other in lines) for row in rows}


def _comes_before(other: Waiting, row: Waiting) -> bool:
    if (other.since, other.pk) >= (row.since, row.pk) or other.booking.area_id != row.booking.area_id:
        return False
    return other.booking.day == row.booking.day and overlap(other.booking, row.booking)


def overlap(one: Booking, other: Booking) -> bool:
    """Whether one seat would do for both, by the time alone."""
    (begin, end), (first, last) = span_of(one), span_of(other)
    return begin <= last and first <= end


def mark_of(area: ServiceArea, day: date) -> str:
    """A mark of all that could free a seat on a day: its plan, shifts, hours, suspensions and closed stops."""
    shifts = VehicleShift.objects.filter(vehicle__area=area, day=day, dropped_at=None).order_by("pk")
    parts: Iterable[object] = (
        list(DayPlan.objects.filter(area=area, day=day).values_list("version", "digest")),
        list(shifts.values_list("pk", "vehicle", "begins", "ends", "driver")),
        list(ServiceHours.objects.filter(area=area).order_by("pk").values_list("pk", flat=True)),
        list(
            Suspension.objects.filter(area=area).order_by("pk").values_list("pk", "begins_at", "ends_at", "lifted_at")
        ),
        list(StopClosure.objects.filter(stop__area=area).order_by("pk").values_list("pk", flat=True)),
    )
    return sha256(repr(parts).encode()).hexdigest()[:16]
