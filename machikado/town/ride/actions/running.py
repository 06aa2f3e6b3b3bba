"""What happens on the road, as the driver's tablet tells it: arrived, aboard, nobody came, got off, fare taken.

Each is told with a key that the tablet made. Told again, at once or after a dead zone, it is done once; what cannot
be done is kept with the reason, so that nothing that a driver said is lost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.permissions import require
from machikado.town.ride.actions import open_fares, plans
from machikado.town.ride.actions.telling import tell_rider
from machikado.town.ride.events.running import BusArrived, FareTaken, RideBoarded, RideDone, RideNoShow
from machikado.town.ride.hours import minute_of, moment_at
from machikado.town.ride.lives import BOOKING
from machikado.town.ride.models import Booking, RunStep, ServiceArea, Stop, VehicleShift
from machikado.town.ride.queries.passes import yen_each
from machikado.town.ride.queries.progress import aboard_since, no_show_from

Kind = RunStep.Kind
MINUTE = timedelta(minutes=1)


class CannotRun(Cannot):
    """A press on the tablet that does not fit what is known; it is kept, and nothing else was changed."""

    sentences = {
        "cancelled": _("This ride was cancelled meanwhile. Please tell the centre if somebody is aboard."),
        "not_booked": _("This ride is over already."),
        "not_aboard": _("They are not aboard yet. Please press “Got on” first."),
        "other_shift": _("This ride belongs to another vehicle. Please call the centre."),
        "not_arrived": _("The bus has not arrived at their stop yet. Please press “Arrived” first."),
        "early": _("Please wait for them until the promised time is over."),
        "yen": _("The fare that was promised is another one. Please take that one."),
        "card_low": _(
            "There is too little on the card. The fare is kept as open. Please take cash, or the desk settles it."
        ),
        "card_blocked": _(
            "This card is not in use any more. The fare is kept as open. Please take cash, or the desk settles it."
        ),
        "card_over": _(
            "The last day of this card is over. The fare is kept as open. Please take cash, or the desk settles it."
        ),
        "card_unknown": _(
            "No card has this number. The fare is kept as open. Please look at the digits again, take cash, "
            "or the desk settles it."
        ),
        "no_pass": _(
            "No pass of theirs is known for today. The fare is kept as open. Please take cash, or the desk settles it."
        ),
        "settled": _("The desk settled this fare already. Nothing was taken again."),
        "key": _("The tablet mixed two presses up. Please press once more."),
    }


@dataclass(frozen=True, slots=True)
class Press:
    """One press: on which shift, under which key, when by the town's clock and by the tablet's own."""

    shift: VehicleShift
    key: UUID
    at: datetime
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """A fare as it was taken; of a card the six digits, or what its QR says."""

    yen: int
    paid: str = RunStep.Paid.CASH
    card: str = ""


@dataclass(frozen=True, slots=True)
class _Told:
    """A press that is being done: the row that will tell it (not saved), by whom, and when that is."""

    step: RunStep
    by: Actor
    now: datetime

    @property
    def minute(self) -> int:
        """The minute of the service day."""
        return minute_of(self.step.shift.day, self.step.at)


def arrive(*, press: Press, stop: Stop, by: Actor, now: datetime) -> RunStep:
    """The vehicle stands at a stop."""

    def do(told: _Told) -> None:
        told.step.save()
        record(BusArrived(code=press.shift.code, stop=stop.code, minute=told.minute), by=by, now=now)

    return _once(press, RunStep(kind=Kind.ARRIVE, stop=stop), do, by, now)


def aboard(*, press: Press, booking: Booking, by: Actor, now: datetime) -> RunStep:
    """Somebody got on. Who sits in the bus is aboard, though another vehicle was to fetch them. Raises CannotRun."""
    return _once(press, RunStep(kind=Kind.ABOARD, booking=booking), _aboard, by, now)


def no_show(*, press: Press, booking: Booking, by: Actor, now: datetime) -> RunStep:
    """Nobody came: not before the promised time is over and the bus has waited. Raises CannotRun."""
    return _once(press, RunStep(kind=Kind.NO_SHOW, booking=booking), _no_show, by, now)


def alight(*, press: Press, booking: Booking, by: Actor, now: datetime) -> RunStep:
    """Somebody got off: the ride is done. Raises CannotRun."""
    return _once(press, RunStep(kind=Kind.ALIGHT, booking=booking), _alight, by, now)


def take_fare(*, press: Press, booking: Booking, taken: Taken, by: Actor, now: datetime) -> RunStep:
    """The fare was taken: what was promised, by cash, ticket, pass or card. Raises CannotRun.

    What a card or a pass does not pay is open from then on (`actions/open_fares.py`); of a party whose one passenger
    holds a pass the others pay the rest.
    """
    paid = RunStep.Paid(taken.paid)
    if paid == RunStep.Paid.CARD and open_fares.is_of_another(press.key, taken.card):
        raise CannotRun("key")
    step = RunStep(kind=Kind.FARE, booking=booking, yen=taken.yen, paid=paid)
    return _once(press, step, lambda told: _take_fare(told, taken.card), by, now)


def _once(press: Press, step: RunStep, do: Callable[[_Told], None], by: Actor, now: datetime) -> RunStep:
    """Do a press under the area's lock unless it was done before; one that cannot be done is kept with its reason."""
    require(by, may="ride.drive", on=press.shift.driver)
    refusal: CannotRun | None = None
    with transaction.atomic():
        ServiceArea.objects.select_for_update(no_key=True).get(pk=press.shift.vehicle.area_id)
        if (known := _known(press, step)) is not None:
            return known
        step.shift, step.key, step.told_at, step.received_at = press.shift, press.key, press.told_at, now
        step.at = _in_order(press, now)
        try:
            with transaction.atomic():
                do(_Told(step, by, now))
            refusal = CannotRun(step.refused) if step.refused else None
        except CannotRun as fault:
            refusal = fault
            step.refused = fault.code
            step.save()
    if refusal is not None:
        raise refusal
    return step


