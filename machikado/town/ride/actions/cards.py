"""What happens to a prepaid card at the desk: sold, charged, blocked, replaced, given back."""

import secrets
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from machikado.town.common.actors import Actor
from machikado.town.common.calendar import town_date
from machikado.town.common.diary import record
from machikado.town.law.queries import parameter
from machikado.town.people.models import Person
from machikado.town.people.permissions import require
from machikado.town.ride.actions import last_use
from machikado.town.ride.actions.card_ledger import (
    CannotUseCard,
    Kind,
    Parts,
    State,
    check_not_own,
    check_same,
    hold,
    known,
    part_key,
    write,
)
from machikado.town.ride.card_numbers import new_number
from machikado.town.ride.events.tickets import CardBlocked, CardCharged, CardRefunded, CardReplaced, CardSold
from machikado.town.ride.models import Card, CardEntry, OpenFare, ServiceArea

LEAST_YEN, MOST_YEN, STEP_YEN = 100, 20_000, 100  # at once
MOST_ON_CARD = 30_000


@dataclass(frozen=True, slots=True)
class NewCard:
    """Whose card it is to be (None: whoever carries it), what is paid in, and the bonus with it."""

    area: ServiceArea
    parts: Parts
    holder: Person | None = None


def sell(*, new: NewCard, key: UUID, by: Actor, now: datetime) -> Card:
    """Sell a card with something on it. Sent twice, it is one card. Raises CannotUseCard."""
    require(by, may="ride.sell_tickets")
    check_not_own(by, new.holder.pk if new.holder else None)
    _check(new.parts, 0)
    with transaction.atomic():
        ServiceArea.objects.select_for_update(no_key=True).get(pk=new.area.pk)
        if (entry := known(key, None, Kind.SOLD)) is not None:
            check_same(entry, new.parts)
            card = Card.objects.get(code=entry.card)
            if card.holder != new.holder:
                raise CannotUseCard("key")
            return card
        card = _made(new.area, _living(new.holder), _valid_until(now), now)
        _put(card, key, Kind.SOLD, new.parts, now)
        sold = CardSold(code=card.code, yen=new.parts.paid, bonus_yen=new.parts.bonus, is_bound=new.holder is not None)
        record(sold, by=by, now=now)
    return card


def charge(*, card: Card, parts: Parts, key: UUID, by: Actor, now: datetime) -> CardEntry:
    """Put money on a card; its last day moves on. Sent twice, it is one charge. Raises CannotUseCard."""
    require(by, may="ride.sell_tickets")
    with transaction.atomic():
        held = hold(card)
        check_not_own(by, held.holder_id)
        if (entry := known(key, held.code, Kind.CHARGE)) is not None:
            check_same(entry, parts)
            return entry
        if held.state != State.ACTIVE:
            raise CannotUseCard("state")
        _check(parts, held.balance)
        held.valid_until = max(held.valid_until, _valid_until(now))
        held.save(update_fields=["valid_until"])
        entry = _put(held, key, Kind.CHARGE, parts, now)
        record(CardCharged(code=held.code, yen=parts.paid, bonus_yen=parts.bonus), by=by, now=now)
    return entry


def block(*, card: Card, by: Actor, now: datetime) -> None:
    """A card was lost: it pays no more. Done again, it is done once. Raises CannotUseCard."""
    _mark(card, State.ACTIVE, State.BLOCKED, by, now)


def unblock(*, card: Card, by: Actor, now: datetime) -> None:
    """A card was found again before another one took its place. Raises CannotUseCard."""
    _mark(card, State.BLOCKED, State.ACTIVE, by, now)


def _mark(card: Card, before: Card.State, after: Card.State, by: Actor, now: datetime) -> None:
    require(by, may="ride.sell_tickets")
    with transaction.atomic():
        held = hold(card)
        if held.state == after:
            return
        if held.state != before:
            raise CannotUseCard("state")
        if after == State.ACTIVE:
            check_not_own(by, held.holder_id)
        held.state = after
        held.save(update_fields=["state"])
        record(CardBlocked(code=held.code, is_blocked=after == State.BLOCKED), by=by, now=now)


