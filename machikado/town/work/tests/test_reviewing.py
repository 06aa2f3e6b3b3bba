"""Checking answers: accept, redo, reject by two people, settle, and what nobody looked at in time."""

from datetime import date
from typing import Any

import pytest

from machikado.town.common.models import Event
from machikado.town.law.models import Parameter
from machikado.town.law.queries import forget
from machikado.town.people.models import Message
from machikado.town.people.permissions import CannotDo
from machikado.town.work.actions import assignments, questions, reviews, settlements
from machikado.town.work.actions.reviews import CannotReview, Objection
from machikado.town.work.actions.settlements import CannotSettle, CannotTakeBack, NewSettlement
from machikado.town.work.models import Assignment, Question, Review, Settlement, SettlementUndone, Submission, Task
from machikado.town.work.queries.answers import waiting_objections
from machikado.town.work.queries.soundness import problems
from machikado.town.work.queries.workers import earned
from machikado.town.work.tests.corner import make_corner, staff

pytestmark = pytest.mark.django_db

CLAUSE = Objection("4-2", "The date is missing.")


def disputed():
    corner = make_corner()
    one = corner.do(corner.worker(), name="岡")
    two = corner.do(corner.worker("原"), name="丘")
    return corner, one, two


def test_accepting_a_lone_answer_makes_it_the_result():
    corner = make_corner(redundancy=1)
    row = corner.do(corner.worker(), name="岡", unreadable=("amount",))
    first = reviews.accept(submission=row, by=corner.leader, now=corner.now)
    assert reviews.accept(submission=row, by=corner.second, now=corner.now) == first
    task = Task.objects.get()
    assert (task.state, task.result) == ("resolved", {"name": "岡", "amount": None})
    assert Assignment.objects.get().state == "passed"


def test_a_redo_goes_to_the_same_worker_with_the_clause_and_earns_nothing_again():
    corner = make_corner(redundancy=1)
    worker = corner.worker()
    row = corner.do(worker, name="岡")
    with pytest.raises(CannotReview, match="clause"):
        reviews.redo(submission=row, objection=Objection("9-9"), by=corner.leader, now=corner.now)
    corner.send_back(row)
    message = Message.objects.get()
    assert (message.kind, message.params["clause"], message.person_id) == (
        "work.redo_requested",
        "4-2",
        worker.person_id,
    )
    assert Task.objects.values_list("state", "answers", "open_slots").get() == ("in_flight", 0, 0)
    assert corner.take(corner.worker("原")) is None
    assert assignments.release_all(worker=worker, by=corner.actor(worker), now=corner.now) == 0
    again = assignments.start(assignment=row.assignment, by=corner.actor(worker), now=corner.later(days=2))
    second = corner.send(again, name="岡谷")
    assert (second.attempt, second.yen, earned(worker)) == (2, 0, 65)
    with pytest.raises(CannotReview, match="replaced"):
        reviews.accept(submission=row, by=corner.leader, now=corner.now)
    reviews.accept(submission=second, by=corner.leader, now=corner.now)
    assert Task.objects.get().result == {"name": "岡谷"}


def test_a_redo_needs_two_people():
    corner = make_corner(redundancy=1)
    row = corner.do(corner.worker(), name="岡")
    review = reviews.redo(submission=row, objection=CLAUSE, by=corner.leader, now=corner.now)
    assert not Message.objects.exists()
    assert Task.objects.values_list("state", "answers").get() == ("submitted", 1)
    with pytest.raises(CannotReview, match="own_objection"):
        reviews.confirm(review=review, by=corner.leader, now=corner.now)
    with pytest.raises(CannotReview, match="waiting"):
        reviews.accept(submission=row, by=corner.second, now=corner.now)
    reviews.withdraw(review=review, by=corner.second, now=corner.now)
    with pytest.raises(CannotReview, match="decided"):
        reviews.confirm(review=review, by=corner.second, now=corner.now)
    assert Event.objects.filter(kind="work.redo_withdrawn").count() == 1
    reviews.accept(submission=row, by=corner.second, now=corner.now)


def test_a_redo_on_which_nobody_agrees_in_time_falls():
    corner = make_corner()
    corner.do(corner.worker(), name="岡")
    row = corner.do(corner.worker("原"), name="岡")
    review = reviews.redo(submission=row, objection=CLAUSE, by=corner.leader, now=corner.now)
    reviews.accept_overdue(corner.later(days=7))
    assert list(waiting_objections()) == [review]
    reviews.accept_overdue(corner.later(seconds=1))
    assert not waiting_objections().exists()
    assert Task.objects.get().state == "resolved"


