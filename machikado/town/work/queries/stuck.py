"""What is stuck and what to do about it: the first thing that a coordinator reads in the morning."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Max, Min, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from machikado.town.common.calendar import town_date, weekday_date
from machikado.town.work.models import Assignment, Batch, Job, Order, Task

WAITS_LONG = timedelta(hours=24)
SOON = timedelta(days=3)
RUNS = (Order.State.RUNNING, Order.State.REWORK)


@dataclass(frozen=True, slots=True)
class Stuck:
    """One thing that does not go on by itself: about what, what is so, what to do and where."""

    title: str
    what: str
    do: str
    url: str
    kind: str = "care"


def stuck(now: datetime) -> list[Stuck]:
    """Everything that is stuck, what is lost first. Each kind is one query."""
    found = [
        *_failed_batches(),
        *_due_soon(now),
        *_disputed(now),
        *_without_takers(now),
        *_unopened(),
        *_rework(),
        *_estimates(now),
        *_inquiries(now),
    ]
    return sorted(found, key=lambda each: each.kind != "bad")


def _failed_batches() -> Iterator[Stuck]:
    for batch in Batch.objects.filter(state=Batch.State.FAILED).select_related("job"):
        yield Stuck(
            batch.job.title,
            _("The import “%(name)s” stopped at %(done)s of %(total)s lines. What was written is kept.")
            % {"name": batch.name, "done": batch.done, "total": batch.total},
            _("Go on with the import"),
            reverse("work:batch", args=[batch.code]),
            "bad",
        )


def _due_soon(now: datetime) -> Iterator[Stuck]:
    """Orders whose day is near while something is still to be done."""
    today = town_date(now)
    orders = Order.objects.filter(
        state__in=(*RUNS, Order.State.ACCEPTED, Order.State.PREPARING, Order.State.SUSPENDED), due_on__lte=today + SOON
    )
    for order in orders.order_by("due_on"):
        assert order.due_on is not None  # asked for above
        late = order.due_on < today
        words = _("It was due on %(day)s.") if late else _("It is due on %(day)s.")
        yield Stuck(
            order.title,
            words % {"day": weekday_date(order.due_on)},
            _("Look at what is left"),
            reverse("work:order", args=[order.code]),
            "bad" if late else "care",
        )


def _disputed(now: datetime) -> Iterator[Stuck]:
    """Differences that nobody has settled for a day."""
    rows = (
        Assignment.objects.filter(task__state=Task.State.DISPUTED, task__job__order__state__in=RUNS)
        .values("task__job__title")
        .annotate(number=Count("task", distinct=True), since=Max("submitted_at"), oldest=Min("submitted_at"))
        .filter(oldest__lt=now - WAITS_LONG)
        .order_by("oldest")
    )
    for row in rows:
        words = ngettext(
            "%(number)s difference has been waiting for a leader since %(day)s.",
            "%(number)s differences are waiting for a leader, the oldest since %(day)s.",
            row["number"],
        )
        yield Stuck(
            row["task__job__title"],
            words % {"number": row["number"], "day": weekday_date(town_date(row["oldest"]))},
            _("Open the reviews"),
            reverse("work:reviews"),
        )


def _without_takers(now: datetime) -> Iterator[Stuck]:
    """Open jobs of which nobody has taken or handed in anything for a day."""
    lately = Q(submitted_at__gte=now - WAITS_LONG) | Q(accepted_at__gte=now - WAITS_LONG)
    busy = Exists(Assignment.objects.filter(lately, job_id=OuterRef("pk")))
    offered = Task.objects.filter(job=OuterRef("pk"), open_slots__gt=0, batch__state=Batch.State.READY)
    old = Batch.objects.filter(job=OuterRef("pk"), state=Batch.State.READY, ready_at__lt=now - WAITS_LONG)
    jobs = Job.objects.filter(~busy, Exists(offered), Exists(old), state=Job.State.OPEN, order__state__in=RUNS)
    for job in jobs.order_by("due_on"):
        yield Stuck(
            job.title,
            _("Nobody has taken a task for a day. Is the price fair? Is the procedure clear?"),
            _("Look at the job"),
            reverse("work:job", args=[job.code]),
        )


def _unopened() -> Iterator[Stuck]:
    for batch in Batch.objects.filter(state=Batch.State.IMPORTED).select_related("job"):
        yield Stuck(
            batch.job.title,
            _("%(total)s lines of “%(name)s” are imported and wait to be opened.")
            % {"name": batch.name, "total": batch.total},
            _("Open them to the workers"),
            reverse("work:batch", args=[batch.code]),
        )


def _rework() -> Iterator[Stuck]:
    for order in Order.objects.filter(state=Order.State.REWORK).order_by("due_on"):
        yield Stuck(
            order.title,
            _("The client asks for some rows to be redone."),
            _("Look at the rows"),
            reverse("work:order", args=[order.code]),
        )


def _estimates(now: datetime) -> Iterator[Stuck]:
    """Estimates that end soon without an answer."""
    today = town_date(now)
    orders = Order.objects.filter(state=Order.State.ESTIMATED).annotate(ends=Max("estimates__valid_until"))
    for order in orders.filter(ends__lte=today + SOON).order_by("ends"):
        ended = order.ends < today
        words = _("The estimate was valid until %(day)s.") if ended else _("The estimate expires after %(day)s.")
        yield Stuck(
            order.title,
            words % {"day": weekday_date(order.ends)},
            _("Ask the client, or make a new estimate"),
            reverse("work:order", args=[order.code]),
        )


def _inquiries(now: datetime) -> Iterator[Stuck]:
    for order in Order.objects.filter(state=Order.State.INQUIRY, made_at__lt=now - WAITS_LONG).order_by("made_at"):
        yield Stuck(
            order.title,
            _("This inquiry has been waiting for an answer since %(day)s.")
            % {"day": weekday_date(town_date(order.made_at))},
            _("Answer with an estimate"),
            reverse("work:order", args=[order.code]),
        )
