"""What happens to a booking: an offer is accepted and becomes a promise, another takes its place, it is cancelled."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.errors import Cannot
from machikado.town.people.models import Person
from machikado.town.ride.actions import authority, plans, ride_diary
from machikado.town.ride.actions.line_ends import settle
from machikado.town.ride.actions.plans import Change, Overtaken, Standing
from machikado.town.ride.actions.telling import is_on_the_line, tell_rider
from machikado.town.ride.events.bookings import RideBooked, RideCancelled
from machikado.town.ride.hours import moment_at, second_of
from machikado.town.ride.lives import BOOKING
from machikado.town.ride.models import Booking, BookingConsent, Offer, PlanChange, ServiceArea
from machikado.town.ride.queries import limits
from machikado.town.ride.queries.bookings import DESK
from machikado.town.ride.queries.day_rows import Promised, promised
from machikado.town.ride.queries.running import runs_on, usable_stops

CANCEL_LEAST = timedelta(minutes=10)  # before the promised pickup; later only the centre can, by telephone
ENDED = ("state", "cancelled_at", "cancel_reason", "cancelled_by")  # the columns of a booking that ends


LIMITS = {
    "many": _("%(count)s rides are booked already, which is the most. Please telephone the centre."),
    "phone_many": _(
        "With this telephone number %(count)s rides are booked already, which is the most. Please telephone the centre."
    ),
    "asked_often": _(
        "You asked %(count)s times within an hour, which is the most. Please wait a little, or telephone the centre."
    ),
    "phone_asked_often": _(
        "With this telephone number a bus was asked for %(count)s times within an hour. "
        "Please wait a little, or telephone the centre."
    ),
    "guest_many": _("You cannot book more rides with this number now. Please telephone the centre."),
    "guest_asked_often": _(
        "With this number a bus was asked for very often. Please wait an hour, or telephone the centre."
    ),
    "proxy_many": _(
        "%(count)s rides are booked already for the people for whom you book, which is the most. "
        "Please telephone the centre."
    ),
    "proxy_asked_often": _(
        "For the people for whom you book a bus was asked for %(count)s times within an hour, which is the most. "
        "Please wait a little, or telephone the centre."
    ),
}


class CannotBook(Cannot):
    """An offer that cannot be taken any more; nothing was changed."""

    sentences = {
        "taken": _("Somebody else was a little faster: this seat is taken. Please choose another bus."),
        "busy": _("Many people are booking at this moment. Please press once more."),
        "late": _("This bus has left. Please look for the next one."),
        "closed": _("The bus does not run at that time any more. Please look for another one."),
        "decided": _("This booking stands already, with another bus. You can change it there."),
        **LIMITS,
        "overlaps": _("At that time you ride already: %(ride)s. Please choose another time, or change that ride."),
        "replaced": _("The booking that this one was to replace cannot be changed any more."),
    }


class CannotCancel(Cannot):
    """A booking that cannot be given back."""

    sentences = {
        "late": _("The bus is nearly there. Please telephone the centre to cancel."),
        "aboard": _("This ride has begun. It cannot be cancelled any more."),
        "not_booked": _("This ride is not booked, so there is nothing to cancel."),
    }


@dataclass(frozen=True, eq=False)
class _Yes:
    """An offer that is being accepted, the plan that it was computed on, and what becomes of it."""

    offer: Offer
    standing: Standing
    kept: Promised
    changes: Sequence[Change]


def accept(*, offer: Offer, by: Actor, now: datetime) -> Booking:
    """Take an offer: from now on it is a promise. Said twice, it is done once. Raises CannotBook.

    What takes long is read before the area is held; then the place in the plan is found and written, and nobody else's
    yes comes between.
    """
    booking = offer.booking
    authority.may_book(by, booking.rider, now)
    plans.read(booking.area, booking.day, now)
    with suppress(Overtaken), plans.held(booking.area):
        if not _is_done(offer):
            _write(_computed(offer, now), by)
        return Booking.objects.get(pk=booking.pk)
    raise CannotBook("busy")


def _is_done(offer: Offer) -> bool:
    """Whether this very offer is taken; if another one is, or the booking has ended, it cannot be."""
    if Offer.objects.filter(pk=offer.pk, taken_at__isnull=False).exists():
        return True
    state = Booking.objects.values_list("state", flat=True).get(pk=offer.booking_id)
    if state not in BOOKING.before(Booking.State.BOOKED):
        raise CannotBook("decided")
    return False


def _computed(offer: Offer, now: datetime) -> _Yes:
    """Put the promise into the plan as it is now. Raises CannotBook."""
    booking = offer.booking
    _check(offer, now)
    standing = plans.read(booking.area, booking.day, now)
    if standing is None or not standing.rows.place_of.keys() >= {offer.pickup_stop_id, offer.arrival_stop_id}:
        raise CannotBook("closed")
    from machikado.town.ride.planning.leaving import without
    from machikado.town.ride.planning.taking import NoSeat, Unsound, take

    changes, day, old = [*standing.pending], standing.rows, booking.replaces
    if old is not None and old.code in day.promised:
        day = without(day, old.code, standing.second)
        changes.append(Change(PlanChange.Kind.DROP, day, booking=old))
    try:
        taken = take(day, _reachable(promised(offer), offer, standing), standing.second)
    except NoSeat as fault:
        raise CannotBook("taken") from fault
    except Unsound as fault:
        raise CannotBook("closed") from fault
    changes.append(Change(PlanChange.Kind.TAKE, taken.day, booking=booking, facts=taken.facts))
    return _Yes(offer, standing, taken.promised, changes)


def _reachable(whole: Promised, offer: Offer, standing: Standing) -> Promised:
    """What was offered, from when somebody is at the stop who sets out now."""
    begin = max(offer.pickup_from, standing.second + offer.walk_from_seconds)
    return replace(whole, pickup=(begin, *whole.pickup[1:]))


def _check(offer: Offer, now: datetime) -> None:
    booking = offer.booking
    if second_of(booking.day, now) + offer.walk_from_seconds >= offer.pickup_by:
        raise CannotBook("late")
    runs = runs_on(booking.area, booking.day)
    stops = usable_stops(booking.area, booking.day, wheelchair=booking.wheelchairs > 0)
    ends = (offer.pickup_stop_id, offer.arrival_stop_id)
    if not runs.holds(offer.expected_pickup) or stops.filter(pk__in=ends).count() < len(ends):
        raise CannotBook("closed")


def _write(yes: _Yes, by: Actor) -> None:
    """Under the area's lock: the plan, the promise, the booking it replaces, the diary, the message."""
    booking, now = yes.offer.booking, yes.standing.now
    locked = plans.lock(yes.standing)
    consent = authority.still_may_book(by, booking.rider, now)
    if booking.replaces is not None:
        _check_replaced(booking.replaces, by, now)
    _check_runs(yes)
    plans.write(yes.standing, yes.changes, locked)
    held = (
        Booking.objects.select_for_update(of=("self",)).select_related("area", "rider", "replaces").get(pk=booking.pk)
    )
    if not held.offers.filter(pk=yes.offer.pk).exists():  # others were offered in its place
        raise CannotBook("taken")
    _check_rider(held, yes.offer, consent, now)
    held.state = BOOKING.step(held.state, Booking.State.BOOKED)
    held.booked_at = now
    _sign(held, consent, by)
    held.save(update_fields=["state", "booked_at", "booked_by", "consent", "channel"])
    came_free, promise = settle(held, by, now), _promise(yes)
    if held.replaces is not None:
        _release(held.replaces, yes, by)
    ride_diary.write(_told(held, promise, yes.changes[-1].after.version), held, by=by, now=now)
    if came_free:
        tell_rider(held, "ride.seat_found", promise, now)
    elif not is_on_the_line(held, by):
        tell_rider(held, "ride.booked", promise, now, consent)


