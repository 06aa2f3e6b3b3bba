"""What the diary says about fares."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class FaresSet(DiaryEvent):
    """A version of the fares, in force from a day on. `sections` are yen by name, `shares` ten-thousandths by rider."""

    kind: ClassVar[str] = "ride.fares_set"
    noun: ClassVar[str] = "fare_table"
    visibility: ClassVar[Visibility] = Visibility.PUBLIC
    area: str
    number: int
    effective_from: str
    sections: dict[str, int]
    shares: dict[str, int]
    pairs: int


@dataclass(frozen=True)
class FreePeriodSet(DiaryEvent):
    """Nobody pays from a day until a day."""

    kind: ClassVar[str] = "ride.free_period_set"
    noun: ClassVar[str] = "free_period"
    visibility: ClassVar[Visibility] = Visibility.PUBLIC
    area: str
    first_day: str
    last_day: str


@dataclass(frozen=True)
class FreePeriodEnded(DiaryEvent):
    """A free period will not come, or ends before its last day."""

    kind: ClassVar[str] = "ride.free_period_ended"
    noun: ClassVar[str] = "free_period"
    visibility: ClassVar[Visibility] = Visibility.PUBLIC
    area: str
