"""What the diary says about imports."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class BatchPreviewed(DiaryEvent):
    """A table and its images were read and checked; no task exists yet."""

    kind: ClassVar[str] = "work.batch_previewed"
    noun: ClassVar[str] = "batch"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    job: str
    rows: int
    images: int
    problems: int


@dataclass(frozen=True)
class BatchStarted(DiaryEvent):
    """The import was asked for (again, if it had stopped): `done` rows are there already."""

    kind: ClassVar[str] = "work.batch_started"
    noun: ClassVar[str] = "batch"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    total: int
    done: int


@dataclass(frozen=True)
class BatchImported(DiaryEvent):
    """All draft rows are written."""

    kind: ClassVar[str] = "work.batch_imported"
    noun: ClassVar[str] = "batch"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    total: int


@dataclass(frozen=True)
class BatchFailed(DiaryEvent):
    """The import stopped; what it wrote stays, and it can go on from there."""

    kind: ClassVar[str] = "work.batch_failed"
    noun: ClassVar[str] = "batch"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    done: int
    fault: str


@dataclass(frozen=True)
class BatchCancelled(DiaryEvent):
    """The import was given up: its rows and files are removed in the background."""

    kind: ClassVar[str] = "work.batch_cancelled"
    noun: ClassVar[str] = "batch"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    done: int


@dataclass(frozen=True)
class BatchOpened(DiaryEvent):
    """One flip made every draft row of the batch a task that people may take."""

    kind: ClassVar[str] = "work.batch_opened"
    noun: ClassVar[str] = "batch"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    job: str
    tasks: int
    answers_wanted: int