def _sign(held: Booking, consent: BookingConsent | None, by: Actor) -> None:
    """Who says yes has booked it, whoever asked: somebody else by their consent, or not somebody else any more.

    A seat that came free was booked by whoever put the passenger in line.
    """
    if by.person_id is None:
        return
    if consent is not None:
        held.channel = Booking.Channel.PROXY
    elif held.consent_id is not None:
        held.channel = Booking.Channel.PHONE if ride_diary.is_at_desk(held, by) else Booking.Channel.WEB
    else:
        return
    held.booked_by_id, held.consent = by.person_id, consent


def _check_rider(held: Booking, offer: Offer, consent: BookingConsent | None, now: datetime) -> None:
    """Under the lock: not more rides than one person may hold, unless the desk said why; never two at once."""
    assert held.rider is not None  # by retention only, long after the ride
    proxy = consent.proxy if consent else None
    limit = _held_too_many(held, proxy, now) if held.replaces is None and not held.beyond else None
    if limit is not None:
        raise CannotBook(limit.code, count=limit.count)
    if (promise := limits.ride_in_the_way(offer, now)) is not None:
        raise CannotBook("overlaps", ride=limits.ride_words(promise))


def _held_too_many(held: Booking, proxy: Person | None, now: datetime) -> limits.Limit | None:
    assert held.rider is not None
    if held.channel == Booking.Channel.GUEST:
        return limits.guest_holds_too_many(held.rider, now)
    return limits.held_too_many(held.rider, now, proxy, besides=held)


