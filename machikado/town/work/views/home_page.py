"""What stands on a worker's home: the minutes, the bundle on offer, what is in hand, the month, the street corner."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from machikado.town.common.calendar import town_date, weekday_date
from machikado.town.people import queries as people
from machikado.town.people.models import Worker
from machikado.town.people.sentences import sentence as message_sentence
from machikado.town.people.viewer import Viewer
from machikado.town.work import bridge
from machikado.town.work.actions import terms
from machikado.town.work.bridge import BundleOffer
from machikado.town.work.forms.worker import MINUTES, OTHER, MinutesForm
from machikado.town.work.models import Assignment, Job, Question
from machikado.town.work.queries import corner, workers
from machikado.town.work.queries.piles import piles_for
from machikado.town.work.views import reasons
from machikado.town.work.views.terms_page import term_lines

# A person looks at a few; the pages of messages and of one's own work have the rest.
FEW = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """A bundle as the page says it."""

    bundle: BundleOffer
    job: Job
    today: date

    @property
    def minutes(self) -> int:
        """About how long it takes."""
        return max(1, round(self.bundle.seconds / 60))

    @property
    def sender(self) -> str:
        """Whose work it is."""
        client = self.job.order.client
        return _("From %(client)s") % {"client": client.name} if client else self.job.order.title

    @property
    def figures(self) -> list[dict[str, str]]:
        """Items, minutes, yen."""
        return [
            {"label": _("Items"), "figure": f"{self.bundle.items:,}", "unit": _("items")},
            {"label": _("Takes"), "before": _("about"), "figure": f"{self.minutes:,}", "unit": _("min")},
            {"label": _("Pay"), "figure": f"{self.bundle.yen:,}", "unit": _("yen")},
        ]

    @property
    def summary(self) -> str:
        """The same in one line, for the list of other work."""
        numbers = {"items": self.bundle.items, "minutes": self.minutes, "yen": f"{self.bundle.yen:,}"}
        return _("%(items)s items, about %(minutes)s min, %(yen)s yen") % numbers

    @property
    def reasons(self) -> list[str]:
        """Why it is offered."""
        return [reasons.sentence(why) for why in self.bundle.reasons]

    @property
    def price(self) -> str:
        """What one item earns."""
        return reasons.price(self.job)

    @property
    def terms(self) -> list[tuple[str, str]]:
        """The terms under which it is done, line by line."""
        return term_lines(terms.terms_of(self.job, self.today))


@dataclass(frozen=True, slots=True)
class InHand:
    """Tasks of one job that the worker holds or let go of, with what to press."""

    title: str
    note: str
    url: str


class HomePage:
    """The facts of the page, asked for when the template wants them."""

    def __init__(self, viewer: Viewer, worker: Worker, form: MinutesForm, now: datetime) -> None:
        self.viewer, self.worker, self.form, self.now = viewer, worker, form, now
        self.today = town_date(now)
        self.minutes = form.answer(worker.usual_minutes)

    # --- the question ------------------------------------------------------------------------------------------------

    @property
    def greeting(self) -> str:
        """A greeting that fits the hour of the town."""
        hour = self.now.astimezone(ZoneInfo(settings.TIME_ZONE)).hour
        name = {"name": self.viewer.name.split()[0]}
        if 4 <= hour < 11:
            return _("Good morning, %(name)s.") % name
        return (_("Good evening, %(name)s.") if hour >= 18 or hour < 4 else _("Hello, %(name)s.")) % name

    @property
    def chosen(self) -> str:
        """The tile that is pressed."""
        return str(self.minutes) if str(self.minutes) in MINUTES and not self.error else OTHER

    @property
    def choices(self) -> list[dict[str, str]]:
        """The four tiles."""
        tiles = [{"value": value, "unit": _("min"), "icon": ""} for value in MINUTES]
        return [*tiles, {"value": OTHER, "unit": _("other"), "icon": "edit"}]

    @property
    def error(self) -> str:
        """What is wrong with the number, if anything."""
        return "" if self.form.is_valid() else str(next(iter(self.form.errors.get("other", [""]))))

    @property
    def other(self) -> str:
        """What stands in the box for another number."""
        return self.form.data.get("other", "") or (str(self.minutes) if self.chosen == OTHER else "")

    @property
    def is_resting(self) -> bool:
        """Whether the worker said 今日は無理 and asks for nothing now."""
        return self.worker.resting_on == self.today and "minutes" not in self.form.data

    # --- the offers --------------------------------------------------------------------------------------------------

    @cached_property
    def offers(self) -> list[Offer]:
        """The bundles that fit, best first."""
        bundles = bridge.next_for(self.worker, self.minutes, self.now)
        jobs = Job.objects.select_related("order__client", "procedure").in_bulk([bundle.job_id for bundle in bundles])
        return [Offer(bundle, jobs[bundle.job_id], self.today) for bundle in bundles]

    @property
    def best(self) -> Offer | None:
        """The one under the lamp."""
        return self.offers[0] if self.offers else None

    @property
    def others(self) -> Sequence[Offer]:
        """The other ones."""
        return self.offers[1:]

    @property
    def pay_by(self) -> date:
        """When today’s work is paid; the page names the day."""
        return terms.pay_by(self.today)

    @cached_property
    def shortest_minutes(self) -> int:
        """About how long the shortest item takes; 0 where there is no work at all."""
        seconds = min((pile.job.expected_seconds for pile in piles_for(self.worker, self.now)), default=0)
        return -(-seconds // 60)

    @property
    def shortest_url(self) -> str:
        """Where the shortest item is on offer."""
        return f"{reverse('work:home')}?minutes={OTHER}&other={self.shortest_minutes}"

    # --- what is in hand ---------------------------------------------------------------------------------------------

    @cached_property
    def held(self) -> list[InHand]:
        """続きがあります: one line for each job in hand, and one for each redo."""
        rows = list(workers.in_hand(self.worker))
        redo = [row for row in rows if row.state == Assignment.State.REDO_REQUESTED]
        first = {row.job_id: row for row in reversed(rows) if row.state != Assignment.State.REDO_REQUESTED}
        count = {job_id: sum(row.job_id == job_id and row not in redo for row in rows) for job_id in first}
        return [_redo_line(row) for row in redo] + [_held_line(row, count[job_id]) for job_id, row in first.items()]

    @property
    def is_holding(self) -> bool:
        """Whether there is anything that could be given back."""
        return bool(self.held)

    @cached_property
    def returned(self) -> list[InHand]:
        """Drafts that went back and are still free."""
        rows = workers.drafts_offered_back(self.worker)[:FEW]
        return [
            InHand(row.task.job.title, _("What you wrote is kept."), reverse("work:reopen", args=[row.code]))
            for row in rows
        ]

    # --- the person --------------------------------------------------------------------------------------------------

    @cached_property
    def messages(self) -> list[dict[str, str]]:
        """What is new, thanks among it."""
        unread = people.inbox(self.viewer).filter(read_at=None)[:FEW]
        return [
            {"text": message_sentence(each.kind, each.params), "when": weekday_date(town_date(each.made_at))}
            for each in unread
        ]

    @property
    def unread(self) -> int:
        """How many messages are new, those that are not shown here among them."""
        return people.unread(self.viewer)

    @cached_property
    def month(self) -> dict[str, Any]:
        """The month so far: three figures and a bar for each day."""
        month = workers.month_of(self.worker, self.now)
        items = {day.on.day: day.items for day in month.days}
        best = max(month.days, key=lambda day: day.items, default=None)
        days = [(str(day), items.get(day, 0)) for day in range(1, self.today.day + 1)]
        label = _("Items on each day of this month.")
        if best is not None:
            label = _("Items on each day of this month; most on the %(day)s: %(items)s.") % {
                "day": best.on.day,
                "items": best.items,
            }
        figures = [
            {"label": _("Earned"), "figure": f"{month.yen:,}", "unit": _("yen")},
            {"label": _("Items"), "figure": f"{month.items:,}", "unit": _("items")},
            {"label": _("Time spent"), **_duration(month.minutes)},
        ]
        return {"figures": figures, "days": days if month.days else [], "label": label, "today": str(self.today.day)}

    @property
    def month_title(self) -> str:
        """Whose month it is."""
        return _("My %(month)s") % {"month": date_format(self.today, "F")}

    @cached_property
    def phone(self) -> str:
        """The telephone of the centre."""
        town = people.town()
        return town.desk_phone if town else ""

    @cached_property
    def waiting_questions(self) -> int:
        """How many of one's own questions wait for an answer."""
        return Question.objects.filter(worker=self.worker, answered_at=None).count()

    @property
    def corner(self) -> str:
        """今日の街角 in a sentence."""
        counted = corner.yesterday(self.now)
        if not counted.items:
            return _("Yesterday it was quiet in the town. A good day to all of you.")
        return ngettext(
            "Yesterday %(people)s person of this town finished %(items)s items of work together.",
            "Yesterday %(people)s people of this town finished %(items)s items of work together.",
            counted.people,
        ) % {"people": counted.people, "items": f"{counted.items:,}"}


def _duration(minutes: int) -> dict[str, str]:
    """Minutes as a figure with its unit: from two hours on whole hours."""
    if minutes < 120:
        return {"figure": str(minutes), "unit": _("min")}
    return {"figure": f"{round(minutes / 60):,}", "unit": _("hours")}


def _redo_line(row: Assignment) -> InHand:
    note = _("The leader asks you to look at one item once more. What you earned stays.")
    return InHand(row.task.job.title, note, reverse("work:task", args=[row.code]))


def _held_line(row: Assignment, count: int) -> InHand:
    minutes = max(1, round(count * row.task.job.expected_seconds / 60))
    note = ngettext("%(items)s item, about %(minutes)s min", "%(items)s items, about %(minutes)s min", count)
    return InHand(
        row.task.job.title, note % {"items": count, "minutes": minutes}, reverse("work:task", args=[row.code])
    )
