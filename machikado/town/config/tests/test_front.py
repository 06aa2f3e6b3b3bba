"""The front page tells a visitor about the town and leads everybody else to their first page."""

import re

import pytest
from django.urls import reverse

from machikado.town.config import demo_links


@pytest.mark.smoke
@pytest.mark.django_db
def test_before_the_town_is_founded_the_page_stands(client):
    assert client.get(reverse("front")).status_code == 200


def test_a_visitor_reads_whose_town_it_is_and_what_to_do(client, town):
    page = client.get(reverse("front")).content.decode()
    assert town.name in page
    assert reverse("work:inquire") in page
    assert reverse("sign_in") in page


@pytest.mark.parametrize(
    ("slug", "first"),
    [
        ("momose", "work:board"),
        ("ozawa", "work:reviews"),
        ("nakajima", "work:home"),
        ("takizawa", "work:client_orders"),
    ],
)
def test_each_role_is_led_to_its_first_page(cast, client_of, slug, first):
    answer = client_of(cast.persons[slug]).get(reverse("front"))
    assert (answer.status_code, answer["Location"]) == (303, reverse(first))


def test_the_sample_town_offers_one_person_for_each_role(client, cast, settings):
    assert demo_links.sign_in_links(8000) == []
    settings.MACHIKADO_DEMO = True
    page = client.get(reverse("front")).content.decode()
    assert re.findall(r"/demo/as/(\w+)/", page) == [
        "momose",
        "ozawa",
        "nakajima",
        "takizawa",
        "uehara",
        "futaki",
        "yoda",
    ]
    links = demo_links.sign_in_links(8123)
    assert [name.split(" ")[1] for name, _ in links] == ["百瀬", "小沢", "中島", "滝澤", "上原", "二木", "依田"]
    for _, link in links:
        assert client.get(link.removeprefix("http://127.0.0.1:8123"))["Location"] == reverse("front")


def test_a_page_has_no_script_or_style_of_its_own(client, town):
    answer = client.get(reverse("front"))
    page = answer.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\sstyle=|\son\w+=", page)
    assert "'unsafe" not in answer["Content-Security-Policy"]
