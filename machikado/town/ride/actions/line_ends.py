"""How a place in the waiting list ends, in the transaction of what ends it: a promise, a word, or the person's wish."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.errors import Cannot
from machikado.town.ride.actions import ride_diary
from machikado.town.ride.events.waiting import WaitEnded
from machikado.town.ride.lives import WAITING
from machikado.town.ride.models import Booking, Waiting


class CannotServe(Cannot):
    """A seat for somebody who does not wait any more; nothing was promised."""

    sentences = {"left": _("They do not wait any more.")}


def settle(held: Booking, by: Actor, now: datetime) -> bool:
    """End the waiting of a booking that is being promised; True where the seat is one that came free for it.

    Whoever takes another time themselves does not wait any more. Raises CannotServe where the line would book it and
    they have left: the promise is not made.
    """
    row = Waiting.objects.select_for_update().filter(booking=held).first()
    if row is None:
        return False
    if row.state != Waiting.State.WAITING:
        if by.person_id is None:
            raise CannotServe("left")
        return False
    came_free = by.person_id is None
    row.booking = held
    end(row, Waiting.State.BOOKED if came_free else Waiting.State.LET_GO, by, now)
    return came_free


def end(row: Waiting, state: Waiting.State, by: Actor, now: datetime, why: str = "") -> None:
    """Write that somebody does not wait any more; the caller holds the row and its booking."""
    booking = row.booking
    row.state, row.why, row.ended_at = WAITING.step(row.state, state), why, now
    row.save(update_fields=["state", "why", "ended_at"])
    told = WaitEnded(
        code=booking.code,
        day=booking.day.isoformat(),
        state=row.state,
        why=why,
        waited_minutes=(now - row.since) // timedelta(minutes=1),
    )
    ride_diary.write(told, booking, by=by, now=now)
