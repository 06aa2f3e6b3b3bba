"""A coordinator who has only a keyboard writes a procedure and a form, and sees it as the workers will."""

import pytest
from playwright.sync_api import Page, expect

from demo.cast import Cast
from machikado.town.work.models import Job, Order
from machikado.town.work.tests.makings import agreed_order
from tests.stories.eyes import Eyes, settle
from tests.stories.hands import Keyboard

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 780}


@pytest.fixture
def order(transactional_db, cast: Cast) -> Order:
    """An order whose first job is to be made."""
    return agreed_order(cast)


def choose_kind(hand: Keyboard, row: int, kind: str) -> None:
    """Go to the kind of a row and take the arrows until it is this one."""
    box = hand.page.locator(f"#id_field-{row}-kind")
    hand.reach(f"#id_field-{row}-kind")
    for _arrow in range(15):
        if box.input_value() == kind:
            return
        hand.page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows do not reach {kind}")


def write_clauses(page: Page, hand: Keyboard) -> None:
    """Two clauses, and one between them: the last is renumbered."""
    hand.write("#clause_title_1", "金額")
    hand.write("#clause_text_1", "数字だけ。")
    hand.write("#clause_title_2", "日付")
    hand.write("#clause_text_2", "西暦で。")
    numbers = page.locator("[data-number]")
    expect(numbers.nth(1)).to_have_text("2")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#clause_title_1")).to_have_value("日付")
    expect(page.locator("button[value='clause-down-0']")).to_be_focused()
    hand.press("button[value='clause-add-0']")
    expect(page.locator("#clause_title_2")).to_be_focused()
    page.keyboard.type("年号")
    expect(numbers.nth(2)).to_have_text("3")
    hand.write("#clause_text_2", "使わない。")
    hand.press("button[value='clause-in-1']")
    expect(page.locator("button[value='clause-out-1']")).to_be_focused()
    expect(numbers).to_have_text(["1", "1.1", "2", "–", "–"])


def write_fields(page: Page, hand: Keyboard) -> None:
    """An amount, then a choice that is moved before it."""
    hand.write("#id_field-0-label", "金額")
    choose_kind(hand, 0, "integer")
    hand.write("#id_field-0-unit", "円")
    hand.press("button[value='field-add-0']")
    expect(page.locator("#id_field-1-label")).to_be_focused()
    page.keyboard.type("支払い")
    choose_kind(hand, 1, "choice")
    hand.reach("#id_field-1-choices")
    page.keyboard.type("cash = 現金\ncard = カード")
    hand.write("#id_field-1-hint", "どちらかです。")
    expect(page.locator("#preview")).to_contain_text("カード")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#id_field-0-label")).to_have_value("支払い")
    expect(page.locator("button[value='field-down-0']")).to_be_focused()


def test_a_form_is_written_with_the_keyboard_alone(order, visit, live_server, eyes: Eyes):
    page = visit("momose", **DESK)
    page.goto(f"{live_server.url}/orders/{order.code}/jobs/add/")
    hand = Keyboard(page)
    hand.write("#id_price_yen", "13")
    hand.write("#id_expected_seconds", "40")
    write_clauses(page, hand)
    write_fields(page, hand)
    settle(page)
    assert eyes.look(page) == []
    with page.expect_navigation():
        hand.press("form[data-job] button.primary")
    job = Job.objects.get()
    assert [clause["number"] for clause in job.procedure.clauses] == ["1", "1.1", "2"]
    assert list(job.schema.body["properties"]) == ["支払い", "金額"]
    assert job.schema.body["properties"]["支払い"]["x-labels"] == ["現金", "カード"]
    assert job.schema.body["properties"]["金額"]["x-unit"] == "円"


def test_on_a_phone_nothing_sticks_out_and_json_is_one_button_away(order, visit, live_server, eyes: Eyes):
    page = visit("momose", **PHONE)
    page.goto(f"{live_server.url}/orders/{order.code}/jobs/add/")
    page.fill("#id_field-0-label", "郵便番号")
    page.select_option("#id_field-0-kind", "postal")
    page.locator("#fields button[value='field-add-0']").last.click()
    expect(page.locator("#id_field-1-label")).to_be_focused()
    page.locator("fieldset:has(#id_field-0-label) summary").click()
    assert eyes.look(page) == []
    page.click("button[value='form-json']")
    expect(page.locator("#id_schema_text")).to_be_visible()
    assert "x-normalise" in page.locator("#id_schema_text").input_value()
    assert eyes.look(page) == []
    page.click("button[value='form-table']")
    expect(page.locator("#id_field-0-kind")).to_have_value("postal")


def test_a_box_that_was_drawn_larger_breaks_no_rule_of_the_page(order, visit, live_server, eyes: Eyes):
    """Drawing a box by its corner gives it a style; where a button redraws the form, that style is not copied."""
    page = visit("momose", **DESK)
    page.goto(f"{live_server.url}/orders/{order.code}/jobs/add/")
    page.locator("#clause_text_1").evaluate("box => { box.style.height = '120px'; }")
    page.click("button[value='clause-add-0']")
    expect(page.locator("#clause_title_2")).to_be_focused()
    assert eyes.look(page) == []
