"""What a screen reader says of the pages that most people need: no axe can tell whether that can be followed."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from demo.cast import Cast
from machikado.town.work.tests.examples import started
from tests.stories.conftest import Visit
from tests.stories.ears import heard, in_this_order


def test_the_home_says_how_long_what_and_how_to_begin(visit: Visit, cast: Cast, live_server):
    started(cast)  # by Nakajima; three more tasks of the job are there for Hara
    page = visit("hara")
    page.goto(f"{live_server.url}/work/?minutes=25")
    in_this_order(
        heard(page),
        [
            "link, 本文へ",
            "main",
            "heading, 今、何分ありますか, level 1",
            "radio, 25 分, checked, position 2, set size 4",
            "heading, 納品書の入力, level 2",
            "button, はじめる",
            "link, リーダーに質問する",
            "button, 今日は無理",
            "navigation, おもなページ",
            "link, ホーム, current page",
        ],
    )


def test_each_field_of_a_task_says_its_name_that_it_is_required_and_its_unit(at_task: Callable[[], Page]):
    phrases = heard(at_task())
    in_this_order(
        phrases,
        [
            "heading, 元の資料, level 2",
            "りんご",
            "checkbox, 読めない : 金額, not checked",
            "textbox, 1 金額 かならず, 円, required",
            "textbox, 2 フリガナ",
            "button, 納品する",
            "link, リーダーに聞く, has popup dialog",
            "button, この仕事を返す",
            "理由はいりません。評価は変わらず、できた分は支払われます。",
        ],
    )


def test_what_is_wrong_is_said_first_and_again_at_its_field(at_task: Callable[[], Page]):
    page = at_task()
    page.get_by_role("button", name="納品する").click()
    expect(page.locator("[aria-invalid='true']").first).to_be_visible()
    phrases = heard(page)
    wrong = [phrase for phrase in phrases if phrase.startswith("textbox, 1 金額")]
    assert len(wrong) == 1
    assert "invalid" in wrong[0]
    assert "「金額」を入れてください。読めないときは「読めない」を押してください。" in wrong[0]
