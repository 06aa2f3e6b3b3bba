"""A visitor on a phone of 360 pixels: from the public page to a promise, with a code read from the queue."""

from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from machikado.town.common import clock
from machikado.town.people.models import Message
from machikado.town.ride.models import Booking
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import TOMORROW, a_riding_town
from tests.stories.ears import heard, in_this_order
from tests.stories.eyes import Eyes

PHONE = "080-0000-0415"


@pytest.fixture
def bus(cast, monkeypatch):
    """It is noon of the day before; real time is as it is."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return a_riding_town(cast)


def shows_the_number(page: Page, look) -> None:
    """Typed wrong first: what is on the screen stays, and says what to do."""
    page.get_by_label("けいたい電話の番号").fill("0263-00-0000")
    page.get_by_role("button", name="番号を送ってもらう").click()
    expect(page.get_by_label("けいたい電話の番号")).to_have_value("0263-00-0000")
    look(page, expected="422")
    page.get_by_label("けいたい電話の番号").fill(PHONE)
    page.get_by_role("button", name="番号を送ってもらう").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("6けたの番号を入れてください")
    look(page)
    digits = Message.objects.get(kind="people.guest_code").params["digits"]
    expect(page.get_by_text(digits)).to_have_count(0)
    page.get_by_label("メッセージの6けたの番号").fill(digits)
    page.get_by_role("button", name="つづける").click()
    look(page)
    page.get_by_label("お名前").fill("見本")
    page.get_by_role("button", name="バスをさがす").click()


def books(page: Page, look) -> None:
    """The three steps of everybody."""
    page.locator("#id_start").fill("south")
    page.locator("#id_goal").fill("north")
    page.locator("label:has(input[name=when][value=leave])").click()
    page.locator("#id_day").select_option(TOMORROW.isoformat())
    page.locator("#id_minute").fill("10:00")
    look(page)
    page.get_by_role("button", name="バスをさがす").click()
    look(page)
    page.get_by_role("button", name="このバスにする").click()
    expect(page.get_by_text("0415")).to_be_visible()
    look(page)


def test_a_visitor_books_a_bus_with_a_telephone_number(bus, visit, live_server, eyes: Eyes):
    faults, page = list[str](), visit()

    def look(page: Page, **named: str) -> None:
        faults.extend(eyes.look(page, **named))

    page.goto(f"{live_server.url}{reverse('front')}")
    page.get_by_role("link", name="バスをよやくする").click()
    look(page)
    shows_the_number(page, look)
    books(page, look)
    ride = Booking.objects.get(state="booked")
    assert (ride.channel, str(ride.rider)) == ("guest", "見本")
    page.get_by_role("link", name="見本さんのよやく").click()
    look(page)
    said = [
        "main",
        "heading, バスで、どこに行きますか, level 1",
        "link, バスをよやくする",
        "heading, わたしのよやく, level 2",
    ]
    in_this_order(heard(page), said)
    page.get_by_role("button", name="終わる").click()
    expect(page.get_by_text("この画面から、番号を消しました。")).to_be_visible()
    page.goto(f"{live_server.url}{reverse('ride:booking', args=[ride.code])}")
    assert urlsplit(page.url).path == reverse("sign_in")
    assert faults == []
