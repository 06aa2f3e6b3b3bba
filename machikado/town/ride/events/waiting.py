"""What the diary says about the waiting list: codes and minutes; who waits is the booking's."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class WaitBegun(DiaryEvent):
    """Somebody waits for a seat on a full bus. `before` counts those who come first; minutes until it is over."""

    kind: ClassVar[str] = "ride.wait_begun"
    noun: ClassVar[str] = "booking"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    channel: str
    day: str
    people: int
    before: int
    minutes: int


@dataclass(frozen=True)
class WaitEnded(DiaryEvent):
    """The waiting ended: a seat was promised, they let it go, or it is over, for a reason."""

    kind: ClassVar[str] = "ride.wait_ended"
    noun: ClassVar[str] = "booking"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    day: str
    state: str
    why: str
    waited_minutes: int
