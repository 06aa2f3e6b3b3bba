"""What one worker may take now, job by job: the piles from which bundles are made."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import BigIntegerField, BooleanField, Count, F, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL

from machikado.town.people.models import Worker
from machikado.town.work.models import Assignment, Batch, FormSchema, Job, Order, Task
from machikado.town.work.queries.next_tasks import ANY_OPEN, CURSOR, Span, fresh_tasks
from machikado.town.work.seams import may_start

# A bundle never has more items than this, so no pile is counted further.
MOST_ITEMS = 200
# Figures for the reason "short of hands" may be a minute old: they decide nothing but the order of offers.
FIGURES_SECONDS = 60
LATELY = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class JobPile:
    """One job as one worker sees it.

    `fresh` items never seen, `waiting` items that went back and can be taken up again, `drafts` of them begun;
    `done` of this kind of work handed in by this worker, `checked` and `passed` of those; `lacking` answers and
    `hands` of anybody.
    """

    job: Job
    fresh: int
    waiting: int
    drafts: int
    done: int
    checked: int
    passed: int
    lacking: int
    hands: int


# A literal, since SQLite uses the index `task_open` only for the very condition that the index was made with.
_OPEN = RawSQL("work_task.open_slots > 0", (), output_field=BooleanField())


def _open_from(batch_id: int, after: int) -> QuerySet[Task]:
    """The open tasks of a batch behind one of them, in order: a walk along the index `task_open`."""
    behind = RawSQL("(work_task.batch_id, work_task.id) > (%s, %s)", (batch_id, after), output_field=BooleanField())
    return Task.objects.filter(_OPEN, behind, batch_id__lte=batch_id).order_by("batch_id", "pk")


def open_batches(worker: Worker) -> QuerySet[Batch]:
    """The ready batches of open jobs in which anything is open, what is due first in front.

    Each has its job and order, and `cursor`: how far this worker has come in it.
    """
    any_open = RawSQL(ANY_OPEN, (), output_field=BooleanField())  # noqa: S611  our own text
    cursor = RawSQL(CURSOR, (worker.pk,), output_field=BigIntegerField())  # noqa: S611  our own text
    running = (Order.State.RUNNING, Order.State.REWORK)
    return (
        Batch.objects.filter(
            any_open, state=Batch.State.READY, job__state=Job.State.OPEN, job__order__state__in=running
        )
        .select_related("job__order__client")
        .annotate(cursor=cursor)
        .order_by(F("job__due_on").asc(nulls_last=True), "job_id", "pk")
    )


def offered_back(worker: Worker) -> QuerySet[Assignment]:
    """What went back from this worker and can be taken up again: a slot is free, and it was not unclear to them."""
    gone = (Assignment.State.EXPIRED, Assignment.State.RELEASED)
    back = Assignment.objects.filter(worker=worker, state__in=gone, task__open_slots__gt=0)
    return back.exclude(let_go=Assignment.LetGo.UNCLEAR)


def piles_for(worker: Worker, now: datetime) -> Iterator[JobPile]:
    """Yield every job in which this worker can take anything now."""
    batches = [batch for batch in open_batches(worker) if may_start(worker, batch.job) is None]
    jobs = list({batch.job_id: batch.job for batch in batches}.values())
    fresh = _fresh(worker, batches)
    mine = _mine(worker, jobs)
    figures = _figures(now) if any(job.due_on for job in jobs) else {}
    for job in jobs:
        own = mine[job.pk]
        waiting = min(own["waiting"], MOST_ITEMS)
        if fresh.get(job.pk, 0) + waiting:
            lacking, hands = figures.get(job.pk, (0, 0))
            yield JobPile(
                job=job,
                fresh=fresh.get(job.pk, 0),
                waiting=waiting,
                drafts=min(own["drafts"], waiting),
                done=own["done"],
                checked=own["checked"],
                passed=own["passed"],
                lacking=lacking,
                hands=hands,
            )


def _fresh(worker: Worker, batches: list[Batch]) -> dict[int, int]:
    """Job → how many unseen items, counted to MOST_ITEMS: ahead of the cursor first, then behind it."""
    found: dict[int, int] = {}
    for batch in batches:
        cursor: int = batch.cursor  # type: ignore[attr-defined]  # annotated by open_batches
        have = found.get(batch.job_id, 0) + _ahead(worker, batch, cursor)
        if cursor and have < MOST_ITEMS:
            have += len(fresh_tasks(worker, Span(batch.pk, until=cursor), MOST_ITEMS - have))
        found[batch.job_id] = min(have, MOST_ITEMS)
    return found


def _ahead(worker: Worker, batch: Batch, cursor: int) -> int:
    """How many of the next open items are new to the worker; two short looks, since one joined is planned badly."""
    ids = list(_open_from(batch.pk, cursor).values_list("pk", flat=True)[:MOST_ITEMS])
    return len(ids) - Assignment.objects.filter(worker=worker, task_id__in=ids).count()


def _mine(worker: Worker, jobs: list[Job]) -> dict[int, Counter[str]]:
    """Job → this worker's own counts: what of it can be taken up again, and what of its kind was handed in."""
    alike = _alike(jobs)
    found = _counts(worker, set().union(*alike.values()))
    nothing: Counter[str] = Counter()
    return {
        job_id: Counter(
            {name: found.get(job_id, nothing)[name] for name in ("waiting", "drafts")}
            | {name: sum(found.get(each, nothing)[name] for each in same) for name in ("done", "checked", "passed")}
        )
        for job_id, same in alike.items()
    }


