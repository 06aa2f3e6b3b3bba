"""The running sheet of a shift: which stops come, who gets on and off there, what was done; as the plan stands now."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from machikado.town.ride.hours import moment_at, second_of
from machikado.town.ride.models import Booking, Offer, OpenFare, PlanStep, RunStep, Stop, VehicleShift
from machikado.town.ride.queries.passes import kinds_held, part_by_pass
from machikado.town.ride.queries.progress import LEAST_WAIT, run_of

Kind, State = RunStep.Kind, Booking.State


@dataclass(frozen=True, slots=True)
class Rider:
    """Somebody who gets on or off at a visit; `is_settled` when that was told.

    `by_pass` are the yen that their pass pays; a fare that `is_open` is settled at the desk, or still in the bus.
    """

    booking: Booking
    promise: Offer
    is_settled: bool
    is_paid: bool
    no_show_at: datetime | None = None
    by_pass: int = 0
    is_open: bool = False

    @property
    def owes(self) -> int:
        """The yen that are still to be taken."""
        if self.is_paid or self.has_pass:
            return 0 if self.is_paid else self.promise.yen
        return self.promise.yen - self.by_pass

    @property
    def has_pass(self) -> bool:
        """Whether their pass pays all of it."""
        return 0 < self.promise.yen == self.by_pass


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
    """Ask for the whole sheet; seven queries."""
    told = list(run_of(shift).select_related("booking", "stop"))
    here = {step.booking_id for step in told if step.kind == Kind.ABOARD}
    steps = [step for step in _steps(shift) if _is_ours(step, here)]
    strays = _strays(told, {step.booking_id for step in steps if step.action == PlanStep.Action.DELIVERY})
    arrivals = [step for step in told if step.kind == Kind.ARRIVE]
    fares = _fares([*(step.booking for step in steps if step.booking), *strays], told, shift)
    visits = list(_visits(steps, fares))
    for booking in strays:
        rider = fares.rider(booking, is_settled=False)
        promise = rider.promise
        visits.append(Visit(promise.arrival_stop, promise.arrival_by, promise.arrival_by, off=[rider]))
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


@dataclass(frozen=True, slots=True)
class _Fares:
    """What was promised to whom (booking ids), what is paid or open, and what kinds of pass people hold."""

    promises: Mapping[int, Offer]
    paid: Collection[int | None]
    open: Collection[int]
    kinds: Mapping[int, Collection[str]]

    def rider(self, booking: Booking, *, is_settled: bool) -> Rider:
        """Somebody at a visit."""
        promise = self.promises[booking.pk]
        by_pass = part_by_pass(promise, self.kinds.get(booking.rider_id or 0, ()))
        is_paid, is_open = booking.pk in self.paid, booking.pk in self.open
        return Rider(booking, promise, is_settled, is_paid, by_pass=by_pass, is_open=is_open)


def _fares(bookings: Sequence[Booking], told: Sequence[RunStep], shift: VehicleShift) -> _Fares:
    rows = Offer.objects.filter(booking__in=bookings, taken_at__isnull=False)
    promises = {offer.booking_id: offer for offer in rows.select_related("pickup_stop", "arrival_stop")}
    paid = {step.booking_id for step in told if step.kind == Kind.FARE}
    fares = OpenFare.objects.filter(booking__in=bookings)
    is_open = set(fares.filter(state=OpenFare.State.OPEN).values_list("booking_id", flat=True))
    paid |= set(fares.exclude(booking__in=is_open).values_list("booking_id", flat=True))
    riders = {booking.rider_id for booking in bookings if booking.rider_id is not None}
    return _Fares(promises, paid, is_open, kinds_held(riders, shift.day))


def _visits(steps: Sequence[PlanStep], fares: _Fares) -> Iterator[Visit]:
    """Steps at one stop, one after the other, are one visit."""
    visit: Visit | None = None
    for step in steps:
        if step.booking is None:
            if visit is not None:
                yield visit
            visit = None
            yield Visit(None, step.begins, step.leaves)
            continue
        is_on = step.action == PlanStep.Action.PICKUP
        done = (State.ABOARD, State.DONE) if is_on else (State.DONE,)
        rider = fares.rider(step.booking, is_settled=step.booking.state in done)
        stop = rider.promise.pickup_stop if is_on else rider.promise.arrival_stop
        if visit is None or visit.stop != stop:
            if visit is not None:
                yield visit
            visit = Visit(stop, step.begins, step.leaves)
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
    return replace(rider, no_show_at=until)
