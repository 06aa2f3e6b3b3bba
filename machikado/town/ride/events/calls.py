"""What the diary says of a suspension's call list: how many rides it took, each telephone call; never names."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class RidesSuspended(DiaryEvent):
    """A suspension cancelled the promised rides in its time: so many rides of so many people, and who is told how."""

    kind: ClassVar[str] = "ride.rides_suspended"
    noun: ClassVar[str] = "call_list"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    suspension: str
    rides: int
    people: int
    by_message: int
    to_call: int
    under_way: int


@dataclass(frozen=True)
class RideCallMade(DiaryEvent):
    """Somebody was telephoned because of a suspension; `number` counts the tries, `outcome` is what came of it."""

    kind: ClassVar[str] = "ride.call_made"
    noun: ClassVar[str] = "call"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    outcome: str
    number: int


@dataclass(frozen=True)
class RideCallReopened(DiaryEvent):
    """A call that was over is to be made after all: it was ticked wrongly."""

    kind: ClassVar[str] = "ride.call_reopened"
    noun: ClassVar[str] = "call"
    visibility: ClassVar[Visibility] = Visibility.STAFF


@dataclass(frozen=True)
class RideCallAdded(DiaryEvent):
    """Somebody who was told by message is to be telephoned as well."""

    kind: ClassVar[str] = "ride.call_added"
    noun: ClassVar[str] = "call"
    visibility: ClassVar[Visibility] = Visibility.STAFF
