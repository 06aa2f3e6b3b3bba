"""What the diary says about assignments: taken, started, given back, handed in."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class TaskTaken(DiaryEvent):
    """A worker took a task; `again` when it had gone back before. `seconds` is what the job expects per item."""

    kind: ClassVar[str] = "work.task_taken"
    noun: ClassVar[str] = "assignment"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    task: str
    job: str
    worker: str
    seconds: int
    again: bool


@dataclass(frozen=True)
class TaskStarted(DiaryEvent):
    """The worker saw the terms with this digest and began."""

    kind: ClassVar[str] = "work.task_started"
    noun: ClassVar[str] = "assignment"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    terms: str


@dataclass(frozen=True)
class TaskReleased(DiaryEvent):
    """The worker gave the task back; the reason is for the procedure and the offer, never a mark."""

    kind: ClassVar[str] = "work.task_released"
    noun: ClassVar[str] = "assignment"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    reason: str


@dataclass(frozen=True)
class TaskExpired(DiaryEvent):
    """The time of the lease ran out; the draft is kept."""

    kind: ClassVar[str] = "work.task_expired"
    noun: ClassVar[str] = "assignment"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    minutes: int


@dataclass(frozen=True)
class TaskSubmitted(DiaryEvent):
    """An answer was handed in: the legal payment clock starts. `task_state` is what the task came to by it."""

    kind: ClassVar[str] = "work.task_submitted"
    noun: ClassVar[str] = "submission"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    assignment: str
    task: str
    job: str
    worker: str
    attempt: int
    seconds: int
    yen: int
    unreadable: int
    pay_by: str
    task_state: str
