"""How long it is kept who held a card or a pass, and which card paid for which ride; the sums stay."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from machikado.town.common.calendar import town_date
from machikado.town.common.retention import Retention
from machikado.town.people.traces import ERASED, Trace
from machikado.town.ride.models import Booking, Card, CardRide, OpenFare, SoldPass


def forget_rides(rides: "QuerySet[Booking]") -> None:
    """Take away which card paid for these rides, and what was written of their open fares; yen and days stay."""
    CardRide.objects.filter(booking__in=rides.values("pk")).delete()
    fares = OpenFare.objects.filter(booking__in=rides.values("pk"))
    fares.exclude(why="").update(why=ERASED)
    fares.update(card=None, typed="")


def _unbind(cards: "QuerySet[Card]") -> int:
    return cards.update(holder=None)


def _forget_passes(passes: "QuerySet[SoldPass]") -> int:
    passes.exclude(undone_why="").update(undone_why=ERASED)
    return passes.update(holder=None)


def _remove_holders(before: datetime, now: datetime) -> int:
    return _unbind(Card.objects.filter(valid_until__lt=town_date(before), holder__isnull=False))


def _remove_pass_holders(before: datetime, now: datetime) -> int:
    ended = Q(last_day__lt=town_date(before)) | Q(undone_at__lt=before)
    return _forget_passes(SoldPass.objects.filter(ended, holder__isnull=False))


RULES = [
    Retention(
        code="card_holder",
        parameter="keep_ticket_days",
        what=_("Whose a prepaid card of the bus is"),
        counted_from=_("the last day on which the card pays"),
        stays=_("The card and each line of its ledger, without a name."),
        remove=_remove_holders,
    ),
    Retention(
        code="pass_holder",
        parameter="keep_ticket_days",
        what=_("Who held a pass of the bus, and why one was undone"),
        counted_from=_("the last day of the pass, or the day on which it was undone"),
        stays=_("The pass with its days and yen, without a name."),
        remove=_remove_pass_holders,
    ),
]

TRACES = [
    Trace(
        what=_("Prepaid cards of the bus that bear their name"),
        count=lambda person: Card.objects.filter(holder=person).count(),
        erase=lambda person: _unbind(Card.objects.filter(holder=person)),
    ),
    Trace(
        what=_("Passes of the bus"),
        count=lambda person: SoldPass.objects.filter(holder=person).count(),
        erase=lambda person: _forget_passes(SoldPass.objects.filter(holder=person)),
    ),
]
