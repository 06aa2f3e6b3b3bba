"""Template filters of the pages of staff and clients: which kind of chip a state has, and what a number means."""

from typing import Any

from django import template

from machikado.town.work.models import Batch, Job, Order

register = template.Library()

_ORDER = {
    Order.State.INQUIRY: "lamp",
    Order.State.ESTIMATED: "",
    Order.State.RUNNING: "key",
    Order.State.SUSPENDED: "care",
    Order.State.DELIVERED: "key",
    Order.State.REWORK: "care",
    Order.State.ACCEPTED_BY_CLIENT: "good",
    Order.State.PAID: "good",
    Order.State.CLOSED: "good",
}
_JOB = {Job.State.OPEN: "good", Job.State.PAUSED: "care"}
_BATCH = {
    Batch.State.READY: "good",
    Batch.State.FAILED: "bad",
    Batch.State.IMPORTED: "lamp",
    Batch.State.IMPORTING: "key",
}


@register.filter
def chip_kind(row: Any) -> str:
    """The kind of chip for the state of an order, a job or an import; "" is a plain one."""
    tables: dict[type, dict[Any, str]] = {Order: _ORDER, Job: _JOB, Batch: _BATCH}
    return tables[type(row)].get(row.state, "")


@register.filter
def percent(share: int | None) -> str:
    """Ten-thousandths in per cent with one digit."""
    return "" if share is None else f"{share / 100:.1f}"
