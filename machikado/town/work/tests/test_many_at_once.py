"""Ten people at the same moment, on real connections: nothing is leased twice, nothing stays lying, yen are exact."""

import threading
import time
from collections import Counter

import pytest
from django.db import connection, transaction
from django.db.models import Count, Sum

from machikado.town.common.statements import rows
from machikado.town.work.actions import assignments, questions
from machikado.town.work.actions.slots import lock_tasks
from machikado.town.work.bridge import BundleOffer
from machikado.town.work.models import Assignment, Cursor, Question, Submission, Task
from machikado.town.work.queries.next_tasks import Span, fresh_statement
from machikado.town.work.queries.piles import open_batches
from machikado.town.work.queries.soundness import problems
from machikado.town.work.tests.corner import add_batch, make_corner

PEOPLE = 10


def all_at_once(work, people):
    """Run `work(person)` in one thread each, and raise what any of them raised."""
    faults = []
    begin = threading.Barrier(len(people))

    def run(person):
        try:
            begin.wait()
            work(person)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_ten_claimers_get_every_slot_once(transactional_db):
    corner = make_corner(tasks=200, redundancy=2)
    people = [corner.worker(f"w{number}") for number in range(PEOPLE)]
    got: Counter[int] = Counter()

    def claim_all(worker):
        while corner.take(worker) is not None:
            got[worker.pk] += 1

    all_at_once(claim_all, people)
    assert sum(got.values()) == Assignment.objects.count() == 400
    assert set(Task.objects.values_list("open_slots", flat=True)) == {0}
    assert set(Task.objects.annotate(n=Count("assignments__worker", distinct=True)).values_list("n", flat=True)) == {2}
    assert problems() == []


def test_all_do_everything_and_every_answer_is_there(transactional_db):
    corner = make_corner(tasks=24, redundancy=3, price=(2, 3))
    workers = [corner.worker(f"w{number}") for number in range(PEOPLE // 2)]

    def do_all(worker):
        while (taken := corner.take(worker)) is not None:
            corner.send(assignments.start(assignment=taken, by=corner.actor(worker), now=corner.now), name="岡")

    all_at_once(do_all, workers * 2)  # each in two tabs
    assert set(Task.objects.values_list("state", "answers")) == {("resolved", 3)}
    assert Submission.objects.count() == 72
    for worker in workers:
        rows = Submission.objects.filter(assignment__worker=worker)
        assert (rows.aggregate(yen=Sum("yen"))["yen"] or 0) == corner.job.yen_for(rows.count())
    assert problems() == []


def test_one_bundle_asked_for_in_many_tabs_is_one_bundle(transactional_db):
    corner = make_corner(tasks=30)
    worker = corner.worker()
    offer = BundleOffer(corner.job.pk, 6, 360, 390)

    def start(_tab):
        assignments.start_bundle(worker=worker, bundle=offer, by=corner.actor(worker), now=corner.now)

    all_at_once(start, range(4))
    assert Assignment.objects.count() == 6
    assert Cursor.objects.get().task_id == max(Assignment.objects.values_list("task_id", flat=True))


def test_a_question_pressed_in_many_tabs_is_asked_once(transactional_db):
    corner = make_corner()
    worker = corner.worker()
    row = corner.start(worker)

    def ask(_tab):
        questions.ask(assignment=row, text="何年?", by=corner.actor(worker), now=corner.now)

    all_at_once(ask, range(6))
    assert Question.objects.count() == 1


def waits_for_a_lock():
    """Whether anybody waits for a row that somebody else holds."""
    return rows("SELECT count(*) FROM pg_locks WHERE NOT granted")[0][0] > 0


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time")
def test_a_bundle_that_ends_in_a_deadlock_is_taken_once_more(transactional_db):
    """The worker holds the first batch and waits for the second, whose holder then wants the first: one must yield."""
    corner = make_corner()
    second = add_batch(corner.job, corner.leader, 1)
    worker, offer = corner.worker(), BundleOffer(corner.job.pk, 2, 120, 130)
    holding = threading.Event()

    def race(part):
        if part == "worker":
            holding.wait()
            assignments.start_bundle(worker=worker, bundle=offer, by=corner.actor(worker), now=corner.now)
            return
        with transaction.atomic():
            lock_tasks([second.tasks.get().pk])
            holding.set()
            while not waits_for_a_lock():
                time.sleep(0.01)
            lock_tasks([corner.batch.tasks.get().pk])

    all_at_once(race, ["worker", "other"])
    assert Assignment.objects.filter(worker=worker).count() == 2
    assert problems() == []


def test_expiry_and_handing_in_at_the_same_moment_lose_nothing(transactional_db):
    corner = make_corner(tasks=PEOPLE, redundancy=1)
    started = [corner.start(corner.worker(f"w{number}")) for number in range(PEOPLE)]
    corner.later(hours=2)

    def race(part):
        if part < 0:
            assignments.expire(corner.now)
        else:
            corner.send(started[part], name="岡")

    all_at_once(race, [-1, *range(PEOPLE), -2])
    assert Submission.objects.count() == PEOPLE
    assert problems() == []


def test_the_claim_reads_the_index_of_open_tasks(db):
    corner = make_corner(tasks=3)
    done = [Task(batch=corner.batch, job=corner.job, line=line, wanted=1, open_slots=0) for line in range(1000, 4000)]
    Task.objects.bulk_create(done)
    worker = corner.worker()
    if connection.vendor == "postgresql":  # which chooses by sizes, also of what other tests left in an index
        connection.cursor().execute("REINDEX TABLE work_task; ANALYZE")
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    sql, values = fresh_statement(worker, Span(corner.batch.pk, 5), 1)
    assert "task_open" in str(rows(f"{explain} {sql}", *values))
    assert "task_open" in open_batches(worker).explain()
