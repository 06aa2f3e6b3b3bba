"""How the results of jobs came in, day by day, against a straight plan to the day on which they are due."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Min
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from machikado.town.common.calendar import town_date, town_zone
from machikado.town.work.models import Batch, Job, Task

POINTS = 12


@dataclass(frozen=True, slots=True)
class Course:
    """The course of some tasks: what was left at the end of each shown day, and what was planned to be left then.

    `left` ends today (None for days to come); `plan` is empty where no day is due; `due` is the place of that day.
    """

    labels: tuple[str, ...]
    left: tuple[int | None, ...]
    plan: tuple[int, ...]
    due: int | None
    total: int

    @property
    def done(self) -> tuple[int | None, ...]:
        """The same, counted upwards."""
        return tuple(None if number is None else self.total - number for number in self.left)

    @property
    def planned(self) -> tuple[int, ...]:
        """The plan, counted upwards."""
        return tuple(self.total - number for number in self.plan)

    @property
    def left_now(self) -> int:
        """How many are left."""
        return next((number for number in reversed(self.left) if number is not None), self.total)

    @property
    def burning(self) -> list[tuple[str, Sequence[int | None]]]:
        """The series of the coordinator's chart."""
        plan: list[tuple[str, Sequence[int | None]]] = [(_("Plan"), self.plan)] if self.plan else []
        return [(_("Left"), self.left), *plan]

    @property
    def growing(self) -> list[tuple[str, Sequence[int | None]]]:
        """The series of the client's chart."""
        plan: list[tuple[str, Sequence[int | None]]] = [(_("Plan"), self.planned)] if self.plan else []
        return [(_("Done"), self.done), *plan]


def courses(jobs: Sequence[Job], now: datetime) -> dict[int, Course]:
    """The course of each job (id) that has tasks people can take: two queries."""
    days, begun = _facts(jobs)
    return {job.pk: _course(days[job.pk], begun[job.pk], job.due_on, now) for job in jobs if job.pk in begun}


def course_of(jobs: Sequence[Job], due_on: date | None, now: datetime) -> Course | None:
    """The course of several jobs as one, or None before anything was opened."""
    days, begun = _facts(jobs)
    if not begun:
        return None
    return _course(sum(days.values(), Counter()), min(begun.values()), due_on, now)


def _facts(jobs: Iterable[Job]) -> tuple[dict[int, "Counter[date | None]"], dict[int, date]]:
    """Job → results by town day (None: no result yet), and job → the day on which its first batch was opened."""
    ready = Batch.objects.filter(job__in=list(jobs), state=Batch.State.READY)
    opened = ready.values_list("job_id").annotate(Min("ready_at")).order_by()
    begun = {job_id: town_date(at) for job_id, at in opened if at is not None}
    day = TruncDate("resolved_at", tzinfo=town_zone())
    tasks = Task.objects.filter(batch__in=ready).exclude(state=Task.State.VOID)
    days: dict[int, Counter[date | None]] = {job_id: Counter() for job_id in begun}
    for job_id, on, number in tasks.values_list("job_id", day).annotate(Count("pk")).order_by():
        days[job_id][on] += number
    return days, begun


def _course(days: "Counter[date | None]", begun: date, due_on: date | None, now: datetime) -> Course:
    """Put the days in order; long courses show every second, third … day."""
    today, total = town_date(now), days.total()
    last = max(today, due_on or today)
    shown = _shown(begun, last, (today, due_on))
    left = [total, *(_left(days, total, day) if day <= today else None for day in shown)]
    place = shown.index(due_on) + 1 if due_on in shown else None
    return Course(
        labels=(_("Start"), *(_("%(day)s.") % {"day": day.day} for day in shown)),
        left=tuple(left),
        plan=tuple(_plan(begun, due_on, shown, total)),
        due=place,
        total=total,
    )


def _shown(first: date, last: date, kept: tuple[date | None, ...]) -> list[date]:
    """At most so many days from first to last; today and the day that is due are always among them."""
    span = (last - first).days + 1
    step = -(-span // POINTS)
    chosen = {first + timedelta(days=place) for place in range(step - 1, span, step)} | {last}
    return sorted(chosen | {day for day in kept if day is not None and first <= day <= last})


def _left(days: "Counter[date | None]", total: int, day: date) -> int:
    """How many had no result when the day ended."""
    return total - sum(number for on, number in days.items() if on is not None and on <= day)


def _plan(begun: date, due_on: date | None, shown: Sequence[date], total: int) -> list[int]:
    """A straight line from all to none, drawn to the day that is due and flat behind it."""
    if due_on is None or due_on < begun:
        return []
    span = (due_on - begun).days + 1
    return [total, *(max(0, total - total * ((day - begun).days + 1) // span) for day in shown)]
