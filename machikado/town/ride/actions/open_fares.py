"""What happens to a fare that the tablet could not take: it is open until somebody settles or waives it.

Nothing that a driver told is lost or taken twice: the booking is held while any of it happens.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.calendar import town_date
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.permissions import require
from machikado.town.ride.actions.card_ledger import (
    CannotUseCard,
    Kind,
    Parts,
    check_not_own,
    hold,
    known,
    last_of,
    part_key,
    parts_of,
    why_not,
    write,
)
from machikado.town.ride.card_numbers import heard, is_number
from machikado.town.ride.events.tickets import CardFareBack, FareOpened, FareSettled
from machikado.town.ride.models import Booking, Card, CardEntry, CardRide, OpenFare, RunStep
from machikado.town.ride.queries.passes import paid_by_pass

State = OpenFare.State


class CannotSettle(Cannot):
    """An open fare that cannot be settled so; nothing was changed."""

    sentences = {
        "settled": _("This fare was settled meanwhile. Nothing was taken again."),
        "why": _("Please write why nothing is to be paid."),
        "card_low": _("There is too little on this card. Please charge it first, or take cash."),
        "card_blocked": _("This card is not in use any more. Please take another one, or cash."),
        "card_over": _("The last day of this card is over. Please charge it first, or take cash."),
        "card_unknown": _("No card has this number. Please look at the six digits again."),
        "not_twice": _("This fare was not paid twice."),
    }


@dataclass(frozen=True, slots=True)
class Settling:
    """How a fare is settled: by which card (what was typed), in cash, or not at all and why."""

    state: str
    typed: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Opened:
    """What is open and why; by which card it was to be paid, or which digits no card has."""

    yen: int
    reason: str
    card: Card | None = None
    typed: str = ""


def card_said(said: str) -> Card | None:
    """The card that was typed (six digits) or scanned (its secret)."""
    said = heard(said)
    if is_number(said):
        return Card.objects.filter(number=said).first()
    return Card.objects.filter(secret=said).first() if len(said) > len("123456") else None


def is_of_another(key: UUID, said: str) -> bool:
    """Whether this press took its fare from another card than the one that is said now."""
    entry = CardEntry.objects.filter(key=key).first()
    card = card_said(said) if entry is not None else None
    return entry is not None and (card is None or card.code != entry.card)


def take(step: RunStep, held: Booking, said: str, by: Actor) -> str:
    """In the caller's transaction, which holds the booking: pay a fare by card or pass; "" or why it is open now."""
    assert step.yen is not None
    if OpenFare.objects.filter(booking=held).exclude(state=State.OPEN).exists():
        return "settled"
    card = card_said(said) if step.paid == RunStep.Paid.CARD else None
    reason = _pay(step, held, card) if step.paid == RunStep.Paid.CARD else _show(step, held)
    if reason:
        digits = heard(said)
        typed = digits if card is None and digits.isdigit() else ""
        opened = _Opened(step.yen, reason, last_of(card) if card else None, typed)
        _open(held, opened, by, step.received_at)
    return reason


def _show(step: RunStep, held: Booking) -> str:
    """A pass is known for who holds it, and pays for its holder alone: where others ride along, they pay."""
    return "" if paid_by_pass(held) >= held.promise.yen == step.yen else "no_pass"


def _pay(step: RunStep, held: Booking, card: Card | None) -> str:
    if card is None:
        return "card_unknown"
    here, yen = hold(card), step.yen or 0
    if reason := why_not(here, yen, held.day):
        return reason
    entry = write(here, step.key, Kind.FARE, parts_of(here, yen).taken, step.at)
    CardRide.objects.create(entry=entry, booking=held)
    return ""


def _open(held: Booking, opened: _Opened, by: Actor, now: datetime) -> None:
    facts = {"yen": opened.yen, "reason": opened.reason, "card": opened.card, "typed": opened.typed[:6]}
    new = {**facts, "opened_at": now}
    _row, is_new = OpenFare.objects.update_or_create(booking=held, defaults=facts, create_defaults=new)
    if is_new:
        record(FareOpened(code=held.code, yen=opened.yen, reason=opened.reason), by=by, now=now)


def came_in(step: RunStep, held: Booking, by: Actor, now: datetime) -> None:
    """In the caller's transaction: a fare was taken in the bus; what was open of it is not any more.

    Cash is in the driver's bag whatever the desk did meanwhile: what was taken twice goes back, to the card at once.
    """
    rest = held.promise.yen - (step.yen or 0)
    rest -= paid_by_pass(held) if rest else 0
    row = OpenFare.objects.filter(booking=held).first()
    if row is None:
        if rest > 0:
            _open(held, _Opened(rest, "no_pass"), by, now)
        return
    if rest > 0 and row.state == State.OPEN:  # of a party one paid less, as for a pass that is none
        row.yen = rest
        row.save(update_fields=["yen"])
        return
    if row.state == State.CARD:
        for ride in CardRide.objects.filter(booking=held, entry__kind=Kind.FARE).select_related("entry"):
            _give_back(ride.entry, by, now)
    settled = State.TWICE if row.state == State.CASH else State.BUS
    _close(row, settled, None, by, now)


