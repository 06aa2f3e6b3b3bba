"""What stands on the page of one task under review: its source, the answers side by side, what can be decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from machikado.town.common import files
from machikado.town.people.viewer import Viewer
from machikado.town.work.differing import Pieces, pieces
from machikado.town.work.forms.reviews import CHOICE, OWN, OWN_VALUE, UNREADABLE
from machikado.town.work.forms.worker import AnswerQuestionForm
from machikado.town.work.kinds import Field, kind_of
from machikado.town.work.models import Assignment, Question, Submission, Task
from machikado.town.work.queries.reviews import AnswerColumn, comparison


@dataclass(frozen=True, slots=True)
class Value:
    """One value that somebody wrote for a field: by whom (letters, no names), and where it differs from the first."""

    key: str
    raw: Any
    letters: tuple[str, ...]
    pieces: Pieces
    chosen: bool = False

    @property
    def by(self) -> str:
        """Who wrote it, as letters."""
        return _("Answer %(letters)s") % {"letters": "・".join(self.letters)}


@dataclass(frozen=True, slots=True)
class Row:
    """One field with what was written for it."""

    field: Field
    values: Sequence[Value]
    own: str
    chosen: str
    error: str

    @property
    def differs(self) -> bool:
        """Whether the answers say different things."""
        return len(self.values) > 1

    @property
    def choice_name(self) -> str:
        """The name of the field's radios."""
        return CHOICE + self.field.name

    @property
    def own_name(self) -> str:
        """The name of the box for a value of one's own."""
        return OWN + self.field.name


@dataclass(frozen=True, slots=True)
class Answer:
    """One person's answer under a letter instead of a name, and what can be decided about it."""

    letter: str
    column: AnswerColumn

    @property
    def submission(self) -> Submission:
        """The answer as handed in."""
        return self.column.submission

    @property
    def state(self) -> str:
        """Where the answer is in its life, as people say it."""
        return str(self.submission.assignment.get_state_display())

    @property
    def can_decide(self) -> bool:
        """Whether a leader may decide about it now; passed ones may still be redone within their days."""
        return not self.column.is_own and self.column.waiting is None


class ReviewPage:
    """The facts of the page for one leader. `posted` is what was sent and refused, if anything."""

    def __init__(
        self, viewer: Viewer, task: Task, posted: QueryDict | None = None, faults: Mapping[str, str] | None = None
    ) -> None:
        self.viewer, self.task = viewer, task
        self.posted, self.faults = posted or QueryDict(), faults or {}
        self.kind, self.schema = kind_of(task.job), task.job.schema.body

    @cached_property
    def answers(self) -> list[Answer]:
        """The latest answer of each person, in a steady order; A, B, C instead of names."""
        columns = comparison(self.task, self.viewer).columns
        return [Answer(letter, column) for letter, column in zip(ascii_uppercase, columns, strict=False)]

    @property
    def is_own(self) -> bool:
        """Whether one of the answers is the viewer's: then somebody else decides."""
        return any(answer.column.is_own for answer in self.answers)

    @property
    def can_settle(self) -> bool:
        """Whether the task waits for a decision that this viewer may make."""
        return self.task.state in (Task.State.DISPUTED, Task.State.SUBMITTED) and not self.is_own

    @cached_property
    def fields(self) -> list[Field]:
        """The fields of the form."""
        return self.kind.fields(self.schema)

    @cached_property
    def raw_values(self) -> dict[str, list[Any]]:
        """The different values of each field, as written first; None for 読めない."""
        return {field.name: [value.raw for value in self._values(field)] for field in self.fields}

    @property
    def rows(self) -> list[Row]:
        """The fields, those that differ first."""
        rows = [self._row(field) for field in self.fields]
        return sorted(rows, key=lambda row: not row.differs)

    @property
    def different(self) -> int:
        """How many fields differ."""
        return sum(len(values) > 1 for values in self.raw_values.values())

    def _row(self, field: Field) -> Row:
        values = self._values(field)
        sent = self.posted.get(CHOICE + field.name, "")
        chosen = sent or ("0" if len(values) == 1 and values[0].raw is not None else "")
        chosen = chosen or (UNREADABLE if len(values) == 1 else "")
        return Row(field, values, self.posted.get(OWN + field.name, ""), chosen, self.faults.get(field.name, ""))

    def _values(self, field: Field) -> list[Value]:
        """The values of one field, equal ones together."""
        found: dict[str | None, tuple[Any, list[str]]] = {}
        for answer in self.answers:
            written = answer.submission
            missing = field.name in written.unreadable
            key = None if missing else self.kind.normalise(self.schema, written.answer).get(field.name, "")
            raw = None if missing else written.answer.get(field.name, "")
            found.setdefault(key, (raw, []))[1].append(answer.letter)
        texts = [self._text(field, raw) for raw, _letters in found.values()]
        return [
            Value(
                key=UNREADABLE if raw is None else str(place),
                raw=raw,
                letters=tuple(letters),
                pieces=pieces(texts[1 if place == 0 and len(texts) > 1 else 0], texts[place]),
            )
            for place, (raw, letters) in enumerate(found.values())
        ]

    def shown(self, submission: Submission) -> list[tuple[str, str]]:
        """One answer as people read it: label and value of each field."""
        return [
            (
                field.label,
                self._text(
                    field, None if field.name in submission.unreadable else submission.answer.get(field.name, "")
                ),
            )
            for field in self.fields
        ]

    def _text(self, field: Field, raw: Any) -> str:
        """A value as people read it."""
        if raw is None:
            return _("Cannot be read")
        if isinstance(raw, bool):
            return _("Yes") if raw else _("No")
        labels = {choice.value: choice.label for choice in field.choices}
        return labels.get(str(raw), str(raw)) or _("(left blank)")

    @property
    def context(self) -> dict[str, Any]:
        """Everything that the template names."""
        page = self.kind.page(self.task)
        image = page.get("image")
        return {
            "page": self,
            "task": self.task,
            "job": self.task.job,
            "procedure": self.task.job.procedure,
            "source": page.get("source"),
            "image_url": files.url_for(image, account_id=self.viewer.account_id) if image else "",
            "questions": Question.objects.filter(task=self.task).select_related("worker__person").order_by("asked_at"),
            "question_form": AnswerQuestionForm(),
            "posted": self.posted,
            "unreadable": UNREADABLE,
            "own_value": OWN_VALUE,
        }


def still_waits(task: Task) -> bool:
    """Whether anything about the task waits for a leader."""
    if task.state in (Task.State.DISPUTED, Task.State.SUBMITTED):
        return True
    return task.assignments.filter(state=Assignment.State.CHECKING).exists()
