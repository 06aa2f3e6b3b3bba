"""A passenger's cards and passes; and the page behind the QR of a card, which tells nothing of anybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from machikado.town.common import clock
from machikado.town.common.calendar import town_date
from machikado.town.people.queries import town
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.models import Card
from machikado.town.ride.queries.tickets import cards_of, ledger_of, passes_of

LINES = 10


@never_cache
def my_tickets(request: SignedInRequest) -> HttpResponse:
    """What is on my cards, their last lines, until when my passes hold; to print."""
    me, today = request.viewer.person_id, town_date(clock.now())
    cards = [(card, ledger_of(card)[:LINES]) for card in cards_of(me)]
    return render(request, "ride/tickets/mine.html", {"cards": cards, "passes": passes_of(me, today), "today": today})


@never_cache
def card_public(request: HttpRequest, secret: str) -> HttpResponse:
    """Whoever scans a card reads what it is and where it is charged: no balance, no name, no time."""
    get_object_or_404(Card, secret=secret)
    return render(request, "ride/tickets/public.html", {"centre": town()})
