"""What the worker does with cards each hour: tells a holder two weeks before, and lets go what is over."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.common.calendar import town_date
from machikado.town.common.diary import record
from machikado.town.ride.actions.card_ledger import Kind, Parts, hold, part_key, write
from machikado.town.ride.actions.telling_tickets import tell_end
from machikado.town.ride.events.tickets import CardExpired
from machikado.town.ride.models import Card, CardEntry

TOLD_BEFORE = timedelta(days=14)
KEYS = UUID(int=0x0CA2D, version=4)
LIVING = (Card.State.ACTIVE, Card.State.BLOCKED)
_SOMETHING = Q(paid_yen__gt=0) | Q(bonus_yen__gt=0)


def look() -> int:
    """Periodic duty. Returns how many cards were told of or let go."""
    now = clock.now()
    return tell_holders(now) + expire(now)


def tell_holders(now: datetime) -> int:
    """Tell whose card has something on it that ends within two weeks; once for each last day."""
    today = town_date(now)
    ending = Card.objects.filter(_SOMETHING, state__in=LIVING, holder__isnull=False, valid_until__gte=today)
    untold = ending.filter(valid_until__lte=today + TOLD_BEFORE).exclude(told_until=F("valid_until"))
    for card in untold.order_by("pk"):
        with transaction.atomic():
            held = hold(card)
            if held.holder is None or held.told_until == held.valid_until or not held.balance:
                continue
            tell_end(held.holder, held.valid_until, now)
            held.told_until = held.valid_until
            held.save(update_fields=["told_until"])
    return len(untold)


def expire(now: datetime) -> int:
    """Let go what is on cards whose last day is over. A card itself stays, and can be charged again."""
    over = list(Card.objects.filter(_SOMETHING, valid_until__lt=town_date(now)).order_by("pk"))
    for card in over:
        with transaction.atomic():
            held = hold(card)
            if held.valid_until >= town_date(now) or not held.balance:
                continue
            parts = Parts(held.paid_yen, held.bonus_yen)
            write(held, _key(held), Kind.EXPIRED, parts.taken, now)
            record(CardExpired(code=held.code, yen=parts.paid, bonus_yen=parts.bonus), by=SYSTEM, now=now)
    return len(over)


def _key(held: Card) -> UUID:
    """One key for each last day; a fare that went back after it goes with a further one."""
    count = CardEntry.objects.filter(card=held.code, kind=Kind.EXPIRED).count()
    return part_key(KEYS, f"{held.code} {held.valid_until} {count}")
