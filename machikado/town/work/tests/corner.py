"""A small corner of a town for the tests of claims, answers and reviews: one order, its jobs, workers and leaders."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from machikado.town.common.actors import Actor, ActorKind, Grant
from machikado.town.people.models import Organisation, Person, Worker
from machikado.town.work.actions import assignments, reviews, submissions
from machikado.town.work.actions.reviews import Objection
from machikado.town.work.actions.submissions import NewAnswer
from machikado.town.work.models import Assignment, Batch, FormSchema, Job, Order, Procedure, Submission, Task

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
CLAUSES = [{"number": "4-2", "title": "Dates", "text": "Write dates as they stand."}]
SCHEMA: Any = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "title": "Name"},
        "amount": {"type": "integer", "title": "Amount"},
    },
    "required": ["name"],
}


@dataclass
class Corner:
    """What `make_corner` made."""

    centre: Organisation
    order: Order
    job: Job
    batch: Batch
    leader: Actor
    second: Actor
    now: datetime = NOW
    workers: list[Worker] = field(default_factory=list)

    def actor(self, worker: Worker) -> Actor:
        """The worker as one who acts."""
        grants = frozenset({Grant("worker", self.centre.pk)})
        return Actor(kind=ActorKind.PERSON, person_id=worker.person_id, grants=grants)

    def worker(self, name: str = "中島") -> Worker:
        """One more active worker."""
        worker = Worker.objects.create(person=Person.objects.create(family_name=name), state=Worker.State.ACTIVE)
        self.workers.append(worker)
        return worker

    def take(self, worker: Worker) -> Assignment | None:
        """Claim the next task."""
        return assignments.claim(worker=worker, job=None, by=self.actor(worker), now=self.now)

    def start(self, worker: Worker) -> Assignment:
        """Claim the next task and begin it."""
        taken = self.take(worker)
        assert taken is not None
        return assignments.start(assignment=taken, by=self.actor(worker), now=self.now)

    def send(self, assignment: Assignment, **answer: Any) -> Submission:
        """Hand in an answer for a started assignment."""
        worker = assignment.worker
        return submissions.submit(
            assignment=assignment, answer=new_answer(**answer), by=self.actor(worker), now=self.now
        )

    def do(self, worker: Worker, **answer: Any) -> Submission:
        """Claim, begin and hand in."""
        return self.send(self.start(worker), **answer)

    def send_back(self, submission: Submission) -> None:
        """Ask for a redo: the leader proposes it, the second person agrees."""
        objection = Objection("4-2", "The date is missing.")
        review = reviews.redo(submission=submission, objection=objection, by=self.leader, now=self.now)
        reviews.confirm(review=review, by=self.second, now=self.now)

    def later(self, **duration: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**duration)
        return self.now


def new_answer(*, unreadable: tuple[str, ...] = (), seconds: int = 60, **values: Any) -> NewAnswer:
    """An answer with a fresh key."""
    return NewAnswer(sent_key=uuid4(), answer=values, unreadable=list(unreadable), seconds=seconds)


def staff(centre: Organisation, name: str, role: str = "leader") -> Actor:
    """A leader or coordinator of the centre."""
    person = Person.objects.create(family_name=name)
    return Actor(kind=ActorKind.PERSON, person_id=person.pk, grants=frozenset({Grant(role, centre.pk)}))


def make_corner(*, tasks: int = 1, redundancy: int = 2, price: tuple[int, int] = (65, 1)) -> Corner:
    """A running order with one open job of so many ready tasks."""
    centre = Organisation.objects.create(name="街角センター", kind="centre")
    client = Organisation.objects.create(name="角田商店", kind="client")
    leader, second = staff(centre, "小沢"), staff(centre, "百瀬")
    made: Any = {"made_by_id": leader.person_id, "made_at": NOW}
    order = Order.objects.create(client=client, title="Slips", state=Order.State.RUNNING, made_at=NOW, stepped_at=NOW)
    job = Job.objects.create(
        order=order,
        title="Slips",
        state=Job.State.OPEN,
        procedure=Procedure.objects.create(name="Slips", clauses=CLAUSES, **made),
        schema=FormSchema.objects.create(name="Slips", body=SCHEMA, digest="0" * 64, **made),
        redundancy=redundancy,
        price_yen=price[0],
        price_items=price[1],
        expected_seconds=60,
        made_at=NOW,
    )
    return Corner(centre, order, job, add_batch(job, leader, tasks), leader, second)


def add_batch(job: Job, leader: Actor, tasks: int) -> Batch:
    """One more ready batch."""
    state: Any = {
        "state": Batch.State.READY,
        "total": tasks,
        "done": tasks,
        "ready_at": NOW,
        "made_by_id": leader.person_id,
    }
    batch = Batch.objects.create(job=job, name="b", made_at=NOW, **state)
    rows = (
        Task(batch=batch, job=job, line=line, wanted=job.redundancy, open_slots=job.redundancy)
        for line in range(1, tasks + 1)
    )
    Task.objects.bulk_create(rows, batch_size=2000)
    return batch
