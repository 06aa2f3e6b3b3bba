"""A day's plan as plain values: what it was made from, who was promised what, the steps of each shift."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from machikado.town.ride.models import Booking, DayPlan, Offer, PlanStep, ServiceArea, TravelTable
from machikado.town.ride.party import Load
from machikado.town.ride.queries.grounds import Van

PICKUP, DELIVERY, BREAK = "pickup", "delivery", "break"
LIVE = (Booking.State.BOOKED, Booking.State.ABOARD, Booking.State.DONE)  # those who stand in a plan


@dataclass(frozen=True, slots=True)
class Row:
    """One step of a shift: `who` is the code of a booking, or "" for a break, which has its number."""

    action: str
    who: str
    number: int | None
    begins: int
    leaves: int
    set_out: int | None = None


Rows = Mapping[int, tuple[Row, ...]]  # by shift


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
    return DayRows(plan.version, plan.table, tuple(plan.fleet), steps, promised_on(plan.area, plan.day))


def steps_of(plan: DayPlan) -> dict[int, tuple[Row, ...]]:
    """The steps of each shift of a plan; one query."""
    steps: dict[int, list[Row]] = {van["shift"]: [] for van in plan.fleet}
    rows = PlanStep.objects.filter(plan=plan).order_by("shift", "position")
    columns = ("shift_id", "action", "booking__code", "break_number", "begins", "leaves", "set_out")
    for shift, action, who, number, begins, leaves, set_out in rows.values_list(*columns):
        steps.setdefault(shift, []).append(Row(action, who or "", number, begins, leaves, set_out))
    return {shift: tuple(each) for shift, each in steps.items()}


def promised_on(area: ServiceArea, day: date) -> dict[str, Promised]:
    """Everybody who is to be fetched or sits in a vehicle on a day, by code."""
    rows = Offer.objects.filter(booking__area=area, booking__day=day, booking__state__in=LIVE, taken_at__isnull=False)
    return {offer.booking.code: promised(offer) for offer in rows.select_related("booking").order_by("booking")}


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


def digest_of(fleet: Iterable[Van], steps: Rows) -> str:
    """The SHA-256 of all steps in the order of the fleet: two plans with one digest are the same, bit for bit."""
    told = [
        [van["name"], [[r.action, r.who, r.number, r.begins, r.leaves, r.set_out] for r in steps.get(van["shift"], ())]]
        for van in fleet
    ]
    return hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()


def without(rows: DayRows, code: str) -> DayRows:
    """The plan without somebody: who is left keeps their times, which stay drivable because no way became longer."""
    steps = {shift: tuple(row for row in each if row.who != code) for shift, each in rows.steps.items()}
    promised = {name: each for name, each in rows.promised.items() if name != code}
    return DayRows(rows.version + 1, rows.table, rows.fleet, steps, promised)
