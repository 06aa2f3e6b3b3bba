"""Questions about one shift's duty: what was recorded, what comes next, who may see it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from django.db.models import QuerySet, Sum

from machikado.town.common.calendar import town_date
from machikado.town.drive.models import CashCount, DayReport, Departure, DutyRecord, RollCall, VehicleCheck
from machikado.town.people.models import Role
from machikado.town.people.viewer import Viewer
from machikado.town.ride.models import RunStep, VehicleShift

Record = TypeVar("Record", bound=DutyRecord)


class Stage(StrEnum):
    """What comes next on a shift."""

    ROLL_BEFORE = "roll_before"
    CHECK = "check"
    DEPART = "depart"
    DRIVE = "drive"
    ROLL_AFTER = "roll_after"
    CASH = "cash"
    REPORT = "report"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Duty:
    """A shift with the last record of each kind; None where there is none yet."""

    shift: VehicleShift
    before: RollCall | None
    check: VehicleCheck | None
    departure: Departure | None
    after: RollCall | None
    cash: CashCount | None
    report: DayReport | None

    @property
    def stage(self) -> Stage:
        """What comes next; driving goes on until the roll is called after it."""
        if self.departure is None:
            if self.before is None or not self.before.passed:
                return Stage.ROLL_BEFORE
            return Stage.DEPART if self.check is not None and self.check.passed else Stage.CHECK
        if self.after is None:
            return Stage.DRIVE
        if self.cash is None:
            return Stage.CASH
        return Stage.OVER if self.report is not None else Stage.REPORT

    @property
    def is_out(self) -> bool:
        """Whether the vehicle is on the road."""
        return self.stage == Stage.DRIVE

    @property
    def is_stopped(self) -> bool:
        """Whether the shift must not begin as it stands."""
        before, check = self.before, self.check
        return (before is not None and not before.passed) or (check is not None and not check.passed)


def duty_of(shift: VehicleShift) -> Duty:
    """What was recorded of a shift."""
    before, after = (last(RollCall.objects.filter(part=part), shift) for part in RollCall.Part.values)
    return Duty(
        shift,
        before,
        last(VehicleCheck.objects.all(), shift),
        last(Departure.objects.all(), shift),
        after,
        last(CashCount.objects.all(), shift),
        last(DayReport.objects.all(), shift),
    )


def last(rows: "QuerySet[Record]", shift: VehicleShift) -> Record | None:
    """The newest record of a kind."""
    return rows.filter(shift=shift).order_by("-pk").first()


def shifts_visible_to(viewer: Viewer) -> "QuerySet[VehicleShift]":
    """A manager sees every shift, a driver their own."""
    rows = VehicleShift.objects.filter(dropped_at=None).select_related("vehicle__area", "driver")
    return rows if Role.TRANSPORT.value in viewer.roles else rows.filter(driver_id=viewer.person_id)


def shifts_ahead(viewer: Viewer, now: datetime) -> "QuerySet[VehicleShift]":
    """A driver's own shifts: of yesterday (it may run until 28:00), today and the week that comes."""
    today = town_date(now)
    rows = VehicleShift.objects.filter(dropped_at=None, driver_id=viewer.person_id).select_related("vehicle")
    return rows.filter(day__gte=today - timedelta(days=1), day__lte=today + timedelta(days=7)).order_by("day", "begins")


def duties_on(day: date) -> list[Duty]:
    """All shifts of a day with what was recorded."""
    rows = VehicleShift.objects.filter(day=day, dropped_at=None).select_related("vehicle", "driver")
    return [duty_of(shift) for shift in rows.order_by("begins", "vehicle__name")]


def cash_of(shift: VehicleShift) -> int:
    """The yen that fares in cash should have brought."""
    taken = RunStep.objects.filter(shift=shift, kind=RunStep.Kind.FARE, refused="", paid=RunStep.Paid.CASH)
    return taken.aggregate(sum=Sum("yen"))["sum"] or 0
