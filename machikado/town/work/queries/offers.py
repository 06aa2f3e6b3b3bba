"""The estimate that a client sees: what it costs with tax, and who accepted it when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from machikado.town.common.calendar import Rounding, round_yen
from machikado.town.common.models import Event
from machikado.town.law.queries import parameter
from machikado.town.work.models import Estimate, Order
from machikado.town.work.queries.orders import newest_estimate
from machikado.town.work.queries.story import who_said


@dataclass(frozen=True, slots=True)
class Offer:
    """The newest estimate of an order; `accepted_at` is None and `accepted_by` "" until the client says yes."""

    estimate: Estimate
    yen_with_tax: int
    accepted_at: datetime | None
    accepted_by: str


def offer_of(order: Order, events: Iterable[Event]) -> Offer | None:
    """The estimate that counts with what its client said, from the events of the order; None before there is one."""
    estimate = newest_estimate(order)
    if estimate is None:
        return None
    yes = next((event for event in events if event.kind == "work.estimate_accepted"), None)
    return Offer(
        estimate=estimate,
        yen_with_tax=with_tax(estimate.total_yen, estimate.due_on),
        accepted_at=yes.at if yes else None,
        accepted_by=who_said(yes) if yes else "",
    )


def with_tax(yen: int, on: date) -> int:
    """The price with the consumption tax of the day of delivery (消費税法 第29条), a fraction of a yen dropped."""
    return round_yen(Fraction(yen * (100 + parameter("consumption_tax_percent", on)), 100), Rounding.DOWN)
