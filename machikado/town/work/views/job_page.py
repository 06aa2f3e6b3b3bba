"""Everything that the page of one job shows, and what its price means for an hour."""

from dataclasses import dataclass
from datetime import date, datetime

from machikado.town.common.calendar import town_date
from machikado.town.law.queries import parameter
from machikado.town.work import lives
from machikado.town.work.bridge import Quality, quality_of
from machikado.town.work.kinds import Field, kind_of
from machikado.town.work.models import Batch, Job
from machikado.town.work.queries.burndown import Course, course_of
from machikado.town.work.queries.orders import Progress, progress_of_jobs

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Hourly:
    """What somebody earns in an hour at the expected pace, beside the minimum wage that holds on a day."""

    yen: int
    minimum: int

    @property
    def is_low(self) -> bool:
        """Whether an employee could not lawfully be paid so little."""
        return self.yen < self.minimum


@dataclass(frozen=True, slots=True)
class JobPage:
    """The facts of the page, asked for once."""

    job: Job
    fields: list[Field]
    hourly: Hourly
    progress: Progress
    course: Course | None
    quality: Quality | None
    batches: list[Batch]

    @property
    def may_open(self) -> bool:
        """Whether the job can be opened now."""
        return Job.State.OPEN in lives.JOB.steps[self.job.state]

    @property
    def may_pause(self) -> bool:
        """Whether the job can be paused now."""
        return Job.State.PAUSED in lives.JOB.steps[self.job.state]

    @property
    def may_close(self) -> bool:
        """Whether the job can be closed now."""
        return Job.State.CLOSED in lives.JOB.steps[self.job.state]

    @property
    def takes_batches(self) -> bool:
        """Whether more tasks can be imported."""
        return self.job.state != Job.State.CLOSED


def hourly(price_yen: int, price_items: int, seconds: int, on: date) -> Hourly:
    """The pay of an hour at the expected pace, whole yen downwards."""
    return Hourly(price_yen * HOUR // (price_items * seconds), parameter("minimum_wage_yen_hour", on))


def job_page(job: Job, now: datetime) -> JobPage:
    """Ask for everything that the page shows."""
    return JobPage(
        job=job,
        fields=kind_of(job).fields(job.schema.body),
        hourly=hourly(job.price_yen, job.price_items, job.expected_seconds, town_date(now)),
        progress=progress_of_jobs([job.order]).get(job.pk, Progress()),
        course=course_of([job], job.due_on, now),
        quality=quality_of([job]),
        batches=list(job.batches.order_by("-made_at")),
    )