def test_a_redo_of_the_time_of_one_person_waits_for_nobody():
    corner = make_corner(redundancy=1)
    row = corner.do(corner.worker(), name="岡")
    corner.send_back(row)
    Review.objects.update(second_by=None, second_at=None)
    assert not waiting_objections().exists()
    again = assignments.start(assignment=row.assignment, by=corner.actor(row.assignment.worker), now=corner.now)
    corner.send(again, name="岡谷")
    assert not waiting_objections().exists()


def test_a_redo_that_nobody_does_stays_earned_and_frees_the_slot():
    corner = make_corner(redundancy=1)
    worker = corner.worker()
    row = corner.do(worker, name="岡")
    corner.send_back(row)
    assert assignments.expire(corner.later(days=4)) == 1
    assert earned(worker) == 65
    assert Task.objects.values_list("state", "answers", "open_slots").get() == ("ready", 0, 1)
    assert corner.take(corner.worker("原")) is not None


def test_a_resolved_task_can_be_sent_back_and_is_resolved_again():
    corner = make_corner()
    corner.do(corner.worker(), name="岡")
    row = corner.do(corner.worker("原"), name="岡")
    corner.send_back(row)
    task = Task.objects.get()
    assert (task.state, task.result, task.resolved_at, task.answers) == ("in_flight", None, None, 1)
    corner.send(row.assignment, name="岡")
    assert Task.objects.get().state == "resolved"


def test_a_rejection_needs_two_people_and_takes_the_pay_back():
    corner, one, _ = disputed()
    worker = one.assignment.worker
    with pytest.raises(CannotReview, match="reason"):
        reviews.reject(submission=one, objection=Objection("4-2"), by=corner.leader, now=corner.now)
    review = reviews.reject(submission=one, objection=CLAUSE, by=corner.leader, now=corner.now)
    assert earned(worker) == 65
    with pytest.raises(CannotReview, match="waiting"):
        reviews.accept(submission=one, by=corner.second, now=corner.now)
    with pytest.raises(CannotReview, match="own_objection"):
        reviews.confirm(review=review, by=corner.leader, now=corner.now)
    reviews.confirm(review=review, by=corner.second, now=corner.now)
    assert earned(worker) == 0
    assert Task.objects.values_list("state", "answers", "open_slots").get() == ("needs_more", 1, 1)
    assert corner.take(worker) is None
    corner.do(corner.worker("林"), name="丘")
    assert Task.objects.values_list("state", "result").get() == ("resolved", {"name": "丘"})
    with pytest.raises(CannotReview, match="decided"):
        reviews.confirm(review=review, by=corner.second, now=corner.now)


def test_a_result_that_stands_without_a_rejected_answer_can_come_back_and_is_resolved_again():
    corner = make_corner(redundancy=3)
    kept = [corner.do(corner.worker(), name="岡") for _ in range(2)]
    other = corner.do(corner.worker(), name="丘")
    review = reviews.reject(submission=other, objection=CLAUSE, by=corner.leader, now=corner.now)
    reviews.confirm(review=review, by=corner.second, now=corner.now)
    assert Task.objects.values_list("state", "wanted", "answers", "open_slots").get() == ("resolved", 2, 2, 0)
    corner.send_back(kept[0])
    corner.send(kept[0].assignment, name="岡")
    assert Task.objects.values_list("state", "result").get() == ("resolved", {"name": "岡"})


def test_an_answer_whose_rejection_waits_is_not_passed_by_others_who_agree():
    corner = make_corner(redundancy=2)
    one = corner.do(corner.worker(), name="岡")
    review = reviews.reject(submission=one, objection=CLAUSE, by=corner.leader, now=corner.now)
    corner.do(corner.worker(), name="岡")
    one.assignment.refresh_from_db()
    assert one.assignment.state in {"submitted", "checking"}
    reviews.confirm(review=review, by=corner.second, now=corner.now)
    one.assignment.refresh_from_db()
    assert one.assignment.state == "rejected"


