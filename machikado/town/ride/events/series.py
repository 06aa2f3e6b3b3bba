"""What the diary says about series: weekdays, minutes, reasons; never names or places of people."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class SeriesMade(DiaryEvent):
    """Somebody wants a ride every week. Weekdays are 0 (Monday) to 6; `until` is empty where no end was said."""

    kind: ClassVar[str] = "ride.series_made"
    noun: ClassVar[str] = "series"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    channel: str
    weekdays: list[int]
    minute: int
    people: int
    back: str
    until: str


@dataclass(frozen=True)
class SeriesDaySkipped(DiaryEvent):
    """They do not ride on one day of a series; `rides` counts the bookings that were given back for it."""

    kind: ClassVar[str] = "ride.series_day_skipped"
    noun: ClassVar[str] = "series"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    day: str
    rides: int


@dataclass(frozen=True)
class SeriesDayWanted(DiaryEvent):
    """They ride after all on a day of a series that was left out."""

    kind: ClassVar[str] = "ride.series_day_wanted"
    noun: ClassVar[str] = "series"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    day: str


@dataclass(frozen=True)
class SeriesTold(DiaryEvent):
    """The desk told somebody on the telephone what a message says of a day of their series."""

    kind: ClassVar[str] = "ride.series_told"
    noun: ClassVar[str] = "message"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    message_kind: str


@dataclass(frozen=True)
class SeriesMissed(DiaryEvent):
    """A day of a series could not be booked; `way` is out or back."""

    kind: ClassVar[str] = "ride.series_missed"
    noun: ClassVar[str] = "series"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    day: str
    way: str
    reason: str


@dataclass(frozen=True)
class SeriesEnded(DiaryEvent):
    """A series books nothing any more."""

    kind: ClassVar[str] = "ride.series_ended"
    noun: ClassVar[str] = "series"
    visibility: ClassVar[Visibility] = Visibility.STAFF
