"""Taking tasks: next one, a bundle, giving back, running out, taking up again."""

from datetime import timedelta

import pytest

from machikado.town.work.actions import assignments
from machikado.town.work.actions.assignments import CannotKeep, CannotRelease, CannotReopen, Draft
from machikado.town.work.actions.submissions import CannotSubmit
from machikado.town.work.bridge import BundleOffer, next_for
from machikado.town.work.models import Assignment, Batch, Job, ShownTerms, Task
from machikado.town.work.seams import CannotAct, CannotStart
from machikado.town.work.tests.corner import add_batch, make_corner

pytestmark = pytest.mark.django_db


def test_nobody_gets_a_task_twice_and_all_slots_are_served():
    corner = make_corner(tasks=3, redundancy=2)
    first, second, third = corner.worker(), corner.worker("原"), corner.worker("林")
    taken = [corner.take(worker) for worker in (first, second) for _ in range(3)]
    assert len({(row.task_id, row.worker_id) for row in taken if row is not None}) == 6
    assert corner.take(first) is None
    assert corner.take(third) is None
    assert set(Task.objects.values_list("open_slots", "state")) == {(0, "in_flight")}


def test_a_claim_asks_eight_queries(django_assert_max_num_queries):
    corner = make_corner(tasks=30)
    worker = corner.worker()
    corner.take(worker)
    with django_assert_max_num_queries(10):  # eight, and the savepoint that the test's own transaction makes of it
        assert corner.take(worker)


def test_a_bundle_is_leased_at_once_for_twice_its_time():
    corner = make_corner(tasks=30)
    worker = corner.worker()
    (offer,) = next_for(worker, 25, corner.now)
    # 25 minutes, 225 s of them stay free: 1275 s hold 21 items of 60 s, 65 yen each.
    assert (offer.items, offer.seconds, offer.yen) == (21, 1260, 1365)
    rows = assignments.start_bundle(worker=worker, bundle=offer, by=corner.actor(worker), now=corner.now)
    assert len(rows) == 21
    assert {row.lease_until for row in rows} == {corner.now + timedelta(seconds=2520)}
    again = assignments.start_bundle(worker=worker, bundle=offer, by=corner.actor(worker), now=corner.now)
    assert [row.pk for row in again] == [row.pk for row in rows]


def test_a_bundle_of_which_others_took_most_is_smaller():
    corner = make_corner(tasks=3, redundancy=1)
    worker = corner.worker()
    corner.take(corner.worker("原"))
    offer = BundleOffer(corner.job.pk, 3, 180, 195)
    assert len(assignments.start_bundle(worker=worker, bundle=offer, by=corner.actor(worker), now=corner.now)) == 2


def test_what_went_back_is_offered_back_and_unclear_is_not():
    corner = make_corner(tasks=2, redundancy=1)
    worker = corner.worker()
    by = corner.actor(worker)
    first, second = corner.start(worker), corner.start(worker)
    assignments.release(assignment=first, reason="unclear", by=by, now=corner.now)
    assignments.release(assignment=second, reason="family", by=by, now=corner.now)
    assert set(Task.objects.values_list("open_slots", "state")) == {(1, "ready")}
    again = corner.take(worker)
    assert again is not None
    assert again.pk == second.pk
    assert corner.take(worker) is None
    assert Assignment.objects.count() == 2


def test_a_lease_that_ran_out_keeps_the_draft_and_is_taken_up_again():
    corner = make_corner()
    worker = corner.worker()
    by = corner.actor(worker)
    row = corner.start(worker)
    draft = Draft({"name": "岡"}, ["amount"], 20)
    assignments.keep(assignment=row, draft=draft, by=by, now=corner.now)
    assert assignments.expire(corner.later(minutes=29)) == 0
    assert assignments.expire(corner.later(minutes=2)) == 1
    row.refresh_from_db()
    assert (row.state, row.draft, row.lease_until) == ("expired", draft.body, None)
    with pytest.raises(CannotKeep) as refusal:
        assignments.keep(assignment=row, draft=Draft({"name": "岡谷"}), by=by, now=corner.now)
    assert refusal.value.code == "expired"
    again = assignments.reopen(assignment=row, by=by, now=corner.now)
    again.refresh_from_db()
    assert (again.state, again.draft["answer"]) == ("accepted", {"name": "岡谷"})


def test_typing_extends_the_lease_but_not_beyond_a_day(django_assert_num_queries):
    corner = make_corner()
    worker = corner.worker()
    row = corner.start(worker)
    row = Assignment.objects.select_related("task__job", "worker").get(pk=row.pk)
    with django_assert_num_queries(1):
        until = assignments.keep(assignment=row, draft=Draft(), by=corner.actor(worker), now=corner.later(minutes=20))
    assert until == corner.now + timedelta(minutes=30)
    late = corner.later(hours=23, minutes=30)
    until = assignments.keep(assignment=row, draft=Draft(), by=corner.actor(worker), now=late)
    assert until == row.accepted_at + timedelta(hours=24)


