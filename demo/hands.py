"""How a simulated person does the work: takes a bundle, keys what is written with human slips, hands in, decides."""

import uuid
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from demo.crowd import Crowd, Habit, actor_of
from machikado.town.people.models import Worker
from machikado.town.work.actions import assignments, submissions
from machikado.town.work.actions.submissions import NewAnswer
from machikado.town.work.bridge import BundleOffer
from machikado.town.work.kinds import Field, kind_of
from machikado.town.work.models import Assignment, Job, Submission

# Digits that people take for each other, in both directions.
LIKE = {"0": "6", "1": "7", "2": "7", "3": "8", "4": "9", "5": "6", "6": "0", "7": "1", "8": "3", "9": "4"}
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
    answer, unreadable = keyed(assignment, habit, chance)
    seconds = seconds_for(job, habit, chance)
    new = NewAnswer(
        sent_key=uuid.UUID(int=chance.getrandbits(128)), answer=answer, unreadable=unreadable, seconds=seconds
    )
    return submissions.submit(assignment=assignment, answer=new, by=actor_of(worker.person), now=now)


def keyed(assignment: Assignment, habit: Habit, chance: Random) -> tuple[dict[str, Any], list[str]]:
    """Return what this person types for the item, and the fields they cannot read."""
    task = assignment.task
    known: dict[str, Any] = task.known or {}
    answer: dict[str, Any] = {}
    unreadable: list[str] = []
    for field in kind_of(task.job).fields(task.job.schema.body):
        if field.name not in known:
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


def slip(field: Field, true: Any, chance: Random) -> Any:
    """A wrong value as people make them: a like digit, a nought too few, the next day, the other box."""
    if field.choices:
        return chance.choice([choice.value for choice in field.choices if choice.value != str(true)])
    if isinstance(true, bool):
        return not true
    if isinstance(true, int):
        return true // 10 if true >= 10_000 else true * 10
    if field.kind == "date":
        return (date.fromisoformat(str(true)) - timedelta(days=1)).isoformat()
    places = [place for place, character in enumerate(str(true)) if character in LIKE]
    if not places:
        return true
    place = chance.choice(places)
    return str(true)[:place] + LIKE[str(true)[place]] + str(true)[place + 1 :]


def work_through(crowd: Crowd, job: Job, span: "tuple[datetime, timedelta]", chance: Random, answers: int) -> int:
    """Let the crowd hand in so many answers of a job, spread over `span` (start, length). Returns how many it were."""
    start, length = span
    done = 0
    while done < answers:
        worker = chance.choice(crowd.workers)
        held = take(worker, job, min(8, answers - done), start + length * done / answers)
        if not held:
            return done
        for assignment in Assignment.objects.filter(pk__in=[row.pk for row in held]).select_related(
            "task__job__schema", "worker__person"
        ):
            do(assignment, crowd.habit(worker), chance, start + length * done / answers)
            done += 1
    return done
