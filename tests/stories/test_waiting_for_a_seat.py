"""The bus is full: a resident waits with one tap, another one cancels, the worker runs, the promise is on My rides."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from machikado.town.common import clock
from machikado.town.common.worker import do_waiting_chores
from machikado.town.people.models import ContactPoint
from machikado.town.ride.actions import bookings, waiting
from machikado.town.ride.models import Booking
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import TOMORROW, asked, booked
from machikado.town.ride.tests.waiters import one_seat
from tests.stories.eyes import Eyes

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 780}


@pytest.fixture
def taken(cast, monkeypatch):
    """Hara has the only seat tomorrow at ten."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    ContactPoint.objects.create(person=cast.yoda, kind=ContactPoint.Kind.PHONE, value="090-0000-0412")
    return booked(one_seat(cast), cast.hara)


def test_a_seat_comes_free_for_whoever_waits(taken, cast, visit, live_server, eyes: Eyes):
    faults, full = list[str](), asked(taken.area, cast.yoda)
    page = visit("yoda", **PHONE)
    page.goto(f"{live_server.url}{reverse('ride:offers', args=[full.code])}")
    faults += eyes.look(page)
    page.get_by_role("button", name="空席を待つ").click()
    expect(page.get_by_role("heading", name="空席を待っています")).to_be_visible()
    faults += eyes.look(page)
    page.goto(f"{live_server.url}{reverse('ride:home')}")
    expect(page.get_by_text("次の順番です。")).to_be_visible()
    faults += eyes.look(page)
    for size in (DESK, PHONE):
        desk = visit("uehara", **size)
        desk.goto(f"{live_server.url}{reverse('ride:day')}?day={TOMORROW}")
        expect(desk.get_by_role("link", name="090-0000-0412")).to_be_visible()
        faults += eyes.look(desk)
    bookings.cancel(booking=taken, by=cast.actor("hara"), now=NOON)
    assert waiting.queue(NOON) == 1
    do_waiting_chores()
    page.reload()
    expect(page.get_by_role("heading", name="空席を待っているバス")).to_have_count(0)
    page.get_by_role("link", name="11月25日（水）").click()
    faults += eyes.look(page)
    page.goto(f"{live_server.url}{reverse('inbox')}")
    expect(page.get_by_text("席があいて、バスのよやくができました").first).to_be_visible()
    page.goto(f"{live_server.url}{reverse('ride:booking', args=[full.code])}")
    page.get_by_role("button", name="よやくをやめる").click()
    expect(page.get_by_text("よやくをやめました").first).to_be_visible()
    assert Booking.objects.get(pk=full.pk).state == "cancelled"
    assert faults == []
