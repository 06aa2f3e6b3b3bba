"""Makes what tests of cards and passes begin with: a card with something on it, a pass, a press of the tablet."""

from typing import Any
from uuid import UUID, uuid4

from machikado.town.common.actors import SYSTEM
from machikado.town.people.models import Person
from machikado.town.ride.actions import cards, passes, running
from machikado.town.ride.actions.card_ledger import Parts
from machikado.town.ride.actions.cards import NewCard
from machikado.town.ride.actions.passes import PassSale
from machikado.town.ride.actions.running import Press, Taken
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Booking, Card, FarePass, PlanStep, RunStep, ServiceArea, SoldPass
from machikado.town.ride.tests.makings import NOON, TODAY


def a_card(area: ServiceArea, yen: int = 1000, bonus: int = 0, holder: Person | None = None, **changes: Any) -> Card:
    new = NewCard(area, Parts(yen, bonus), holder)
    return cards.sell(new=new, **{"key": uuid4(), "by": SYSTEM, "now": NOON, **changes})


def a_pass(holder: Person, **changes: Any) -> SoldPass:
    """A month from the day of NOON on."""
    sale = PassSale(FarePass.objects.get(), holder, changes.pop("first_day", TODAY))
    return passes.sell(sale=sale, **{"key": uuid4(), "by": SYSTEM, "now": NOON, **changes})


def aboard(booking: Booking) -> Booking:
    """They got on at the promised second."""
    running.aboard(press=press_of(booking), booking=booking, by=SYSTEM, now=at(booking))
    return booking


def at(booking: Booking, seconds: int = 0) -> Any:
    return moment_at(booking.day, booking.promise.pickup_from + seconds)


def press_of(booking: Booking, key: UUID | None = None, seconds: int = 0) -> Press:
    shift = PlanStep.objects.filter(booking=booking)[0].shift
    return Press(shift, key or uuid4(), at(booking, seconds), at(booking, seconds))


def pays(booking: Booking, paid: str, card: str = "", key: UUID | None = None, yen: int | None = None) -> RunStep:
    """The driver presses how they paid, a minute after they got on."""
    taken = Taken(booking.promise.yen if yen is None else yen, paid, card)
    press = press_of(booking, key, 60)
    return running.take_fare(press=press, booking=booking, taken=taken, by=SYSTEM, now=at(booking, 60))
