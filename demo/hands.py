"""How a simulated person does the work: takes a bundle, keys what is written with human slips, hands in, decides."""

import uuid
from datetime import datetime, timedelta
from random import Random
from typing import Any

from demo.crowd import Crowd, Habit, actor_of
from demo.slips import slip
from machikado.town.people.models import Worker
from machikado.town.work.actions import assignments, submissions
from machikado.town.work.actions.submissions import NewAnswer
from machikado.town.work.bridge import BundleOffer
from machikado.town.work.kinds import Field, kind_of
from machikado.town.work.models import Assignment, Job, Submission, Task

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
ONE_IN = 10_000


def take(worker: Worker, job: Job, items: int, now: datetime) -> list[Assignment]:
    """Take up to `items` tasks of a job in hand."""
    assert worker.person is not None  # the crowd are people
    offer = BundleOffer(job_id=job.pk, items=items, seconds=items * job.expected_seconds, yen=job.yen_for(items))
    return assignments.start_bundle(worker=worker, bundle=offer, by=actor_of(worker.person), now=now)


def seconds_for(job: Job, habit: Habit, chance: Random) -> int:
    """How long this person takes for the next item."""
    return max(2, round(job.expected_seconds * habit.pace / 100 * chance.lognormvariate(0, 0.35)))


def begin(assignment: Assignment, now: datetime) -> None:
    """Open an item."""
    assert assignment.worker.person is not None  # the crowd are people
    assignments.start(assignment=assignment, by=actor_of(assignment.worker.person), now=now)


def do(assignment: Assignment, habit: Habit, chance: Random, now: datetime) -> Submission:
    """Open an item, key what is written on it and hand it in, all at `now`; the pages call the same actions."""
    worker = assignment.worker
    assert worker.person is not None  # the crowd are people
    job = assignment.task.job
    begin(assignment, now)
    answer, unreadable = keyed(assignment.task, habit, chance)
    seconds = seconds_for(job, habit, chance)
    new = NewAnswer(
        sent_key=uuid.UUID(int=chance.getrandbits(128)), answer=answer, unreadable=unreadable, seconds=seconds
    )
    return submissions.submit(assignment=assignment, answer=new, by=actor_of(worker.person), now=now)


def keyed(task: Task, habit: Habit, chance: Random) -> tuple[dict[str, Any], list[str]]:
    """Return what this person types for the item, and the fields they cannot read."""
    known: dict[str, Any] = task.known or {}
    answer: dict[str, Any] = {}
    unreadable: list[str] = []
    for field in kind_of(task.job).fields(task.job.schema.body):
        if field.name not in known:
            if field.required:  # a visitor's paper, of which nobody here knows this part
                unreadable.append(field.name)
            continue
        true = known[field.name]
        if chance.randrange(ONE_IN) < habit.unreadable_rate:
            unreadable.append(field.name)
        elif chance.randrange(ONE_IN) < habit.error_rate:
            answer[field.name] = slip(field, true, chance)
        else:
            answer[field.name] = _in_own_way(field, true, chance)
    return answer, unreadable


def _in_own_way(field: Field, true: Any, chance: Random) -> Any:
    """The right value as some people write it: one in ten types full-width digits."""
    return str(true).translate(FULL_WIDTH) if field.normalise == "digits" and chance.random() < 0.1 else true


def work_through(crowd: Crowd, job: Job, span: "tuple[datetime, timedelta]", chance: Random, answers: int) -> int:
    """Let the crowd hand in so many answers of a job, spread over `span` (start, length). Returns how many it were."""
    start, length = span
    people, done = list(crowd.workers), 0
    while people and done < answers:
        worker = chance.choice(people)
        held = take(worker, job, min(8, answers - done), start + length * done / answers)
        if not held:
            people.remove(worker)  # had every task that is left; others may not have
        for assignment in Assignment.objects.filter(pk__in=[row.pk for row in held]).select_related(
            "task__job__schema", "worker__person"
        ):
            do(assignment, crowd.habit(worker), chance, start + length * done / answers)
            done += 1
    return done
