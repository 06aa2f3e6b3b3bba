"""What happens to promised rides in a suspension: cancelled at once, their passengers told or to be telephoned."""

from datetime import datetime
from itertools import groupby

from django.db import transaction

from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.people.models import Account, ContactPoint
from machikado.town.people.permissions import require
from machikado.town.ride.actions import area as areas
from machikado.town.ride.actions import bookings
from machikado.town.ride.actions.area import NewSuspension
from machikado.town.ride.actions.telling_suspension import tell_suspended
from machikado.town.ride.events.calls import RidesSuspended
from machikado.town.ride.models import Booking, CallEntry, CallList, ServiceArea, SuspendedRide, Suspension
from machikado.town.ride.queries.suspended import Touched, fetched_from, rank_of, runs_from, touched


def suspend_all(*, area: ServiceArea, new: NewSuspension, by: Actor, now: datetime) -> Suspension:
    """Suspend the bus and cancel what is promised in that time, in one step. Sent twice, it is done once.

    Raises CannotSuspend.
    """
    require(by, may="ride.change_area", on=area)
    with transaction.atomic():
        ServiceArea.objects.select_for_update(no_key=True).get(pk=area.pk)
        facts = {"area": area, "reason": new.reason, "begins_at": new.begins_at, "ends_at": new.ends_at}
        done = Suspension.objects.filter(**facts, lifted_at=None, call_list__isnull=False).first()
        row = done or areas.suspend(area=area, new=new, by=by, now=now)
        call_off(suspension=row, by=by, now=now)
    return row


def call_off(*, suspension: Suspension, by: Actor, now: datetime) -> CallList | None:
    """Cancel the promised rides in the time of a suspension; whoever is on their way is brought to their goal.

    Done again, it cancels what is promised there still and adds it to the same list; None where nothing ever was.
    Raises CannotSuspend for one that was lifted.
    """
    require(by, may="ride.change_area", on=suspension)
    with transaction.atomic():
        ServiceArea.objects.select_for_update(no_key=True).get(pk=suspension.area_id)
        held = Suspension.objects.select_related("area").get(pk=suspension.pk)
        areas.check_holds(held, now)
        found = touched(held.area, held.begins_at, held.ends_at, now)
        if not found.waiting:
            return CallList.objects.filter(suspension=held).first()
        begun = {"made_by_id": by.person_id, "made_at": now}
        made, _is_new = CallList.objects.get_or_create(suspension=held, defaults=begun)
        _call_off(made, found, by, now)
    return made


def _call_off(made: CallList, found: Touched, by: Actor, now: datetime) -> None:
    by_day = sorted(found.waiting, key=lambda booking: booking.day)
    for _day, rides in groupby(by_day, key=lambda booking: booking.day):
        bookings.call_off(held=list(rides), by=by, now=now)
    entries = _entries(made, found)
    SuspendedRide.objects.bulk_create(
        SuspendedRide(call_list=made, booking=booking, entry=entries.get(booking.rider_id)) for booking in found.waiting
    )
    again = runs_from(made.suspension.area, made.suspension.ends_at) if made.suspension.ends_at else None
    tell_suspended(found.waiting, made.suspension, again, now)
    event = RidesSuspended(
        code=made.code,
        suspension=made.suspension.code,
        rides=len(found.waiting),
        people=found.people,
        by_message=len(found.by_message),
        to_call=len(found.riders) - len(found.by_message),
        under_way=len(found.under_way),
    )
    record(event, by=by, now=now)


def _entries(made: CallList, found: Touched) -> dict[int | None, CallEntry]:
    """Whom to telephone, by whose id it is; somebody who stands on the list already is to be called once more."""
    to_call = {rider: rides for rider, rides in found.riders.items() if rider not in found.by_message}
    ranks = _ranks(to_call)
    for entry in made.entries.select_for_update().filter(person__in=to_call):
        entry.state = CallEntry.State.OPEN
        entry.ride_at = min(entry.ride_at, fetched_from(to_call.pop(entry.person_id)[0]))
        entry.save(update_fields=["state", "ride_at"])
    CallEntry.objects.bulk_create(
        CallEntry(call_list=made, person_id=rider, ride_at=fetched_from(rides[0]), rank=ranks[rider])
        for rider, rides in to_call.items()
    )
    return {entry.person_id: entry for entry in made.entries.filter(person__in=ranks)}


def _ranks(to_call: dict[int, list[Booking]]) -> dict[int, int]:
    """The place of each of them among those whose ride is at the same time, by whose id it is."""
    signs_in = set(Account.objects.filter(person__in=to_call, is_active=True).values_list("person", flat=True))
    mail = ContactPoint.objects.filter(person__in=to_call, kind=ContactPoint.Kind.MAIL)
    reached = signs_in | set(mail.values_list("person", flat=True))
    return {rider: rank_of(rides, is_reached=rider in reached) for rider, rides in to_call.items()}
