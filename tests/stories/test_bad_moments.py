"""Bad moments in a real browser: two clicks, a lease that ran out, no JavaScript, somebody else's codes."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from demo.cast import Cast
from machikado.town.common import clock
from machikado.town.work.actions import assignments
from machikado.town.work.models import Assignment, Order, Submission, Task
from machikado.town.work.tests.order_examples import client_delivery, client_order
from tests.stories.eyes import Eyes


def run_out(held: Assignment) -> None:
    """The lease ends, and the town's duty notices it."""
    later = clock.real_now() + timedelta(hours=3)
    assignments.expire(later)
    held.refresh_from_db()
    assert held.state == Assignment.State.EXPIRED


def test_the_connection_goes_while_typing_and_comes_back(at_task, held, eyes: Eyes):
    page = at_task()
    page.locator("#f1").press_sequentially("12", delay=30)
    page.context.set_offline(True)
    page.locator("#f1").press_sequentially("34", delay=30)
    expect(page.locator("#kept")).to_contain_text("この機械に残っています")
    page.locator("#f2").fill("リンゴ")
    page.context.set_offline(False)
    expect(page.locator("#kept")).to_contain_text("保存")
    held.refresh_from_db()
    assert held.draft["answer"] == {"amount": "1234", "kana": "リンゴ"}
    page.locator("button[data-sends]").first.click()
    page.wait_for_url("**/done/")
    assert Submission.objects.get().answer == {"amount": 1234, "kana": "リンゴ"}
    assert eyes.look(page, expected="ERR_INTERNET_DISCONNECTED") == []


def test_a_double_click_hands_in_once(at_task, eyes: Eyes):
    page = at_task()
    page.locator("#f1").fill("77")
    page.locator("button[data-sends]").first.dblclick()
    page.wait_for_url("**/done/")
    assert Submission.objects.get().answer == {"amount": 77}
    assert eyes.look(page) == []


def test_a_double_click_on_the_public_page_asks_once(transactional_db, cast, visit, live_server, eyes: Eyes):
    page = visit()
    page.goto(f"{live_server.url}/inquiry/")
    page.fill("#id_organisation_name", "角田商店")
    page.fill("#id_person_name", "滝澤")
    page.fill("#id_phone", "0263-52-0280")
    page.fill("#id_about", "名簿の入力")
    page.locator("form[action='/inquiry/'] button").dblclick()
    page.wait_for_url("**/thanks/")
    assert Order.objects.count() == 1
    assert eyes.look(page) == []


def test_two_tabs_type_in_one_task_and_what_is_typed_last_is_kept(at_task, held, eyes: Eyes):
    first = at_task()
    second = first.context.new_page()
    second.goto(first.url)
    expect(second.locator("#notice")).to_be_visible()
    first.locator("#f1").fill("1")
    second.locator("#f1").fill("2")
    second.locator("button[data-sends]").first.click()
    second.wait_for_url("**/done/")
    expect(first.locator("#notice")).to_contain_text("ほかのタブで納品しました")
    first.reload()
    first.wait_for_url("**/done/")
    assert Submission.objects.get().answer == {"amount": 2}
    assert eyes.look(first, expected="409") == []


def test_a_lease_that_ran_out_while_typing_costs_nothing_while_the_item_is_free(at_task, held):
    page = at_task()
    page.locator("#f1").fill("55")
    expect(page.locator("#kept")).to_contain_text("保存")
    run_out(held)
    page.locator("#f2").fill("ソバ")
    page.locator("button[data-sends]").first.click()
    page.wait_for_url("**/done/")
    assert Submission.objects.get().answer == {"amount": 55, "kana": "ソバ"}


def test_what_ran_out_is_offered_back_with_what_was_written(at_task, held, live_server, eyes: Eyes):
    page = at_task()
    page.locator("#f1").fill("55")
    expect(page.locator("#kept")).to_contain_text("保存")
    run_out(held)
    page.goto(f"{live_server.url}/work/a/{held.code}/")
    assert eyes.look(page) == []
    expect(page.locator("main")).to_contain_text("55")
    page.goto(f"{live_server.url}/work/")
    assert eyes.look(page) == []
    page.locator(f"form[action='/work/a/{held.code}/reopen/'] button").click()
    page.wait_for_url(f"**/work/a/{held.code}/")
    expect(page.locator("#f1")).to_have_value("55")


def test_somebody_else_took_it_and_what_was_typed_still_stands(at_task, held, cast: Cast, eyes: Eyes):
    page = at_task()
    page.locator("#f1").fill("55")
    expect(page.locator("#kept")).to_contain_text("保存")
    run_out(held)
    Task.objects.filter(pk=held.task_id).update(open_slots=0)
    page.locator("#f1").fill("556")
    page.locator("button[data-sends]").first.click()
    expect(page.locator("#notice")).to_contain_text("残")
    expect(page.locator("#f1")).to_have_value("556")
    assert Submission.objects.count() == 0
    assert eyes.look(page, expected="409") == []


def test_without_javascript_the_task_can_be_done(held, browser: Browser, client_of, cast: Cast, live_server):
    context = browser.new_context(java_script_enabled=False, locale="ja-JP", viewport={"width": 360, "height": 740})
    cookie = client_of(cast.nakajima).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/work/")
    page.locator(f"a[href='/work/a/{held.code}/']").click()
    page.locator("button[data-sends]:visible").first.click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.fill("#f1", "一二三")
    page.locator("button[data-sends]:visible").first.click()
    expect(page.locator("#f1")).to_have_value("一二三")
    page.fill("#f1", "１２３")
    page.check("#f2_unread")
    page.locator("button[data-sends]:visible").first.click()
    expect(page).to_have_url(f"{live_server.url}/work/a/{held.code}/done/")
    sent = Submission.objects.get()
    assert (sent.answer, sent.unreadable) == ({"amount": 123}, ["kana"])
    page.goto(f"{live_server.url}/work/")
    page.locator("form.bundle button.primary").click()
    expect(page.locator("#answer")).to_be_visible()
    context.close()


@pytest.mark.parametrize("build", [client_order, client_delivery], ids=["order", "delivery"])
def test_another_client_s_codes_lead_nowhere(build, transactional_db, cast: Cast, visit, live_server, eyes: Eyes):
    example = build(cast)
    order = Order.objects.get()
    page = visit("furuhata")
    page.goto(f"{live_server.url}/client/")
    expect(page.locator("main")).not_to_contain_text(order.title)
    for path in (f"/client/{order.code}/", f"/client/{order.code}/live/", f"/orders/{order.code}/"):
        answer = page.goto(f"{live_server.url}{path}")
        assert answer is not None
        assert answer.status in {403, 404}, path
        expect(page.locator("body")).not_to_contain_text(order.title)
        assert eyes.look(page, expected="Failed to load resource") == []
    posted = page.request.post(f"{live_server.url}/client/deliveries/{example.kwargs['code']}/decide/")
    assert posted.status in {403, 404}
