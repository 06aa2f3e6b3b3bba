"""A resident looks back on a month, takes a receipt along and prints both; the desk does the same for a caller."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from machikado.town.common import clock
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Receipt
from machikado.town.ride.tests.riding import TOMORROW, a_riding_town, booked, rode
from tests.stories.eyes import Eyes

DESK = {"width": 1280, "height": 900}
A4 = re.compile(r"59[45](\.\d+)? 84[12](\.\d+)?")


@pytest.fixture
def rides(cast, monkeypatch) -> None:
    """Yoda rode there and paid in cash, and back with a ticket; it is evening."""
    area = a_riding_town(cast)
    rode(booked(area, cast.yoda))
    rode(booked(area, cast.yoda, start="north", goal="south", minute=660), "ticket")
    monkeypatch.setattr(clock, "now", lambda: moment_at(TOMORROW, 20 * 3600))


def printed(page: Page) -> list[str]:
    """The sheets that the browser prints (their sizes in points); what can only be tapped is not on them."""
    page.emulate_media(media="print")
    for button in page.locator("main .button").all():
        expect(button).to_be_hidden()
    sheets = re.findall(r"/MediaBox \[0 0 ([\d.]+ [\d.]+)\]", page.pdf(prefer_css_page_size=True).decode("latin-1"))
    page.emulate_media(media="null")
    return sheets


def test_a_month_and_a_receipt_on_paper(rides, cast, visit, live_server, eyes: Eyes):
    page = visit("yoda", width=360, height=740)
    page.goto(f"{live_server.url}{reverse('ride:home')}")
    page.get_by_role("link", name="月ごとの乗車の記録").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2026年11月の乗車")
    faults = eyes.look(page)
    expect(page.get_by_text("100円", exact=True)).to_be_visible()
    (sheet,) = printed(page)
    assert A4.fullmatch(sheet)
    page.get_by_role("button", name="領収書").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("領収書")
    faults += eyes.look(page)
    expect(page.get_by_text("様")).to_be_visible()
    (sheet,) = printed(page)
    assert A4.fullmatch(sheet)
    page.get_by_role("link", name="もどる").click()
    page.get_by_role("link", name="前の月").click()
    expect(page.get_by_text("2026年10月は、乗っていません")).to_be_visible()
    faults += eyes.look(page)
    desk = visit("uehara", **DESK)
    number = Receipt.objects.get()
    desk.goto(f"{live_server.url}{reverse('ride:caller', args=[cast.yoda.code])}")
    desk.get_by_role("link", name="月ごとの記録と領収書").click()
    faults += eyes.look(desk)
    desk.get_by_role("row", name="9:58").get_by_role("link").click()
    expect(desk).to_have_url(f"{live_server.url}{reverse('ride:receipt', args=[number.code])}")
    assert faults == []
