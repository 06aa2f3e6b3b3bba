"""Questions about deliveries: what may be delivered, what remains, what a viewer may see, where answers differed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from machikado.town.people.viewer import Viewer
from machikado.town.work.differing import Pieces, pieces
from machikado.town.work.form_values import normal
from machikado.town.work.models import Batch, Delivery, Order, Review, Submission, Task
from machikado.town.work.queries.answers import is_settled
from machikado.town.work.queries.orders import orders_visible_to

BY_AGREEMENT = "agreement"
BY_LEADER = "leader"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field on which people did not agree. `answers` in the order in which they came in, without names."""

    field: str
    label: str
    answers: tuple[str, ...]
    decided: str | None
    decided_by: str

    @property
    def marked(self) -> list[Pieces]:
        """The answers in pieces, so that what differs from the first other one can be marked."""
        texts = [text for text in self.answers if text]
        return [pieces(next((other for other in texts if other != text), text), text) for text in self.answers]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One task on which people did not agree on some fields."""

    task: str
    job_title: str
    line: int
    name: str
    differences: tuple[Difference, ...]


def deliveries_visible_to(viewer: Viewer) -> QuerySet[Delivery]:
    """The deliveries that this viewer may see; the client sees those that are made."""
    found = Delivery.objects.filter(order__in=orders_visible_to(viewer))
    return found if viewer.is_staff else found.filter(made_at__isnull=False)


def checked(order: Order) -> QuerySet[Task]:
    """The tasks whose result may leave: resolved, by agreement or by a leader. In the order of the tables.

    Answers that count for pay only because nobody looked at them in time are none of these.
    """
    accepted = Review.objects.filter(decision=Review.Decision.ACCEPT, withdrawn_at=None)
    reviewed = Exists(accepted.filter(submission__assignment__task=OuterRef("pk")))
    return (
        Task.objects.filter(job__order=order, batch__state=Batch.State.READY)
        .filter(state__in=[Task.State.RESOLVED, Task.State.DELIVERED], result__isnull=False)
        .annotate(settled=is_settled())
        .filter(Q(answers__gte=2) | Q(settled=True) | Q(reviewed))
        .order_by("job_id", "batch_id", "line")
    )


def how_resolved(task: Task) -> str:
    """How the result of a task from `checked` came about."""
    return BY_AGREEMENT if task.answers >= 2 and not getattr(task, "settled", False) else BY_LEADER


def remains(order: Order) -> bool:
    """Say whether anything of the order is not delivered yet, or still being imported."""
    coming = Batch.objects.filter(job__order=order, state__in=[Batch.State.IMPORTING, Batch.State.IMPORTED])
    open_tasks = Task.objects.filter(job__order=order, batch__state=Batch.State.READY)
    return open_tasks.exclude(state__in=[Task.State.DELIVERED, Task.State.VOID]).exists() or coming.exists()


def contested(order: Order) -> QuerySet[Task]:
    """The tasks on which people may have disagreed; `disagreements` looks at their answers."""
    latest = Submission.objects.order_by("submitted_at", "pk").only(
        "answer", "unreadable", "assignment_id", "submitted_at"
    )
    return (
        Task.objects.filter(job__order=order, batch__state=Batch.State.READY, answers__gte=2)
        .annotate(settled=is_settled())
        .filter(Q(state=Task.State.DISPUTED) | Q(settled=True) | Q(wanted__gte=3))
        .select_related("job__schema")
        .prefetch_related(Prefetch("assignments__submissions", queryset=latest))
        .defer("known")
        .order_by("job_id", "batch_id", "line")
    )


def disagreements(tasks: "QuerySet[Task] | list[Task]") -> Iterator[Disagreement]:
    """The fields on which answers differ in meaning, with what was decided. Give it a page of `contested`."""
    for task in tasks:
        differences = tuple(_differences(task))
        if differences:
            yield Disagreement(task.code, task.job.title, task.line, task.name, differences)


def _differences(task: Task) -> Iterator[Difference]:
    """The fields of one task with more than one meaning."""
    answers = _last_answers(task)
    decided = task.result if task.state in {Task.State.RESOLVED, Task.State.DELIVERED} else None
    for name, field in task.job.schema.body["properties"].items():
        meanings = {normal(field, answer.get(name, "")) for answer in answers}
        if len(meanings) > 1:
            yield Difference(
                field=name,
                label=str(field.get("title") or name),
                answers=tuple(_shown(answer.get(name)) for answer in answers),
                decided=_shown(decided.get(name)) if decided is not None else None,
                decided_by=how_resolved(task) if decided is not None else "",
            )


def _last_answers(task: Task) -> list[Mapping[str, Any]]:
    """The last answer of each worker, in the order of their first ones, without the fields that they could not read."""
    handed_in = [list(assignment.submissions.all()) for assignment in task.assignments.all()]
    given = sorted((one for one in handed_in if one), key=lambda submissions: submissions[0].submitted_at)
    return [{k: v for k, v in one[-1].answer.items() if k not in one[-1].unreadable} for one in given]


def _shown(value: Any) -> str:
    """A value as a page shows it."""
    return "" if value is None else str(value)
