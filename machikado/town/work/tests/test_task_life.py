"""One task and several people doing whatever they may, in any order: slots add up and what is earned stays earned."""

from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from machikado.town.common.errors import Cannot
from machikado.town.work.actions import assignments, reviews, settlements
from machikado.town.work.actions.assignments import Draft
from machikado.town.work.actions.reviews import Objection
from machikado.town.work.actions.settlements import NewSettlement
from machikado.town.work.models import Assignment, Submission, Task
from machikado.town.work.queries.answers import waiting_objections
from machikado.town.work.queries.soundness import problems
from machikado.town.work.queries.workers import earned
from machikado.town.work.tests.corner import make_corner

WORKERS = 4
who = st.integers(0, WORKERS - 1)


class OneTask(RuleBasedStateMachine):
    """Random people at one task. A refusal is a fine answer; an unsound row never is."""

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.corner = make_corner(redundancy=3, price=(2, 3))
        self.workers = [self.corner.worker(f"w{number}") for number in range(WORKERS)]
        self.least = dict.fromkeys(range(WORKERS), 0)

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    def row(self, number):
        return Assignment.objects.filter(worker=self.workers[number]).first()

    @rule(number=who)
    def take(self, number):
        self.corner.take(self.workers[number])

    @rule(number=who)
    @precondition(lambda self: Assignment.objects.exists())
    def start(self, number):
        if row := self.row(number):
            with suppress(Cannot):
                assignments.start(assignment=row, by=self.corner.actor(row.worker), now=self.corner.now)

    @rule(number=who, value=st.sampled_from(["a", "b", "c"]))
    @precondition(lambda self: Assignment.objects.exists())
    def send(self, number, value):
        if row := self.row(number):
            with suppress(Cannot):
                self.corner.send(row, name=value)

    @rule(number=who, reason=st.sampled_from(["family", "unclear"]))
    @precondition(lambda self: Assignment.objects.exists())
    def release(self, number, reason):
        if row := self.row(number):
            with suppress(Cannot):
                assignments.release(
                    assignment=row, reason=reason, by=self.corner.actor(row.worker), now=self.corner.now
                )

    @rule(number=who)
    @precondition(lambda self: Assignment.objects.exists())
    def type_or_reopen(self, number):
        if row := self.row(number):
            act = {"assignment": row, "by": self.corner.actor(row.worker), "now": self.corner.now}
            with suppress(Cannot):
                assignments.keep(draft=Draft({"name": "d"}), **act)
            with suppress(Cannot):
                assignments.reopen(**act)

    @rule(minutes=st.sampled_from([1, 40, 60 * 24 * 3, 60 * 24 * 8]))
    def time_passes(self, minutes):
        assignments.expire(self.corner.later(minutes=minutes))
        reviews.accept_overdue(self.corner.now)

    @rule(number=who, what=st.sampled_from(["accept", "redo", "reject"]))
    @precondition(lambda self: Submission.objects.exists())
    def review(self, number, what):
        row = Submission.objects.filter(assignment__worker=self.workers[number]).order_by("-attempt").first()
        if row is not None:
            act = {} if what == "accept" else {"objection": Objection("4-2", "because")}
            with suppress(Cannot):
                getattr(reviews, what)(submission=row, by=self.corner.leader, now=self.corner.now, **act)

    @rule(agrees=st.booleans())
    @precondition(lambda self: waiting_objections().exists())
    def second_person(self, agrees):
        review = waiting_objections().latest("pk")
        act = reviews.confirm if agrees else reviews.withdraw
        with suppress(Cannot):
            act(review=review, by=self.corner.second, now=self.corner.now)

    @rule()
    @precondition(lambda self: Task.objects.filter(state__in=["disputed", "submitted"]).exists())
    def settle(self):
        settlement = NewSettlement({"name": "a"}, reason="it is")
        settlements.settle(task=Task.objects.get(), settlement=settlement, by=self.corner.leader, now=self.corner.now)

    @invariant()
    def all_is_sound(self):
        assert problems() == []
        assert Assignment.objects.count() <= WORKERS

    @invariant()
    def what_is_earned_stays_earned_but_for_a_rejection(self):
        for number, worker in enumerate(self.workers):
            row = self.row(number)
            now = earned(worker)
            assert now >= self.least[number] or (row is not None and row.state == "rejected" and now == 0)
            self.least[number] = now


@pytest.mark.long
@pytest.mark.django_db
def test_whatever_people_do_the_task_stays_sound():
    run_state_machine_as_test(OneTask, settings=settings(max_examples=25, stateful_step_count=25, deadline=None))


@pytest.mark.django_db
def test_soundness_sees_what_was_bent_by_hand():
    corner = make_corner()
    corner.do(corner.worker(), name="岡")
    assert problems() == []
    Task.objects.update(open_slots=0)
    Submission.objects.update(yen=66)
    found = " ".join(problems())
    assert "2 wanted, but 0 open, 0 held, 1 answered" in found
    assert "earned 66 yen, the diary says 65" in found
