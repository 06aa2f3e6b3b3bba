"""The desk sells a card, a driver takes a fare by it in a dead zone, the desk and the passenger see it."""

import time
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from machikado.town.common import clock
from machikado.town.drive.tests.driving import a_shift_of_tomorrow, at, out
from machikado.town.people.models import Person
from machikado.town.ride.models import Card, OpenFare, RunStep, VehicleShift
from machikado.town.ride.queries import ticket_soundness
from machikado.town.ride.tests.riding import a_rider, booked
from tests.stories.eyes import Eyes
from tests.stories.test_driving import KEPT, TABLET, DeadZone, here

DESK = {"width": 1280, "height": 900}


@pytest.fixture
def shift(cast, monkeypatch) -> VehicleShift:
    """Ten in the morning; 1号車 is out, and Yoda and Hara's neighbour wait in the south."""
    shift = a_shift_of_tomorrow(cast)
    booked(shift.vehicle.area, cast.yoda)
    booked(shift.vehicle.area, a_rider("原"), goal="east")
    out(shift, cast)
    began = time.monotonic()
    monkeypatch.setattr(clock, "now", lambda: at(36000) + timedelta(seconds=time.monotonic() - began))
    return shift


def sell(page: Page, base: str, code: str) -> Card:
    """Sell Yoda a card with 1,000 yen and 100 of bonus."""
    page.goto(f"{base}{reverse('ride:caller_tickets', args=[code])}")
    page.get_by_label("入金（円）").fill("150")
    page.get_by_role("button", name="カードを発売する").click()
    expect(page.get_by_text("1回に入れられるのは100円から20,000円まで")).to_be_visible()
    page.get_by_label("入金（円）").fill("1000")
    page.get_by_label("ボーナス（円）").fill("100")
    page.get_by_role("button", name="カードを発売する").click()
    expect(page.get_by_text("1,100円")).to_be_visible()
    return Card.objects.get()


def pay_by_card(zone: DeadZone, code: str, number: str) -> None:
    """Press “Card” of a passenger and type the number; the press waits."""
    here(zone.page).locator(f"button[value^='fare|{code}|'][value$='|card']").click()
    zone.page.get_by_label("カードの番号").fill(number)
    zone.page.keyboard.press("Enter")
    zone.pressed += 1
    expect(zone.page.locator("#waiting")).to_have_text(f"{zone.pressed}件が送信待ち")


def mistyped(page: Page, code: str, number: str) -> None:
    """The tablet finds a slip of one digit by itself, without a signal."""
    slip = number[:-1] + str((int(number[-1]) + 1) % 10)
    here(page).locator(f"button[value^='fare|{code}|'][value$='|card']").click()
    page.get_by_label("カードの番号").fill(slip)
    page.keyboard.press("Enter")
    expect(page.get_by_text("カードの6けたの番号ではありません")).to_be_visible()


def seen_at_the_desk(desk: Page, base: str, card: Card, eyes: Eyes) -> list[str]:
    """The fare stands in the ledger; what no card paid is open, and is settled in cash. Returns what eyes found."""
    desk.goto(f"{base}{reverse('ride:card', args=[card.code])}")
    expect(desk.get_by_role("row", name="−50円")).to_contain_text("1,050円")
    faults = eyes.look(desk)
    desk.goto(f"{base}{reverse('ride:open_fares')}")
    desk.get_by_role("link", name="精算する").click()
    desk.get_by_label("窓口の現金で").check()
    faults += eyes.look(desk)
    desk.get_by_role("button", name="精算する").click()
    expect(desk.get_by_text("未収の運賃はありません")).to_be_visible()
    assert OpenFare.objects.get().state == "cash"
    return faults


def test_a_fare_by_card_through_a_dead_zone(shift, cast, visit, live_server, eyes: Eyes):
    desk = visit("uehara", **DESK)
    card = sell(desk, live_server.url, cast.yoda.code)
    faults = eyes.look(desk, expected="Failed to load resource: the server responded with a status of 422")
    page = visit("futaki", **TABLET)
    where = reverse("drive:run", args=[shift.code])
    page.goto(f"{live_server.url}{where}")
    page.wait_for_function(KEPT, arg=where)
    page.context.set_offline(True)
    zone = DeadZone(page)
    zone.press("^='arrive|'")
    zone.press("^='aboard|'")
    zone.press("^='aboard|'")
    yoda, other = (each.bookings.get().code for each in (cast.yoda, other_rider(cast)))
    mistyped(page, yoda, card.number)
    faults += eyes.look(page, expected="Failed to load resource: net::ERR_")
    page.get_by_role("button", name="とじる").click()
    pay_by_card(zone, yoda, card.number)
    pay_by_card(zone, other, "000000")  # a sound number that no card has
    assert RunStep.objects.count() == 0
    page.context.set_offline(False)
    expect(page.locator("#waiting")).to_be_hidden(timeout=60_000)
    expect(page.locator("#refused")).to_contain_text("未収")
    faults += eyes.look(page, expected="Failed to load resource: net::ERR_")
    assert list(RunStep.objects.filter(kind="fare").order_by("pk").values_list("paid", "refused")) == [
        ("card", ""),
        ("card", "card_unknown"),
    ]
    faults += seen_at_the_desk(desk, live_server.url, card, eyes)
    mine = visit("yoda", width=360, height=740)
    mine.goto(f"{live_server.url}{reverse('ride:my_tickets')}")
    expect(mine.get_by_text("1,050円", exact=True)).to_be_visible()
    faults += eyes.look(mine)
    assert ticket_soundness.problems() == []
    assert faults == []


def other_rider(cast) -> Person:
    return Person.objects.exclude(pk=cast.yoda.pk).filter(bookings__isnull=False).get()