@pytest.mark.parametrize(("value", "is_used"), [("丘", True), ("岡", False)])
def test_what_is_used_is_paid(value, is_used):
    """The only answer waits for its second person; a leader settles with its value, or with one of their own."""
    corner = make_corner(redundancy=1)
    only = corner.do(corner.worker(), name="丘")
    review = reviews.reject(submission=only, objection=CLAUSE, by=corner.leader, now=corner.now)
    settlement = NewSettlement({"name": value}, reason="seen on the slip")
    settlements.settle(task=only.assignment.task, settlement=settlement, by=corner.second, now=corner.now)
    if is_used:
        with pytest.raises(CannotReview, match="used"):
            reviews.confirm(review=review, by=corner.second, now=corner.now)
        reviews.withdraw(review=review, by=corner.second, now=corner.now)
    else:
        reviews.confirm(review=review, by=corner.second, now=corner.now)
    assert earned(only.assignment.worker) == (65 if is_used else 0)
    assert Task.objects.values_list("state", "result").get() == ("resolved", {"name": value})
    assert problems() == []


def test_a_rejection_can_fall():
    corner, one, _ = disputed()
    for by in (corner.leader, corner.second):
        review = reviews.reject(submission=one, objection=CLAUSE, by=corner.leader, now=corner.now)
        reviews.withdraw(review=review, by=by, now=corner.now)
    assert sorted(Review.objects.values_list("second_by", flat=True), key=str) == [corner.second.person_id, None]
    assert Assignment.objects.filter(state="checking").count() == 2


def test_nobody_judges_their_own():
    corner = make_corner(redundancy=1)
    author = corner.worker()
    row = corner.do(author, name="岡")
    own = staff(corner.centre, "x")
    own = type(own)(kind=own.kind, person_id=author.person_id, grants=own.grants)
    for act in (
        lambda: reviews.accept(submission=row, by=own, now=corner.now),
        lambda: reviews.redo(submission=row, objection=CLAUSE, by=own, now=corner.now),
        lambda: reviews.reject(submission=row, objection=CLAUSE, by=own, now=corner.now),
    ):
        with pytest.raises(CannotReview, match="own"):
            act()
    with pytest.raises(CannotSettle, match="own"):
        settlements.settle(task=row.assignment.task, settlement=NewSettlement({"name": "岡"}), by=own, now=corner.now)
    with pytest.raises(CannotDo):
        reviews.accept(submission=row, by=corner.actor(author), now=corner.now)
    assert Assignment.objects.get().state == "submitted"


def test_a_leader_settles_with_one_of_the_answers_and_all_pass():
    corner, one, _ = disputed()
    task = one.assignment.task
    row = settlements.settle(task=task, settlement=NewSettlement({"name": "丘"}), by=corner.leader, now=corner.now)
    task.refresh_from_db()
    assert (task.state, task.result, row.result) == ("resolved", {"name": "丘"}, {"name": "丘"})
    assert set(Assignment.objects.values_list("state", flat=True)) == {"passed"}


def test_a_settlement_can_be_taken_back_for_half_an_hour():
    corner, one, _ = disputed()
    task = one.assignment.task
    first = settlements.settle(task=task, settlement=NewSettlement({"name": "丘"}), by=corner.leader, now=corner.now)
    for _try in range(2):
        settlements.take_back(settlement=first, by=corner.leader, now=corner.later(minutes=5))
    task.refresh_from_db()
    assert (task.state, task.result, task.resolved_at) == ("disputed", None, None)
    assert (SettlementUndone.objects.count(), Settlement.objects.get().result) == (1, {"name": "丘"})
    assert Event.objects.get(kind="work.settlement_taken_back").data["minutes"] == 5
    assert (earned(one.assignment.worker), problems()) == (65, [])
    again = settlements.settle(task=task, settlement=NewSettlement({"name": "岡"}), by=corner.leader, now=corner.now)
    with pytest.raises(CannotTakeBack, match="late"):
        settlements.take_back(settlement=again, by=corner.leader, now=corner.later(minutes=31))
    Task.objects.update(state="delivered")
    with pytest.raises(CannotTakeBack, match="state"):
        settlements.take_back(settlement=again, by=corner.leader, now=again.made_at)


