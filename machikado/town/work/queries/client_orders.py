"""What a client sees of an order: how far it is, what came of it, where people differed, the files."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from machikado.town.common import files
from machikado.town.people.models import Role
from machikado.town.people.viewer import Viewer
from machikado.town.work.models import Delivery, DeliveryFile, Estimate, Job, Order, Task
from machikado.town.work.queries.deliveries import deliveries_visible_to
from machikado.town.work.queries.orders import Progress, progress_of_jobs


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One order of the client's list."""

    order: Order
    progress: Progress


@dataclass(frozen=True, slots=True)
class Download:
    """One file of a delivery with the address at which this viewer can fetch it now."""

    file: DeliveryFile
    url: str

    @property
    def is_manifest(self) -> bool:
        """Whether it vouches for the others."""
        return self.file.format == DeliveryFile.Format.MANIFEST


@dataclass(frozen=True, slots=True)
class Results:
    """The tasks of the newest delivery: all of them, and those with a field that nobody could read."""

    rows: int
    with_unreadable: int


def own_orders(viewer: Viewer) -> QuerySet[Order]:
    """The orders of the organisations for which the viewer speaks as a client (staff go by another door)."""
    return Order.objects.filter(client_id__in=viewer.organisation_ids(Role.CLIENT)).order_by("-made_at", "-pk")


def own_deliveries(viewer: Viewer) -> QuerySet[Delivery]:
    """The deliveries of these orders that are made."""
    return deliveries_visible_to(viewer).filter(order__in=own_orders(viewer), made_at__isnull=False)


def own_estimates(viewer: Viewer) -> QuerySet[Estimate]:
    """The estimates of these orders."""
    return Estimate.objects.filter(order__in=own_orders(viewer)).select_related("order")


def row_of_task(order: Order, code: str) -> str:
    """How a delivered row of an order is called: the client's own number, else its line; "" if there is none."""
    task = Task.objects.filter(job__order=order, deliveries__isnull=False, code=code[:10]).first()
    return (task.name or str(task.line)) if task else ""


def with_progress(orders: Sequence[Order]) -> list[ClientRow]:
    """A page of orders with how far each has come: one more query for jobs and one for tasks."""
    by_order = {order.pk: Progress() for order in orders}
    found = progress_of_jobs(list(orders))
    for order_id, job_id in Job.objects.filter(order__in=list(orders)).values_list("order_id", "pk"):
        by_order[order_id] += found.get(job_id, Progress())
    return [ClientRow(order, by_order[order.pk]) for order in orders]


def downloads(delivery: Delivery, viewer: Viewer) -> list[Download]:
    """The files of a delivery, each with an address for this viewer."""
    found = delivery.files.select_related("use__file")
    order = {form: place for place, form in enumerate(DeliveryFile.Format.values)}
    rows = sorted(found, key=lambda each: order[each.format])
    return [Download(each, files.url_for(each.use, account_id=viewer.account_id)) for each in rows]


def results_of(delivery: Delivery) -> Results:
    """Count the rows of a delivery, and those in which something could not be read."""
    rows = unreadable = 0
    for result in delivery.tasks.values_list("result", flat=True).iterator(chunk_size=2000):
        rows += 1
        unreadable += any(value is None for value in (result or {}).values())
    return Results(rows, unreadable)
