"""What a worker typed and the centre does not have yet: it waits, is renewed, asked about, and never lost silently."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, Route, expect

from demo.cast import Cast
from machikado.town.common import clock
from machikado.town.work.actions import assignments
from machikado.town.work.models import Assignment, Submission, Task
from tests.stories.eyes import Eyes

SCRIPT = {"Accept": "application/json", "X-Requested-With": "fetch"}
PORTAL = "<!doctype html><title>Wi-Fi</title><p>Please sign in to this network."


@pytest.fixture
def home_url(live_server) -> str:
    """The worker's home, which hands in what waits."""
    return f"{live_server.url}/work/"


@pytest.fixture
def left_waiting(at_task, held) -> Callable[[], BrowserContext]:
    """`left_waiting()`: Nakajima handed in 15 without a connection and closed the page; the connection is back."""

    def leave() -> BrowserContext:
        page = at_task()
        hand_in_offline(page, "15")
        context = page.context
        page.close()
        context.set_offline(False)
        return context

    return leave


def hand_in_offline(page: Page, amount: str) -> None:
    page.context.set_offline(True)
    page.locator("#f1").fill(amount)
    send(page)
    expect(page.locator("#notice")).to_contain_text("電波がありません")


def send(page: Page) -> None:
    page.locator("button[data-sends]").first.click()


def kept_here(page: Page, kind: str = "") -> list[str]:
    """The keys of what this machine keeps, of one kind or all."""
    keys = page.evaluate("Object.keys(localStorage).filter((key) => key !== 'machikado.viewer').sort()")
    return [key for key in keys if key.startswith(f"machikado.{kind}")]


def sign_out(page: Page) -> None:
    page.locator(".menu > summary").click()
    page.locator(".menu [data-sign-out] button").click()


def come_back(page: Page) -> None:
    """The browser says that there is a connection."""
    page.evaluate("window.dispatchEvent(new Event('online'))")


def give_away(held: Assignment) -> None:
    """The lease ends and somebody else takes the item."""
    assignments.expire(clock.real_now() + timedelta(hours=3))
    Task.objects.filter(pk=held.task_id).update(open_slots=0)


# --- an answer that waits ---------------------------------------------------------------------------------------------


def test_an_answer_that_was_refused_waits_no_longer(at_task, held):
    page = at_task()
    hand_in_offline(page, "12")
    give_away(held)
    page.context.set_offline(False)
    expect(page.locator("#notice")).to_contain_text("ほかの人")
    assert kept_here(page, "waiting") == []


def test_what_is_typed_while_an_answer_waits_is_handed_in(at_task, held, home_url):
    page = at_task()
    hand_in_offline(page, "12")
    page.locator("#f1").fill("1234")
    page.close()
    home = page.context.new_page()
    page.context.set_offline(False)
    home.goto(home_url)
    expect(home.locator("#outbox-arrived")).to_be_visible()
    assert Submission.objects.get().answer == {"amount": 1234}
    assert kept_here(home) == []


def test_typing_in_a_task_that_was_opened_again_takes_its_waiting_answer_back(left_waiting, held, live_server):
    context = left_waiting()
    page = context.new_page()
    page.goto(f"{live_server.url}/work/a/{held.code}/")
    expect(page.locator("#f1")).to_have_value("15")
    assert kept_here(page, "waiting") != []
    page.locator("#f1").fill("16")
    assert kept_here(page, "waiting") == []
    send(page)
    page.wait_for_url("**/done/")
    assert Submission.objects.get().answer == {"amount": 16}


def test_while_an_answer_waits_the_button_is_free_and_the_fields_are_looked_at_again(at_task, eyes: Eyes):
    page = at_task()
    hand_in_offline(page, "12")
    expect(page.locator("[data-sends][aria-busy]")).to_have_count(0)
    page.locator("#f1").fill("")
    page.context.set_offline(False)
    expect(page.locator("#f1_error")).to_be_visible()
    assert Submission.objects.count() == 0
    assert kept_here(page, "waiting") == []
    assert eyes.look(page, expected="ERR_INTERNET_DISCONNECTED") == []


# --- answers that no page of this town gave ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "media_type"),
    [
        (403, PORTAL, "text/html"),
        (413, "", "text/plain"),
        (429, PORTAL, "text/html"),
        (200, PORTAL, "text/html"),
        (200, "{", "application/json"),
    ],
)
def test_an_answer_that_nobody_expected_is_said(at_task, status, body, media_type):
    page = at_task()
    page.route("**/submit/", lambda route: route.fulfill(status=status, body=body, content_type=media_type))
    page.locator("#f1").fill("12")
    send(page)
    expect(page.locator("#notice")).to_contain_text("納品できませんでした")
    expect(page.locator("[data-sends][aria-busy]")).to_have_count(0)
    page.unroute("**/submit/")
    send(page)
    page.wait_for_url("**/done/")


