"""What workers, leaders and coordinators see of the work, and what they do not see."""

from dataclasses import replace
from datetime import date

import pytest

from machikado.town.common.actors import Grant
from machikado.town.people.viewer import Viewer
from machikado.town.work.actions import assignments, reviews
from machikado.town.work.actions.assignments import Draft
from machikado.town.work.actions.reviews import Objection
from machikado.town.work.bridge import next_for
from machikado.town.work.models import Assignment, Job, Order, Review, Task
from machikado.town.work.queries import reviews as looks
from machikado.town.work.queries import tasks, workers
from machikado.town.work.tests.corner import add_batch, make_corner

pytestmark = pytest.mark.django_db


def queue(viewing):
    return [*looks.to_settle(viewing), *looks.to_check(viewing)]


def viewer(corner, person_id, role, worker_id=None):
    return Viewer(0, person_id, worker_id, "x", "ja", frozenset({Grant(role, corner.centre.pk)}))


def leading(corner):
    return viewer(corner, corner.leader.person_id, "leader")


def of(corner, worker):
    return viewer(corner, worker.person_id, "worker", worker.pk)


def test_a_worker_sees_only_their_own():
    corner = make_corner(tasks=2)
    mine, other = corner.worker(), corner.worker("原")
    row = corner.start(mine)
    corner.do(other, name="岡")
    viewing, stranger = of(corner, mine), viewer(corner, corner.second.person_id, "accountant")
    assert [each.pk for each in workers.assignments_visible_to(viewing)] == [row.pk]
    assert list(tasks.tasks_readable_by(viewing, corner.now)) == [row.task]
    assert [each.pk for each in workers.terms_visible_to(viewing)] == [row.terms_id]
    assert not workers.assignments_visible_to(stranger).exists()
    assert not tasks.tasks_readable_by(stranger, corner.now).exists()
    assert queue(viewing) == []
    assert tasks.tasks_readable_by(leading(corner), corner.now).count() == 2
    assignments.release(assignment=row, reason="tired", by=corner.actor(mine), now=corner.now)
    assert not tasks.tasks_readable_by(viewing, corner.now).exists()


def read(corner, worker):
    """Whether this worker can read any source now."""
    return tasks.tasks_readable_by(of(corner, worker), corner.now).exists()


def test_a_source_can_be_read_while_the_work_can_come_back_and_no_longer():
    corner = make_corner(redundancy=1)
    worker = corner.worker()
    sent = corner.do(worker, name="岡")
    corner.later(days=30)
    assert read(corner, worker)  # nobody has looked at it
    reviews.accept(submission=sent, by=corner.leader, now=corner.now)
    assert not read(corner, worker)


def test_what_passed_can_be_read_for_the_days_in_which_it_can_be_sent_back():
    corner = make_corner()
    one, other = corner.worker(), corner.worker("原")
    for worker in (one, other):
        corner.do(worker, name="岡")
    corner.later(days=7)
    assert read(corner, one)
    corner.later(seconds=1)
    assert not read(corner, one)
    viewing = of(corner, one)
    assert workers.assignments_visible_to(viewing).count() == 1
    assert workers.terms_visible_to(viewing).count() == 1
    assert tasks.procedures_visible_to(viewing).count() == 1
    assert workers.earned(one) == 65


def test_a_rejected_answer_can_be_compared_with_its_source_for_as_many_days():
    corner = make_corner(redundancy=1)
    worker = corner.worker()
    sent = corner.do(worker, name="岡")
    review = reviews.reject(submission=sent, objection=Objection("4-2", "x"), by=corner.leader, now=corner.now)
    reviews.confirm(review=review, by=corner.second, now=corner.later(days=6))
    corner.later(days=7)
    assert read(corner, worker)
    corner.later(seconds=1)
    assert not read(corner, worker)


@pytest.mark.parametrize("state", ["accepted_by_client", "closed", "cancelled"])
def test_when_the_order_is_over_nobody_reads_what_they_did(state):
    corner = make_corner()
    worker = corner.worker()
    corner.do(worker, name="岡")
    Order.objects.update(state=state)
    assert not read(corner, worker)


