"""What goes wrong with a day: a vehicle is late or breaks down, a stop closes now, a new map moves the ground.

Nothing of it can be refused. Plans are repaired with the promises as hard as can be; whose promise moves all the same,
or cannot be kept at all, is told in plain words on the channel that they chose; so are the managers.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import SYSTEM, Actor
from machikado.town.common.diary import DiaryEvent, record
from machikado.town.common.errors import Cannot
from machikado.town.people.models import Role
from machikado.town.people.permissions import require
from machikado.town.people.queries import staff_of_the_centre
from machikado.town.ride.actions import plans
from machikado.town.ride.actions.keeping import days_ahead
from machikado.town.ride.actions.plans import Change, Overtaken, Standing
from machikado.town.ride.actions.stops import NewClosure, close
from machikado.town.ride.actions.telling import tell_manager, tell_rider
from machikado.town.ride.events import mishaps as events
from machikado.town.ride.hours import second_of, service_day
from machikado.town.ride.lives import BOOKING
from machikado.town.ride.models import Booking, PlanChange, ServiceArea, Stop, VehicleShift
from machikado.town.ride.queries.area import rules_of
from machikado.town.ride.queries.stops import closures_on, nearest_stops

MOST_MINUTES = 240


class CannotMend(Cannot):
    """Something that cannot have happened, or that no plan can follow."""

    sentences = {
        "minutes": _("A delay is between 1 and %(most)s minutes."),
        "no_rides": _("This shift has no plan yet: nobody booked a ride on that day."),
        "out": _("This vehicle does not drive any more on that day."),
        "no_stop": _("Please choose a stop near which the vehicle stands, one that other vehicles reach."),
        "alone": _("There is no other stop that could stand for this one."),
        "stuck": _("No plan can be made with this. Please telephone everybody who is in this vehicle."),
        "busy": _("Many people are booking at this moment. Please press once more."),
    }


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whose promise moved, and who cannot be brought at all."""

    moved: tuple[Booking, ...] = ()
    lost: tuple[Booking, ...] = ()


def delay(*, shift: VehicleShift, minutes: int, by: Actor, now: datetime) -> Outcome:
    """A vehicle can go on only so many minutes later than planned. Raises CannotMend."""
    require(by, may="ride.run_day", on=shift)
    if not 1 <= minutes <= MOST_MINUTES:
        raise CannotMend("minutes", most=MOST_MINUTES)
    told = events.VehicleDelayed(code=shift.code, day=shift.day.isoformat(), minutes=minutes)
    return _mend(_Case(shift.vehicle.area, shift.day, by, now), _of(shift, "delay", seconds=minutes * 60), told)


def break_down(*, shift: VehicleShift, near: Stop, by: Actor, now: datetime) -> Outcome:
    """A vehicle drives no more on its day; whoever sits in it waits near a stop for another one. Raises CannotMend."""
    require(by, may="ride.run_day", on=shift)
    told = events.VehicleBrokeDown(code=shift.code, day=shift.day.isoformat(), stop=near.code)
    return _mend(_Case(shift.vehicle.area, shift.day, by, now), _of(shift, "breakdown", stop=near.pk), told)


def close_now(*, stop: Stop, reason: str, by: Actor, now: datetime) -> Outcome:
    """A stop cannot be used for the rest of the day: the nearest other one takes its place. Raises CannotMend."""
    require(by, may="ride.run_day", on=stop)
    running = service_day(rules_of(stop.area), now)
    day = running[0] if running is not None else None
    closed = {*closures_on(day).values_list("stop", flat=True)} if day else set()
    standing = plans.read(stop.area, day, now) if day else None
    open_ones = {*standing.rows.table.stops} - closed - {stop.pk} if standing is not None else set()
    if day is None or not open_ones:
        raise CannotMend("alone")
    instead = nearest_stops([stop.pk], open_ones)
    told = events.StopClosedNow(code=stop.code, day=day.isoformat(), instead=Stop.objects.get(pk=instead[stop.pk]).code)
    facts = {"what": "closed", "instead": {str(one): other for one, other in instead.items()}}

    def shut() -> None:
        if not stop.closures.filter(pk__in=closures_on(day)).exists():
            close(stop=stop, new=NewClosure(reason, day, day), by=by, now=now)

    return _mend(_Case(stop.area, day, by, now), facts, told, shut)


def follow(area: ServiceArea, now: datetime) -> None:
    """Bring every plan of an area onto the ground as it is, whatever it costs, and tell riders and managers."""
    for day in days_ahead(area, now):
        case = _Case(area, day, SYSTEM, now)
        for turn in plans.turns(area):
            with suppress(Overtaken), turn:
                _follow(case)
                break


