"""What drivers say of stops: the stop is on the other side of the road, or the bus cannot stop there."""

from datetime import datetime

from django.db import transaction

from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.people.permissions import require
from machikado.town.ride.actions.running import Press
from machikado.town.ride.events.running import StopNoted, StopNoteSettled
from machikado.town.ride.models import Stop, StopNote


def note(*, press: Press, stop: Stop, kind: str, by: Actor, now: datetime) -> StopNote:
    """Say what is amiss at a stop; it stands at the stop until somebody has looked. Told again, it is the same."""
    require(by, may="ride.drive", on=press.shift.driver)
    facts = {"stop": stop, "shift": press.shift, "kind": StopNote.Kind(kind), "at": min(press.at, now)}
    with transaction.atomic():
        row, is_new = StopNote.objects.get_or_create(key=press.key, defaults=facts)
        if is_new:
            record(StopNoted(code=stop.code, what=row.kind), by=by, now=now)
    return row


def settle(*, note: StopNote, by: Actor, now: datetime) -> None:
    """It was looked at. Twice is once."""
    require(by, may="ride.change_stops", on=note.stop)
    with transaction.atomic():
        if StopNote.objects.filter(pk=note.pk, settled_at=None).update(settled_at=now):
            record(StopNoteSettled(code=note.stop.code, what=note.kind), by=by, now=now)