def _check_runs(yes: _Yes) -> None:
    """Under the lock, for the bus may have been suspended meanwhile: it runs when they get on and when they get off."""
    booking = yes.offer.booking
    runs = runs_on(booking.area, booking.day)
    steps = [row for each in yes.changes[-1].after.steps.values() for row in each if row.who == booking.code]
    if not all(runs.holds(step.begins) for step in steps):
        raise CannotBook("closed")


def _promise(yes: _Yes) -> Offer:
    """The offer as it was taken; who has to walk first is fetched later, and is there later."""
    offer, kept = Offer.objects.select_related("pickup_stop", "arrival_stop").get(pk=yes.offer.pk), yes.kept
    offer.taken_at, offer.pickup_from = yes.standing.now, kept.pickup[0]
    later = max(0, offer.pickup_from - offer.expected_pickup)
    offer.expected_pickup += later
    offer.expected_arrival = min(offer.expected_arrival + later, offer.arrival_by)
    offer.planned_pickup_by, offer.planned_arrival_by = kept.pickup[2], kept.arrival[2]
    offer.planned_ride_seconds = kept.ride[1]
    offer.save()
    return offer


def _check_replaced(old: Booking, by: Actor, now: datetime) -> None:
    """Under the lock, as long as its steps stand in the plan: whoever could not cancel it cannot change it either."""
    try:
        check_cancel(Booking.objects.select_for_update().get(pk=old.pk), by, now)
    except CannotCancel as refusal:
        raise CannotBook("replaced") from refusal


def _release(old: Booking, yes: _Yes, by: Actor) -> None:
    """The booking whose place another one takes; of another day, its plan is another one, under the same lock."""
    held, now = Booking.objects.select_for_update().get(pk=old.pk), yes.standing.now
    dropped = next((change.after.version for change in yes.changes if change.kind == PlanChange.Kind.DROP), None)
    version = plans.drop(held.area, held, now) if dropped is None else dropped
    _end(held, Booking.CancelReason.CHANGED, by, now)
    ride_diary.write(_cancelled(held, by, now, version), held, by=by, now=now)


