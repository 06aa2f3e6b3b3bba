"""What the diary says about vehicles and shifts."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class VehicleAdded(DiaryEvent):
    """A vehicle came into service. `layouts` are seats, wheelchair places and prams of each way to set it up."""

    kind: ClassVar[str] = "ride.vehicle_added"
    noun: ClassVar[str] = "vehicle"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    layouts: list[list[int]]


@dataclass(frozen=True)
class VehicleChanged(DiaryEvent):
    """A vehicle, its depot or what fits in it was changed."""

    kind: ClassVar[str] = "ride.vehicle_changed"
    noun: ClassVar[str] = "vehicle"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    layouts: list[list[int]]


@dataclass(frozen=True)
class VehicleRetired(DiaryEvent):
    """A vehicle is not used any more from a day on."""

    kind: ClassVar[str] = "ride.vehicle_retired"
    noun: ClassVar[str] = "vehicle"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    on: str


@dataclass(frozen=True)
class ShiftPlanned(DiaryEvent):
    """A person is to drive a vehicle on a service day; `breaks` are minutes of that day."""

    kind: ClassVar[str] = "ride.shift_planned"
    noun: ClassVar[str] = "shift"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    vehicle: str
    driver: str
    day: str
    begins: int
    ends: int
    breaks: list[list[int]]


@dataclass(frozen=True)
class ShiftChanged(DiaryEvent):
    """A shift was changed; what it is now."""

    kind: ClassVar[str] = "ride.shift_changed"
    noun: ClassVar[str] = "shift"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    vehicle: str
    driver: str
    day: str
    begins: int
    ends: int
    breaks: list[list[int]]


@dataclass(frozen=True)
class ShiftDropped(DiaryEvent):
    """A shift will not be driven."""

    kind: ClassVar[str] = "ride.shift_dropped"
    noun: ClassVar[str] = "shift"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    vehicle: str
    driver: str
    day: str
    begins: int
    ends: int
