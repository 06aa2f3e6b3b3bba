"""Orders, jobs and imports in every state in which their page looks different, besides the state of the examples."""

from collections.abc import Callable, Mapping

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.work.actions import batches, deliveries, jobs, orders
from machikado.town.work.actions.batch_rows import import_rows
from machikado.town.work.actions.deliveries import NewDecision, ReworkRow
from machikado.town.work.models import Batch, Job, Order
from machikado.town.work.tests.makings import (
    NOON,
    agreed_order,
    answered_order,
    deliver,
    figures,
    inquiry,
    open_job,
    ready_batch,
    table,
)
from tests.examples import Cast

TABLE = "name,text\nA,x\nB,y\n"


def _previewed(cast: Cast, text: str = TABLE) -> Batch:
    return batches.preview(job=open_job(cast), upload=table(text), by=cast.actor("momose"), now=clock.real_now())


def _importing(cast: Cast) -> Batch:
    return batches.start(batch=_previewed(cast), by=cast.actor("momose"), now=clock.real_now())


def _imported(cast: Cast) -> Batch:
    batch = _importing(cast)
    import_rows.call(batch_code=batch.code)
    return batch


def _stopped(cast: Cast) -> Batch:
    batch = _importing(cast)
    Batch.objects.update(state=Batch.State.FAILED)
    return batch


def _given_up(cast: Cast) -> Batch:
    return batches.cancel(batch=_previewed(cast), by=cast.actor("momose"), now=clock.real_now())


def _draft(cast: Cast) -> Job:
    job = open_job(cast)
    Job.objects.update(state=Job.State.DRAFT)
    return job


def _paused(cast: Cast) -> Job:
    return jobs.pause(job=open_job(cast), by=cast.actor("momose"), now=NOON)


def _closed(cast: Cast) -> Job:
    return jobs.close(job=open_job(cast), by=cast.actor("momose"), now=NOON)


def _worked_on(cast: Cast) -> Job:
    return answered_order(cast).jobs.get()


def _declined(cast: Cast) -> Order:
    order = orders.inquire(inquiry=inquiry(), by=SYSTEM, now=NOON)
    return _stepped(cast, order, Order.State.DECLINED)


def _estimated(cast: Cast) -> Order:
    order = orders.inquire(inquiry=inquiry(), by=SYSTEM, now=NOON)
    orders.link_client(order=order, client=cast.shop, by=cast.actor("momose"), now=NOON)
    return orders.estimate(order=order, estimate=figures(), by=cast.actor("momose"), now=NOON).order


def _accepted(cast: Cast) -> Order:
    estimate = _estimated(cast).estimates.get()
    return orders.accept_estimate(estimate=estimate, by=cast.actor("takizawa"), now=NOON)


def _running(cast: Cast) -> Order:
    job = open_job(cast)
    ready_batch(cast, job, table(TABLE))
    return _stepped(cast, job.order, Order.State.RUNNING)


def _suspended(cast: Cast) -> Order:
    return _stepped(cast, _running(cast), Order.State.SUSPENDED)


def _cancelled(cast: Cast) -> Order:
    return _stepped(cast, agreed_order(cast), Order.State.CANCELLED)


def _delivered(cast: Cast) -> Order:
    return deliver(answered_order(cast), cast.actor("momose")).order


def _sent_back(cast: Cast) -> Order:
    order = _delivered(cast)
    row = order.deliveries.get().tasks.order_by("line")[0]
    return _decided(cast, order, NewDecision(accepted=False, reason="桁が違う", items=[ReworkRow(row.code, "1")]))


def _approved(cast: Cast) -> Order:
    return _decided(cast, _delivered(cast), NewDecision(accepted=True))


def _decided(cast: Cast, order: Order, decision: NewDecision) -> Order:
    deliveries.decide(delivery=order.deliveries.get(), decision=decision, by=cast.actor("takizawa"), now=NOON)
    return order


def _stepped(cast: Cast, order: Order, to: str) -> Order:
    return orders.step(order=order, to=to, by=cast.actor("momose"), now=NOON)


_WITH_CLIENT = {
    "accepted": _accepted,
    "running": _running,
    "suspended": _suspended,
    "rework": _sent_back,
    "approved": _approved,
}

# the page's door → the name of a state → what stands in it
STATES: Mapping[str, Mapping[str, Callable[[Cast], Batch | Job | Order]]] = {
    "work:batch": {
        "faults": lambda cast: _previewed(cast, "name,text\nA,x\nA,y\nB\n"),
        "importing": _importing,
        "imported": _imported,
        "ready": lambda cast: ready_batch(cast, open_job(cast), table(TABLE)),
        "stopped": _stopped,
        "given_up": _given_up,
    },
    "work:job": {"draft": _draft, "paused": _paused, "closed": _closed, "worked_on": _worked_on},
    "work:order": {
        "declined": _declined,
        "estimated": _estimated,
        "preparing": agreed_order,
        "cancelled": _cancelled,
        "delivered": _delivered,
        **_WITH_CLIENT,
    },
    "work:client_order": {"estimated": _estimated, **_WITH_CLIENT},
}
