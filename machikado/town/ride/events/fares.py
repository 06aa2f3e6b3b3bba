"""What the diary says about fares."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class FaresSet(DiaryEvent):
    """A version of the fares, in force from a day on. `sections` are yen by name, `shares` ten-thousandths by rider.

    `pairs` are two zones and their section, `passes` rider, yen and days: every price can be worked out again.
    """

    kind: ClassVar[str] = "ride.fares_set"
    v: ClassVar[int] = 2
    noun: ClassVar[str] = "fare_table"
    visibility: ClassVar[Visibility] = Visibility.PUBLIC
    area: str
    number: int
    effective_from: str
    sections: dict[str, int]
    shares: dict[str, int]
    pairs: list[list[str]]
    round_up_yen: int
    passes: list[list[str | int]]


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
