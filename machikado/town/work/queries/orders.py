"""Questions about orders and jobs: what a viewer may see, and how far an order has come."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet, Sum

from machikado.town.people.models import Role
from machikado.town.people.viewer import Viewer
from machikado.town.work.models import Batch, Estimate, Job, Order, Task


@dataclass(frozen=True, slots=True)
class Progress:
    """How many tasks stand where. Only tasks of opened batches count; void ones do not."""

    counts: Counter[str] = field(default_factory=Counter)
    answers: int = 0
    wanted: int = 0

    @property
    def total(self) -> int:
        """All tasks that shall have a result."""
        return sum(number for state, number in self.counts.items() if state != Task.State.VOID)

    @property
    def finished(self) -> int:
        """Tasks whose result is checked, delivered or not."""
        return self.counts[Task.State.RESOLVED] + self.counts[Task.State.DELIVERED]

    @property
    def disputed(self) -> int:
        """Tasks that wait for a leader."""
        return self.counts[Task.State.DISPUTED]

    @property
    def delivered(self) -> int:
        """Tasks that the client has."""
        return self.counts[Task.State.DELIVERED]

    @property
    def deliverable(self) -> int:
        """Tasks whose result waits for the next delivery."""
        return self.counts[Task.State.RESOLVED]

    @property
    def percent(self) -> int:
        """Whole per cent of the tasks that are finished; 100 only when all are."""
        return self.finished * 100 // self.total if self.total else 0

    def __add__(self, other: "Progress") -> "Progress":
        return Progress(self.counts + other.counts, self.answers + other.answers, self.wanted + other.wanted)


def orders_visible_to(viewer: Viewer | None) -> QuerySet[Order]:
    """Staff see every order, a client those of its organisations, everybody else none."""
    if viewer is None:
        return Order.objects.none()
    if viewer.is_staff:
        return Order.objects.all()
    return Order.objects.filter(client_id__in=viewer.organisation_ids(Role.CLIENT))


def jobs_visible_to(viewer: Viewer | None) -> QuerySet[Job]:
    """Jobs are the centre's own affair: staff see them, a client sees their progress only."""
    return Job.objects.all() if viewer is not None and viewer.is_staff else Job.objects.none()


def newest_estimate(order: Order) -> Estimate | None:
    """The estimate that counts: the last one made."""
    return order.estimates.order_by("-number").first()


def progress_of_jobs(orders: QuerySet[Order] | list[Order]) -> dict[int, Progress]:
    """How far each job (id) of these orders has come: one grouped query."""
    rows = (
        Task.objects.filter(job__order__in=orders, batch__state=Batch.State.READY)
        .values("job_id", "state")
        .annotate(number=Count("pk"), answered=Sum("answers"), asked=Sum("wanted"))
        .order_by()
    )
    found: dict[int, Progress] = defaultdict(Progress)
    for row in rows:
        found[row["job_id"]] += Progress(Counter({row["state"]: row["number"]}), row["answered"], row["asked"])
    return dict(found)


def progress(order: Order) -> Progress:
    """How far an order has come."""
    return sum(progress_of_jobs([order]).values(), Progress())