def _alike(jobs: list[Job]) -> dict[int, set[int]]:
    """Job → all jobs of its kind of work, itself among them: with the very form, or another version of it."""
    ids = [job.pk for job in jobs]
    forms = FormSchema.objects.filter(jobs__in=ids)
    same = Q(schema__digest__in=forms.values("digest")) | Q(schema__name__in=forms.values("name"))
    rows = list(Job.objects.filter(same).values_list("pk", "kind", "schema__digest", "schema__name"))
    return {
        one: {pk for pk, kind, digest, name in rows if kind == of_kind and (digest == by_digest or name == by_name)}
        for one, of_kind, by_digest, by_name in rows
        if one in ids
    }


def _counts(worker: Worker, job_ids: set[int]) -> dict[int, Counter[str]]:
    """Job → what this worker holds of it and did, in one query."""
    back = Q(pk__in=offered_back(worker).values("pk"))
    counts = {
        "waiting": Count("pk", filter=back),
        "drafts": Count("pk", filter=back & ~Q(draft={})),
        "done": Count("pk", filter=Q(submitted_at__isnull=False)),
        "checked": Count("pk", filter=Q(state__in=("passed", "rejected"))),
        "passed": Count("pk", filter=Q(state="passed")),
    }
    rows = Assignment.objects.filter(worker=worker, job_id__in=job_ids).values("job_id").annotate(**counts)
    grouped = rows.values_list("job_id", *counts).order_by()
    return {job_id: Counter(dict(zip(counts, numbers, strict=True))) for job_id, *numbers in grouped}


def _figures(now: datetime) -> dict[int, tuple[int, int]]:
    """Job → (answers still lacking, people who handed in lately), for jobs with a day on which they are due."""
    kept: dict[int, tuple[int, int]] | None = cache.get("work.lacking")
    if kept is None:
        open_jobs = Job.objects.filter(state=Job.State.OPEN, due_on__isnull=False).values("pk")
        ready = Task.objects.filter(job__in=open_jobs, open_slots__gt=0, batch__state=Batch.State.READY)
        lacking = dict(ready.values_list("job_id").annotate(Sum("open_slots")))
        recent = Assignment.objects.filter(job_id__in=list(lacking), submitted_at__gte=now - LATELY)
        hands = dict(recent.values_list("job_id").annotate(Count("worker", distinct=True)))
        kept = {job_id: (count, hands.get(job_id, 0)) for job_id, count in lacking.items()}
        cache.set("work.lacking", kept, FIGURES_SECONDS)
    return kept
