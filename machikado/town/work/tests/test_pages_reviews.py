"""What a leader does on the pages: sees what waits, settles, sends back, is the second person, answers."""

import pytest
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.work.actions import assignments, orders, questions, submissions
from machikado.town.work.models import Assignment, Question, Review, Settlement, Submission, Task
from machikado.town.work.tests.corner import new_answer
from machikado.town.work.tests.makings import agreed_order, open_job, ready_batch, table

pytestmark = pytest.mark.django_db


def answered_by(cast, slug, **values):
    """One of the cast takes the next task and hands an answer in."""
    by, now = cast.actor(slug), clock.real_now()
    taken = assignments.claim(worker=cast.worker(slug), job=None, by=by, now=now)
    assert taken is not None
    assignments.start(assignment=taken, by=by, now=now)
    return submissions.submit(assignment=taken, answer=new_answer(**values), by=by, now=now)


def running(cast, redundancy=2, items=1):
    order = agreed_order(cast)
    job = open_job(cast, order, redundancy=redundancy)
    ready_batch(cast, job, table("no,品名\n" + "".join(f"{n},りんご\n" for n in range(1, items + 1))))
    orders.step(order=order, to="running", by=cast.actor("momose"), now=clock.real_now())
    return job


@pytest.fixture
def disputed(cast):
    """A task to which Nakajima and Hara gave different answers."""
    running(cast)
    answered_by(cast, "nakajima", amount=1200, kana="リンゴ")
    answered_by(cast, "hara", amount=1300, kana="リンゴ")
    return Task.objects.get()


@pytest.fixture
def leader(cast, client_of):
    return client_of(cast.ozawa)


def text_of(answer):
    return answer.content.decode()


def decide(browser, task, **fields):
    return browser.post(reverse("work:review", args=[task.code]), fields, follow=True)


def test_what_differs_stands_on_the_list_and_what_agrees_does_not(cast, disputed, leader):
    page = text_of(leader.get(reverse("work:reviews")))
    assert reverse("work:review", args=[disputed.code]) in page
    assert "ここで待っているものはありません" in text_of(leader.get(reverse("work:reviews"), {"tab": "alone"}))
    assert "ここで待っているものはありません" in text_of(leader.get(reverse("work:reviews"), {"tab": "questions"}))
    assert leader.get(reverse("work:reviews"), {"tab": "nonsense", "job": "nonsense"}).status_code == 200


def test_one_answer_alone_waits_to_be_checked(cast, leader):
    running(cast, redundancy=1)
    answered_by(cast, "nakajima", amount=1)
    page = text_of(leader.get(reverse("work:reviews"), {"tab": "alone"}))
    assert reverse("work:review", args=[Task.objects.get().code]) in page


def test_the_answers_stand_side_by_side_without_names_and_the_difference_has_a_word(cast, disputed, leader):
    page = text_of(leader.get(reverse("work:review", args=[disputed.code])))
    assert "1項目でくいちがっています" in page
    assert page.count("<mark>") == 2
    assert "くいちがい" in page
    assert "一致" in page
    assert "中島" not in page
    assert "原 みち" not in page


def test_choosing_a_value_settles_the_task(cast, disputed, leader):
    page = decide(leader, disputed, decision="settle", **{"v-amount": "1", "v-kana": "0"})
    disputed.refresh_from_db()
    assert (disputed.state, disputed.result) == ("resolved", {"amount": 1300, "kana": "リンゴ"})
    assert page.redirect_chain[-1][0] == reverse("work:reviews")
    assert set(Assignment.objects.values_list("state", flat=True)) == {"passed"}


def test_after_a_decision_comes_the_next_task(cast, leader):
    running(cast, items=2)
    for slug, amount in (("nakajima", 1), ("nakajima", 2), ("hara", 3), ("hara", 4)):
        answered_by(cast, slug, amount=amount)
    first, second = Task.objects.order_by("pk")
    page = decide(leader, first, decision="settle", tab="disputed", **{"v-amount": "0", "v-kana": "0"})
    assert page.redirect_chain[-1][0] == reverse("work:review", args=[second.code])


def test_nothing_chosen_is_said_at_the_field_and_what_was_chosen_stays(cast, disputed, leader):
    page = decide(leader, disputed, decision="settle", reason="よく見ました", **{"v-kana": "0"})
    assert page.status_code == 422
    assert "「金額」は、どの値にするかを選んでください" in text_of(page)
    assert 'value="よく見ました"' in text_of(page)
    assert Settlement.objects.count() == 0


def test_a_value_of_ones_own_needs_a_reason_and_is_checked(cast, disputed, leader):
    own = {"decision": "settle", "v-amount": "own", "o-amount": "1250", "v-kana": "unreadable"}
    assert decide(leader, disputed, **own).status_code == 422
    assert decide(leader, disputed, **{**own, "o-amount": "たくさん", "reason": "x"}).status_code == 422
    decide(leader, disputed, **own, clause="4-2")
    disputed.refresh_from_db()
    assert disputed.result == {"amount": 1250, "kana": None}


