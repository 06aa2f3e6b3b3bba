"""Cards and passes of the sample bus: made up; the made-up tablets take fares by them while the town lives."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid5

from demo.cast import Cast
from demo.rides import PEOPLE
from machikado.town.common.calendar import town_date
from machikado.town.people.models import Person
from machikado.town.ride.actions import cards, passes
from machikado.town.ride.actions.card_ledger import Parts
from machikado.town.ride.actions.cards import NewCard
from machikado.town.ride.actions.passes import PassSale
from machikado.town.ride.fare import Rider
from machikado.town.ride.models import Booking, Card, RunStep, ServiceArea
from machikado.town.ride.queries.passes import paid_by_pass, passes_for_sale

KEYS = UUID(int=0x0CA2D5, version=4)
# Of PEOPLE: whose card it is (None: whoever carries it), paid in, bonus. The last but one has too little for two.
CARDS = ((None, 1000, 0), (3, 2000, 200), (4, 100, 0), (None, 3000, 300))
A_PASS = 0


def build(cast: Cast, ago: Callable[[int], datetime]) -> None:
    """Six days ago the desk sold some cards and a pass; two days ago it charged one, and closed one."""
    area, desk, then = ServiceArea.objects.get(), cast.actor("uehara"), ago(6)
    made = [
        cards.sell(new=NewCard(area, Parts(yen, bonus), _holder(place)), key=_key("sold", n), by=desk, now=then)
        for n, (place, yen, bonus) in enumerate(CARDS)
    ]
    mine = NewCard(area, Parts(1000, 100), cast.yoda)
    yodas = cards.sell(new=mine, key=_key("yoda", 0), by=desk, now=then)
    fare_pass = passes_for_sale(area, town_date(then)).filter(rider=Rider.ADULT).first()
    holder = _holder(A_PASS)
    if fare_pass is not None and holder is not None:
        sale = PassSale(fare_pass, holder, town_date(then))
        passes.sell(sale=sale, key=_key("pass", 0), by=desk, now=then)
    later = ago(2)
    cards.charge(card=yodas, parts=Parts(500), key=_key("charge", 0), by=desk, now=later)
    cards.refund(card=made[0], key=_key("refund", 0), by=desk, now=later)
    cards.block(card=made[-1], by=desk, now=later)


def how(booking: Booking) -> tuple[str, str]:
    """How somebody pays: by their pass, by their card (its number), else in cash."""
    if paid_by_pass(booking) >= booking.promise.yen:
        return RunStep.Paid.PASS, ""
    card = Card.objects.filter(holder=booking.rider, holder__isnull=False).first()
    return (RunStep.Paid.CARD, card.number) if card else (RunStep.Paid.CASH, "")


def _holder(place: int | None) -> Person | None:
    return None if place is None else Person.objects.get(contact_points__value=PEOPLE[place].phone)


def _key(what: str, number: int) -> UUID:
    return uuid5(KEYS, f"{what} {number}")