def cancel(*, booking: Booking, by: Actor, now: datetime, reason: str = Booking.CancelReason.RIDER) -> None:
    """Give a promise back; twice is once. The rider can until ten minutes before, the desk until the ride begins.

    `reason` is who decided, which for a call differs from who types; only the desk decides for the centre.
    Raises CannotCancel.
    """
    authority.may_book(by, booking.rider, now)
    with transaction.atomic():
        ServiceArea.objects.select_for_update(no_key=True).get(pk=booking.area_id)
        consent = authority.still_may_book(by, booking.rider, now)
        held = Booking.objects.select_for_update(of=("self",)).select_related("area", "rider").get(pk=booking.pk)
        if held.state == Booking.State.CANCELLED:
            return
        check_cancel(held, by, now)
        version = plans.drop(held.area, held, now)
        decided = (
            Booking.CancelReason(reason)
            if by.person_id is None or ride_diary.is_at_desk(held, by)
            else Booking.CancelReason.RIDER
        )
        _end(held, decided, by, now)
        ride_diary.write(_cancelled(held, by, now, version), held, by=by, now=now)
        knows = decided == Booking.CancelReason.RIDER and (held.rider_id == by.person_id or is_on_the_line(held, by))
        if not knows:
            tell_rider(held, "ride.cancelled", held.promise, now, consent)


def call_off(*, held: Sequence[Booking], by: Actor, now: datetime) -> None:
    """Cancel promises of one day, as the bus is suspended; in the caller's transaction and under the area's lock.

    Whoever calls it has looked that none of these rides has begun, and tells the passengers.
    """
    versions = plans.drop_all(held[0].area, held, now)
    for each in held:
        _ended(each, Booking.CancelReason.SUSPENDED, by, now)
    facts = {name: getattr(held[0], name) for name in ENDED}
    Booking.objects.filter(pk__in=[each.pk for each in held]).update(**facts)
    told = [(_cancelled(each, by, now, versions[each.code]), each) for each in held]
    ride_diary.write_many(told, by=by, now=now)


def check_cancel(held: Booking, by: Actor, now: datetime) -> None:
    """Raise CannotCancel for a booking that this actor cannot give back at this moment."""
    if held.state != Booking.State.BOOKED:
        raise CannotCancel("aboard" if held.booked_at is not None else "not_booked")
    step = held.steps.filter(action="pickup").first()
    if step is not None and second_of(held.day, now) >= step.begins:
        raise CannotCancel("aboard")
    if by.has(*DESK) or by.person_id is None:
        return
    if now > moment_at(held.day, held.promise.pickup_from) - CANCEL_LEAST:
        raise CannotCancel("late")


def may_cancel(booking: Booking, by: Actor, now: datetime) -> bool:
    """Say whether this actor could give a booking back at this moment."""
    try:
        check_cancel(booking, by, now)
    except CannotCancel:
        return False
    return True


def _end(held: Booking, reason: Booking.CancelReason, by: Actor, now: datetime) -> None:
    _ended(held, reason, by, now)
    held.save(update_fields=ENDED)


def _ended(held: Booking, reason: Booking.CancelReason, by: Actor, now: datetime) -> None:
    held.state = BOOKING.step(held.state, Booking.State.CANCELLED)
    held.cancelled_at, held.cancel_reason, held.cancelled_by_id = now, reason, by.person_id


def _told(booking: Booking, offer: Offer, version: int) -> RideBooked:
    return RideBooked(
        code=booking.code,
        channel=booking.channel,
        day=booking.day.isoformat(),
        people=booking.riding.people,
        pickup_minute=offer.expected_pickup // 60,
        ride_minutes=(offer.expected_arrival - offer.expected_pickup) // 60,
        walk_minutes=(offer.walk_from_seconds + offer.walk_to_seconds) // 60,
        yen=offer.yen,
        version=version,
        replaces=booking.replaces.code if booking.replaces else "",
    )


def _cancelled(booking: Booking, by: Actor, now: datetime, version: int) -> RideCancelled:
    ahead = moment_at(booking.day, booking.promise.expected_pickup) - now
    return RideCancelled(
        code=booking.code,
        channel=booking.channel,
        day=booking.day.isoformat(),
        reason=booking.cancel_reason,
        typed_at_desk=ride_diary.is_at_desk(booking, by),
        ahead_minutes=ahead // timedelta(minutes=1),
        version=version,
    )