def _follow(case: "_Case") -> None:
    standing = plans.read(case.area, case.day, case.now)
    change = standing.behind if standing is not None else None
    if standing is None or change is None:
        return
    if standing.is_stuck:
        _tell_managers(case, "ride.plan_stuck", {"lost": len(change.lost)})
        return
    with transaction.atomic():
        outcome = _write(case, standing, (change,))
        counts = {"moved": len(outcome.moved), "lost": len(outcome.lost)}
        told = events.PlanFollowedGround(code=case.area.code, day=case.day.isoformat(), **counts)
        record(told, by=SYSTEM, now=case.now)
        _tell_managers(case, "ride.plan_moved", counts)


def _tell_managers(case: "_Case", kind: str, counts: Mapping[str, int]) -> None:
    for manager in staff_of_the_centre(Role.TRANSPORT):
        tell_manager(manager, kind, case.day, counts, case.now)


@dataclass(frozen=True, slots=True)
class _Case:
    """Where, when and who says so."""

    area: ServiceArea
    day: date
    by: Actor
    now: datetime


def _of(shift: VehicleShift, what: str, **facts: int) -> dict[str, Any]:
    return {"what": what, "shift": shift.pk, **facts}


def _mend(case: _Case, facts: Mapping[str, Any], told: DiaryEvent, also: Callable[[], None] = lambda: None) -> Outcome:
    """Repair the plan outside of the transaction and write it if nobody was faster; else once more inside."""
    for turn in plans.turns(case.area):
        with suppress(Overtaken), turn:
            standing = plans.read(case.area, case.day, case.now)
            if standing is None:
                raise CannotMend("no_rides")
            change = _repaired(standing, facts)
            with transaction.atomic():
                outcome = _write(case, standing, (*standing.pending, change))
                record(told, by=case.by, now=case.now)
                also()
            return outcome
    raise CannotMend("busy")


def _repaired(standing: Standing, facts: Mapping[str, Any]) -> Change:
    from machikado.town.ride.planning.mending import after
    from machikado.town.ride.planning.taking import Unsound

    rows = standing.rows
    if "shift" in facts and facts["shift"] not in {van["shift"] for van in rows.vans}:
        raise CannotMend("out")
    if "stop" in facts and facts["stop"] not in rows.place_of:
        raise CannotMend("no_stop")
    try:
        mended = after(rows, facts, standing.second)
    except Unsound as fault:
        raise CannotMend("stuck") from fault
    kind = PlanChange.Kind.REPAIR
    return Change(kind, mended.day, facts=facts, moved=mended.moved, lost=mended.lost)


def _write(case: _Case, standing: Standing, changes: tuple[Change, ...]) -> Outcome:
    """Under the area's lock: the plan, the promises as they are now, the diary, and the messages."""
    plans.write(standing, changes, plans.lock(standing))
    codes = {code: True for change in changes for code in (*change.moved, *change.lost)}
    gone = {code for change in changes for code in change.lost}
    rows = Booking.objects.select_for_update(of=("self",)).select_related("area", "rider").filter(code__in=codes)
    held = list(rows.order_by("wish_second", "pk"))
    version = changes[-1].after.version
    for row in held:
        if row.code in gone:
            _lose(row, case, version)
        else:
            _retime(row, case, version)
    return Outcome(tuple(row for row in held if row.code not in gone), tuple(row for row in held if row.code in gone))


def _retime(booking: Booking, case: _Case, version: int) -> None:
    promise = booking.promise
    told = events.RideRetimed(
        code=booking.code,
        day=booking.day.isoformat(),
        pickup_minute=promise.pickup_from // 60,
        arrival_minute=promise.arrival_by // 60,
        version=version,
    )
    record(told, by=case.by, now=case.now)
    boarded = booking.steps.filter(action="pickup", begins__lte=second_of(booking.day, case.now)).exists()
    tell_rider(booking, "ride.later" if boarded else "ride.retimed", promise, case.now)


def _lose(booking: Booking, case: _Case, version: int) -> None:
    promise = booking.promise
    booking.state = BOOKING.step(booking.state, Booking.State.CANCELLED)
    booking.cancelled_at, booking.cancel_reason = case.now, Booking.CancelReason.BUS
    booking.save(update_fields=["state", "cancelled_at", "cancel_reason"])
    record(events.RideLost(code=booking.code, day=booking.day.isoformat(), version=version), by=case.by, now=case.now)
    tell_rider(booking, "ride.lost", promise, case.now)
