"""What the diary says about a drive: the bus came, somebody got on, did not come, got off, paid; a stop is amiss."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class BusArrived(DiaryEvent):
    """A vehicle stands at a stop. `minute` is of the service day."""

    kind: ClassVar[str] = "ride.bus_arrived"
    noun: ClassVar[str] = "shift"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    stop: str
    minute: int


@dataclass(frozen=True)
class RideBoarded(DiaryEvent):
    """Somebody got on. `late_minutes` is how long after the promised time; `planned` says whether with this shift."""

    kind: ClassVar[str] = "ride.boarded"
    noun: ClassVar[str] = "booking"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    shift: str
    minute: int
    late_minutes: int
    people: int
    planned: bool


@dataclass(frozen=True)
class RideNoShow(DiaryEvent):
    """Nobody came, though the bus waited so many minutes until the promised time was over."""

    kind: ClassVar[str] = "ride.no_show"
    noun: ClassVar[str] = "booking"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    shift: str
    minute: int
    waited_minutes: int
    version: int


@dataclass(frozen=True)
class RideDone(DiaryEvent):
    """Somebody got off. `late_minutes` is how long after the promised time."""

    kind: ClassVar[str] = "ride.done"
    noun: ClassVar[str] = "booking"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    shift: str
    minute: int
    ride_minutes: int
    late_minutes: int
    people: int


@dataclass(frozen=True)
class FareTaken(DiaryEvent):
    """A fare was taken in the bus: as many yen as were promised, and by what."""

    kind: ClassVar[str] = "ride.fare_taken"
    noun: ClassVar[str] = "booking"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    shift: str
    yen: int
    paid: str


@dataclass(frozen=True)
class StopNoted(DiaryEvent):
    """A driver said what is amiss at a stop."""

    kind: ClassVar[str] = "ride.stop_noted"
    noun: ClassVar[str] = "stop"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    what: str


@dataclass(frozen=True)
class StopNoteSettled(DiaryEvent):
    """What a driver said of a stop was looked at and put right."""

    kind: ClassVar[str] = "ride.stop_note_settled"
    noun: ClassVar[str] = "stop"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    what: str