def replace(*, card: Card, key: UUID, by: Actor, now: datetime) -> Card:
    """Give another card for this one: what is on it moves, and fares that are open by it. Raises CannotUseCard."""
    require(by, may="ride.sell_tickets")
    with transaction.atomic():
        held = hold(card)
        check_not_own(by, held.holder_id)
        if known(key, held.code, Kind.MOVED) is not None and held.replaced_by is not None:
            return held.replaced_by
        if held.state not in (State.ACTIVE, State.BLOCKED):
            raise CannotUseCard("state")
        parts = Parts(held.paid_yen, held.bonus_yen)
        made = _made(held.area, held.holder, held.valid_until, now)
        write(held, key, Kind.MOVED, parts.taken, now)
        write(made, part_key(key, "moved"), Kind.MOVED, parts, now)
        held.state, held.replaced_by = State.REPLACED, made
        held.save(update_fields=["state", "replaced_by"])
        OpenFare.objects.filter(card=held, state=OpenFare.State.OPEN).update(card=made)
        moved = CardReplaced(code=held.code, other=made.code, yen=parts.paid, bonus_yen=parts.bonus)
        record(moved, by=by, now=now)
    return made


def refund(*, card: Card, key: UUID, by: Actor, now: datetime) -> CardEntry:
    """Close a card and give back what was paid in; the bonus goes. Raises CannotUseCard.

    A fare that went back to a closed card can be given back as well, with another key.
    """
    require(by, may="ride.sell_tickets")
    with transaction.atomic():
        held = hold(card)
        check_not_own(by, held.holder_id)
        if (entry := known(key, held.code, Kind.REFUND)) is not None:
            return entry
        if held.state == State.REPLACED or (held.state == State.CLOSED and not held.balance):
            raise CannotUseCard("state")
        paid, bonus = held.paid_yen, held.bonus_yen
        entry = write(held, key, Kind.REFUND, Parts(-paid), now)
        if bonus:
            write(held, part_key(key, "bonus"), Kind.EXPIRED, Parts(0, -bonus), now)
        held.state = State.CLOSED
        held.save(update_fields=["state"])
        record(CardRefunded(code=held.code, yen=paid, bonus_yen=bonus), by=by, now=now)
    return entry


def _check(parts: Parts, on_card: int) -> None:
    if not LEAST_YEN <= parts.paid <= MOST_YEN or parts.paid % STEP_YEN:
        raise CannotUseCard("yen", least=LEAST_YEN, most=f"{MOST_YEN:,}")
    if not 0 <= parts.bonus <= parts.paid:
        raise CannotUseCard("bonus")
    if on_card + parts.paid + parts.bonus > MOST_ON_CARD:
        raise CannotUseCard("full", most=f"{MOST_ON_CARD:,}")


def _living(holder: Person | None) -> Person | None:
    """The holder, held until the transaction ends. Raises CannotUseCard for somebody who was erased."""
    if holder is None:
        return None
    held = Person.objects.select_for_update().get(pk=holder.pk)
    if held.pseudonymised_at is not None:
        raise CannotUseCard("holder")
    return held


def _made(area: ServiceArea, holder: Person | None, valid_until: date, now: datetime) -> Card:
    if holder is not None:
        last_use.use(holder, valid_until, now)
    number = new_number()
    while Card.objects.filter(number=number).exists():
        number = new_number()
    secret = secrets.token_urlsafe(24)
    return Card.objects.create(
        area=area, number=number, secret=secret, holder=holder, sold_at=now, valid_until=valid_until
    )


def _put(held: Card, key: UUID, kind: CardEntry.Kind, parts: Parts, now: datetime) -> CardEntry:
    entry = write(held, key, kind, Parts(parts.paid), now)
    if parts.bonus:
        write(held, part_key(key, "bonus"), Kind.BONUS, Parts(0, parts.bonus), now)
    if held.holder is not None:
        last_use.use(held.holder, held.valid_until, now)
    return entry


def _valid_until(now: datetime) -> date:
    """The last day within so many months (資金決済法 第4条第2号、同施行令 第4条第2項: six months from the issue)."""
    today = town_date(now)
    months = today.year * 12 + today.month - 1 + parameter("card_valid_months", today)
    year, month = months // 12, months % 12 + 1
    last = date(year, month, min(today.day, monthrange(year, month)[1]))
    return last - timedelta(days=1)