def settle(*, fare: OpenFare, settling: Settling, key: UUID, by: Actor, now: datetime) -> None:
    """Settle a fare by card, in cash at the desk, or waive it with a reason. Sent twice, it is once.

    Raises CannotSettle, CannotUseCard.
    """
    require(by, may="ride.sell_tickets")
    with transaction.atomic():
        held = Booking.objects.select_for_update(of=("self",)).get(pk=fare.booking_id)
        row = OpenFare.objects.get(pk=fare.pk)
        check_not_own(by, held.rider_id)
        state = State(settling.state)
        if row.state != State.OPEN:
            if row.settled_key == key and row.state == state:
                return
            raise CannotSettle("settled")
        if state == State.WAIVED and not settling.why.strip():
            raise CannotSettle("why")
        if state == State.CARD:
            row.card = _card_for(row, settling.typed, key, by, now)
            entry = write(row.card, key, Kind.FARE, parts_of(row.card, row.yen).taken, now)
            CardRide.objects.create(entry=entry, booking=held)
        row.why = settling.why.strip()[:120] if state == State.WAIVED else ""
        _close(row, state, key, by, now)


def _card_for(row: OpenFare, typed: str, key: UUID, by: Actor, now: datetime) -> Card:
    """The card that can pay it, held. Raises CannotSettle, CannotUseCard."""
    card = card_said(typed)
    if card is None:
        raise CannotSettle("card_unknown")
    held = hold(card)
    check_not_own(by, held.holder_id)
    if known(key, held.code, Kind.FARE) is not None:
        raise CannotUseCard("key")
    if reason := why_not(held, row.yen, town_date(now)):
        raise CannotSettle(reason)
    return held


def give_back_twice(*, fare: OpenFare, by: Actor, now: datetime) -> None:
    """What was paid twice was given back in cash. Done again, it is done once. Raises CannotSettle."""
    require(by, may="ride.sell_tickets")
    with transaction.atomic():
        held = Booking.objects.select_for_update(of=("self",)).get(pk=fare.booking_id)
        row = OpenFare.objects.get(pk=fare.pk)
        check_not_own(by, held.rider_id)
        if row.state == State.RETURNED:
            return
        if row.state != State.TWICE:
            raise CannotSettle("not_twice")
        _close(row, State.RETURNED, row.settled_key, by, now)


def take_back(*, entry: CardEntry, by: Actor, now: datetime) -> None:
    """A card paid for something wrong: the fare goes back to it, part by part, and is open again. Twice is once.

    Raises CannotUseCard.
    """
    require(by, may="ride.undo_tickets")
    if entry.kind != Kind.FARE:
        raise CannotUseCard("not_fare")
    ride = CardRide.objects.filter(entry=entry).select_related("booking").first()
    with transaction.atomic():
        booking = Booking.objects.select_for_update(of=("self",)).get(pk=ride.booking_id) if ride else None
        check_not_own(by, Card.objects.get(code=entry.card).holder_id, booking.rider_id if booking else None)
        back = _give_back(entry, by, now)
        if back is None or booking is None:
            return
        row = OpenFare.objects.filter(booking=booking).first()
        if row is None:
            _open(booking, _Opened(back.yen, "taken_back"), by, now)
        elif row.state == State.CARD:
            row.state, row.settled_at, row.settled_key, row.reason = State.OPEN, None, None, "taken_back"
            row.save()


def _give_back(entry: CardEntry, by: Actor, now: datetime) -> CardEntry | None:
    """Write the same parts to the card, or to the one in its place; None where that was done before."""
    held = hold(last_of(Card.objects.get(code=entry.card)))
    key = part_key(entry.key, "back")
    if CardEntry.objects.filter(key=key).exists():
        return None
    back = write(held, key, Kind.BACK, Parts(-entry.paid_yen, -entry.bonus_yen), now)
    record(CardFareBack(code=held.code, yen=back.yen), by=by, now=now)
    return back


def _close(row: OpenFare, state: State, key: UUID | None, by: Actor, now: datetime) -> None:
    row.state, row.settled_at, row.settled_key = state, now, key
    row.save()
    record(FareSettled(code=row.booking.code, yen=row.yen, settled_as=state), by=by, now=now)
