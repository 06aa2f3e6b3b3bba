"""Everything that the page of one order shows to a coordinator."""

from dataclasses import dataclass
from datetime import datetime

from machikado.town.work.actions.jobs import TAKES_JOBS
from machikado.town.work.actions.orders import DELIVERS
from machikado.town.work.forms.orders import LinkForm
from machikado.town.work.models import ClientDecision, Delivery, Estimate, Job, Order
from machikado.town.work.queries.orders import Progress, progress_of_jobs
from machikado.town.work.queries.story import Told, days_of_steps, events_of, stop_of, story_for_staff
from machikado.town.work.views.invitation_rows import Insiders, insiders
from machikado.town.work.views.moves_of_order import Move, Next, Stop, moves, next_of, stops
from machikado.town.work.views.steps_of_order import Step, steps

TAKES_ESTIMATES = (Order.State.INQUIRY, Order.State.ESTIMATED)


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job with how far it has come."""

    job: Job
    progress: Progress


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery and what the client decided, if anything."""

    delivery: Delivery
    decision: ClientDecision | None


@dataclass(frozen=True, slots=True)
class OrderPage:
    """The facts of the page, asked for once."""

    order: Order
    steps: list[Step]
    next: Next
    moves: list[Move]
    stops: list[Stop]
    estimates: list[Estimate]
    jobs: list[JobRow]
    deliveries: list[DeliveryRow]
    stopped: Told | None
    story: list[Told]
    link_form: LinkForm
    insiders: Insiders | None

    @property
    def progress(self) -> Progress:
        """How far the whole order has come."""
        return sum((row.progress for row in self.jobs), Progress())

    @property
    def may_estimate(self) -> bool:
        """Whether an estimate can be made now."""
        return self.order.state in TAKES_ESTIMATES and self.order.client_id is not None

    @property
    def needs_client(self) -> bool:
        """Whether the client must be named before anything else."""
        return self.order.client_id is None and self.order.state == Order.State.INQUIRY

    @property
    def may_add_job(self) -> bool:
        """Whether jobs can be added now."""
        return self.order.state in TAKES_JOBS

    @property
    def may_deliver(self) -> bool:
        """Whether there is anything to deliver now."""
        return self.order.state in DELIVERS and self.progress.deliverable > 0 and not self.making

    @property
    def to_decide(self) -> Delivery | None:
        """The newest delivery that was handed over, while its client has not decided about it."""
        newest = next((row for row in self.deliveries if row.delivery.made_at), None)
        return newest.delivery if newest and newest.decision is None else None

    @property
    def making(self) -> Delivery | None:
        """The delivery whose files are being made."""
        return next((row.delivery for row in self.deliveries if row.delivery.is_being_made), None)


def order_page(order: Order, link_form: LinkForm, now: datetime) -> OrderPage:
    """Ask for everything that the page shows."""
    events = events_of(order)
    jobs = list(order.jobs.select_related("schema").order_by("pk"))
    found = progress_of_jobs([order])
    inside = insiders(order.client, now) if order.client else None
    deliveries = (
        order.deliveries.select_related("decision__by").prefetch_related("decision__items__task").order_by("-number")
    )
    return OrderPage(
        order=order,
        steps=steps(order, days_of_steps(events)),
        next=next_of(order, jobs, inside),
        moves=moves(order),
        stops=stops(order),
        estimates=list(order.estimates.select_related("made_by").order_by("-number")),
        jobs=[JobRow(job, found.get(job.pk, Progress())) for job in jobs],
        deliveries=[DeliveryRow(each, getattr(each, "decision", None)) for each in deliveries],
        stopped=stop_of(order, events),
        story=story_for_staff(order),
        link_form=link_form,
        insiders=inside,
    )
