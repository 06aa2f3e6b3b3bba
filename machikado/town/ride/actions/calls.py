"""What happens on a call list: somebody takes an entry and telephones, says what came of it, or gives it back.

Several people work on one list: an entry is held by one of them (a lease of some minutes, real time), taken by
comparing and setting in one statement, so that no two call the same person. Nobody holds two: what came of one call is
said before the next begins, and a button pressed twice leads to the call that was begun.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.actions import messages
from machikado.town.people.permissions import require
from machikado.town.ride.events.calls import RideCallAdded, RideCallMade, RideCallReopened
from machikado.town.ride.models import Booking, CallEntry, CallList, CallTry, SuspendedRide
from machikado.town.ride.queries.calls import free_to_call, messages_about, told_rides
from machikado.town.ride.queries.suspended import fetched_from, rank_of

LEASE = timedelta(minutes=10)  # a call takes two or three, and another ride is often booked in it
TRIES = 20  # at taking the next one while others take theirs
FREE: dict[str, None] = {"claimed_by": None, "claimed_until": None}


class CannotCall(Cannot):
    """A call that another one makes, or that is over."""

    sentences = {
        "taken": _("%(who)s is calling %(whom)s just now. Please take the next one."),
        "calling": _("You are calling %(whom)s just now. Please say first what came of it."),
        "over": _("%(whom)s was called already: %(outcome)s."),
        "not_held": _("Please press “Call” first, so that nobody else calls %(whom)s meanwhile."),
        "nobody_left": _("Nobody is left to call on this list."),
        "others_call": _("All who are left are being called just now by others."),
    }


def claim(*, entry: CallEntry, by: Actor, now: datetime) -> None:
    """Take somebody to call, for some minutes; taken again by the same, they begin anew. Raises CannotCall.

    `now` is real time.
    """
    require(by, may="ride.telephone")
    if not _claim(entry, by, now):
        why, mine = _why_not(entry, by), _calls_of(by).first()
        raise CannotCall("calling", whom=mine.person) if why.code == "not_held" and mine is not None else why


def claim_next(*, call_list: CallList, by: Actor, now: datetime) -> CallEntry:
    """Take whoever is to be called next and is free; whom this person calls already, of any list, is the next one.

    Raises CannotCall. `now` is real time.
    """
    require(by, may="ride.telephone")
    for _attempt in range(TRIES):
        entry = _calls_of(by).filter(claimed_until__gt=now).first() or free_to_call(call_list, now).first()
        if entry is None:
            break
        if _claim(entry, by, now):
            return entry
    is_left = call_list.entries.filter(state=CallEntry.State.OPEN).exists()
    raise CannotCall("others_call" if is_left else "nobody_left")


def _calls_of(by: Actor) -> "QuerySet[CallEntry]":
    """Whom this person calls: one or nobody."""
    return CallEntry.objects.select_related("person").filter(claimed_by__isnull=False, claimed_by=by.person_id)


def _claim(entry: CallEntry, by: Actor, now: datetime) -> bool:
    """Take it if it is free, in one statement: of two at one moment one gets it.

    Of what ran out, this person's and that about the same passenger on another list is given back first.
    """
    free = Q(claimed_by=None) | Q(claimed_until__lte=now) | Q(claimed_by=by.person_id)
    rows = CallEntry.objects.filter(free, pk=entry.pk, state=CallEntry.State.OPEN)
    try:
        with transaction.atomic():
            over = CallEntry.objects.filter(claimed_until__lte=now).exclude(pk=entry.pk)
            over.filter(Q(claimed_by=by.person_id) | Q(person=entry.person_id)).update(**FREE)
            return bool(rows.update(claimed_by=by.person_id, claimed_until=now + LEASE))
    except IntegrityError:  # this person calls somebody else, or somebody else calls the passenger by another list
        return False


def _held(entry: CallEntry) -> CallEntry:
    return CallEntry.objects.select_related("person").get(pk=entry.pk)


def give_back(*, entry: CallEntry, by: Actor) -> None:
    """Not call them after all: somebody else can. What another one holds stays theirs."""
    require(by, may="ride.telephone")
    CallEntry.objects.filter(pk=entry.pk, claimed_by=by.person_id).update(**FREE)


def note(*, entry: CallEntry, outcome: str, by: Actor, now: datetime) -> None:
    """Say what came of a call; whoever says it holds the entry. Said twice, it is said once. Raises CannotCall."""
    require(by, may="ride.telephone")
    said = CallTry.Outcome(outcome)
    state = CallEntry.State.OPEN if said == CallTry.Outcome.AGAIN else CallEntry.State(said.value)
    with transaction.atomic():
        mine = CallEntry.objects.filter(pk=entry.pk, state=CallEntry.State.OPEN, claimed_by=by.person_id)
        if not mine.update(state=state, **FREE):
            if not _is_said(entry, said, by):
                raise _why_not(entry, by)
            return
        CallTry.objects.create(entry=entry, outcome=said, by_id=by.person_id, at=now)
        record(RideCallMade(code=entry.code, outcome=said.value, number=entry.tries.count()), by=by, now=now)
        if said != CallTry.Outcome.AGAIN:
            rides = Booking.objects.filter(suspended_ride__entry=entry)
            reached = said == CallTry.Outcome.REACHED
            messages.telephoned(messages=messages_about(rides), reached=reached, by=by, now=now)


def _is_said(entry: CallEntry, said: str, by: Actor) -> bool:
    """Whether the last that was said of an entry is this, by the same: a button that was pressed twice."""
    last = entry.tries.order_by("-pk").first()
    held = _held(entry)
    return last is not None and (last.outcome, last.by_id, held.claimed_by_id) == (said, by.person_id, None)


def _why_not(entry: CallEntry, by: Actor) -> CannotCall:
    held = _held(entry)
    if held.state != CallEntry.State.OPEN:
        return CannotCall("over", whom=held.person, outcome=held.get_state_display())
    others = CallEntry.objects.filter(person=held.person).exclude(claimed_by=None).exclude(claimed_by=by.person_id)
    if (taken := others.select_related("claimed_by").first()) is not None:  # by this list or another one
        return CannotCall("taken", who=taken.claimed_by, whom=held.person)
    return CannotCall("not_held", whom=held.person)


def reopen(*, entry: CallEntry, by: Actor, now: datetime) -> None:
    """Put somebody back on the list who was ticked wrongly; the tries stay as they were said."""
    require(by, may="ride.telephone")
    with transaction.atomic():
        over = CallEntry.objects.filter(pk=entry.pk).exclude(state=CallEntry.State.OPEN)
        if over.update(state=CallEntry.State.OPEN):
            record(RideCallReopened(code=entry.code), by=by, now=now)


def call_too(*, ride: SuspendedRide, by: Actor, now: datetime) -> None:
    """Telephone somebody as well who was told by message, about all their rides of the list. Again, it is done once."""
    require(by, may="ride.telephone")
    rider = ride.booking.rider
    if rider is None:
        return
    with transaction.atomic():
        CallList.objects.select_for_update().get(pk=ride.call_list_id)
        told = told_rides(ride.call_list).filter(booking__rider=rider)
        bookings = [each.booking for each in told]
        if not bookings:
            return
        soonest = min(map(fetched_from, bookings))
        first = {"ride_at": soonest, "rank": rank_of(bookings, is_reached=True)}
        entry, _is_new = CallEntry.objects.get_or_create(call_list=ride.call_list, person=rider, defaults=first)
        SuspendedRide.objects.filter(pk__in=[each.pk for each in told]).update(entry=entry)
        entry.state, entry.ride_at = CallEntry.State.OPEN, min(entry.ride_at, soonest)
        entry.save(update_fields=["state", "ride_at"])
        record(RideCallAdded(code=entry.code), by=by, now=now)
