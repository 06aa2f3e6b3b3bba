"""What the diary says about the service area, its hours and suspensions."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class AreaFounded(DiaryEvent):
    """The bus has an area in which it runs. `corners` counts those of its border."""

    kind: ClassVar[str] = "ride.area_founded"
    noun: ClassVar[str] = "area"
    visibility: ClassVar[Visibility] = Visibility.PUBLIC
    corners: int
    book_ahead_days: int
    max_wait_minutes: int
    max_ride_minutes: int


@dataclass(frozen=True)
class AreaChanged(DiaryEvent):
    """The border of the area, or what is promised in it, was changed."""

    kind: ClassVar[str] = "ride.area_changed"
    noun: ClassVar[str] = "area"
    visibility: ClassVar[Visibility] = Visibility.PUBLIC
    corners: int
    book_ahead_days: int
    max_wait_minutes: int
    max_ride_minutes: int


@dataclass(frozen=True)
class HoursSet(DiaryEvent):
    """The hours from a day on. `hours` are kind of day, opening and closing minute."""

    kind: ClassVar[str] = "ride.hours_set"
    noun: ClassVar[str] = "area"
    visibility: ClassVar[Visibility] = Visibility.PUBLIC
    effective_from: str
    hours: list[list[str | int]]


@dataclass(frozen=True)
class ServiceSuspended(DiaryEvent):
    """運休: the bus does not run, from a moment on. What residents are told is the detail."""

    kind: ClassVar[str] = "ride.service_suspended"
    noun: ClassVar[str] = "suspension"
    visibility: ClassVar[Visibility] = Visibility.PUBLIC
    area: str
    reason: str
    begins_at: str
    ends_at: str | None


@dataclass(frozen=True)
class SuspensionLifted(DiaryEvent):
    """The bus runs again before the suspension would have ended."""

    kind: ClassVar[str] = "ride.suspension_lifted"
    noun: ClassVar[str] = "suspension"
    visibility: ClassVar[Visibility] = Visibility.PUBLIC
    area: str
