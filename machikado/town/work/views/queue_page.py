"""What stands on the leaders' list: the tabs with their numbers, the filter by job, the tasks with their age."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from machikado.town.people.viewer import Viewer
from machikado.town.work.actions.settlements import UNDO_TIME
from machikado.town.work.models import Job, Question, Review, Settlement, Task
from machikado.town.work.queries import checking
from machikado.town.work.queries.workers import general_questions
from machikado.town.work.views.review_page import ReviewPage

REJECTIONS = "rejections"
MOST_QUESTIONS = 50


class QueuePage:
    """The list for one leader; `asked` says tab and job, nonsense in it counts as not said."""

    def __init__(self, viewer: Viewer, asked: QueryDict, now: datetime) -> None:
        self.viewer, self.now = viewer, now
        self.tab = asked.get("tab", "") if asked.get("tab", "") in checking.TABS else checking.DISPUTED
        self.job = Job.objects.filter(code=asked.get("job", "")).first() if asked.get("job") else None

    @cached_property
    def waiting(self) -> dict[str, int]:
        """How much waits, by tab."""
        second = checking.open_objections(self.viewer)
        second = second.filter(submission__assignment__task__job=self.job) if self.job else second
        counted = checking.counts(self.viewer, self.job)
        general = 0 if self.job else general_questions(self.viewer).count()
        questions = counted[checking.QUESTIONS] + general
        return {**counted, checking.QUESTIONS: questions, REJECTIONS: second.count()}

    @property
    def tasks(self) -> QuerySet[Task]:
        """The tasks of the tab."""
        return checking.waiting(self.viewer, self.tab, self.job)

    @property
    def questions(self) -> list[Question]:
        """What was asked about no task, on the tab of questions."""
        if self.tab != checking.QUESTIONS or self.job:
            return []
        return list(general_questions(self.viewer)[:MOST_QUESTIONS])

    @property
    def jobs(self) -> list[Job]:
        """The jobs to choose from."""
        return list(checking.jobs_with_work(self.viewer))

    @property
    def can_be_taken_back(self) -> list[Settlement]:
        """What the viewer settled a moment ago, the newest first."""
        return list(checking.settled_since(self.viewer, self.now - UNDO_TIME).order_by("-made_at")[:5])

    @property
    def undo_minutes(self) -> int:
        """How long a settlement can be taken back."""
        return UNDO_TIME.seconds // 60

    @property
    def tabs(self) -> list[dict[str, object]]:
        """The tabs with their numbers."""
        labels = {
            checking.DISPUTED: _("Answers differ"),
            checking.ALONE: _("To be checked"),
            checking.DIFFERING: _("Differs from the rest"),
            REJECTIONS: _("Second person"),
            checking.QUESTIONS: _("Questions"),
        }
        return [
            {"label": label, "url": self._url(key), "count": self.waiting[key], "current": key == self.tab, "key": key}
            for key, label in labels.items()
        ]

    @property
    def tabs_of_rejections(self) -> list[dict[str, object]]:
        """The same with the second person's tab as the present one."""
        return [{**tab, "current": tab["key"] == REJECTIONS} for tab in self.tabs]

    def _url(self, tab: str) -> str:
        if tab == REJECTIONS:
            return reverse("work:rejections")
        asked = {"tab": tab, **({"job": self.job.code} if self.job else {})}
        return f"{reverse('work:reviews')}?{urlencode(asked)}"

    def age(self, task: Task) -> str:
        """How long a task waits, in words."""
        since: datetime | None = task.since  # type: ignore[attr-defined]  # annotated by the query
        return age(self.now - since) if since else ""


def age(passed: timedelta) -> str:
    """A stretch of time in the largest unit that fits."""
    minutes = max(0, int(passed.total_seconds()) // 60)
    if minutes < 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        return ngettext("%(n)s hour", "%(n)s hours", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)s day", "%(n)s days", minutes // 1440) % {"n": minutes // 1440}


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    """A proposed redo or rejection with the answer that it is about."""

    review: Review
    viewer: Viewer

    @property
    def task(self) -> Task:
        """The task."""
        return self.review.submission.assignment.task

    @property
    def clause(self) -> dict[str, str]:
        """The clause that was named."""
        found = self.task.job.procedure.clause(self.review.clause)
        return found or {"number": self.review.clause, "title": "", "text": ""}

    @property
    def values(self) -> list[tuple[str, str]]:
        """What was handed in, field by field."""
        page = ReviewPage(self.viewer, self.task)
        return page.shown(self.review.submission)

    @property
    def is_redo(self) -> bool:
        """Whether the worker would be asked to do it again; else the answer would not be taken."""
        return self.review.decision == Review.Decision.REDO

    @property
    def is_own(self) -> bool:
        """Whether the viewer proposed it: then another person decides, and the viewer may only let it fall."""
        return self.review.by_id == self.viewer.person_id

    @property
    def is_author(self) -> bool:
        """Whether it is about the viewer's own answer."""
        return self.review.author_id == self.viewer.person_id
