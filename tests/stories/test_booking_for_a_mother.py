"""The desk takes a paper; the daughter books for her mother on a phone; the mother sees who it was, and ends it."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from demo.cast import Cast, Part, enter
from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.people.models import ContactPoint
from machikado.town.ride.actions import passengers
from machikado.town.ride.actions.asking import Whereabouts
from machikado.town.ride.actions.passengers import PassengerFacts
from machikado.town.ride.models import Booking, BookingConsent
from machikado.town.ride.queries.places import HOME
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import PLACES, TOMORROW, a_riding_town
from tests.stories.ears import heard, in_this_order
from tests.stories.eyes import Eyes

DESK = {"width": 1280, "height": 900}
ADDRESS = "大門二番町8-1"


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """With Yoda's daughter, who signs in and holds no role."""
    daughter = enter("musume", Part("依田", "むすめ", ("よだ", "むすめ")), cast.shops, NOON)
    return Cast({**cast.persons, "musume": daughter}, cast.shops)


@pytest.fixture
def bus(cast: Cast, monkeypatch):
    """Yoda, the mother, lives in the west; it is noon of the day before."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    ContactPoint.objects.create(person=cast.yoda, kind=ContactPoint.Kind.PHONE, value="090-0000-0412")
    facts = PassengerFacts(home=Whereabouts(ADDRESS, PLACES["west"].spot, HOME))
    passengers.know(person=cast.yoda, facts=facts, by=SYSTEM, now=NOON)
    return a_riding_town(cast)


def takes_the_paper(desk: Page, cast: Cast, url: str, look) -> None:
    desk.goto(f"{url}{reverse('ride:caller', args=[cast.yoda.code])}")
    desk.get_by_role("link", name="同意を受ける・やめる").click()
    desk.get_by_label("代わりの人がサインインするメールアドレス").fill(cast.account("musume").email)
    look(desk)
    desk.get_by_role("button", name="同意を記録する").click()
    expect(desk.get_by_text("受けた人 上原 のりば")).to_be_visible()
    look(desk)


def books_for_her_mother(phone: Page, url: str, look) -> None:
    """Five taps after the first page, and not one letter of an address."""
    phone.goto(f"{url}{reverse('ride:home')}")
    phone.get_by_role("navigation").get_by_role("link", name="代わりに").click()
    look(phone)
    phone.get_by_role("link", name="依田 のる").click()
    look(phone)
    in_this_order(
        heard(phone),
        [
            "main",
            "heading, 依田 のるさんのバス, level 1",
            "link, バスをよやくする",
            "heading, 予約したバス, level 2",
            "heading, 本人が同意したこと, level 2",
            "button, この人の代わりの予約をやめる",
        ],
    )
    phone.get_by_role("link", name="バスをよやくする").first.click()
    expect(phone.locator("#id_start")).to_have_value("自宅")
    phone.locator("#id_goal").fill("north")
    phone.locator("label:has(input[name=when][value=leave])").click()
    phone.locator("#id_day").select_option(TOMORROW.isoformat())
    phone.locator("#id_minute").fill("10:00")
    look(phone)
    phone.get_by_role("button", name="バスをさがす").click()
    look(phone)
    phone.get_by_role("button", name="このバスにする").click()
    expect(phone.get_by_text("あなたが予約しました。")).to_be_visible()
    expect(phone.get_by_text(ADDRESS)).to_have_count(0)
    look(phone)


def test_a_daughter_books_for_her_mother_until_she_ends_it(bus, cast, visit, live_server, eyes: Eyes):
    faults, url = list[str](), live_server.url

    def look(page: Page) -> None:
        faults.extend(eyes.look(page))

    takes_the_paper(visit("uehara", **DESK), cast, url, look)
    daughter, mother = visit("musume"), visit("yoda")
    books_for_her_mother(daughter, url, look)
    ride = Booking.objects.get(state="booked")
    assert (ride.rider, ride.booked_by, ride.from_name) == (cast.yoda, cast.persons["musume"], ADDRESS)
    mother.goto(f"{url}{reverse('inbox')}")
    mother.get_by_role("button", name="あなたのバスが、よやくされました").click()
    expect(mother.get_by_text("家族が、あなたのバスをよやくしました。")).to_be_visible()
    mother.get_by_role("link", name="見る", exact=True).click()
    expect(mother.get_by_text("予約した人：依田 むすめ（家族）")).to_be_visible()
    look(mother)
    mother.goto(f"{url}{reverse('ride:home')}")
    expect(mother.get_by_text("予約した人：依田 むすめ（家族）")).to_be_visible()
    mother.get_by_role("link", name="あなたの代わりに予約できる人").click()
    look(mother)
    mother.get_by_role("button", name="依田 むすめさんに代わってもらうのをやめる").click()
    expect(mother.get_by_text("いま、代わりに予約できる人はいません。")).to_be_visible()
    look(mother)
    gone = daughter.goto(f"{url}{reverse('ride:booking', args=[ride.code])}")
    assert gone is not None
    assert gone.status == 404
    faults += eyes.look(daughter, expected="404")
    daughter.goto(f"{url}{reverse('ride:for_others')}")
    expect(daughter.get_by_text("代わりに予約する相手は、まだいません。")).to_be_visible()
    expect(daughter.get_by_role("navigation").get_by_role("link", name="代わりに")).to_have_count(0)
    look(daughter)
    assert BookingConsent.objects.get().ended_as == "rider"
    assert Booking.objects.get(pk=ride.pk).state == "booked"
    assert faults == []


def test_digits_that_a_mother_tells_on_the_telephone(bus, cast, visit, live_server, eyes: Eyes):
    faults, url = list[str](), live_server.url
    mother, daughter = visit("yoda"), visit("musume")
    mother.goto(f"{url}{reverse('ride:proxies')}")
    mother.get_by_role("button", name="同意して、番号を出す").click()
    digits = mother.locator("strong.code").inner_text()
    faults += eyes.look(mother)
    daughter.goto(f"{url}{reverse('ride:for_others')}")
    daughter.get_by_role("textbox", name="番号").fill("1111 1111")
    daughter.get_by_role("button", name="この番号を使う").click()
    expect(daughter.get_by_text("この番号は使えません。")).to_be_visible()
    faults += eyes.look(daughter, expected="422")
    daughter.get_by_role("textbox", name="番号").fill(digits)
    daughter.get_by_role("button", name="この番号を使う").click()
    expect(daughter.get_by_role("heading", level=1)).to_have_text("依田 のるさんのバス")
    faults += eyes.look(daughter)
    assert faults == []