def test_a_slot_that_is_taken_refuses_kindly_and_keeps_the_draft():
    corner = make_corner(redundancy=1)
    worker, other = corner.worker(), corner.worker("原")
    row = corner.start(worker)
    assignments.expire(corner.later(hours=2))
    corner.start(other)
    with pytest.raises(CannotReopen, match="taken"):
        assignments.reopen(assignment=row, by=corner.actor(worker), now=corner.now)
    with pytest.raises(CannotSubmit, match="taken"):
        corner.send(row, name="岡")
    row.refresh_from_db()
    assert row.draft == {"answer": {"name": "岡"}, "unreadable": []}


def test_an_answer_after_the_lease_counts_while_a_slot_is_free():
    corner = make_corner(redundancy=1)
    worker = corner.worker()
    row = corner.start(worker)
    assignments.expire(corner.later(hours=2))
    corner.send(row, name="岡")
    assert Task.objects.values_list("open_slots", "answers", "state").get() == (0, 1, "submitted")


def test_stopping_gives_everything_back_but_what_is_handed_in():
    corner = make_corner(tasks=3, redundancy=1)
    worker = corner.worker()
    corner.do(worker, name="岡")
    corner.start(worker)
    corner.take(worker)
    assert assignments.release_all(worker=worker, by=corner.actor(worker), now=corner.now) == 2
    assert sorted(Assignment.objects.values_list("state", flat=True)) == ["released", "released", "submitted"]
    row = Assignment.objects.get(state="submitted")
    with pytest.raises(CannotRelease, match="submitted"):
        assignments.release(assignment=row, reason="tired", by=corner.actor(worker), now=corner.now)


def test_the_terms_are_remembered_once_per_wording():
    corner = make_corner(tasks=2)
    worker = corner.worker()
    rows = {corner.start(worker).terms_id, corner.start(worker).terms_id}
    terms = ShownTerms.objects.get()
    assert rows == {terms.pk}
    assert (terms.body["price_yen"], terms.body["pay_days"], terms.body["client"]) == (65, 60, "角田商店")


def test_only_ready_batches_of_open_jobs_of_running_orders_for_active_workers():
    corner = make_corner()
    worker = corner.worker()
    Batch.objects.update(state="imported")
    assert corner.take(worker) is None
    Batch.objects.update(state="ready")
    Job.objects.update(state="paused")
    assert corner.take(worker) is None
    job = Job.objects.select_related("order").get()
    with pytest.raises(CannotStart, match="job_not_open"):
        assignments.claim(worker=worker, job=job, by=corner.actor(worker), now=corner.now)
    Job.objects.update(state="open")
    corner.order.state = "suspended"
    corner.order.save()
    assert corner.take(worker) is None
    assert next_for(worker, 60, corner.now) == []


def test_the_same_work_in_another_order_is_not_new_to_who_did_it():
    """A form is known by what it asks, and by its name from version to version; another form is new."""
    corner = make_corner(tasks=2)
    worker = corner.worker()
    corner.do(worker, name="岡")
    corner.do(worker, name="岡")
    job = Job.objects.select_related("schema").get()
    form, told = job.schema, {}
    for code, digest, name in (
        ("THESAMEFRM", form.digest, "別の名前"),
        ("NEXTVERSIO", "1" * 64, form.name),
        ("ANOTHERFRM", "2" * 64, "別の様式"),
    ):
        form.pk, form.code, form.digest, form.name = None, code, digest, name
        form.save()
        job.pk, job.code, job.schema = None, code, form
        job.save()
        add_batch(job, corner.leader, 1)
    for offer in next_for(worker, 10, corner.now):
        told[Job.objects.get(pk=offer.job_id).code] = {why.code: why.numbers for why in offer.reasons}
    assert told["THESAMEFRM"]["done_before"] == {"done": 2}
    assert told["NEXTVERSIO"]["done_before"] == {"done": 2}
    assert "new_to_you" in told["ANOTHERFRM"]


def test_what_is_due_first_comes_first():
    corner = make_corner()
    worker = corner.worker()
    sooner = Job.objects.get()
    sooner.pk, sooner.code, sooner.due_on = None, "SOONERJOB2", corner.now.date()
    sooner.save()
    add_batch(sooner, corner.leader, 1)
    assert corner.start(worker).job_id == sooner.pk


def test_nobody_acts_on_anothers_work():
    corner = make_corner()
    mine, other = corner.worker(), corner.worker("原")
    row = corner.start(mine)
    for act in (
        lambda: assignments.keep(assignment=row, draft=Draft(), by=corner.actor(other), now=corner.now),
        lambda: assignments.release(assignment=row, reason="none", by=corner.actor(other), now=corner.now),
        lambda: assignments.start(assignment=row, by=corner.actor(other), now=corner.now),
        lambda: assignments.claim(worker=mine, job=None, by=corner.actor(other), now=corner.now),
    ):
        with pytest.raises(CannotAct):
            act()
