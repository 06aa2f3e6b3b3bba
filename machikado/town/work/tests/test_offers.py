"""What a client was offered stays on the page of the order for ever: price with and without tax, day, who said yes."""

from datetime import date

import pytest
from django.urls import reverse

from machikado.town.common.actors import SYSTEM
from machikado.town.work.actions import orders
from machikado.town.work.models import Order
from machikado.town.work.queries.offers import offer_of, with_tax
from machikado.town.work.queries.story import events_of
from machikado.town.work.tests.makings import NOON, agreed_order, figures, inquiry
from tests.examples import Cast


@pytest.mark.parametrize(
    ("yen", "with_ten_percent"),
    [(25_000, 27_500), (80_000, 88_000), (1, 1), (15, 16), (19, 20)],  # 1.1, 16.5 and 20.9 yen lose their fraction
)
def test_known_prices_with_tax(db, yen: int, with_ten_percent: int):
    assert with_tax(yen, date(2026, 12, 20)) == with_ten_percent


@pytest.mark.parametrize("state", ["accepted", "running", "delivered", "accepted_by_client", "closed", "cancelled"])
def test_the_price_stays_after_the_client_said_yes(cast: Cast, client_of, state: str):
    order = agreed_order(cast)
    Order.objects.update(state=state)
    page = client_of(cast.takizawa).get(reverse("work:client_order", args=[order.code])).content.decode()
    card = page.split('id="est"')[1].split("</section>")[0]
    for fact in ("25,000円", "27,500円", "25円", "1,000", "12月20日", "11月24日", str(cast.takizawa)):
        assert fact in card
    assert "data-prints" in card


def test_an_estimate_shows_what_will_be_paid_before_anybody_says_yes(cast: Cast, client_of):
    order = orders.inquire(inquiry=inquiry(), by=SYSTEM, now=NOON)
    assert offer_of(order, []) is None
    orders.link_client(order=order, client=cast.shop, by=cast.actor("momose"), now=NOON)
    orders.estimate(order=order, estimate=figures(note="紙は返します。"), by=cast.actor("momose"), now=NOON)
    offer = offer_of(order, events_of(order))
    assert offer is not None
    assert (offer.yen_with_tax, offer.accepted_at, offer.accepted_by) == (27_500, None, "")
    card = client_of(cast.takizawa).get(reverse("work:client_order", args=[order.code])).content.decode()
    assert card.count("紙は返します。") == 1
    assert "27,500円" in card
