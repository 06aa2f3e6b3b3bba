"""The public page of inquiries: what anybody can send, what is kept, what is refused."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.calendar import town_date
from machikado.town.work.models import Inquiry, Order
from machikado.town.work.views.inquiries import PER_HOUR

NASTY = '<script>alert("x")</script>'


@pytest.fixture(autouse=True)
def fresh_counts(db):
    cache.clear()


def written(**changes: str) -> dict[str, str]:
    return {
        "organisation_name": "角田商店",
        "person_name": "滝澤",
        "email": "takizawa@example.com",
        "phone": "",
        "about": "納品書を1,000枚、入力してほしい",
        "quantity": "1000",
        "wished_on": "2027-01-20",
        "sent_key": str(uuid4()),
        "website": "",
        **changes,
    }


def send(client: Client, **changes: str):
    return client.post(reverse("work:inquire"), written(**changes))


def test_a_visitor_asks_and_is_told_the_code(client, town):
    page = client.get(reverse("work:inquire")).content.decode()
    key = re.search(r'name="sent_key" value="([0-9a-f-]{36})"', page)
    assert key is not None
    answer = send(client, sent_key=key[1])
    order = Order.objects.get()
    assert answer.status_code == 302
    assert answer.url == reverse("work:inquired", args=[order.code])
    assert order.inquiry.quantity == 1000
    thanks = client.get(answer.url).content.decode()
    assert f"{order.code[:3]}-{order.code[3:6]}-{order.code[6:]}" in thanks
    assert "納品書" not in thanks, "whoever knows a code learns nothing of what was asked"


def test_a_double_click_is_one_inquiry(client, town):
    key = str(uuid4())
    first, second = send(client, sent_key=key), send(client, sent_key=key)
    assert first.url == second.url
    assert Order.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"email": ""},
        {"about": "   "},
        {"email": "no address"},
        {"phone": "abc"},
        {"quantity": "-1"},
        {"wished_on": "soon"},
        {"wished_on": "2020-01-01"},
    ],
)
def test_what_was_typed_is_kept_when_something_is_wrong(client, town, changes):
    answer = send(client, **changes)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="角田商店"' in page
    assert 'class="error"' in page
    assert not Order.objects.exists()


def test_script_in_every_field_is_only_text(client, town, cast, client_of):
    send(client, organisation_name=NASTY, person_name=NASTY, about=NASTY)
    order = Order.objects.get()
    for name in ("work:order", "work:estimate"):
        page = client_of(cast.momose).get(reverse(name, args=[order.code])).content.decode()
        assert NASTY not in page
        assert "&lt;script&gt;" in page
    assert NASTY not in send(client, about=NASTY, email="").content.decode()


def test_a_program_that_fills_in_everything_is_refused(client, town):
    answer = send(client, website="https://example.com")
    assert answer.status_code == 422
    assert not Inquiry.objects.exists()


def test_too_many_from_one_place_wait_and_lose_nothing(client, town):
    for _ in range(PER_HOUR):
        assert send(client).status_code == 302
    refused = send(client, about="もう一つの相談")
    assert refused.status_code == 422
    assert "もう一つの相談" in refused.content.decode()
    assert Order.objects.count() == PER_HOUR
    assert send(Client(REMOTE_ADDR="192.0.2.9")).status_code == 302


def test_a_client_need_not_type_again_who_they_are(cast, client_of):
    client = client_of(cast.takizawa)
    page = client.get(reverse("work:inquire")).content.decode()
    assert f'value="{cast.shop.name}"' in page
    send(client)
    order = Order.objects.get()
    assert order.client == cast.shop
    assert order.title == "納品書を1,000枚、入力してほしい"


def test_a_day_that_has_passed_cannot_be_wished_for(client, town):
    today = town_date(clock.now())
    assert f'min="{today.isoformat()}"' in client.get(reverse("work:inquire")).content.decode()
    refused = send(client, wished_on=(today - timedelta(days=1)).isoformat()).content.decode()
    assert "この日は過ぎています" in refused.split('name="wished_on"')[0].rsplit("<label", 1)[1]
    assert send(client, wished_on=today.isoformat()).status_code == 302


def test_a_day_of_another_year_is_shown_with_its_year(client, town, cast, client_of):
    year = town_date(clock.now()).year + 1
    send(client, wished_on=f"{year}-01-20")
    page = client_of(cast.momose).get(reverse("work:order", args=[Order.objects.get().code])).content.decode()
    assert f"{year}年1月20日" in page
