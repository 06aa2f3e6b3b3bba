"""The waiting list (キャンセル待ち): whoever found the bus full waits for a seat; one that comes free is promised.

The line is looked through in order, outside of every transaction, after each change that could free a seat. Nobody gets
one before everybody in front of them was looked at with the same plan. The promise, its message and the end of the
waiting are one transaction: run twice, or killed anywhere, there is one ride and one message.
"""

from datetime import date, datetime, timedelta
from enum import Enum, auto

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common import chores, clock
from machikado.town.common.actors import SYSTEM, Actor
from machikado.town.common.errors import Cannot
from machikado.town.people.models import Person
from machikado.town.ride.actions import asking, authority, bookings, ride_diary
from machikado.town.ride.actions.asking import NewWish
from machikado.town.ride.actions.bookings import LIMITS
from machikado.town.ride.actions.line_ends import end
from machikado.town.ride.actions.offering import Glimpse, nearest, offer_anew
from machikado.town.ride.actions.returning import places_of
from machikado.town.ride.actions.telling import tell_wait_over
from machikado.town.ride.events.waiting import WaitBegun
from machikado.town.ride.hours import second_of
from machikado.town.ride.lives import WAITING
from machikado.town.ride.models import Booking, ServiceArea, Waiting
from machikado.town.ride.models.bookings import LAST_SECOND
from machikado.town.ride.queries import limits
from machikado.town.ride.queries.consents import in_force
from machikado.town.ride.queries.waiting import (
    PASSING,
    before,
    in_line,
    line_of,
    mark_of,
    overlap,
    span_of,
    waits_of,
    waits_until,
    why_not_wait,
)

AGAIN = timedelta(minutes=30)  # so often the line is looked through where nothing seems to have changed
ROUNDS = 20  # of one chore; what is left is for the next one
LEAVE = {"overlaps", "replaced", "left"}  # they ride at that time, or said meanwhile that they do not wait


class CannotWait(Cannot):
    """A place in the waiting list that cannot be had; nothing was changed."""

    sentences = {
        "not_refused": _("This wish does not wait for a seat. Please ask for the bus once more."),
        "never": _("For this ride no seat can come free. Please choose another time or another place."),
        "late": _("It is too late to wait for a seat: the ride begins within an hour. Please telephone the centre."),
        **LIMITS,
        "overlaps": _("At that time you ride already: %(ride)s. Please choose another time, or change that ride."),
        "twice": _("You wait for a seat at that time already. Please end that first."),
    }


def wait(*, booking: Booking, by: Actor, now: datetime) -> Waiting:
    """Wait for a seat, behind all who wait already; said twice, it is one place. Raises CannotWait."""
    authority.may_book(by, booking.rider, now)
    with transaction.atomic():
        ServiceArea.objects.select_for_update(no_key=True).get(pk=booking.area_id)
        consent = authority.still_may_book(by, booking.rider, now)
        held = _held(booking)
        row = Waiting.objects.filter(booking=held).first()
        if row is not None and row.state == Waiting.State.WAITING:
            return row
        _check(held, consent.proxy if consent else None, now)
        row = row or Waiting(booking=held, state=Waiting.State.WAITING)
        if row.pk is not None:
            row.state = WAITING.step(row.state, Waiting.State.WAITING)
        row.since, row.until, row.why, row.ended_at, row.looked_mark = now, waits_until(held), "", None, ""
        row.save()
        ride_diary.write(_begun(row, held), held, by=by, now=now)
    return row


def _held(booking: Booking) -> Booking:
    rows = Booking.objects.select_for_update(of=("self",)).select_related("area", "rider", "consent", "replaces")
    return rows.get(pk=booking.pk)


def _check(held: Booking, proxy: Person | None, now: datetime) -> None:
    if code := why_not_wait(held, now):
        raise CannotWait(code)
    assert held.rider is not None
    limit = limits.held_too_many(held.rider, now, proxy) if held.replaces is None and not held.beyond else None
    if limit is not None:
        raise CannotWait(limit.code, count=limit.count)
    if (ride := _rides_then(held, now)) is not None:
        raise CannotWait("overlaps", ride=ride)
    same_day = waits_of(held.rider).filter(booking__day=held.day)
    if any(overlap(other.booking, held) for other in same_day):
        raise CannotWait("twice")


def _rides_then(held: Booking, now: datetime) -> str | None:
    """The ride that somebody has at the wished time, in words; the one that is to be replaced is in nobody's way."""
    assert held.rider is not None
    arrives = held.when == Booking.When.ARRIVE
    promise = limits.ride_at(held.rider, held.wish_at, arrives=arrives, now=now)
    return limits.ride_words(promise) if promise is not None and promise.booking_id != held.replaces_id else None


def _begun(row: Waiting, held: Booking) -> WaitBegun:
    return WaitBegun(
        code=held.code,
        channel=held.channel,
        day=held.day.isoformat(),
        people=held.riding.people,
        before=before([row])[row.pk],
        minutes=(row.until - row.since) // timedelta(minutes=1),
    )


def let_go(*, booking: Booking, by: Actor, now: datetime) -> None:
    """Do not wait any more; twice is once, and what is promised meanwhile stays promised."""
    authority.may_book(by, booking.rider, now)
    with transaction.atomic():
        authority.still_may_book(by, booking.rider, now)
        _end(booking, Waiting.State.LET_GO, by, now)


