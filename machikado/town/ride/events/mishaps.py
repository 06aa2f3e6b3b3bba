"""What the diary says when a day goes wrong: codes, minutes, counts; never names or places of people."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class VehicleDelayed(DiaryEvent):
    """A vehicle goes on so many minutes later than planned. `code` is the shift's."""

    kind: ClassVar[str] = "ride.vehicle_delayed"
    noun: ClassVar[str] = "shift"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    day: str
    minutes: int


@dataclass(frozen=True)
class VehicleBrokeDown(DiaryEvent):
    """A vehicle drives no more on that day; it stands near a stop. `code` is the shift's."""

    kind: ClassVar[str] = "ride.vehicle_broke_down"
    noun: ClassVar[str] = "shift"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    day: str
    stop: str


@dataclass(frozen=True)
class StopClosedNow(DiaryEvent):
    """A stop cannot be used for the rest of a day; another one takes its place in the plan."""

    kind: ClassVar[str] = "ride.stop_closed_now"
    noun: ClassVar[str] = "stop"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    day: str
    instead: str


@dataclass(frozen=True)
class PlanFollowedGround(DiaryEvent):
    """A plan was brought onto new roads, whatever it cost. `code` is the area's; how many promises moved or ended."""

    kind: ClassVar[str] = "ride.plan_followed_ground"
    noun: ClassVar[str] = "area"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    day: str
    moved: int
    lost: int


@dataclass(frozen=True)
class RideRetimed(DiaryEvent):
    """A promise could not be kept and is another one now: minutes of the service day of its begin and its end."""

    kind: ClassVar[str] = "ride.retimed"
    noun: ClassVar[str] = "booking"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    day: str
    pickup_minute: int
    arrival_minute: int
    version: int


@dataclass(frozen=True)
class RideLost(DiaryEvent):
    """A promise could not be kept, and no other bus can come: the booking ends, and whoever rides is told."""

    kind: ClassVar[str] = "ride.lost"
    noun: ClassVar[str] = "booking"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    day: str
    version: int


@dataclass(frozen=True)
class RideMoved(DiaryEvent):
    """A manager gave a ride to another vehicle by hand, within its promise. `shift` is the code of the new one."""

    kind: ClassVar[str] = "ride.moved"
    noun: ClassVar[str] = "booking"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    day: str
    shift: str
    version: int
