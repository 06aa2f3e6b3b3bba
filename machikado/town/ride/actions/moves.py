"""What a transport manager does to a plan by hand: a ride is given to another vehicle, within what was promised."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.permissions import require
from machikado.town.ride.actions import plans
from machikado.town.ride.actions.plans import Change, Overtaken, Standing
from machikado.town.ride.events.mishaps import RideMoved
from machikado.town.ride.models import Booking, PlanChange, VehicleShift


class CannotMove(Cannot):
    """A ride that this vehicle cannot take; nothing was changed."""

    sentences = {
        "not_booked": _("This ride is not booked any more."),
        "same": _("%(vehicle)s fetches them already."),
        "fetched": _("They sit in the bus, or it is on its way to them. It is too late for another vehicle."),
        "out": _("%(vehicle)s does not drive on that day."),
        "no_room": _("%(vehicle)s cannot keep this promise: it has no seat or no time between its other rides."),
        "busy": _("Many people are booking at this moment. Please press once more."),
    }


def move(*, booking: Booking, shift: VehicleShift, by: Actor, now: datetime) -> None:
    """Let another vehicle fetch somebody, who is promised what they were promised. Raises CannotMove."""
    require(by, may="ride.run_day", on=booking)
    for turn in plans.turns(booking.area):
        with suppress(Overtaken), turn:
            if booking.steps.filter(shift=shift).exists():
                raise CannotMove("same", vehicle=shift.vehicle)
            standing, change = _computed(booking, shift, now)
            with transaction.atomic():
                plans.write(standing, [*standing.pending, change], plans.lock(standing))
                version = change.after.version
                told = RideMoved(code=booking.code, day=booking.day.isoformat(), shift=shift.code, version=version)
                record(told, by=by, now=now)
            return
    raise CannotMove("busy")


def _computed(booking: Booking, shift: VehicleShift, now: datetime) -> tuple[Standing, Change]:
    standing = plans.read(booking.area, booking.day, now)
    if standing is None or booking.code not in standing.rows.promised:
        raise CannotMove("not_booked")
    from machikado.town.ride.planning.leaving import is_bound
    from machikado.town.ride.planning.taking import NoSeat, Unsound, move

    rows, second = standing.rows, standing.second
    if shift.pk not in {van["shift"] for van in rows.vans}:
        raise CannotMove("out", vehicle=shift.vehicle)
    if is_bound(rows, booking.code, second):
        raise CannotMove("fetched")
    try:
        moved = move(rows, booking.code, shift.pk, second)
    except (NoSeat, Unsound) as fault:
        raise CannotMove("no_room", vehicle=shift.vehicle) from fault
    return standing, Change(PlanChange.Kind.MOVE, moved.day, booking=booking, facts=moved.facts)
