"""A stranger becomes a client in a real browser, at 360 pixels: inquiry, estimate, invitation, password, yes."""

import re

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from demo.cast import Cast
from machikado.town.common import clock, soundness, worker
from machikado.town.people.models import Account, Invitation, Membership
from machikado.town.work.models import Order
from tests.stories.eyes import Eyes
from tests.stories.test_an_order_from_inquiry_to_acceptance import DESK, Story, button

MAIL = "hajimete@example.com"
PASSWORD = "りんごとそばとわさび"


@pytest.fixture
def story(visit, cast: Cast, live_server, eyes: Eyes, settings) -> Story:
    """Links in letters lead to the server of this test."""
    settings.SITE_URL = live_server.url
    return Story(cast, live_server.url, visit, eyes)


def ask(story: Story) -> Order:
    """Nobody knows them: the public page is all that they have."""
    page = story.enter()
    story.go(page, "/inquiry/")
    page.fill("#id_organisation_name", "はじめて商店")
    page.fill("#id_person_name", "新人 ひとり")
    page.fill("#id_email", MAIL)
    page.fill("#id_about", "納品書の控えが10枚あります。表にしてください。")
    page.fill("#id_quantity", "10")
    story.press(page, button("/inquiry/"))
    return Order.objects.get()


def answer(story: Story, order: Order) -> Page:
    """The coordinator makes the client known and names a price; the page says that the inquirer is invited."""
    desk = story.enter("momose", **DESK)
    story.go(desk, f"/orders/{order.code}/")
    desk.fill("#id_new_name", "はじめて商店")
    story.press(desk, button("/client/"))
    story.press(desk, f"a[href$='/orders/{order.code}/estimate/']")
    desk.fill("#id_unit_yen", "40")
    desk.fill("#id_due_on", clock.now().replace(year=clock.now().year + 1).date().isoformat())
    story.press(desk, button("/estimate/"))
    expect(desk.locator("[aria-labelledby=insiders]")).to_contain_text("メールを送っています")
    return desk


def link_of_the_letter() -> str:
    """What the inquirer finds in their mail."""
    worker.do_waiting_chores()
    letter = next(each for each in mail.outbox if each.to == [MAIL])
    found = re.search(r"http\S+/invitation/\S+", str(letter.body))
    assert found is not None
    return found[0]


def come_in(story: Story, link: str) -> Page:
    """A weak password is refused with a sentence; a good one opens the order's page."""
    page = story.enter()
    page.goto(link)
    assert page.url == f"{story.url}/invitation/", "the link itself stands in no history"
    story.look(page)
    page.fill("#id_password", "12345")
    page.fill("#id_again", "12345")
    page.check("#id_belongs")
    story.press(page, "form:has(#id_password) button.primary", expected="422")
    expect(page.locator("#id_password_error")).to_be_visible()
    page.fill("#id_password", PASSWORD)
    page.fill("#id_again", PASSWORD)
    page.check("#id_belongs")
    story.press(page, "form:has(#id_password) button.primary")
    return page


def test_from_the_first_inquiry_to_the_estimate_accepted(story: Story):
    order = ask(story)
    desk = answer(story, order)
    link = link_of_the_letter()
    client = come_in(story, link)
    assert client.url == f"{story.url}/client/{order.code}/"
    expect(client.locator("[aria-labelledby=est]")).to_contain_text("440円")
    story.press(client, button("/estimate/"))
    order.refresh_from_db()
    assert order.state == Order.State.ACCEPTED
    account = Account.objects.get(email=MAIL)
    assert Membership.objects.get(person=account.person).organisation_id == order.client_id
    story.go(desk, f"/orders/{order.code}/")
    expect(desk.locator("[aria-labelledby=insiders]")).to_contain_text("招待を受けました")

    somebody_else = story.enter()
    somebody_else.goto(link)
    story.look(somebody_else)
    expect(somebody_else.locator("main")).to_contain_text("この招待は、もう使われました")

    story.go(client, "/client/people/")
    client.fill("#id_name", "同僚 ふたり")
    client.fill("#id_mail", "doryo@example.com")
    story.press(client, "form:has(#id_mail) button.primary")
    expect(client.locator("main")).to_contain_text("doryo@example.com")
    assert Invitation.objects.count() == 2
    assert story.faults == []
    assert list(soundness.all_problems()) == []
