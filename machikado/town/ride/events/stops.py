"""What the diary says about stops."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class StopAdded(DiaryEvent):
    """A new stop. Positions are in ten-millionths of a degree, as the diary knows whole numbers only."""

    kind: ClassVar[str] = "ride.stop_added"
    noun: ClassVar[str] = "stop"
    visibility: ClassVar[Visibility] = Visibility.PUBLIC
    number: str
    lat_e7: int
    lon_e7: int
    on_road: bool


@dataclass(frozen=True)
class StopChanged(DiaryEvent):
    """A stop was changed; `moved_metres` is how far it was moved. `fields` are the names of what changed."""

    kind: ClassVar[str] = "ride.stop_changed"
    noun: ClassVar[str] = "stop"
    visibility: ClassVar[Visibility] = Visibility.PUBLIC
    fields: list[str]
    moved_metres: int
    lat_e7: int
    lon_e7: int
    on_road: bool


@dataclass(frozen=True)
class StopPhotographed(DiaryEvent):
    """A stop got a photo, or another one."""

    kind: ClassVar[str] = "ride.stop_photographed"
    noun: ClassVar[str] = "stop"
    visibility: ClassVar[Visibility] = Visibility.PUBLIC
    sha256: str


@dataclass(frozen=True)
class StopClosed(DiaryEvent):
    """A stop is not used from a day on; the reason is the detail."""

    kind: ClassVar[str] = "ride.stop_closed"
    noun: ClassVar[str] = "stop"
    visibility: ClassVar[Visibility] = Visibility.PUBLIC
    closure: str
    first_day: str
    last_day: str | None


@dataclass(frozen=True)
class StopReopened(DiaryEvent):
    """A stop is used again before its closure would have ended."""

    kind: ClassVar[str] = "ride.stop_reopened"
    noun: ClassVar[str] = "stop"
    visibility: ClassVar[Visibility] = Visibility.PUBLIC
    closure: str


@dataclass(frozen=True)
class StopsImported(DiaryEvent):
    """A table of stops was taken in as a whole. `code` is the area's; each new or changed stop has its own row too."""

    kind: ClassVar[str] = "ride.stops_imported"
    noun: ClassVar[str] = "area"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    added: int
    changed: int
    same: int
