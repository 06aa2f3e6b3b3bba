"""What the diary says of a ride: who rides and who booked for them stand in details, which go with the ride.

A row of the diary is never deleted and would tell for ever who rode when. What the desk did stays under its name.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

from machikado.town.common import diary
from machikado.town.common.actors import Actor
from machikado.town.common.diary import DiaryEvent
from machikado.town.common.models import Event
from machikado.town.ride.events.bookings import RideLimitPassed
from machikado.town.ride.models import Booking, BookingSeries
from machikado.town.ride.queries.bookings import DESK
from machikado.town.ride.queries.limits import Limit

AT_ONCE = 500


def write(event: DiaryEvent, booking: Booking | BookingSeries, *, by: Actor, now: datetime) -> None:
    """Write what happened to a booking or a series, in the caller's transaction."""
    if _is_named(booking, by):
        diary.record(event, by=by, now=now)
    else:
        diary.record(event, by=by.unnamed, now=now, detail={"by": by.person_id})


def write_many(told: Sequence[tuple[DiaryEvent, Booking]], *, by: Actor, now: datetime) -> None:
    """Write what happened to many bookings, like `write`; what the desk did in a few statements."""
    diary.record_many((event for event, booking in told if _is_named(booking, by)), by=by, now=now)
    for event, booking in told:
        if not _is_named(booking, by):
            write(event, booking, by=by, now=now)


def _is_named(booking: Booking | BookingSeries, by: Actor) -> bool:
    """Whether the row itself may say who did it: the system, or the desk."""
    return by.person_id is None or is_at_desk(booking, by)


def write_limit(booking: Booking, passed: Limit, *, by: Actor, now: datetime) -> None:
    """Write that the desk went beyond a limit, and why."""
    event = RideLimitPassed(code=booking.code, limit=passed.code, count=passed.count)
    diary.record(event, by=by, now=now, detail={"why": booking.beyond})


def is_at_desk(booking: Booking | BookingSeries, by: Actor) -> bool:
    """Say whether somebody acts as the desk: for another, and with a role for it."""
    return by.has(*DESK) and by.person_id != booking.rider_id


def forget(codes: Iterable[str], *nouns: str) -> None:
    """Erase the details of bookings, or of other nouns (codes): who did something, and why; rows and chain stay."""
    rest = iter(codes)
    while some := list(islice(rest, AT_ONCE)):
        rows = Event.objects.filter(noun__in=nouns or ("booking",), code__in=some).exclude(detail_digest="")
        diary.erase_detail(rows.values_list("pk", flat=True))