def _known(press: Press, step: RunStep) -> RunStep | None:
    """What became of the same press, or of the same thing told with another one; None for something new."""
    told = RunStep.objects.filter(key=press.key).first()
    if told is not None:
        facts = [(each.kind, each.booking_id, each.stop_id, each.yen, each.paid) for each in (told, step)]
        if facts[0] != facts[1] or told.shift_id != press.shift.pk:
            raise CannotRun("key")
        if told.refused:
            raise CannotRun(told.refused)
        return told
    if step.booking is None:
        arrived = RunStep.objects.filter(shift=press.shift, kind=Kind.ARRIVE).order_by("-pk").first()
        return arrived if arrived is not None and arrived.stop_id == step.stop_id else None
    return RunStep.objects.filter(shift=press.shift, booking=step.booking, kind=step.kind, refused="").first()


def _in_order(press: Press, now: datetime) -> datetime:
    """When it happened: never later than now, never before what was told of the shift before it."""
    last = RunStep.objects.filter(shift=press.shift).order_by("-pk").values_list("at", flat=True).first()
    at = min(press.at, now)
    return at if last is None else max(at, last)


def _held(told: _Told) -> Booking:
    """The booking, held; raises where it is of another day or area."""
    assert told.step.booking_id is not None
    rows = Booking.objects.select_for_update(of=("self",)).select_related("area", "rider")
    held, shift = rows.get(pk=told.step.booking_id), told.step.shift
    if (held.area_id, held.day) != (shift.vehicle.area_id, shift.day):
        raise CannotRun("other_shift")
    if held.state == Booking.State.CANCELLED:
        raise CannotRun("cancelled")
    return held


def _step_to(held: Booking, state: str) -> None:
    held.state = BOOKING.step(held.state, state)
    held.save(update_fields=["state"])


def _aboard(told: _Told) -> None:
    held, shift = _held(told), told.step.shift
    if held.state != Booking.State.BOOKED:
        raise CannotRun("not_booked")
    _step_to(held, Booking.State.ABOARD)
    told.step.save()
    facts: dict[str, Any] = {
        "late_minutes": _late(told, held, held.promise.pickup_by),
        "people": held.riding.people,
        "planned": held.steps.filter(shift=shift).exists(),
    }
    record(RideBoarded(code=held.code, shift=shift.code, minute=told.minute, **facts), by=told.by, now=told.now)


def _no_show(told: _Told) -> None:
    held, shift = _held(told), told.step.shift
    if held.state != Booking.State.BOOKED:
        raise CannotRun("not_booked")
    if not held.steps.filter(shift=shift).exists():
        raise CannotRun("other_shift")
    waiting = no_show_from(shift, held, told.step.at)
    if waiting is None:
        raise CannotRun("not_arrived")
    if told.step.at < waiting.until:
        raise CannotRun("early")
    version = plans.drop(held.area, held, told.now)
    _step_to(held, Booking.State.NO_SHOW)
    told.step.save()
    waited = (told.step.at - waiting.arrived) // MINUTE
    facts: dict[str, Any] = {"minute": told.minute, "waited_minutes": waited, "version": version}
    record(RideNoShow(code=held.code, shift=shift.code, **facts), by=told.by, now=told.now)
    tell_rider(held, "ride.no_show", held.promise, told.now)


def _alight(told: _Told) -> None:
    held, shift = _held(told), told.step.shift
    began = aboard_since(held)
    if held.state != Booking.State.ABOARD or began is None:
        raise CannotRun("not_aboard" if held.state == Booking.State.BOOKED else "not_booked")
    if began.shift_id != shift.pk:
        raise CannotRun("other_shift")
    _step_to(held, Booking.State.DONE)
    told.step.save()
    facts: dict[str, Any] = {
        "ride_minutes": (told.step.at - began.at) // MINUTE,
        "late_minutes": _late(told, held, held.promise.arrival_by),
        "people": held.riding.people,
    }
    record(RideDone(code=held.code, shift=shift.code, minute=told.minute, **facts), by=told.by, now=told.now)


def _take_fare(told: _Told, card: str) -> None:
    held, step = _held(told), told.step
    began = aboard_since(held)
    if began is None:
        raise CannotRun("not_aboard")
    if began.shift_id != step.shift_id:
        raise CannotRun("other_shift")
    if step.yen not in _fares(held):
        raise CannotRun("yen")
    if step.paid in (RunStep.Paid.CARD, RunStep.Paid.PASS):
        step.refused = open_fares.take(step, held, card, told.by)
    step.save()
    if step.refused:
        return
    open_fares.came_in(step, held, told.by, told.now)
    taken = FareTaken(code=held.code, shift=step.shift.code, yen=step.yen or 0, paid=step.paid)
    record(taken, by=told.by, now=told.now)


def _fares(held: Booking) -> set[int]:
    """What can be paid: all of it, or all but one person's part, who holds a pass."""
    yen = held.promise.yen
    return {yen, *(yen - each for _rider, each in yen_each(held.promise) if each < yen)}


def _late(told: _Told, held: Booking, promised: int) -> int:
    """Minutes after the promised second, begun ones counted; 0 in time."""
    late = told.step.at - moment_at(held.day, promised)
    return max(0, -(-late // MINUTE))
