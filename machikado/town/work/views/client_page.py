"""Everything that the page of one order shows to its client."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator

from machikado.town.common.calendar import town_date
from machikado.town.common.models import Event
from machikado.town.people.viewer import Viewer
from machikado.town.work.bridge import Quality, quality_of
from machikado.town.work.forms.decision import DecisionForm
from machikado.town.work.models import ClientDecision, Delivery, Estimate, Order, Task
from machikado.town.work.queries.burndown import Course, course_of
from machikado.town.work.queries.client_orders import Download, Results, downloads, own_deliveries, results_of
from machikado.town.work.queries.deliveries import Disagreement, contested, disagreements
from machikado.town.work.queries.offers import Offer, offer_of
from machikado.town.work.queries.orders import Progress, progress
from machikado.town.work.queries.story import Told, days_of_steps, events_of, stop_of, who_said
from machikado.town.work.views.deciding import Asked, Deciding, deciding
from machikado.town.work.views.steps_of_order import Step, steps

DIFFERENCES = 20


@dataclass(frozen=True, slots=True)
class ClientPage:
    """The facts of the page, asked for once."""

    order: Order
    steps: list[Step]
    stopped: Told | None
    offer: Offer | None
    progress: Progress
    course: Course | None
    delivery: Delivery | None
    results: Results | None
    quality: Quality | None
    files: list[Download]
    page: Page[Task] | None
    differences: list[Disagreement]
    decided_by: str
    deciding: Deciding
    today: datetime

    @property
    def estimate(self) -> Estimate | None:
        """The estimate that counts."""
        return self.offer.estimate if self.offer else None

    @property
    def may_accept_estimate(self) -> bool:
        """Whether there is an estimate to say yes to."""
        return self.order.state == Order.State.ESTIMATED and self.estimate is not None and not self.estimate_ended

    @property
    def estimate_ended(self) -> bool:
        """Whether the estimate is not valid any more."""
        return self.estimate is not None and self.estimate.valid_until < town_date(self.today)

    @property
    def decision(self) -> ClientDecision | None:
        """What was decided about the newest delivery."""
        return getattr(self.delivery, "decision", None)

    @property
    def may_decide(self) -> bool:
        """Whether the newest delivery waits for the client."""
        return self.delivery is not None and self.decision is None

    @property
    def is_running(self) -> bool:
        """Whether the page looks again by itself."""
        return self.order.state in (Order.State.RUNNING, Order.State.REWORK)

    @property
    def people_per_item(self) -> int:
        """How many people did each item, by the jobs; 0 before there are any."""
        return self.estimate.redundancy if self.estimate else 0


def client_page(order: Order, viewer: Viewer, asked: "AskedFor", now: datetime) -> ClientPage:
    """Ask for everything that the page shows."""
    events = events_of(order)
    jobs = list(order.jobs.select_related("schema", "procedure").order_by("pk"))
    delivery = own_deliveries(viewer).filter(order=order).select_related("decision__by").order_by("-number").first()
    page = Paginator(contested(order), DIFFERENCES).get_page(asked.page) if delivery else None
    return ClientPage(
        order=order,
        steps=steps(order, days_of_steps(events)),
        stopped=stop_of(order, events),
        offer=offer_of(order, events),
        progress=progress(order),
        course=course_of(jobs, order.due_on, now),
        delivery=delivery,
        results=results_of(delivery) if delivery else None,
        quality=quality_of(jobs) if delivery else None,
        files=downloads(delivery, viewer) if delivery else [],
        page=page,
        differences=list(disagreements(list(page.object_list))) if page else [],
        decided_by=_who_decided(delivery, events),
        deciding=deciding(asked.form, asked.rows, jobs),
        today=now,
    )


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What the address or a form that came back asks for: the page of differences, the decision as typed."""

    form: DecisionForm
    rows: list[Asked]
    page: str | None = None


def _who_decided(delivery: Delivery | None, events: list[Event]) -> str:
    """Who decided about the delivery, or how its client said so and who entered it; "" before it is decided."""
    told = (each for each in events if each.kind == "work.delivery_decided" and delivery and each.code == delivery.code)
    decided = next(told, None)
    return who_said(decided) if decided else ""
