"""What a worker does on the pages: says their minutes, takes a bundle, types, hands in, rests, sees what was earned."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.calendar import town_date
from machikado.town.people.actions.messages import NewMessage, tell
from machikado.town.work.actions import assignments, orders, reviews
from machikado.town.work.actions.reviews import Objection
from machikado.town.work.models import Assignment, Job, Question, Submission, Task
from machikado.town.work.tests.examples import started
from machikado.town.work.tests.makings import SCHEMA, agreed_order, open_job, ready_batch, table

pytestmark = pytest.mark.django_db
SCRIPT = {"accept": "application/json"}


def running(cast, items=4, **job):
    """A running order of so many items; its job is open."""
    order = agreed_order(cast)
    made = open_job(cast, order, **job)
    ready_batch(cast, made, table("no,品名\n" + "".join(f"{n},りんご{n}\n" for n in range(1, items + 1))))
    orders.step(order=order, to="running", by=cast.actor("momose"), now=clock.real_now())
    return made


@pytest.fixture
def browser(cast, client_of):
    return client_of(cast.nakajima)


def text_of(answer):
    return answer.content.decode()


def begin(browser, job, minutes="10"):
    """Press はじめる and follow to the task."""
    return browser.post(reverse("work:start_bundle"), {"job": job.code, "minutes": minutes}, follow=True)


def hand_in(browser, assignment, answer=None, **headers):
    fields = {"sent_key": str(uuid4()), "seconds": "31", "f-amount": "1200", "f-kana": "リンゴ", **(answer or {})}
    return browser.post(reverse("work:submit", args=[assignment.code]), fields, headers=headers)


def mine():
    return Assignment.objects.order_by("pk")


def test_home_offers_what_fits_and_says_yen_and_a_day(cast, browser):
    running(cast, items=30)
    page = text_of(browser.get(reverse("work:home"), {"minutes": "10"}))
    # 10 minutes, 2 of them stay free: 480 s hold 12 items of 40 s, 13 yen each.
    assert "12<small>件" in page
    assert "156<small>円" in page
    assert "1件13円" in page
    last = town_date(clock.real_now()) + timedelta(days=59)
    assert f"{last.month}月{last.day}日" in page
    assert "日まで" not in page
    assert "評価や次の紹介は変わりません" in page


def test_changing_the_minutes_brings_the_offers_alone(cast, browser):
    running(cast)
    page = text_of(
        browser.get(reverse("work:home"), {"minutes": "other", "other": "40"}, headers={"HX-Request": "true"})
    )
    assert "<html" not in page
    assert "納品書の入力" in page


def test_home_without_work_says_so_and_with_too_few_minutes_says_the_shortest(cast, browser):
    assert "今は、仕事がありません" in text_of(browser.get(reverse("work:home")))
    job = running(cast)
    type(job).objects.update(expected_seconds=1500)
    assert "いちばん短い仕事は、約25分です" in text_of(browser.get(reverse("work:home"), {"minutes": "10"}))


def test_nonsense_minutes_get_a_sentence(browser):
    page = text_of(browser.get(reverse("work:home"), {"minutes": "other", "other": "0"}))
    assert "1から600までの数字で入れてください" in page


def test_an_order_outside_the_sample_town_says_that_pay_cannot_be_made_yet(cast, browser):
    job = running(cast)
    type(job.order).objects.update(is_sample=False)
    assert "ここからの振込は、まだできません" in text_of(browser.get(reverse("work:home")))
    type(job.order).objects.update(is_sample=True)
    page = text_of(browser.get(reverse("work:home")))
    assert "ここからの振込は、まだできません" not in page
    assert "見本の街なので" in page


def test_a_whole_bundle_is_done_and_the_last_page_says_what_it_brought(cast, browser):
    job = running(cast, items=3)
    page = begin(browser, job)
    assert "3件のうち1件め" in text_of(page)
    assert "はじめての仕事" in text_of(page)
    for number in (1, 2, 3):
        held = mine().filter(state="started").get()
        answer = hand_in(browser, held)
        assert answer.status_code == 302
        page = browser.get(answer.url)
        if number < 3:
            assert f"3件のうち{number + 1}件め" in text_of(page)
    assert "39<small>円" in text_of(page)
    assert "3件ぶんです" in text_of(page)
    assert [each.seconds for each in Submission.objects.all()] == [31, 31, 31]


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(cast, browser):
    held = started(cast)
    answer = hand_in(browser, held, {"f-amount": "たくさん", "f-kana": "ナシ"})
    page = text_of(answer)
    assert answer.status_code == 422
    assert "数字だけで入れてください" in page
    assert 'value="たくさん"' in page
    assert 'value="ナシ"' in page
    assert 'aria-invalid="true"' in page
    assert Submission.objects.count() == 0


def test_a_script_gets_json_with_the_next_address_or_the_sentences(cast, browser):
    held = started(cast)
    wrong = hand_in(browser, held, {"f-amount": ""}, **SCRIPT)
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["amount"])
    right = hand_in(browser, held, **SCRIPT)
    assert right.json() == {"next": reverse("work:done", args=[held.code])}


def test_pressing_twice_hands_in_once(cast, browser):
    held = started(cast)
    key = {"sent_key": str(uuid4())}
    first, second = hand_in(browser, held, key), hand_in(browser, held, key)
    assert first.url == second.url
    assert Submission.objects.count() == 1


def test_a_second_tab_with_another_key_is_told(cast, browser):
    held = started(cast)
    hand_in(browser, held)
    late = hand_in(browser, held, {"f-amount": "77"}, **SCRIPT)
    assert late.status_code == 409
    assert late.json()["code"] == "already"
    assert Submission.objects.get().answer["amount"] == 1200


def test_unreadable_needs_no_value(cast, browser):
    held = started(cast)
    hand_in(browser, held, {"f-amount": "", "u-amount": "1"})
    assert Submission.objects.get().unreadable == ["amount"]


def test_what_is_typed_is_kept_and_stands_there_again(cast, browser):
    held = started(cast)
    kept = browser.post(reverse("work:keep", args=[held.code]), {"f-amount": "12", "seconds": "9"}, headers=SCRIPT)
    assert re.fullmatch(r"\d{1,2}:\d\d", kept.json()["time"])
    page = text_of(browser.get(reverse("work:task", args=[held.code])))
    assert 'value="12"' in page
    assert 'name="seconds" value="9"' in page


def test_when_the_time_ran_out_the_page_says_so_and_the_draft_is_offered_back(cast, browser):
    held = started(cast)
    browser.post(reverse("work:keep", args=[held.code]), {"f-amount": "12"}, headers=SCRIPT)
    assignments.expire(clock.real_now() + timedelta(days=2))
    lost = browser.post(reverse("work:keep", args=[held.code]), {"f-amount": "123"}, headers=SCRIPT)
    assert (lost.status_code, lost.json()["code"], lost.json()["kept"]) == (409, "expired", True)
    page = text_of(browser.get(reverse("work:task", args=[held.code])))
    assert "123" in page
    again = browser.post(reverse("work:reopen", args=[held.code]), follow=True)
    assert 'value="123"' in text_of(again)


def test_an_answer_after_the_time_ran_out_is_taken_while_the_slot_is_free(cast, browser):
    held = started(cast)
    assignments.expire(clock.real_now() + timedelta(days=2))
    assert hand_in(browser, held, **SCRIPT).status_code == 200


def test_script_in_source_and_answer_is_only_text(cast, browser):
    held = started(cast)
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    Task.objects.update(source={evil: evil}, name=evil[:120])
    browser.post(reverse("work:keep", args=[held.code]), {"f-kana": evil})
    browser.post(reverse("work:ask", args=[held.code]), {"text": evil})
    page = text_of(browser.get(reverse("work:task", args=[held.code])))
    assert "alert(1)" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_another_workers_task_does_not_exist(cast, client_of):
    held = started(cast)
    stranger = client_of(cast.hara)
    for name in ("task", "done"):
        assert stranger.get(reverse(f"work:{name}", args=[held.code])).status_code == 404
    for name in ("keep", "submit", "release", "reopen", "ask"):
        assert stranger.post(reverse(f"work:{name}", args=[held.code])).status_code == 404
    assert Assignment.objects.get().state == "started"


def test_giving_back_needs_no_reason_and_leads_home(cast, browser):
    held = started(cast)
    answer = browser.post(reverse("work:release", args=[held.code]), follow=True)
    assert "できた分は支払われます" in text_of(answer)
    assert answer.redirect_chain[-1][0] == reverse("work:home")
    held.refresh_from_db()
    assert (held.state, held.let_go) == ("released", "none")


def test_resting_gives_everything_back_and_offers_nothing_until_asked(cast, browser):
    job = running(cast)
    begin(browser, job)
    page = text_of(browser.post(reverse("work:rest"), follow=True))
    assert "今日はお休みです" in page
    assert "はじめる" not in page
    assert set(mine().values_list("state", flat=True)) == {"released"}
    assert "はじめる" in text_of(browser.get(reverse("work:home"), {"minutes": "10"}))


def test_what_is_held_stands_first_on_the_home(cast, browser):
    begin(browser, running(cast))
    page = text_of(browser.get(reverse("work:home")))
    assert page.index("続きがあります") < page.index("今、何分ありますか")
    page = text_of(browser.post(reverse("work:stop"), follow=True))
    assert "続きがあります" not in page


def test_a_redo_says_which_clause(cast, browser):
    held = started(cast, redundancy=1)
    hand_in(browser, held)
    objection = Objection("4-2", "フリガナを見てください。")
    now = clock.real_now()
    proposed = reviews.redo(submission=Submission.objects.get(), objection=objection, by=cast.actor("ozawa"), now=now)
    reviews.confirm(review=proposed, by=cast.actor("momose"), now=now)
    assert "もう一度見てほしい" in text_of(browser.get(reverse("work:home")))
    page = text_of(browser.get(reverse("work:task", args=[held.code])))
    assert "フリガナを見てください。" in page
    assert "#clause-4-2" in page
    assert 'value="1200"' in page


def test_a_question_goes_to_the_leaders_and_an_empty_one_does_not(cast, browser):
    held = started(cast)
    empty = browser.post(reverse("work:ask", args=[held.code]), {"text": "  "}, follow=True)
    assert "リーダーに届けました" not in text_of(empty)
    asked = browser.post(reverse("work:ask", args=[held.code]), {"text": "この字は何ですか"}, follow=True)
    assert "リーダーに届けました" in text_of(asked)
    assert Question.objects.get().text == "この字は何ですか"


def test_one_claim_leads_to_its_task_and_without_work_home(cast, browser):
    assert browser.post(reverse("work:next")).url == reverse("work:home")
    running(cast)
    assert browser.post(reverse("work:next")).url == reverse("work:task", args=[mine().get().code])


def test_my_work_shows_the_month_and_gives_it_as_a_table(cast, browser):
    held = started(cast)
    hand_in(browser, held)
    type(held.task.job).objects.update(title="=1+1 納品書")
    page = text_of(browser.get(reverse("work:mine")))
    assert "13円" in page
    month = f"{town_date(clock.real_now()):%Y-%m}"
    sheet = browser.get(reverse("work:mine"), {"month": month, "format": "csv"})
    assert sheet.content.startswith("\ufeff".encode())
    rows = sheet.content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert ",'=1+1 納品書,1,13," in rows[1]
    Job.objects.update(title="\r=1+1")
    sheet = browser.get(reverse("work:mine"), {"month": month, "format": "csv"})
    assert "'\r=1+1" in sheet.content.decode("utf-8-sig")
    assert "この月の仕事はありません" in text_of(browser.get(reverse("work:mine"), {"month": "2020-02"}))
    assert browser.get(reverse("work:mine"), {"month": "nonsense"}).status_code == 200


def test_terms_and_procedure_are_there_to_read(cast, browser):
    held = started(cast)
    assert "1件13円" in text_of(browser.get(reverse("work:terms", args=[held.terms_id])))
    page = text_of(browser.get(reverse("work:procedure", args=[held.task.job.procedure.code])))
    assert 'id="clause-4-2"' in page


def test_every_kind_of_field_is_drawn(cast, browser):
    fields = {
        **SCHEMA["properties"],
        "day": {"type": "string", "format": "date", "title": "日付"},
        "use": {"type": "string", "enum": ["1", "2"], "title": "使い道", "x-labels": ["学校", "道路"]},
        "again": {"type": "boolean", "title": "再度"},
        "note": {"type": "string", "title": "備考", "maxLength": 400, "x-hint": "見えるとおりに"},
        "part": {"type": "string", "title": "一部", "x-snippet": [10, 20, 300, 40]},
    }
    begin(browser, running(cast, schema={**SCHEMA, "properties": fields}))
    page = text_of(browser.get(reverse("work:task", args=[mine().first().code])))
    assert page.count('type="radio"') == 4
    assert "学校" in page
    assert "<textarea" in page
    assert 'data-snippet="10 20 300 40"' in page
    assert page.count("かならず") == 2  # the amount, and the question to the leader
    assert "style=" not in page


def test_pages_ask_a_bounded_number_of_queries(cast, browser, django_assert_max_num_queries):
    job = running(cast, items=30)
    begin(browser, job, minutes="25")
    held = mine().filter(state="started").get()
    with django_assert_max_num_queries(30):
        browser.get(reverse("work:home"))
    with django_assert_max_num_queries(15):
        browser.get(reverse("work:task", args=[held.code]))
    with django_assert_max_num_queries(8):
        browser.post(reverse("work:keep", args=[held.code]), {"f-amount": "1"})
    with django_assert_max_num_queries(10):
        browser.get(reverse("work:mine"))


def test_home_counts_every_new_message_and_shows_a_few(cast, browser):
    for _number in range(5):
        tell(cast.nakajima, NewMessage("work.asked"), now=clock.now())
    page = text_of(browser.get(reverse("work:home")))
    assert "新しいお知らせが5件" in page
