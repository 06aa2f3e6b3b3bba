"""Examples of orders, jobs, imports and deliveries for the six questions."""

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.work.actions import batches, deliveries, orders
from machikado.town.work.actions.delivery_files import make_files
from machikado.town.work.models import Delivery, Order, Task
from machikado.town.work.tests.makings import (
    NOON,
    agreed_order,
    figures,
    inquiry,
    open_job,
    ready_batch,
    resolved,
    table,
)
from tests.examples import Cast, Example

CLIENT = frozenset({"takizawa", "yanagisawa"})  # both of one shop; another shop's client sees nothing of it


def order(cast: Cast) -> Example:
    """An inquiry that nobody has answered."""
    return Example({"code": orders.inquire(inquiry=inquiry(), by=SYSTEM, now=clock.real_now()).code})


def job(cast: Cast) -> Example:
    """An open job."""
    return Example({"code": open_job(cast).code})


def batch(cast: Cast) -> Example:
    """An upload that was looked at."""
    upload = table("name,text\nA,x\n")
    looked = batches.preview(job=open_job(cast), upload=upload, by=cast.actor("momose"), now=clock.real_now())
    return Example({"code": looked.code})


def _made(cast: Cast) -> Delivery:
    """A delivery that waits for its client."""
    here = open_job(cast, agreed_order(cast))
    ready_batch(cast, here, table("name,text\nA,x\n"))
    running = orders.step(order=here.order, to=Order.State.RUNNING, by=cast.actor("momose"), now=NOON)
    resolved(Task.objects.get(), {"amount": 1})
    Task.objects.update(answers=2)
    asked = deliveries.ask(order=running, by=cast.actor("momose"), now=clock.real_now())
    make_files.call(delivery_code=asked.code)
    return asked


def delivery(cast: Cast) -> Example:
    """A delivery as staff see it."""
    return Example({"code": _made(cast).code})


def client_delivery(cast: Cast) -> Example:
    """A delivery as its client sees it."""
    return Example({"code": _made(cast).code}, seen_by=CLIENT)


def client_order(cast: Cast) -> Example:
    """An order as its client sees it."""
    return Example({"code": _made(cast).order.code}, seen_by=CLIENT)


def client_estimate(cast: Cast) -> Example:
    """An order whose estimate waits for a yes."""
    asked = orders.inquire(inquiry=inquiry(), by=SYSTEM, now=NOON)
    orders.link_client(order=asked, client=cast.shop, by=cast.actor("momose"), now=NOON)
    orders.estimate(order=asked, estimate=figures(), by=cast.actor("momose"), now=NOON)
    return Example({"code": asked.code}, seen_by=CLIENT)


ORDER_EXAMPLES = {
    "order": order,
    "job": job,
    "batch": batch,
    "delivery": delivery,
    "client_delivery": client_delivery,
    "client_order": client_order,
    "client_estimate": client_estimate,
}
