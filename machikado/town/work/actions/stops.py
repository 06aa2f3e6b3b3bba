"""What halts an order or ends it early: said with a reason, which its client reads."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.errors import Cannot
from machikado.town.work.actions import orders
from machikado.town.work.actions.telling_orders import tell_client
from machikado.town.work.models import Order

# The steps by which work stops, and what the client is told of each.
STOPS = {
    Order.State.DECLINED.value: "work.order_declined",
    Order.State.CANCELLED.value: "work.order_cancelled",
    Order.State.SUSPENDED.value: "work.order_suspended",
}
REASON_LENGTH = 1000


class CannotStop(Cannot):
    """An order that stops without a word to its client."""

    sentences = {"no_reason": _("Please write the reason. The client reads it on the page of the order.")}


@transaction.atomic
def stop(*, order: Order, to: str, reason: str, by: Actor, now: datetime) -> Order:
    """Decline, cancel or suspend an order (`to` is in STOPS); stopping twice tells the client once.

    Raises CannotStop, CannotStep.
    """
    if not reason.strip():
        raise CannotStop("no_reason")
    before = orders.locked(order).state
    stopped = orders.step(order=order, to=to, by=by, now=now, reason=reason.strip()[:REASON_LENGTH])
    if before != to and stopped.client_id is not None:
        tell_client(stopped, STOPS[to], now)
    return stopped