def test_what_was_just_settled_can_be_taken_back_from_the_list(cast, disputed, leader):
    own = {"decision": "settle", "v-amount": "own", "o-amount": "1250", "v-kana": "unreadable"}
    decide(leader, disputed, **own, clause="4-2")
    page = text_of(leader.get(reverse("work:reviews")))
    assert 'value="take_back"' in page
    decide(leader, disputed, decision="take_back")
    disputed.refresh_from_db()
    assert disputed.state == "disputed"
    assert 'value="take_back"' not in text_of(leader.get(reverse("work:reviews")))


def test_a_redo_goes_back_with_its_clause_when_a_second_person_agrees(cast, disputed, leader, desk):
    first = Submission.objects.order_by("pk")[0]
    decide(leader, disputed, decision="redo", submission=first.code, clause="4-2", reason="もう一度")
    where, found = reverse("work:rejections"), Review.objects.get()
    leader.post(where, {"review": found.code, "decision": "confirm"})
    first.assignment.refresh_from_db()
    assert first.assignment.state == "checking"
    assert "やり直しを頼む" in text_of(desk.get(where))
    desk.post(where, {"review": found.code, "decision": "confirm"})
    first.assignment.refresh_from_db()
    assert first.assignment.state == "redo_requested"
    page = decide(leader, disputed, decision="redo", submission=first.code, clause="4-2")
    assert page.status_code == 422


def test_a_rejection_without_reason_is_refused_and_with_one_waits_for_another_person(cast, disputed, leader, desk):
    first = Submission.objects.order_by("pk")[0]
    assert decide(leader, disputed, decision="reject", submission=first.code, clause="4-2").status_code == 422
    decide(leader, disputed, decision="reject", submission=first.code, clause="4-2", reason="元の字とちがいます")
    found = Review.objects.get()
    page = text_of(leader.get(reverse("work:rejections")))
    assert "あなたの提案です" in page
    assert 'value="confirm"' not in page
    leader.post(reverse("work:rejections"), {"review": found.code, "decision": "confirm"})
    found.refresh_from_db()
    assert found.second_by_id is None
    assert "元の字とちがいます" in text_of(desk.get(reverse("work:rejections")))
    desk.post(reverse("work:rejections"), {"review": found.code, "decision": "confirm"})
    first.assignment.refresh_from_db()
    assert first.assignment.state == "rejected"
    again = desk.post(reverse("work:rejections"), {"review": found.code, "decision": "confirm"}, follow=True)
    assert again.status_code == 200


def test_a_rejection_can_be_let_fall(cast, disputed, leader, desk):
    first = Submission.objects.order_by("pk")[0]
    decide(leader, disputed, decision="reject", submission=first.code, clause="4-2", reason="ちがいます")
    desk.post(reverse("work:rejections"), {"review": Review.objects.get().code, "decision": "withdraw"})
    assert Review.objects.get().withdrawn_at is not None
    first.assignment.refresh_from_db()
    assert first.assignment.state == "checking"


def test_ones_own_answer_is_decided_by_somebody_else(cast, leader):
    running(cast)
    answered_by(cast, "ozawa", amount=1)
    answered_by(cast, "hara", amount=2)
    task = Task.objects.get()
    assert reverse("work:review", args=[task.code]) not in text_of(leader.get(reverse("work:reviews")))
    page = text_of(leader.get(reverse("work:review", args=[task.code])))
    assert "この値で決める" not in page
    assert decide(leader, task, decision="settle", **{"v-amount": "0", "v-kana": "0"}).status_code == 422


def test_a_question_is_answered_and_thanks_reach_the_worker(cast, disputed, leader):
    held = Assignment.objects.order_by("pk")[0]
    questions.ask(assignment=held, text="この<b>字</b>は", by=cast.actor("nakajima"), now=clock.real_now())
    assert disputed.code in text_of(leader.get(reverse("work:reviews"), {"tab": "questions"}))
    page = text_of(leader.get(reverse("work:review", args=[disputed.code])))
    assert "この&lt;b&gt;字&lt;/b&gt;は" in page
    decide(leader, disputed, decision="answer", question=Question.objects.get().code, text="「7」と読みます")
    decide(leader, disputed, decision="thank", submission=Submission.objects.order_by("pk")[0].code)
    assert Question.objects.get().answer == "「7」と読みます"
    kinds = set(cast.nakajima.messages.values_list("kind", flat=True))
    assert {"work.answer", "work.thanks"} <= kinds


def test_an_unknown_decision_or_a_foreign_answer_is_nothing(cast, disputed, leader):
    assert decide(leader, disputed, decision="explode").status_code == 404
    assert decide(leader, disputed, decision="accept", submission="2222222222").status_code == 404


def test_workers_do_not_come_in(cast, disputed, client_of):
    worker = client_of(cast.hara)
    for where in (reverse("work:reviews"), reverse("work:review", args=[disputed.code]), reverse("work:rejections")):
        assert worker.get(where).status_code == 403


def test_pages_ask_a_bounded_number_of_queries(cast, leader, django_assert_max_num_queries):
    running(cast, items=12)
    for _ in range(12):
        answered_by(cast, "nakajima", amount=1)
        answered_by(cast, "hara", amount=2)
    # one of them is the navigation's: does somebody let the leader book the bus for them?
    with django_assert_max_num_queries(15):
        leader.get(reverse("work:reviews"))
    with django_assert_max_num_queries(16):
        leader.get(reverse("work:review", args=[Task.objects.order_by("pk")[0].code]))
