"""Template filters of the pages of staff and clients: which kind of chip a state has, and what a number means."""

from typing import Any

from django import template
from django.utils.translation import pgettext, pgettext_lazy

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


# How a field is answered, as `form.py` finds it; a kind of task may bring kinds of its own, which speak for themselves.
_FIELDS = {
    "text": pgettext_lazy("kind of field", "Text"),
    "date": pgettext_lazy("kind of field", "Day"),
    "integer": pgettext_lazy("kind of field", "Whole number"),
    "number": pgettext_lazy("kind of field", "Number"),
    "yes_no": pgettext_lazy("kind of field", "Yes or no"),
    "choice": pgettext_lazy("kind of field", "Choice"),
}


@register.filter
def kind_name(kind: str) -> str:
    """How a field is answered, in words."""
    return str(_FIELDS.get(kind, kind))


@register.filter
def encoding_name(encoding: str) -> str:
    """The encoding of a table, as Excel and others call it."""
    return {"utf-8-sig": "UTF-8", "cp932": "Shift_JIS"}.get(encoding, "Unicode (UTF-16)")


@register.filter
def at(button: str, place: int) -> str:
    """The name of a button at one row of a table: “field-up” at 3 is “field-up-3”."""
    return f"{button}-{place}"


@register.filter
def client_state(order: Order) -> str:
    """The state of an order as its client would say it."""
    theirs = {
        Order.State.ESTIMATED: pgettext("the client's word", "Estimate to look at"),
        Order.State.ACCEPTED: pgettext("the client's word", "Ordered"),
        Order.State.DELIVERED: pgettext("the client's word", "Results to look at"),
    }
    return theirs.get(Order.State(order.state)) or order.get_state_display()


@register.filter
def percent(share: int | None) -> str:
    """Ten-thousandths in per cent with one digit."""
    return "" if share is None else f"{share / 100:.1f}"
