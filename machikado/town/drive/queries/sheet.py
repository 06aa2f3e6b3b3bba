"""The running sheet of a shift: which stops come, who gets on and off there, what was done; as the plan stands now."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from machikado.town.ride.hours import moment_at, second_of
from machikado.town.ride.models import Booking, Offer, PlanStep, RunStep, Stop, VehicleShift
from machikado.town.ride.queries.progress import LEAST_WAIT, run_of

Kind, State = RunStep.Kind, Booking.State


@dataclass(frozen=True, slots=True)
class Rider:
    """Somebody who gets on or off at a visit; `is_settled` when that was told."""

    booking: Booking
    promise: Offer
    is_settled: bool
    is_paid: bool
    no_show_at: datetime | None = None

    @property
    def owes(self) -> int:
        """The yen that are still to be taken."""
        return 0 if self.is_paid else self.promise.yen


@dataclass(slots=True)
class Visit:
    """The vehicle at one stop, or (without a stop) a break. Seconds of the service day."""

    stop: Stop | None
    begins: int
    leaves: int
    on: list[Rider] = field(default_factory=list)
    off: list[Rider] = field(default_factory=list)
    is_over: bool = False
    has_arrived: bool = False

    @property
    def key(self) -> str:
        """The same visit has the same key, however its time is moved."""
        first = [*self.off, *self.on]
        return f"{first[0].booking.code}-{'off' if self.off else 'on'}" if first else f"break-{self.begins}"

    @property
    def is_break(self) -> bool:
        """Whether the driver rests."""
        return self.stop is None

    @property
    def people_on(self) -> int:
        """How many get on."""
        return sum(rider.booking.riding.people for rider in self.on)

    @property
    def people_off(self) -> int:
        """How many get off."""
        return sum(rider.booking.riding.people for rider in self.off)


@dataclass(frozen=True, slots=True)
class Sheet:
    """All visits of a shift in order; `now` is the first that is not over."""

    shift: VehicleShift
    visits: Sequence[Visit]
    aboard: int
    last_stop: Stop | None

    @property
    def ahead(self) -> Sequence[Visit]:
        """What is not over yet, the next one first."""
        return [visit for visit in self.visits if not visit.is_over]


def sheet_of(shift: VehicleShift, now: datetime) -> Sheet:
    """Ask for the whole sheet; five queries."""
    told = list(run_of(shift).select_related("booking", "stop"))
    here = {step.booking_id for step in told if step.kind == Kind.ABOARD}
    steps = [step for step in _steps(shift) if _is_ours(step, here)]
    strays = _strays(told, {step.booking_id for step in steps if step.action == PlanStep.Action.DELIVERY})
    promises = _promises([*(step.booking_id for step in steps), *(booking.pk for booking in strays)])
    arrivals = [step for step in told if step.kind == Kind.ARRIVE]
    paid = {step.booking_id for step in told if step.kind == Kind.FARE}
    visits = list(_visits(steps, promises, paid))
    for booking in strays:
        promise = promises[booking.pk]
        riders = [Rider(booking, promise, is_settled=False, is_paid=booking.pk in paid)]
        visits.append(Visit(promise.arrival_stop, promise.arrival_by, promise.arrival_by, off=riders))
    _mark(visits, arrivals, second_of(shift.day, now))
    aboard = sum(
        step.booking.riding.people
        for step in told
        if step.kind == Kind.ABOARD and step.booking is not None and step.booking.state == State.ABOARD
    )
    return Sheet(shift, visits, aboard, arrivals[-1].stop if arrivals else None)


def _steps(shift: VehicleShift) -> list[PlanStep]:
    """The steps of a shift; a stop that it passes because nobody boards there is none of the driver's."""
    rows = PlanStep.objects.filter(shift=shift).exclude(action=PlanStep.Action.PASS)
    return list(rows.select_related("booking__rider").order_by("position"))


def _is_ours(step: PlanStep, here: set[int | None]) -> bool:
    """Who sits in another vehicle than was planned is fetched and brought by that one."""
    if step.booking is None or step.booking.state == State.BOOKED:
        return True
    return step.booking_id in here


def _strays(told: Sequence[RunStep], planned: set[int | None]) -> list[Booking]:
    """Who is aboard here, though another vehicle was to fetch them."""
    return [
        step.booking
        for step in told
        if step.kind == Kind.ABOARD
        and step.booking is not None
        and step.booking.state == State.ABOARD
        and step.booking_id not in planned
    ]


def _promises(bookings: Iterable[int | None]) -> dict[int, Offer]:
    rows = Offer.objects.filter(booking__in=[pk for pk in bookings if pk is not None], taken_at__isnull=False)
    return {offer.booking_id: offer for offer in rows.select_related("pickup_stop", "arrival_stop")}


def _visits(steps: Sequence[PlanStep], promises: dict[int, Offer], paid: set[int | None]) -> Iterator[Visit]:
    """Steps at one stop, one after the other, are one visit."""
    visit: Visit | None = None
    for step in steps:
        if step.booking is None:
            if visit is not None:
                yield visit
            visit = None
            yield Visit(None, step.begins, step.leaves)
            continue
        promise, is_on = promises[step.booking.pk], step.action == PlanStep.Action.PICKUP
        stop = promise.pickup_stop if is_on else promise.arrival_stop
        if visit is None or visit.stop != stop:
            if visit is not None:
                yield visit
            visit = Visit(stop, step.begins, step.leaves)
        done = (State.ABOARD, State.DONE) if is_on else (State.DONE,)
        rider = Rider(step.booking, promise, step.booking.state in done, step.booking.pk in paid)
        (visit.on if is_on else visit.off).append(rider)
        visit.leaves = max(visit.leaves, step.leaves)
    if visit is not None:
        yield visit


def _mark(visits: Sequence[Visit], arrivals: Sequence[RunStep], second: int) -> None:
    """Say what is over, at which stop the vehicle stands, and until when it waits there for whom."""
    at = arrivals[-1].stop_id if arrivals else None
    for visit in visits:
        settled = all(rider.is_settled for rider in [*visit.on, *visit.off]) and not visit.is_break
        owing = visit.stop is not None and visit.stop.pk == at and any(rider.owes for rider in visit.on)
        visit.is_over = settled and not owing
    for number, visit in enumerate(visits):
        if visit.is_break:
            visit.is_over = second >= visit.leaves or any(each.is_over for each in visits[number + 1 :])
    now = next((visit for visit in visits if not visit.is_over and not visit.is_break), None)
    if now is None or now.stop is None or now.stop.pk != at:
        return
    now.has_arrived = True
    now.on = [_waited_for(rider, arrivals[-1].at) for rider in now.on]


def _waited_for(rider: Rider, arrived: datetime) -> Rider:
    promised = moment_at(rider.booking.day, rider.promise.pickup_by)
    until = max(promised, arrived + LEAST_WAIT)
    return Rider(rider.booking, rider.promise, rider.is_settled, rider.is_paid, until)
