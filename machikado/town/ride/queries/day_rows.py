"""A day's plan as plain values: what it was made from, who was promised what, the steps of each shift."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from machikado.town.ride.models import Booking, DayPlan, Offer, PlanStep, ServiceArea, TravelTable
from machikado.town.ride.models.trips import COUNTS
from machikado.town.ride.party import Load
from machikado.town.ride.queries.grounds import Van

PICKUP, DELIVERY, BREAK, PASS = "pickup", "delivery", "break", "pass"
LIVE = (Booking.State.BOOKED, Booking.State.ABOARD, Booking.State.DONE)  # those who stand in a plan


@dataclass(frozen=True, slots=True)
class Row:
    """One step of a shift: `who` is the code of a booking, or "" for a break, which has its number, or a pass."""

    action: str
    who: str
    number: int | None
    begins: int
    leaves: int
    set_out: int | None = None
    stop: int | None = None


Rows = Mapping[int, tuple[Row, ...]]  # by shift


class State(NamedTuple):
    """Where a shift's vehicle really is, from when what happened was not what was planned.

    So many of its steps are past; it goes on from this stop (None: from where the shift begins) at that second. Whoever
    was fetched in the past and not brought sits in it. After a mishap it may be out until `closes` and begin its breaks
    so many seconds late. `out` says why it does not drive; "" is that it does.
    """

    past: int = 0
    stop: int | None = None
    opens: int | None = None
    closes: int | None = None
    breaks_late: int = 0
    out: str = ""


States = Mapping[int, State]  # by shift; a shift that is not in it goes as planned


@dataclass(frozen=True, slots=True)
class Promised:
    """Who is to be fetched: where, when, and what they take along. Closes are (promised, kept to by the plan)."""

    number: int  # of the booking: those who asked first stand first, whatever their codes
    code: str
    stops: tuple[int, int]
    pickup: tuple[int, int, int]  # from, promised until, planned until
    arrival: tuple[int, int, int]
    ride: tuple[int, int]  # promised, planned
    load: Load
    boarding: int


@dataclass(frozen=True, eq=False)
class DayRows:
    """A plan at one version; what it was made from stands in it."""

    version: int
    table: TravelTable
    fleet: tuple[Van, ...]
    steps: Rows
    promised: Mapping[str, Promised] = field(default_factory=dict)
    states: States = field(default_factory=dict)

    @cached_property
    def vans(self) -> tuple[Van, ...]:
        """The shifts that are driven."""
        return tuple(van for van in self.fleet if not self.state(van).out)

    def state(self, van: Van) -> State:
        """Where a shift really is."""
        return self.states.get(van["shift"], State())

    def past(self, van: Van) -> tuple[Row, ...]:
        """The steps of a shift that are not planned with any more."""
        return self.steps.get(van["shift"], ())[: self.state(van).past]

    def ahead(self, van: Van) -> tuple[Row, ...]:
        """The steps of a shift that the plan still holds."""
        return self.steps.get(van["shift"], ())[self.state(van).past :]

    @property
    def in_order(self) -> list[str]:
        """The codes of whoever is promised a ride, in the one order in which the engine is told of them."""
        return sorted(self.promised, key=lambda code: self.promised[code].number)

    @cached_property
    def place_of(self) -> dict[int, int]:
        """The row of each stop in the table of travel times."""
        return {stop: place for place, stop in enumerate(self.table.stops)}


def plan_of(area: ServiceArea, day: date) -> DayPlan | None:
    """The plan of a day; None as long as nobody has booked."""
    return DayPlan.objects.filter(area=area, day=day).select_related("area", "table__file__file").first()


def day_rows(plan: DayPlan) -> DayRows:
    """A plan with its steps and promises; two queries."""
    steps = steps_of(plan)
    states = {int(shift): State(*facts) for shift, facts in plan.states.items()}
    return DayRows(plan.version, plan.table, tuple(plan.fleet), steps, promised_on(plan.area, plan.day), states)


def steps_of(plan: DayPlan) -> dict[int, tuple[Row, ...]]:
    """The steps of each shift of a plan; one query."""
    steps: dict[int, list[Row]] = {van["shift"]: [] for van in plan.fleet}
    rows = PlanStep.objects.filter(plan=plan).order_by("shift", "position")
    columns = ("shift_id", "action", "booking__code", "break_number", "begins", "leaves", "set_out", "stop")
    for shift, action, who, *rest in rows.values_list(*columns):
        steps.setdefault(shift, []).append(Row(action, who or "", *rest))
    return {shift: tuple(each) for shift, each in steps.items()}


def promised_on(area: ServiceArea, day: date) -> dict[str, Promised]:
    """Everybody who is to be fetched or sits in a vehicle on a day, by code."""
    taken = Offer.objects.filter(booking__area=area, booking__day=day, booking__state__in=LIVE, taken_at__isnull=False)
    rows = taken.order_by("booking").values_list(*PROMISE, *(f"booking__{name}" for name in PARTY))
    return {row[1]: _promised(row) for row in rows}


PROMISE = (
    "booking_id",
    "booking__code",
    "pickup_stop_id",
    "arrival_stop_id",
    "pickup_from",
    "pickup_by",
    "planned_pickup_by",
    "arrival_from",
    "arrival_by",
    "planned_arrival_by",
    "max_ride_seconds",
    "planned_ride_seconds",
    "booking__boarding_seconds",
)
PARTY = (*COUNTS.values(), "wheelchairs", "prams")


def _promised(row: tuple[Any, ...]) -> Promised:
    """A promise from its columns: no row becomes a model, as a day has hundreds."""
    number, code, start, goal, *times, ride, planned_ride, boarding = row[: len(PROMISE)]
    *people, wheelchairs, prams = row[len(PROMISE) :]
    return Promised(
        number,
        code,
        (start, goal),
        (times[0], times[1], _or(times[2], times[1])),
        (times[3], times[4], _or(times[5], times[4])),
        (ride, _or(planned_ride, ride)),
        (sum(people) - wheelchairs, wheelchairs, prams),
        boarding,
    )


def promised(offer: Offer) -> Promised:
    """A promise as plain values; what is planned with is what is promised until it was taken."""
    return Promised(
        number=offer.booking_id,
        code=offer.booking.code,
        stops=(offer.pickup_stop_id, offer.arrival_stop_id),
        pickup=(offer.pickup_from, offer.pickup_by, _or(offer.planned_pickup_by, offer.pickup_by)),
        arrival=(offer.arrival_from, offer.arrival_by, _or(offer.planned_arrival_by, offer.arrival_by)),
        ride=(offer.max_ride_seconds, _or(offer.planned_ride_seconds, offer.max_ride_seconds)),
        load=offer.booking.riding.load,
        boarding=offer.booking.boarding_seconds,
    )


def _or(planned: int | None, promised: int) -> int:
    return promised if planned is None else planned


def digest_of(day: DayRows) -> str:
    """The SHA-256 of all steps in the order of the fleet: two plans with one digest are the same, bit for bit."""
    told: list[object] = [
        [van["name"], [_told(row) for row in day.steps.get(van["shift"], ())], *_stands(day, van)] for van in day.fleet
    ]
    return hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()


def _told(row: Row) -> list[object]:
    told: list[object] = [row.action, row.who, row.number, row.begins, row.leaves, row.set_out]
    return told if row.stop is None else [*told, row.stop]


def _stands(day: DayRows, van: Van) -> list[object]:
    return [list(day.state(van))] if van["shift"] in day.states else []
