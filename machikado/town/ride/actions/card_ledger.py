"""The ledger of prepaid cards: each line once for its key, under the lock of the card, never below zero.

What was paid in goes first and the bonus last, so that both parts are exact however they were used before.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.errors import Cannot
from machikado.town.ride.models import Card, CardEntry

Kind, State = CardEntry.Kind, Card.State


class CannotUseCard(Cannot):
    """What cannot be done with a card; nothing was changed."""

    sentences = {
        "key": _("This form was sent before with something else in it. Please open the page again and look."),
        "yen": _("A card takes %(least)s to %(most)s yen at once, in hundreds."),
        "bonus": _("The bonus is more than what is paid in. Please look at the figures again."),
        "full": _("There would be more than %(most)s yen on the card. Please charge less."),
        "state": _("This card is not in use any more. Please look at what its page says."),
        "own": _("This is your own. Please ask a colleague to do it: nobody handles their own money."),
        "holder": _("The data of this person were erased. Please sell the card without a name."),
        "not_fare": _("This line is no fare that can be taken back."),
    }


@dataclass(frozen=True, slots=True)
class Parts:
    """Yen of what was paid in, and of the bonus."""

    paid: int
    bonus: int = 0

    @property
    def taken(self) -> "Parts":
        """The same as something that goes."""
        return Parts(-self.paid, -self.bonus)


def hold(card: Card) -> Card:
    """The card as it is now; whoever comes second waits until the transaction ends."""
    return Card.objects.select_for_update(of=("self",)).select_related("holder").get(pk=card.pk)


def part_key(key: UUID, part: str) -> UUID:
    """The key of a second line that belongs to a press."""
    return uuid5(key, part)


def known(key: UUID, card: str | None, kind: CardEntry.Kind) -> CardEntry | None:
    """The line that was written under this key. Raises CannotUseCard where it is another one than was asked for."""
    entry = CardEntry.objects.filter(key=key).first()
    if entry is not None and (entry.kind != kind or (card is not None and entry.card != card)):
        raise CannotUseCard("key")
    return entry


def check_same(entry: CardEntry, parts: Parts) -> None:
    """The line and the bonus that came with it are over the same yen. Raises CannotUseCard."""
    bonus = CardEntry.objects.filter(key=part_key(entry.key, "bonus")).values_list("bonus_yen", flat=True).first()
    if (entry.paid_yen, abs(bonus or 0)) != (parts.paid, parts.bonus):
        raise CannotUseCard("key")


def write(held: Card, key: UUID, kind: CardEntry.Kind, parts: Parts, now: datetime) -> CardEntry:
    """Write a line and what is on the card by it. The card is held, and the line fits."""
    held.paid_yen += parts.paid
    held.bonus_yen += parts.bonus
    assert held.paid_yen >= 0
    assert held.bonus_yen >= 0
    held.save(update_fields=["paid_yen", "bonus_yen"])
    return CardEntry.objects.create(
        key=key, card=held.code, kind=kind, paid_yen=parts.paid, bonus_yen=parts.bonus, at=now
    )


def parts_of(held: Card, yen: int) -> Parts:
    """How a fare is taken: of what was paid in first."""
    paid = min(yen, held.paid_yen)
    return Parts(paid, yen - paid)


def why_not(held: Card, yen: int, day: date) -> str:
    """Why a card cannot pay so much on a day, or ""."""
    if held.state != State.ACTIVE:
        return "card_blocked"
    if held.valid_until < day:
        return "card_over"
    return "card_low" if held.balance < yen else ""


def last_of(card: Card) -> Card:
    """The card that is in the place of this one: itself, or the last that replaced it."""
    while card.replaced_by is not None:
        card = card.replaced_by
    return card


def check_not_own(by: Actor, *people: int | None) -> None:
    """Nobody handles their own money. Raises CannotUseCard."""
    if by.person_id is not None and by.person_id in people:
        raise CannotUseCard("own")
