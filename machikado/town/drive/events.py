"""What the diary says about duty: that it was done and whether it passed; no values of anybody's breath or health."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class RollCalled(DiaryEvent):
    """A roll call was held before or after driving. What was measured stands in its own record, for a year."""

    kind: ClassVar[str] = "drive.roll_called"
    noun: ClassVar[str] = "shift"
    visibility: ClassVar[Visibility] = Visibility.SEALED
    part: str
    how: str
    passed: bool


@dataclass(frozen=True)
class VehicleChecked(DiaryEvent):
    """A vehicle was looked at before it went out. `faults` are codes of items."""

    kind: ClassVar[str] = "drive.vehicle_checked"
    noun: ClassVar[str] = "shift"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    vehicle: str
    faults: list[str]
    passed: bool


@dataclass(frozen=True)
class WentOut(DiaryEvent):
    """A vehicle went out."""

    kind: ClassVar[str] = "drive.went_out"
    noun: ClassVar[str] = "shift"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    vehicle: str
    odometer_km: int


@dataclass(frozen=True)
class CashCounted(DiaryEvent):
    """The cash of a shift was counted."""

    kind: ClassVar[str] = "drive.cash_counted"
    noun: ClassVar[str] = "shift"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    counted_yen: int
    expected_yen: int


@dataclass(frozen=True)
class DayReported(DiaryEvent):
    """The daily report of a shift was written."""

    kind: ClassVar[str] = "drive.day_reported"
    noun: ClassVar[str] = "shift"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    km: int
    people: int
    no_shows: int
    yen: int