def _end(booking: Booking, state: Waiting.State, by: Actor, now: datetime, why: str = "") -> Booking | None:
    """End a waiting, if it lasts still, in the caller's transaction."""
    held = _held(booking)
    row = Waiting.objects.select_for_update().filter(booking=held, state=Waiting.State.WAITING).first()
    if row is None:
        return None
    row.booking = held
    end(row, state, by, now, why)
    return held


def queue(now: datetime) -> int:
    """Periodic duty: a chore for each line in which something may be done. Returns how many."""
    awaited, queued = chores.awaited(look_through), 0
    marks: dict[tuple[int, date], str] = {}
    due: dict[str, None] = {}
    for row in in_line():
        area, day = row.booking.area, row.booking.day
        mark = marks.setdefault((area.pk, day), "") or mark_of(area, day)
        marks[area.pk, day] = mark
        is_old = row.looked_at is None or row.looked_at <= now - AGAIN
        if row.until <= now or is_old or row.looked_mark != mark:
            due[f"{area.code} {day}"] = None
    for line in due:
        if line not in awaited:
            chores.later(look_through, line=line)
            queued += 1
    return queued


@chores.chore("slow")
def look_through(line: str) -> None:
    """Promise the seats of a day that came free, the first in line first; `line` is the area's code and the day."""
    code, day = line.split()
    area = ServiceArea.objects.filter(code=code).first()
    if area is not None:
        serve(area, date.fromisoformat(day), clock.now())


def serve(area: ServiceArea, day: date, now: datetime) -> None:
    """The same for an area: whose time is over is told; then rounds, as long as one of them changes something."""
    for row in line_of(area, day).filter(until__lte=now):
        chores.beat()
        _over(row.booking, _look(row.booking, now), Waiting.TIME, now)
    for _round in range(ROUNDS):
        mark = mark_of(area, day)
        seen = _round_of(area, day, mark, now)
        if seen is not None:
            Waiting.objects.filter(pk__in=seen).update(looked_at=now, looked_mark=mark)
            return


class _Came(Enum):
    """What came of a look for somebody."""

    NOTHING = auto()
    CHANGE = auto()  # by it or by others: the line is looked through from the first on


def _round_of(area: ServiceArea, day: date, mark: str, now: datetime) -> list[int] | None:
    """Look at everybody in turn; the ids of all, or None as soon as the day is not what the first was seen with."""
    line = {row.booking.code: row for row in line_of(area, day)}
    for code in _in_turn(list(line.values()), now):
        chores.beat()
        if _serve(line[code].booking, mark, now) is _Came.CHANGE:
            return None
    return [row.pk for row in line.values()]


def _in_turn(line: list[Waiting], now: datetime) -> list[str]:
    from machikado.town.ride.planning.lining import InLine, in_turn

    if not line:
        return []
    day = line[0].booking.day
    numbered = [InLine(row.booking.code, span_of(row.booking), place) for place, row in enumerate(line)]
    return in_turn(numbered, (-LAST_SECOND, 2 * LAST_SECOND), second_of(day, now))


def _serve(booking: Booking, mark: str, now: datetime) -> _Came:
    """Look for a seat for one of the line, and promise it."""
    if _rides_then(booking, now) is not None:
        return _leave(booking, now)
    if booking.consent_id is not None and not in_force(now).filter(pk=booking.consent_id).exists():
        return _over(booking, None, Waiting.CONSENT, now)
    found = _look(booking, now)
    if found is None or found.answer.reason in PASSING:
        return _Came.NOTHING
    if found.answer.reason:
        return _over(booking, found, found.answer.reason, now)
    if mark_of(booking.area, booking.day) != mark:
        return _Came.CHANGE  # what was found may be of use to somebody in front
    return _promise(booking, found, now)


def _look(booking: Booking, now: datetime) -> Glimpse | None:
    try:
        return asking.look(area=booking.area, wish=_wish_of(booking), now=now)
    except Cannot:  # no fares just now, say: what passes is looked for another time
        return None


def _wish_of(booking: Booking) -> NewWish:
    return NewWish(
        *places_of(booking),
        when=booking.when,
        day=booking.day,
        minute=booking.wish_second // 60,
        riding=booking.riding,
        walk_minutes=booking.walk_minutes,
        replaces=booking.replaces,
        back_of=booking.back_of,
    )


def _promise(booking: Booking, found: Glimpse, now: datetime) -> _Came:
    """Take the offer that is nearest to the wished time, as long as they wait."""
    with transaction.atomic():
        held = _held(booking)
        waits = Waiting.objects.filter(booking=held, state=Waiting.State.WAITING).exists()
        if held.state != Booking.State.REFUSED or not waits:
            return _Came.CHANGE
        offer_anew(held, found)
    try:
        bookings.accept(offer=nearest(held), by=SYSTEM, now=now)
    except Cannot as refusal:
        if refusal.code in LEAVE:
            return _leave(booking, now)
        return _Came.NOTHING if refusal.code in LIMITS else _Came.CHANGE
    return _Came.CHANGE


def _leave(booking: Booking, now: datetime) -> _Came:
    """They ride at that time already, or have left themselves: nobody needs to hear of it."""
    with transaction.atomic():
        _end(booking, Waiting.State.LET_GO, SYSTEM, now)
    return _Came.NOTHING


def _over(booking: Booking, found: Glimpse | None, why: str, now: datetime) -> _Came:
    """No seat came free, or none can any more: they are told, with the nearest times as they are now."""
    with transaction.atomic():
        held = _end(booking, Waiting.State.OVER, SYSTEM, now, why)
        if held is not None:
            if found is not None:
                offer_anew(held, found)
            tell_wait_over(held, why, now)
    return _Came.NOTHING
