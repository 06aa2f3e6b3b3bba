"""Handing in: what is earned, when it is payable, what the answers come to."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db.models import Sum

from machikado.town.work.actions import submissions
from machikado.town.work.actions.submissions import CannotSubmit
from machikado.town.work.models import Assignment, Submission, Task
from machikado.town.work.tests.corner import make_corner, new_answer

pytestmark = pytest.mark.django_db


def states():
    return sorted(Assignment.objects.values_list("state", flat=True))


def test_an_answer_earns_and_starts_the_payment_clock():
    corner = make_corner()
    row = corner.do(corner.worker(), name="岡")
    # 23 November is day 1, so day 60 is 21 January: 8 days of November, 31 of December, 21 of January.
    assert (row.yen, row.received_on, row.pay_by) == (65, date(2026, 11, 23), date(2027, 1, 21))
    assert Task.objects.values_list("state", "answers", "open_slots").get() == ("needs_more", 1, 1)


def test_two_who_agree_resolve_the_task_and_pass():
    corner = make_corner()
    corner.do(corner.worker(), name="岡 1", amount=1200)
    corner.do(corner.worker("原"), name="岡 １", amount="1,200")
    task = Task.objects.get()
    assert (task.state, task.result, task.resolved_at) == ("resolved", {"name": "岡 1", "amount": 1200}, corner.now)
    assert states() == ["passed", "passed"]


def test_while_somebody_still_holds_it_the_task_is_in_flight():
    corner = make_corner()
    corner.take(corner.worker())
    corner.do(corner.worker("原"), name="岡")
    assert Task.objects.values_list("state", "answers", "open_slots").get() == ("in_flight", 1, 0)


def test_two_who_differ_need_a_leader():
    corner = make_corner()
    corner.do(corner.worker(), name="岡")
    corner.do(corner.worker("原"), name="丘")
    task = Task.objects.get()
    assert (task.state, task.result) == ("disputed", None)
    assert states() == ["checking", "checking"]


def test_of_three_the_two_win_in_the_form_that_most_wrote_and_the_third_is_looked_at():
    corner = make_corner(redundancy=3)
    corner.do(corner.worker(), name="ＯＫＡ")
    corner.do(corner.worker("原"), name="丘", unreadable=("amount",))
    assert Task.objects.get().state == "needs_more"
    corner.do(corner.worker("林"), name="OKA")
    task = Task.objects.get()
    assert (task.state, task.result) == ("resolved", {"name": "ＯＫＡ"})
    assert states() == ["checking", "passed", "passed"]


def test_what_most_cannot_read_stands_as_unreadable():
    corner = make_corner()
    for name in ("中島", "原"):
        corner.do(corner.worker(name), name="岡", unreadable=("amount",))
    assert Task.objects.get().result == {"name": "岡", "amount": None}


def test_one_answer_alone_waits_for_a_leader():
    corner = make_corner(redundancy=1)
    corner.do(corner.worker(), name="岡")
    assert (Task.objects.get().state, states()) == ("submitted", ["submitted"])


def test_sending_twice_is_one_submission_and_a_second_tab_is_told_so():
    corner = make_corner(tasks=2)
    worker = corner.worker()
    row, other = corner.start(worker), corner.start(worker)
    answer = new_answer(name="岡")
    act: Any = {"answer": answer, "by": corner.actor(worker), "now": corner.now}
    first = submissions.submit(assignment=row, **act)
    assert submissions.submit(assignment=row, **act) == first
    with pytest.raises(CannotSubmit, match="already"):
        corner.send(row, name="丘")
    with pytest.raises(CannotSubmit, match="other_key"):
        submissions.submit(assignment=other, **act)
    assert Submission.objects.count() == 1
    assert Assignment.objects.get(pk=row.pk).draft == {}


def test_faults_are_told_field_by_field():
    corner = make_corner()
    row = corner.start(corner.worker())
    with pytest.raises(CannotSubmit) as refusal:
        corner.send(row, amount="many")
    assert (refusal.value.code, sorted(refusal.value.params["fields"])) == ("fields", ["amount", "name"])
    assert corner.send(row, unreadable=("name", "amount", "no such field"), name="x").unreadable == ["name", "amount"]


def test_a_task_that_was_never_opened_cannot_be_handed_in():
    corner = make_corner()
    taken = corner.take(corner.worker())
    assert taken is not None
    with pytest.raises(CannotSubmit, match="not_started"):
        corner.send(taken, name="岡")


def test_a_price_below_one_yen_is_paid_when_it_becomes_a_yen():
    corner = make_corner(tasks=7, redundancy=1, price=(2, 3))
    worker = corner.worker()
    # 2 yen for 3 items: 0, 1, 2, 2, 3, 4, 4 yen after 1 … 7 items.
    assert [corner.do(worker, name="岡").yen for _ in range(7)] == [0, 1, 1, 0, 1, 1, 0]
    assert Submission.objects.aggregate(Sum("yen"))["yen__sum"] == corner.job.yen_for(7)


def test_an_answer_that_came_in_between_is_compared_too(monkeypatch):
    corner = make_corner()
    first, second = corner.start(corner.worker()), corner.start(corner.worker("原"))
    compared = submissions._compared
    calls = []

    def slow(task, assignment, answer):
        found = compared(task, assignment, answer)
        calls.append(assignment.pk)
        if len(calls) == 1:
            corner.send(first, name="岡")
        return found

    monkeypatch.setattr(submissions, "_compared", slow)
    corner.send(second, name="岡")
    assert calls == [second.pk, first.pk, second.pk]
    assert Task.objects.get().state == "resolved"


def test_handing_in_asks_few_queries(django_assert_max_num_queries):
    corner = make_corner()
    corner.do(corner.worker(), name="岡")
    row = corner.start(corner.worker("原"))
    row = Assignment.objects.select_related("worker").get(pk=row.pk)
    with django_assert_max_num_queries(17):  # fifteen, and the savepoint of the test's own transaction
        submissions.submit(
            assignment=row,
            answer=replace(new_answer(), answer={"name": "岡"}),
            by=corner.actor(row.worker),
            now=corner.now,
        )
