"""Cards end six months after the last charge, their holders hear of it before, and nobody's name stays for ever."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from machikado.town.common.actors import SYSTEM
from machikado.town.common.calendar import midnight
from machikado.town.law.actions import end_retention
from machikado.town.people.actions import persons
from machikado.town.people.models import Message
from machikado.town.ride.actions import card_expiry, cards
from machikado.town.ride.actions.card_ledger import Parts
from machikado.town.ride.models import Card, CardEntry, SoldPass
from machikado.town.ride.tests.makings import NOON, an_area, with_fares
from machikado.town.ride.tests.paying import a_card, a_pass
from machikado.town.ride.tests.riding import a_rider

pytestmark = pytest.mark.django_db


def noon_of(day: date):
    return midnight(day) + timedelta(hours=12)


def test_a_card_pays_until_its_last_day_and_expires_the_day_after(cast):
    card = a_card(an_area(), 500, 100, holder=cast.yoda)
    nobodys = a_card(card.area, 500)
    last = date(2027, 5, 23)  # sold on 24 November: within six months
    assert card.valid_until == last
    assert card_expiry.tell_holders(noon_of(last - timedelta(days=15))) == 0
    for ahead in (14, 14, 3):
        card_expiry.tell_holders(noon_of(last - timedelta(days=ahead)))
    told = Message.objects.get(kind="ride.card_ends")
    assert told.person == cast.yoda
    assert "500" not in str(told.params), "the balance stands on their page alone"
    assert card_expiry.expire(noon_of(last)) == 0
    for _again in range(2):
        card_expiry.expire(noon_of(last + timedelta(days=1)))
    assert list(Card.objects.values_list("paid_yen", "bonus_yen", "state")) == [(0, 0, "active")] * 2
    assert CardEntry.objects.filter(kind="expired").count() == 2
    cards.charge(card=nobodys, parts=Parts(500), key=uuid4(), by=SYSTEM, now=noon_of(date(2027, 8, 31)))
    nobodys.refresh_from_db()
    assert (nobodys.valid_until, nobodys.balance) == (date(2028, 2, 28), 500)


def test_the_name_goes_a_year_after_the_last_day_and_not_before(cast):
    area = an_area()
    with_fares(area)
    card, sold = a_card(area, holder=cast.yoda), a_pass(cast.yoda)
    for days, stays in ((364, True), (367, False)):
        end_retention(noon_of(sold.last_day + timedelta(days=days)))
        assert (SoldPass.objects.get().holder is not None) == stays
    assert Card.objects.get().holder is not None
    end_retention(noon_of(card.valid_until + timedelta(days=367)))
    assert Card.objects.get().holder is None
    assert Card.objects.get().balance == 1000


def test_who_is_erased_leaves_a_card_without_a_name(cast):
    area, rider = an_area(), a_rider("原")
    with_fares(area)
    card = a_card(area, holder=rider)
    a_pass(rider)
    assert card.holder == rider
    persons.pseudonymise(person=rider, by=cast.actor("momose"), now=NOON)
    assert (Card.objects.get().holder, SoldPass.objects.get().holder) == (None, None)
    assert Card.objects.get().balance == 1000
