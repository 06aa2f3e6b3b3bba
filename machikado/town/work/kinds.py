"""The kinds of task that work knows: one visible table in the settings, read here and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from machikado.town.work.models import Job, Task


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be chosen: `value` as a form sends it, `label` as people read it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Snippet:
    """The part of the image that a field is copied from, in per-mille of the image's width and height."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a task's form, as a page draws it and a table names it."""

    name: str
    label: str
    kind: str
    required: bool
    hint: str = ""
    unit: str = ""
    pattern: str = ""
    min_length: int | None = None
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Choice, ...] = ()
    kana: bool = False
    normalise: str = ""
    snippet: Snippet | None = None

    @property
    def is_long(self) -> bool:
        """Whether the answer may be a paragraph."""
        return self.kind == "text" and (self.max_length or 0) > 120

    @property
    def inputmode(self) -> str:
        """The keyboard that a phone should show."""
        if self.kind == "integer" or self.normalise == "digits":
            return "numeric"
        return "decimal" if self.kind == "number" else "text"


class TaskKind(Protocol):
    """What every kind of task can do. `schema` is the body of the job's FormSchema."""

    template: str

    def page(self, task: Task) -> Mapping[str, Any]:
        """Return the context of the kind's template for one task."""

    def fields(self, schema: Mapping[str, Any]) -> list[Field]:
        """Return the fields in the order in which they are answered."""

    def read(self, schema: Mapping[str, Any], posted: Mapping[str, Any]) -> dict[str, Any]:
        """Turn what a page sent (texts) into an answer (typed values); blank and foreign fields fall away."""

    def check(self, schema: Mapping[str, Any], answer: Mapping[str, Any], unreadable: list[str]) -> dict[str, str]:
        """Return a sentence for each field that cannot be handed in like this; {} is sound."""

    def normalise(self, schema: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, str]:
        """Return the form in which two answers that mean the same are equal, per answered field."""

    def columns(self, schema: Mapping[str, Any]) -> list[str]:
        """Return the names of the result's columns in a delivered table."""

    def export(self, schema: Mapping[str, Any], task: Task) -> list[str]:
        """Return a task's result, one text per column; an empty text where it could not be read."""


def kind_of(job: Job) -> TaskKind:
    """Return the kind of a job's tasks. Raises KeyError where the settings do not know it."""
    return _kind(settings.TASK_KINDS[job.kind])


@cache
def _kind(dotted: str) -> TaskKind:
    """Make a kind once per process; kinds keep nothing."""
    kind: TaskKind = import_string(dotted)()
    return kind
