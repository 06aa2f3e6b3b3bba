"""What the diary says about timetables of trains and other buses."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class TimetableBroughtIn(DiaryEvent):
    """A version of a timetable was read and can be looked at."""

    kind: ClassVar[str] = "transit.timetable_brought_in"
    noun: ClassVar[str] = "timetable"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    sha256: str
    number: int
    halts: int
    lines: int
    runs: int
    left_out: int
    first_day: str
    last_day: str


@dataclass(frozen=True)
class TimetableUsed(DiaryEvent):
    """Ways are found with a version from now on; `instead_of` is the code of the one before, or ""."""

    kind: ClassVar[str] = "transit.timetable_used"
    noun: ClassVar[str] = "timetable"
    visibility: ClassVar[Visibility] = Visibility.PUBLIC
    instead_of: str


@dataclass(frozen=True)
class TimetableEnded(DiaryEvent):
    """A version is not used any more, and no other takes its place."""

    kind: ClassVar[str] = "transit.timetable_ended"
    noun: ClassVar[str] = "timetable"
    visibility: ClassVar[Visibility] = Visibility.PUBLIC


@dataclass(frozen=True)
class FeedSent(DiaryEvent):
    """A feed came in and is read in the background; once it is, a version of a timetable is brought in."""

    kind: ClassVar[str] = "transit.feed_sent"
    noun: ClassVar[str] = "feed"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    sha256: str
