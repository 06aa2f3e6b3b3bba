"""A worker types on the task page in a real browser: by keyboard, on a phone, without a connection, in two tabs."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from machikado.town.work.models import Assignment, Submission

DESK = {"width": 1280, "height": 900}


@pytest.fixture
def open_task(held, live_server, client_of, new_page: Callable[..., Page]) -> Callable[..., Page]:
    """`open_task(width=, height=)`: Nakajima's task page in a fresh browser."""

    def enter(**size: int) -> Page:
        page = new_page(**size)
        sign_in(page.context, held, live_server.url, client_of)
        page.goto(f"{live_server.url}/work/a/{held.code}/")
        expect(page.locator("html")).to_have_class("one-by-one")
        return page

    return enter


def sign_in(context: BrowserContext, held: Assignment, url: str, client_of) -> None:
    cookie = client_of(held.worker.person).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": url}])


def kept_here(page: Page) -> list[str]:
    """The keys of what this machine keeps."""
    return page.evaluate("Object.keys(localStorage).filter((key) => key !== 'machikado.viewer').sort()")


def test_from_first_to_last_field_by_keyboard_alone(open_task, held, axe_faults):
    page = open_task(**DESK)
    expect(page.locator("#f1")).to_be_focused()
    page.keyboard.type("30000")
    expect(page.locator("[data-reads=f1]")).to_have_text("30,000円（三万円）")
    page.keyboard.press("Enter")
    expect(page.locator("#f2")).to_be_focused()
    page.keyboard.press("F2")
    expect(page.locator("#f2_unread")).to_be_checked()
    assert axe_faults(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/done/")
    assert axe_faults(page) == []
    sent = Submission.objects.get()
    assert (sent.answer, sent.unreadable) == ({"amount": 30000}, ["kana"])
    assert kept_here(page) == []


def test_a_required_field_left_empty_is_said_before_anything_is_sent(open_task):
    page = open_task(**DESK)
    page.keyboard.press("Enter")
    expect(page.locator("#f1_error")).to_be_visible()
    expect(page.locator("#f1")).to_be_focused()
    assert Submission.objects.count() == 0


def test_on_a_phone_one_field_stands_alone(open_task, axe_faults):
    page = open_task()
    expect(page.locator(".item:visible")).to_have_count(1)
    expect(page.locator("#previous")).to_be_disabled()
    page.locator("#f1").fill("12")
    page.locator("#next").click()
    expect(page.locator("#f2")).to_be_focused()
    expect(page.locator(".item:visible")).to_have_count(1)
    assert axe_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#next").click()
    page.wait_for_url("**/done/")


def test_what_is_typed_is_kept_by_itself(open_task, held):
    page = open_task(**DESK)
    page.locator("#f1").fill("77")
    expect(page.locator("#kept")).to_contain_text("保存")
    held.refresh_from_db()
    assert held.draft["answer"] == {"amount": "77"}
    assert kept_here(page) == []


def test_without_a_connection_nothing_is_lost_and_it_is_handed_in_once(open_task, held):
    page = open_task(**DESK)
    page.context.set_offline(True)
    page.locator("#f1").fill("4321")
    expect(page.locator("#kept")).to_contain_text("この機械に残っています")
    page.locator("button[data-sends]").first.click()
    expect(page.locator("#notice")).to_contain_text("電波がありません")
    assert any("waiting" in key for key in kept_here(page))
    page.context.set_offline(False)
    page.wait_for_url("**/done/")
    assert Submission.objects.get().answer == {"amount": 4321}
    assert kept_here(page) == []


def test_what_was_typed_without_a_connection_is_there_when_the_page_is_opened_again(open_task):
    page = open_task(**DESK)
    page.context.set_offline(True)
    page.locator("#f1").fill("98")
    expect(page.locator("#kept")).to_contain_text("この機械に残っています")
    address = page.url
    page.close()
    again = page.context.new_page()
    page.context.set_offline(False)
    again.goto(address)
    expect(again.locator("#f1")).to_have_value("98")


def test_both_tabs_are_told_and_so_is_the_one_that_comes_too_late(open_task):
    first = open_task(**DESK)
    second = first.context.new_page()
    second.goto(first.url)
    expect(second.locator("#notice")).to_contain_text("ほかのタブでも開いています")
    expect(first.locator("#notice")).to_contain_text("ほかのタブでも開いています")
    first.locator("#f1").fill("5")
    first.locator("button[data-sends]").first.click()
    first.wait_for_url("**/done/")
    expect(second.locator("#notice")).to_contain_text("ほかのタブで納品しました")
    expect(second.locator("button[data-sends]").first).to_be_disabled()
    assert Submission.objects.get().answer == {"amount": 5}


def test_what_was_finished_without_a_connection_is_handed_in_from_the_home(open_task, live_server):
    page = open_task(**DESK)
    page.context.set_offline(True)
    page.locator("#f1").fill("15")
    page.locator("button[data-sends]").first.click()
    expect(page.locator("#notice")).to_contain_text("電波がありません")
    page.close()
    home = page.context.new_page()
    page.context.set_offline(False)
    home.goto(f"{live_server.url}/work/")
    expect(home.locator("#outbox-arrived")).to_be_visible()
    assert Submission.objects.get().answer == {"amount": 15}
    assert kept_here(home) == []


def test_signing_out_takes_everything_from_this_machine(open_task, live_server):
    page = open_task(**DESK)
    page.context.set_offline(True)
    page.locator("#f1").fill("15")
    expect(page.locator("#kept")).to_contain_text("この機械に残っています")
    page.close()
    home = page.context.new_page()
    page.context.set_offline(False)
    home.goto(f"{live_server.url}/work/mine/")
    assert kept_here(home) != []
    home.locator(".menu > summary").click()
    home.locator("[data-sign-out] button").click()
    home.locator("#signing-out [data-forgets]").click()
    home.wait_for_url(lambda url: "/mine/" not in url)
    assert home.evaluate("Object.keys(localStorage)") == []


def test_other_minutes_bring_another_bundle_without_a_new_page(open_task, live_server, axe_faults):
    page = open_task()
    page.goto(f"{live_server.url}/work/")
    expect(page.locator("#offer-place .stat").first).to_contain_text("3件")
    page.evaluate("window.stayed = true")
    page.locator("label.choice", has=page.locator("[value=other]")).click()
    page.locator("#other").fill("3")
    page.keyboard.press("Enter")
    expect(page.locator("#offer-place .stat").first).to_contain_text("1件")
    assert page.evaluate("window.stayed")
    assert axe_faults(page) == []
