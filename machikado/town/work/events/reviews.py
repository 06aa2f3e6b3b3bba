"""What the diary says about checking: reviews, settlements, questions, thanks."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class SubmissionAccepted(DiaryEvent):
    """A leader accepted an answer; or, `overdue`, nobody had looked in time, and it counts for pay alone."""

    kind: ClassVar[str] = "work.submission_accepted"
    noun: ClassVar[str] = "submission"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    task: str
    task_state: str
    overdue: bool


@dataclass(frozen=True)
class RedoProposed(DiaryEvent):
    """A leader would have an answer done again; a second person has to agree."""

    kind: ClassVar[str] = "work.redo_proposed"
    noun: ClassVar[str] = "submission"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    task: str
    clause: str


@dataclass(frozen=True)
class RedoWithdrawn(DiaryEvent):
    """The redo is not asked for."""

    kind: ClassVar[str] = "work.redo_withdrawn"
    noun: ClassVar[str] = "submission"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    task: str


@dataclass(frozen=True)
class RedoRequested(DiaryEvent):
    """Two people ask the worker to do it again, pointing to a clause of the procedure."""

    kind: ClassVar[str] = "work.redo_requested"
    noun: ClassVar[str] = "submission"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    task: str
    clause: str


@dataclass(frozen=True)
class RejectionProposed(DiaryEvent):
    """A leader found an answer against the procedure; a second person has to agree."""

    kind: ClassVar[str] = "work.rejection_proposed"
    noun: ClassVar[str] = "submission"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    task: str
    clause: str


@dataclass(frozen=True)
class RejectionConfirmed(DiaryEvent):
    """A second person agreed: the earning of `yen` is reversed."""

    kind: ClassVar[str] = "work.rejection_confirmed"
    noun: ClassVar[str] = "submission"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    task: str
    clause: str
    yen: int


@dataclass(frozen=True)
class RejectionWithdrawn(DiaryEvent):
    """The rejection does not stand."""

    kind: ClassVar[str] = "work.rejection_withdrawn"
    noun: ClassVar[str] = "submission"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    task: str


@dataclass(frozen=True)
class TaskSettled(DiaryEvent):
    """A leader decided which values stand where answers differ; `own` fields come from no answer."""

    kind: ClassVar[str] = "work.task_settled"
    noun: ClassVar[str] = "task"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    job: str
    clause: str
    fields: int
    own: int


@dataclass(frozen=True)
class SettlementTakenBack(DiaryEvent):
    """A leader took a settlement back soon after: nothing had left yet, and somebody decides anew."""

    kind: ClassVar[str] = "work.settlement_taken_back"
    noun: ClassVar[str] = "task"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    job: str
    minutes: int


@dataclass(frozen=True)
class QuestionAsked(DiaryEvent):
    """A worker asked a leader, about a task or (`task` is empty) about something else."""

    v: ClassVar[int] = 2
    kind: ClassVar[str] = "work.question_asked"
    noun: ClassVar[str] = "question"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    task: str
    worker: str


@dataclass(frozen=True)
class QuestionAnswered(DiaryEvent):
    """A leader answered; `task` as in the question."""

    v: ClassVar[int] = 2
    kind: ClassVar[str] = "work.question_answered"
    noun: ClassVar[str] = "question"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    task: str
    minutes: int


@dataclass(frozen=True)
class WorkerThanked(DiaryEvent):
    """Somebody said thank you for an answer."""

    kind: ClassVar[str] = "work.worker_thanked"
    noun: ClassVar[str] = "submission"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    task: str
