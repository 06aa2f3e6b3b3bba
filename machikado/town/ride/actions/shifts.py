"""What happens to a shift: planned, changed, dropped. Nobody and nothing is in two places at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.calendar import town_date, weekday_date
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.law.queries import parameter
from machikado.town.people.models import Membership, Person, Role
from machikado.town.people.permissions import require
from machikado.town.ride.actions.keeping import kept
from machikado.town.ride.events.vehicles import ShiftChanged, ShiftDropped, ShiftPlanned
from machikado.town.ride.hours import LAST_MINUTE, Span, clock_of, moment_of, overlapping, second_of
from machikado.town.ride.models import (
    QUARTER,
    PlanStep,
    RideVehicle,
    ServiceArea,
    ShiftBreak,
    ShiftQuarter,
    Stop,
    VehicleShift,
)
from machikado.town.ride.seen import MEANWHILE, mark


class CannotPlanShift(Cannot):
    """A shift that nobody can drive."""

    sentences = {
        "backwards": _("The shift ends before it begins, or after 28:00."),
        "grain": _("Shifts begin and end on a quarter of an hour: 9:00, 9:15, 9:30, 9:45."),
        "too_long": _("The law allows a driver at most %(hours)s hours on duty. Please make the shift shorter."),
        "past": _("%(day)s has passed. Shifts are planned for today and later."),
        "breaks": _("Each break lies within the shift and begins before it ends."),
        "breaks_overlap": _("Two breaks overlap."),
        "no_driver": _("%(person)s is not a driver now. Please give the role of a driver first."),
        "retired": _("%(vehicle)s is retired on this day."),
        "vehicle_taken": _("%(vehicle)s is driven by %(driver)s from %(begins)s to %(ends)s on that day (%(day)s)."),
        "driver_taken": _("%(driver)s drives %(vehicle)s from %(begins)s to %(ends)s on that day (%(day)s)."),
        "gone": _("This shift is not planned any more."),
        "meanwhile": MEANWHILE,
        "begun": _("This shift has carried passengers already. Please say on the day's page what went wrong with it."),
    }


@dataclass(frozen=True, slots=True)
class ShiftFacts:
    """Who drives what, when, with which breaks; from and to a stop, or from and to the depot (None)."""

    vehicle: RideVehicle
    driver: Person
    day: date
    span: Span
    breaks: tuple[Span, ...] = ()
    start: Stop | None = None
    end: Stop | None = None


def plan(*, facts: ShiftFacts, by: Actor, now: datetime) -> VehicleShift:
    """Plan a shift. Raises CannotPlanShift, with whom or what it would collide."""
    require(by, may="ride.plan_shifts", on=facts.vehicle)
    _check(facts, town_date(now))
    with transaction.atomic():
        _lock_areas([facts.vehicle])
        _lock([facts.vehicle], [facts.driver])
        _check_locked(facts, None)
        shift = VehicleShift.objects.create(**_columns(facts))
        _take(shift, facts)
        record(ShiftPlanned(code=shift.code, breaks=_pairs(facts.breaks), **_told(shift)), by=by, now=now)
    return shift


def mark_of(shift: VehicleShift) -> str:
    """Return the mark of what is known of a shift."""
    breaks = [(each.begins, each.ends) for each in shift.breaks.all()]
    return mark((_told(shift), breaks, shift.start_id, shift.end_id))


def change(*, shift: VehicleShift, facts: ShiftFacts, by: Actor, now: datetime, seen: str = "") -> None:
    """Change a shift that has not passed; `seen` is the mark of what somebody saw of it. Raises CannotPlanShift.

    Raises CannotKeep where a ride could not be kept as promised, by this shift or by another one.
    """
    require(by, may="ride.plan_shifts", on=shift)
    _check(facts, town_date(now))

    def act() -> None:
        _lock_areas([facts.vehicle, shift.vehicle])
        _lock([facts.vehicle, shift.vehicle], [facts.driver, shift.driver])
        locked = _still_planned(shift, town_date(now))
        if seen and seen != mark_of(locked):
            raise CannotPlanShift("meanwhile", seen=mark_of(locked))
        _check_locked(facts, locked)
        if facts.day != locked.day:
            _check_begun(locked, now)
        for name, value in _columns(facts).items():
            setattr(locked, name, value)
        locked.save()
        locked.breaks.all().delete()
        locked.quarters.all().delete()
        _take(locked, facts)
        record(ShiftChanged(code=locked.code, breaks=_pairs(facts.breaks), **_told(locked)), by=by, now=now)

    kept(shift.vehicle.area, act, now)
    shift.refresh_from_db()


def drop(*, shift: VehicleShift, by: Actor, now: datetime) -> None:
    """Drop a shift that has not passed: vehicle and driver are free again. Raises CannotPlanShift, CannotKeep."""
    require(by, may="ride.plan_shifts", on=shift)

    def act() -> None:
        _lock_areas([shift.vehicle])
        _lock([shift.vehicle], [shift.driver])
        locked = _still_planned(shift, town_date(now))
        _check_begun(locked, now)
        locked.dropped_at = now
        locked.save(update_fields=["dropped_at"])
        locked.quarters.all().delete()
        record(ShiftDropped(code=locked.code, **_told(locked)), by=by, now=now)

    kept(shift.vehicle.area, act, now)
    shift.refresh_from_db()


def _lock_areas(vehicles: Iterable[RideVehicle]) -> None:
    """Hold the plan of rides first: a shift and a promise that needs it are not decided at one moment."""
    list(
        ServiceArea.objects.select_for_update(no_key=True)
        .filter(pk__in={each.area_id for each in vehicles})
        .order_by("pk")
    )


def _check_begun(shift: VehicleShift, now: datetime) -> None:
    """Raise where somebody was fetched with this shift already."""
    fetched = PlanStep.objects.filter(shift=shift, action=PlanStep.Action.PICKUP)
    if fetched.filter(begins__lte=second_of(shift.day, now)).exists():
        raise CannotPlanShift("begun")


def _still_planned(shift: VehicleShift, today: date) -> VehicleShift:
    """The shift, held; raises where it was dropped, or its day has passed: what was driven stays as it was."""
    locked = VehicleShift.objects.select_for_update().filter(pk=shift.pk, dropped_at=None).first()
    if locked is None:
        raise CannotPlanShift("gone")
    if locked.day < today:
        raise CannotPlanShift("past", day=weekday_date(locked.day))
    return locked


def _check(facts: ShiftFacts, today: date) -> None:
    span = facts.span
    if facts.day < today:
        raise CannotPlanShift("past", day=weekday_date(facts.day))
    if not 0 <= span.opens < span.closes <= LAST_MINUTE:
        raise CannotPlanShift("backwards")
    if span.opens % QUARTER or span.closes % QUARTER:
        raise CannotPlanShift("grain")
    if span.closes - span.opens > (hours := parameter("driver_duty_hours", facts.day)) * 60:
        raise CannotPlanShift("too_long", hours=hours)
    if not all(span.opens <= each.opens < each.closes <= span.closes for each in facts.breaks):
        raise CannotPlanShift("breaks")
    if overlapping(facts.breaks):
        raise CannotPlanShift("breaks_overlap")


def _lock(vehicles: Iterable[RideVehicle], drivers: Iterable[Person]) -> None:
    """Hold vehicles, then drivers, each in the order of their ids."""
    list(RideVehicle.objects.select_for_update().filter(pk__in={each.pk for each in vehicles}).order_by("pk"))
    list(Person.objects.select_for_update().filter(pk__in={each.pk for each in drivers}).order_by("pk"))


def _check_locked(facts: ShiftFacts, own: VehicleShift | None) -> None:
    """Raise where the vehicle is retired, the driver is none, or one of them is taken. Asked while both are held."""
    if RideVehicle.objects.filter(pk=facts.vehicle.pk, retired_on__lte=facts.day).exists():
        raise CannotPlanShift("retired", vehicle=facts.vehicle.name)
    if not Membership.objects.filter(person=facts.driver, role=Role.DRIVER, until=None).exists():
        raise CannotPlanShift("no_driver", person=facts.driver)
    taken = ShiftQuarter.objects.filter(quarter__in=_quarters(facts)).select_related("shift__vehicle", "shift__driver")
    taken = taken.exclude(shift=own).order_by("quarter")
    for code, hit in (
        ("vehicle_taken", taken.filter(vehicle=facts.vehicle).first()),
        ("driver_taken", taken.filter(driver=facts.driver).first()),
    ):
        if hit is not None:
            raise CannotPlanShift(
                code,
                vehicle=hit.shift.vehicle,
                driver=hit.shift.driver,
                begins=clock_of(hit.shift.begins),
                ends=clock_of(hit.shift.ends),
                day=date_format(hit.shift.day, "n/j"),
            )


def _quarters(facts: ShiftFacts) -> range:
    """The quarters of an hour since 1970 that the shift takes."""
    first, last = (
        round(moment_of(facts.day, minute).timestamp()) // (QUARTER * 60)
        for minute in (facts.span.opens, facts.span.closes)
    )
    return range(first, last)


def _columns(facts: ShiftFacts) -> dict[str, Any]:
    return {
        "vehicle": facts.vehicle,
        "driver": facts.driver,
        "day": facts.day,
        "begins": facts.span.opens,
        "ends": facts.span.closes,
        "start": facts.start,
        "end": facts.end,
    }


def _take(shift: VehicleShift, facts: ShiftFacts) -> None:
    ShiftQuarter.objects.bulk_create(
        ShiftQuarter(shift=shift, vehicle=facts.vehicle, driver=facts.driver, quarter=quarter)
        for quarter in _quarters(facts)
    )
    ShiftBreak.objects.bulk_create(
        ShiftBreak(shift=shift, begins=each.opens, ends=each.closes) for each in sorted(facts.breaks)
    )


def _pairs(breaks: Iterable[Span]) -> list[list[int]]:
    return [[each.opens, each.closes] for each in sorted(breaks)]


def _told(shift: VehicleShift) -> dict[str, Any]:
    return {
        "vehicle": shift.vehicle.code,
        "driver": shift.driver.code,
        "day": shift.day.isoformat(),
        "begins": shift.begins,
        "ends": shift.ends,
    }