def test_a_procedure_is_for_those_who_work_lead_or_own_the_order():
    corner = make_corner()
    worker = corner.worker()
    corner.take(worker)
    client = viewer(corner, corner.second.person_id, "client")
    owner = replace(client, grants=frozenset({Grant("client", corner.order.client_id or 0)}))
    seeing = (of(corner, worker), leading(corner), owner, client, of(corner, corner.worker("原")))
    assert [tasks.procedures_visible_to(each).count() for each in seeing] == [1, 1, 1, 0, 0]


def test_the_worker_home_in_few_queries(django_assert_max_num_queries):
    corner = make_corner(tasks=30)
    worker = corner.worker()
    corner.do(worker, name="岡", seconds=90)
    begun = corner.start(worker)
    assignments.keep(assignment=begun, draft=Draft({"name": "丘"}), by=corner.actor(worker), now=corner.now)
    assignments.release(assignment=begun, reason="family", by=corner.actor(worker), now=corner.now)
    corner.start(worker)
    with django_assert_max_num_queries(10):
        (offer,) = next_for(worker, 10, corner.now)
        held = list(workers.in_hand(worker))
        drafts = list(workers.drafts_offered_back(worker))
        month = workers.month_of(worker, corner.now)
    # 600 s less 120 s hold 8 items; one of them is the draft.
    assert (offer.items, offer.yen) == (8, 520)
    assert [(why.code, dict(why.numbers)) for why in offer.reasons] == [
        ("fits", {"seconds": 480, "spare_seconds": 120}),
        ("your_drafts", {"drafts": 1}),
        ("done_before", {"done": 1}),
        ("stays_paid", {}),
    ]
    assert (len(held), [row.pk for row in drafts]) == (1, [begun.pk])
    assert (month.items, month.yen, month.minutes, [day.on for day in month.days]) == (1, 65, 2, [date(2026, 11, 23)])
    rows = assignments.start_bundle(worker=worker, bundle=offer, by=corner.actor(worker), now=corner.now)
    assert begun.pk in {row.pk for row in rows}


def test_a_short_handed_job_says_so():
    corner = make_corner(tasks=200)
    Job.objects.update(due_on=date(2026, 11, 24))
    (offer,) = next_for(corner.worker(), 25, corner.now)
    assert [why.code for why in offer.reasons] == ["fits", "due_soon", "short_of_hands", "new_to_you", "stays_paid"]
    assert offer.reasons[2].numbers == {"wanted": 400, "hands": 0}


def test_the_queue_has_disputed_first_and_nothing_of_ones_own():
    corner = make_corner(tasks=1, redundancy=1)
    corner.do(corner.worker(), name="岡")
    single = Task.objects.get()
    Job.objects.update(redundancy=2)
    corner.job.refresh_from_db()
    add_batch(corner.job, corner.leader, 1)
    corner.later(minutes=5)
    one = corner.do(corner.worker("原"), name="岡")
    corner.do(corner.worker("林"), name="丘")
    assert [task.pk for task in queue(leading(corner))] == [one.assignment.task_id, single.pk]
    author = replace(leading(corner), person_id=one.assignment.worker.person_id)
    assert [task.pk for task in queue(author)] == [single.pk]


def test_a_differing_answer_of_a_resolved_task_is_looked_at():
    corner = make_corner(redundancy=3)
    for name, value in (("中島", "岡"), ("原", "岡"), ("林", "丘")):
        corner.do(corner.worker(name), name=value)
    assert len(queue(leading(corner))) == 1
    differing = Assignment.objects.get(state="checking")
    reviews.accept(submission=differing.submissions.get(), by=corner.leader, now=corner.now)
    assert queue(leading(corner)) == []


def test_answers_side_by_side():
    corner = make_corner()
    corner.do(corner.worker(), name="岡 1", amount="5")
    row = corner.do(corner.worker("原"), name="岡 １", unreadable=("amount",))
    review = reviews.reject(submission=row, objection=Objection("4-2", "x"), by=corner.leader, now=corner.now)
    seen = looks.comparison(Task.objects.get(), leading(corner))
    assert [(column.name, column.waiting, column.is_own) for column in seen.columns] == [
        ("中島", None, False),
        ("原", review, False),
    ]
    assert not seen.has_own
    assert Review.objects.count() == 1
