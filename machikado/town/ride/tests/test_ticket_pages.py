"""The pages of cards and passes: sold and refused with what was typed, whose balance is seen by whom, sums, a table."""

import csv
from io import StringIO
from uuid import uuid4

import pytest
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.ride.models import Card, CardEntry, OpenFare, SaleReceipt, SoldPass
from machikado.town.ride.queries import ticket_soundness
from machikado.town.ride.tests.agreeing import a_consent
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.paying import a_card, a_pass, aboard, pays
from machikado.town.ride.tests.riding import a_riding_town, booked

pytestmark = pytest.mark.django_db


@pytest.fixture
def area(cast, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return a_riding_town(cast)


@pytest.fixture
def desk(area, cast, client_of):
    return client_of(cast.uehara)


def page(client, name, *args) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def sent(client, name, fields, *args):
    return client.post(reverse(name, args=args), fields, follow=True)


def test_the_desk_sells_charges_replaces_and_pays_back(desk, cast):
    key = str(uuid4())
    refused = sent(desk, "ride:card_sell", {"key": key, "yen": "150", "bonus": ""})
    assert refused.status_code == 422
    assert 'value="150"' in refused.content.decode(), "what was typed stays"
    for _again in range(2):
        assert sent(desk, "ride:card_sell", {"key": key, "yen": "1000", "bonus": "100"}).status_code == 200
    card = Card.objects.get()
    found = sent(desk, "ride:tickets", {"q": f" {card.number[:3]} {card.number[3:]}"})
    assert found.redirect_chain[-1][0] == reverse("ride:card", args=[card.code])
    assert "この番号のカードはありません" in sent(desk, "ride:tickets", {"q": "12"}).content.decode()
    sent(desk, "ride:card", {"key": str(uuid4()), "yen": "500"}, card.code)
    sent(desk, "ride:card_step", {"what": "block"}, card.code)
    assert "停止中" in page(desk, "ride:card", card.code)
    sent(desk, "ride:card_step", {"what": "replace", "key": str(uuid4())}, card.code)
    made = Card.objects.get(state="active")
    assert made.balance == 1600
    assert "viewBox" in page(desk, "ride:card_sheet", made.code), "or it would be cut off"
    sent(desk, "ride:card_step", {"what": "refund", "key": str(uuid4())}, made.code)
    assert CardEntry.objects.get(kind="refund").paid_yen == -1500
    assert ticket_soundness.problems() == []


def test_a_receipt_has_one_number_and_says_when_it_is_printed_again(desk, area):
    card = a_card(area)
    fields = {"key": str(CardEntry.objects.get().key)}
    first = sent(desk, "ride:card_receipt", fields, card.code).content.decode()
    again = sent(desk, "ride:card_receipt", fields, card.code).content.decode()
    assert ("再発行" in first, "再発行" in again) == (False, True)
    assert SaleReceipt.objects.get().prints == 2
    assert card.number not in again


def test_a_pass_is_sold_and_undone_on_the_callers_page(desk, cast):
    kind = a_pass(cast.hara).fare_pass_id
    fields = {"what": "pass", "key": str(uuid4()), "fare_pass": kind, "first_day": "2026-11-24"}
    sent(desk, "ride:caller_tickets", fields, cast.yoda.code)
    sold = SoldPass.objects.get(holder=cast.yoda)
    assert "1か月定期" in page(desk, "ride:caller", cast.yoda.code)
    sent(desk, "ride:pass_undo", {"why": "", "refunded_yen": ""}, sold.code)
    sold.refresh_from_db()
    assert sold.refunded_yen == 6000
    own = sent(desk, "ride:caller_tickets", {**fields, "key": str(uuid4())}, cast.uehara.code)
    assert own.status_code == 422
    assert "ほかの職員に頼んでください" in own.content.decode()


def test_who_holds_it_sees_it_and_nobody_else(area, cast, client_of):
    card = a_card(area, 1000, holder=cast.yoda)
    a_pass(cast.yoda)
    a_consent(cast.yoda, cast.hara)
    ride = booked(area, cast.yoda)
    mine = client_of(cast.yoda).get(reverse("ride:my_tickets"))
    assert "1,000円" in mine.content.decode()
    assert "no-store" in mine.headers["Cache-Control"]
    assert "定期券：お金はいりません" in page(client_of(cast.yoda), "ride:booking", ride.code)
    proxy = client_of(cast.hara)
    assert "カードも定期券もありません" in page(proxy, "ride:my_tickets")
    assert "定期券：" not in page(proxy, "ride:booking", ride.code)
    public = client_of(cast.hara).get(reverse("ride:card_public", args=[card.secret])).content.decode()
    assert [word for word in ("1,000", "依田", card.number, "2026", "2027") if word in public] == []


def test_an_open_fare_is_settled_on_its_page(desk, area, cast):
    ride = aboard(booked(area, cast.yoda))
    with pytest.raises(Exception, match="card_unknown"):
        pays(ride, "card", "000000")
    fare = OpenFare.objects.get()
    assert "未収の運賃（1件）" in page(desk, "ride:tickets")
    refused = sent(desk, "ride:open_fare", {"key": str(uuid4()), "how": "waived"}, fare.code)
    assert "免除する理由" in refused.content.decode()
    card = a_card(area)
    sent(desk, "ride:open_fare", {"key": str(uuid4()), "how": "card", "typed": card.number}, fare.code)
    card.refresh_from_db()
    assert card.balance == 950


def test_the_month_in_sums_and_as_a_table(desk, area, cast):
    """1,000 sold with 100 of bonus, a pass of 6,000: the desk has 7,000; a fare of 50 by card; 950 paid in are left."""
    card = a_card(area, 1000, 100)
    a_pass(cast.hara)
    pays(aboard(booked(area, cast.yoda)), "card", card.number)
    text = page(desk, "ride:ticket_month")
    for words in ("7,000円", "50円", "100円", "1,000円"):
        assert words in text, words
    answer = desk.get(reverse("ride:ticket_month_csv"))
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[4:] for row in rows[1:]] == [["1000", "0"], ["0", "100"], ["-50", "0"]]
    assert {row[2] for row in rows[1:]} == {"••••" + card.number[-2:]}
    assert card.number not in answer.content.decode()