def test_a_network_that_wants_a_sign_in_first_has_kept_and_taken_nothing(at_task, held, home_url, eyes: Eyes):
    page = at_task()
    page.context.route("**/work/a/**", portal)
    page.locator("#f1").fill("12")
    expect(page.locator("#kept")).to_contain_text("この機械に残っています")
    assert kept_here(page, "draft") != []
    page.context.unroute("**/work/a/**")
    hand_in_offline(page, "13")
    page.close()
    page.context.route("**/work/a/**", portal)
    page.context.set_offline(False)
    home = page.context.new_page()
    home.goto(home_url)
    expect(home.locator("#outbox-waiting")).to_contain_text("1件")
    expect(home.locator("#outbox-arrived")).to_be_hidden()
    assert eyes.look(home, expected="ERR_INTERNET_DISCONNECTED") == []
    page.context.unroute("**/work/a/**")
    come_back(home)
    expect(home.locator("#outbox-arrived")).to_be_visible()
    expect(home.locator("#outbox-waiting")).to_be_hidden()
    assert Submission.objects.get().answer == {"amount": 13}


def portal(route: Route) -> None:
    """What a Wi-Fi says to everything before one signed in there."""
    if route.request.method == "POST":
        route.fulfill(status=200, body=PORTAL, content_type="text/html")
    else:
        route.fallback()


def test_what_was_refused_is_kept_at_the_centre_without_another_stroke(at_task, held):
    page = at_task()
    page.locator("#f1").fill("abc")
    send(page)
    expect(page.locator("#f1_error")).to_be_visible()
    expect(page.locator("#kept")).to_contain_text("保存")
    held.refresh_from_db()
    assert held.draft["answer"] == {"amount": "abc"}
    assert kept_here(page) == []


def test_what_the_centre_keeps_of_a_task_that_ran_out_is_not_asked_about(at_task, held):
    page = at_task()
    give_away(held)
    page.locator("#f1").fill("12")
    expect(page.locator("#notice")).to_contain_text("ほかの人")
    held.refresh_from_db()
    assert held.draft["answer"] == {"amount": "12"}
    assert kept_here(page) == []


# --- the home ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [401, 403, 500])
def test_the_home_says_that_an_answer_still_waits(left_waiting, home_url, status, eyes: Eyes):
    context = left_waiting()
    home = context.new_page()
    home.route("**/submit/", lambda route: route.fulfill(status=status, json={"sentence": "?"}))
    home.goto(home_url)
    expect(home.locator("#outbox-waiting")).to_contain_text("1件")
    expect(home.locator("#outbox-waiting a")).to_have_attribute("href", "/sign-in/?next=/work/")
    assert kept_here(home, "waiting") != []
    assert [fault for fault in eyes.look(home, expected="Failed to load") if "ERR_INTERNET" not in fault] == []


def test_a_refusal_is_said_although_the_connection_goes_after_it(left_waiting, home_url):
    context = left_waiting()
    home = context.new_page()
    home.goto(f"{home_url}mine/")
    double_what_waits(home)
    answers: list[Callable[[Route], None]] = [
        lambda route: route.fulfill(status=409, json={"sentence": "?", "code": "taken"}),
        lambda route: route.abort("internetdisconnected"),
    ]
    home.route("**/submit/", lambda route: answers.pop(0)(route))
    home.goto(home_url)
    expect(home.locator("#outbox-refused")).to_be_visible()
    expect(home.locator("#outbox-waiting")).to_contain_text("1件")
    assert len(kept_here(home, "draft")) >= 1


def double_what_waits(page: Page) -> None:
    """Another answer waits as well."""
    page.evaluate(
        "for (const key of Object.keys(localStorage)) if (key.startsWith('machikado.waiting.'))"
        " localStorage.setItem(key + '2', localStorage.getItem(key))"
    )


def test_what_waits_is_sent_once_at_a_time(left_waiting, home_url):
    context = left_waiting()
    home = context.new_page()
    asked: list[Route] = []
    home.route("**/submit/", lambda route: asked.append(route))
    home.goto(home_url)
    for _again in range(3):
        come_back(home)
    home.wait_for_timeout(500)
    assert len(asked) == 1
    asked[0].continue_()
    expect(home.locator("#outbox-arrived")).to_be_visible()
    assert Submission.objects.count() == 1


def test_a_page_that_waits_is_told_when_the_home_has_handed_in(at_task, home_url):
    page = at_task()
    page.route("**/submit/", lambda route: route.abort("internetdisconnected"))
    page.locator("#f1").fill("15")
    send(page)
    expect(page.locator("#notice")).to_contain_text("電波がありません")
    home = page.context.new_page()
    home.goto(home_url)
    expect(home.locator("#outbox-arrived")).to_be_visible()
    expect(page.locator("#notice")).to_contain_text("ほかのタブで納品しました")
    expect(page.locator("button[data-sends]").first).to_be_disabled()
    assert kept_here(home) == []


# --- signing out and in -----------------------------------------------------------------------------------------------