def test_a_value_that_nobody_wrote_needs_a_reason():
    corner, one, two = disputed()
    task = one.assignment.task
    settlement = NewSettlement({"name": "岡谷", "amount": None})
    with pytest.raises(CannotSettle, match="reason"):
        settlements.settle(task=task, settlement=settlement, by=corner.leader, now=corner.now)
    with pytest.raises(CannotSettle, match="fields"):
        settlements.settle(task=task, settlement=NewSettlement({"amount": "x"}), by=corner.leader, now=corner.now)
    reviews.reject(submission=two, objection=CLAUSE, by=corner.second, now=corner.now)
    settlement = NewSettlement(settlement.result, "4-2")
    settlements.settle(task=task, settlement=settlement, by=corner.leader, now=corner.now)
    assert Settlement.objects.get().result == {"name": "岡谷", "amount": None}
    assert sorted(Assignment.objects.values_list("state", flat=True)) == ["checking", "passed"]


def test_after_seven_days_it_counts_for_pay_and_for_nothing_else():
    corner, one, two = disputed()
    worker = one.assignment.worker
    review = reviews.reject(submission=two, objection=CLAUSE, by=corner.leader, now=corner.later(days=6))
    assert reviews.accept_overdue(corner.later(hours=23)) == 0
    assert reviews.accept_overdue(corner.later(hours=2)) == 2
    assert reviews.accept_overdue(corner.now) == 0
    assert (Task.objects.get().state, earned(worker)) == ("disputed", 65)
    with pytest.raises(CannotReview, match="late"):
        corner.send_back(one)
    with pytest.raises(CannotReview, match="decided"):
        reviews.confirm(review=review, by=corner.second, now=corner.now)
    settlement = NewSettlement({"name": "岡"})
    settlements.settle(task=one.assignment.task, settlement=settlement, by=corner.leader, now=corner.now)
    assert Task.objects.get().state == "resolved"
    assert Submission.objects.count() == 2


@pytest.fixture
def three_days_from_wednesday():
    """From 2026-11-25 on the law gives three days where it gave seven."""
    Parameter.objects.create(
        code="review_days", effective_from=date(2026, 11, 25), value=3, certainty="C", source="a later rule"
    )
    forget()
    yield
    forget()


def test_the_days_of_review_are_those_of_the_day_of_receipt(three_days_from_wednesday):
    """Received on Monday: seven days for the leader, and until then nothing counts as accepted."""
    corner, one, _ = disputed()
    assert reviews.accept_overdue(corner.later(days=6)) == 0
    corner.send_back(one)
    again = assignments.start(assignment=one.assignment, by=corner.actor(one.assignment.worker), now=corner.now)
    second = corner.send(again, name="岡谷")
    assert reviews.accept_overdue(corner.later(days=3)) == 1
    reviews.reject(submission=second, objection=CLAUSE, by=corner.leader, now=corner.now)
    assert reviews.accept_overdue(corner.later(seconds=1)) == 1


def test_a_question_reaches_the_leader_and_the_answer_the_worker():
    corner = make_corner()
    worker = corner.worker()
    row = corner.start(worker)
    act: Any = {"assignment": row, "text": " 何\0年? ", "by": corner.actor(worker), "now": corner.now}
    asked = questions.ask(**act)
    assert questions.ask(**act) == asked
    questions.answer(question=asked, text="令和", by=corner.leader, now=corner.later(minutes=5))
    assert Question.objects.values_list("text", "answer").get() == ("何年?", "令和")
    assert Message.objects.values_list("kind", "person").get() == ("work.answer", worker.person_id)
    with pytest.raises(questions.CannotAsk, match="answered"):
        questions.answer(question=asked, text="平成", by=corner.second, now=corner.now)


def test_only_so_many_questions_wait_at_once():
    corner = make_corner()
    worker = corner.worker()
    row = corner.start(worker)

    def ask(text):
        return questions.ask(assignment=row, text=text, by=corner.actor(worker), now=corner.now)

    asked = [ask(f"{number}?") for number in range(questions.MOST_WAITING)]
    assert ask("0?") == asked[0]
    with pytest.raises(questions.CannotAsk, match="many"):
        ask("one more?")
    questions.answer(question=asked[0], text="yes", by=corner.leader, now=corner.now)
    ask("one more?")


def test_thanks_reach_the_person_who_did_the_work():
    corner, one, _ = disputed()
    for _ in range(2):
        reviews.thank(submission=one, by=corner.leader, now=corner.now)
    assert Event.objects.filter(kind="work.worker_thanked").count() == 1
    assert Message.objects.get(kind="work.thanks").person_id == one.assignment.worker.person_id
