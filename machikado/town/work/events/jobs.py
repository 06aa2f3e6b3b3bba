"""What the diary says about jobs and about the procedures and form schemas that they point to."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class ProcedureAdded(DiaryEvent):
    """A new immutable version of a procedure."""

    kind: ClassVar[str] = "work.procedure_added"
    noun: ClassVar[str] = "procedure"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    version: int
    clauses: int


@dataclass(frozen=True)
class SchemaAdded(DiaryEvent):
    """A new immutable version of a form schema."""

    kind: ClassVar[str] = "work.schema_added"
    noun: ClassVar[str] = "schema"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    version: int
    digest: str
    fields: int


@dataclass(frozen=True)
class JobAdded(DiaryEvent):
    """A job with its price; the price never changes once the job is open."""

    kind: ClassVar[str] = "work.job_added"
    noun: ClassVar[str] = "job"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    order: str
    price_yen: int
    price_items: int
    expected_seconds: int
    redundancy: int


@dataclass(frozen=True)
class JobStepped(DiaryEvent):
    """A job was opened, paused or closed."""

    kind: ClassVar[str] = "work.job_stepped"
    noun: ClassVar[str] = "job"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    before: str
    after: str
