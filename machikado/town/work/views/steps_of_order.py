"""The life of an order as the steps that people see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import pgettext

from machikado.town.common.calendar import town_date
from machikado.town.work.models import Order

S = Order.State
# What a step begins with, and which states belong to it.
STEPS = (
    (S.INQUIRY, (S.INQUIRY,)),
    (S.ESTIMATED, (S.ESTIMATED,)),
    (S.ACCEPTED, (S.ACCEPTED, S.PREPARING)),
    (S.RUNNING, (S.RUNNING, S.SUSPENDED, S.REWORK)),
    (S.DELIVERED, (S.DELIVERED,)),
    (S.ACCEPTED_BY_CLIENT, (S.ACCEPTED_BY_CLIENT, S.INVOICED, S.PAID)),
    (S.CLOSED, (S.CLOSED,)),
)
ENDED = (S.DECLINED, S.CANCELLED)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: done, now or to come, with the day on which it began."""

    label: str
    note: str
    state: str


def steps(order: Order, days: Mapping[str, datetime]) -> list[Step]:
    """The steps of an order; one that was declined or cancelled has come to its end where it was."""
    labels = _labels()
    if order.state in ENDED:
        known = [(first, states) for first, states in STEPS if first in days]
        ended = Step(str(S(order.state).label), _day(days.get(order.state, order.stepped_at)), "now")
        return [Step(labels[first], _day(days.get(first)), "done") for first, _states in known] + [ended]
    here = next(place for place, (_first, states) in enumerate(STEPS) if order.state in states)
    return [
        Step(labels[first], _day(days.get(first)) if place <= here else "", _state(place, here))
        for place, (first, _states) in enumerate(STEPS)
    ]


def _labels() -> dict[str, str]:
    return {
        S.INQUIRY: pgettext("step of an order", "Inquiry"),
        S.ESTIMATED: pgettext("step of an order", "Estimate"),
        S.ACCEPTED: pgettext("step of an order", "Preparation"),
        S.RUNNING: pgettext("step of an order", "Work"),
        S.DELIVERED: pgettext("step of an order", "Delivery"),
        S.ACCEPTED_BY_CLIENT: pgettext("step of an order", "Acceptance"),
        S.CLOSED: pgettext("step of an order", "End"),
    }


def _state(place: int, here: int) -> str:
    if place == here:
        return "now"
    return "done" if place < here else ""


def _day(at: datetime | None) -> str:
    """Month and day, as short as it stands under a step."""
    if at is None:
        return ""
    day = town_date(at)
    return pgettext("short day", "%(month)s/%(day)s") % {"month": day.month, "day": day.day}