def test_signing_out_hands_in_first_what_waits(left_waiting, home_url):
    page = left_waiting().new_page()
    page.goto(f"{home_url}mine/")
    page.evaluate("localStorage.setItem('machikado.waiting.0.another', 'of somebody else')")
    sign_out(page)
    page.wait_for_url(lambda url: "/mine/" not in url)
    assert Submission.objects.get().answer == {"amount": 15}
    assert kept_here(page) == ["machikado.waiting.0.another"]


@pytest.mark.parametrize("path", ["/work/mine/", "/me/"])
def test_signing_out_asks_before_it_takes_away_what_has_not_arrived(left_waiting, live_server, path, eyes: Eyes):
    page = left_waiting().new_page()
    page.route("**/submit/", lambda route: route.abort("internetdisconnected"))
    page.goto(f"{live_server.url}{path}")
    if path == "/me/":
        page.locator("main [data-sign-out] button").click()
    else:
        sign_out(page)
    dialog = page.locator("#signing-out")
    expect(dialog).to_contain_text("1件")
    assert eyes.look(page, expected="ERR_INTERNET_DISCONNECTED") == []
    dialog.locator("button.primary").click()
    expect(dialog).to_be_hidden()
    assert kept_here(page, "waiting") != []
    page.locator("[data-sign-out] button").last.evaluate("button => button.form.requestSubmit()")
    expect(dialog).to_be_visible()
    dialog.locator("[data-forgets]").click()
    page.wait_for_url(lambda url: path not in url)
    assert kept_here(page) == []
    assert Submission.objects.count() == 0


def test_after_signing_in_again_in_another_tab_the_open_page_keeps_and_hands_in(at_task, held, cast: Cast, client_of):
    page = at_task()
    page.context.clear_cookies(name="sessionid")
    page.locator("#f1").fill("31")
    expect(page.locator("#notice")).to_contain_text("サインアウトしています")
    come_in_again(page, cast, client_of)
    expect(page.locator("#kept")).to_contain_text("保存", timeout=15_000)
    expect(page.locator("#notice")).to_be_hidden()
    held.refresh_from_db()
    assert held.draft["answer"] == {"amount": "31"}
    send(page)
    page.wait_for_url("**/done/")
    assert Submission.objects.get().answer == {"amount": 31}


def come_in_again(page: Page, cast: Cast, client_of) -> None:
    """As signing in does it in another tab: a new session, and a new secret against forged requests."""
    cookies = [each for each in page.context.cookies() if each["name"] == "csrftoken"]
    assert cookies
    session = client_of(cast.nakajima).cookies["sessionid"].value
    url = page.url.split("/work/")[0]
    page.context.add_cookies(
        [
            {"name": "sessionid", "value": session, "url": url},
            {"name": "csrftoken", "value": cookies[0]["value"][::-1], "url": url},
        ]
    )


# --- two versions -----------------------------------------------------------------------------------------------------


def test_two_machines_typed_and_neither_version_is_lost(at_task, held, cast: Cast, client_of, eyes: Eyes):
    page = at_task()
    page.context.set_offline(True)
    page.locator("#f1").fill("11")
    expect(page.locator("#kept")).to_contain_text("この機械に残っています")
    address, context = page.url, page.context
    page.close()
    client_of(cast.nakajima).post(reverse("work:keep", args=[held.code]), {"f-amount": "22"}, headers=SCRIPT)
    context.set_offline(False)
    again = context.new_page()
    again.goto(address)
    other = again.locator("#other-version")
    expect(other).to_be_visible()
    expect(again.locator("#f1")).to_have_value("22")
    assert eyes.look(again, expected="ERR_INTERNET_DISCONNECTED") == []
    again.locator("#f2").fill("リンゴ")
    again.reload()
    expect(again.locator("#f2")).to_have_value("リンゴ")
    other.locator("[data-swaps]").click()
    expect(again.locator("#f1")).to_have_value("11")
    other.locator("[data-swaps]").click()
    expect(again.locator("#f1")).to_have_value("22")
    other.locator("[data-drops]").click()
    expect(other).to_be_hidden()
    assert kept_here(again, "other") == []


def test_a_tab_whose_task_was_handed_in_elsewhere_keeps_and_sends_nothing(at_task, held):
    first = at_task()
    second = first.context.new_page()
    second.goto(first.url)
    expect(first.locator("#notice")).to_be_visible()
    second.locator("#f1").fill("2")
    send(second)
    second.wait_for_url("**/done/")
    expect(first.locator("#notice")).to_contain_text("ほかのタブで納品しました")
    expect(first.locator("button[data-sends]").first).to_be_disabled()
    first.locator("#f1").fill("3")
    first.keyboard.press("Enter")
    first.keyboard.press("Enter")
    first.wait_for_timeout(300)
    assert kept_here(first) == []
    expect(first.locator("#f1")).to_have_value("3")
    assert Submission.objects.get().answer == {"amount": 2}
