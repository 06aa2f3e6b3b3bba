"""The form of a task: the boxes of its fields with what was typed, and what a page sends back."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.http import QueryDict
from django.utils.translation import gettext as _

from machikado.town.work.actions.assignments import Draft
from machikado.town.work.actions.submissions import NewAnswer
from machikado.town.work.kinds import Choice, Field, kind_of
from machikado.town.work.models import Assignment

# Names of schemas are foreign: a prefix keeps them apart from the page's own fields.
VALUE, UNREADABLE = "f-", "u-"
MOST_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Box:
    """One field as it stands on the page."""

    field: Field
    number: int
    value: str = ""
    unreadable: bool = False
    error: str = ""

    @property
    def id(self) -> str:
        """The id of the box, by place: names of schemas may hold anything."""
        return f"f{self.number}"

    @property
    def name(self) -> str:
        """The name under which the value is sent."""
        return VALUE + self.field.name

    @property
    def unreadable_name(self) -> str:
        """The name under which 読めない is sent."""
        return UNREADABLE + self.field.name

    @property
    def choices(self) -> Sequence[Choice]:
        """What can be chosen; yes and no for a boolean."""
        if self.field.kind == "yes_no":
            return Choice("true", _("Yes")), Choice("false", _("No"))
        return self.field.choices

    @property
    def tag(self) -> str:
        """The element that holds the field: several radios belong together."""
        return "fieldset" if self.choices else "div"

    @property
    def first_id(self) -> str:
        """Where a link to the field leads."""
        return f"{self.id}_0" if self.choices else self.id

    @property
    def described_by(self) -> str:
        """The ids of what is said about the field: its unit, its hint, what is wrong."""
        said = {"unit": self.field.unit and not self.choices and not self.field.is_long, "hint": self.field.hint}
        return " ".join([f"{self.id}_{what}" for what, is_there in said.items() if is_there] + [f"{self.id}_error"])

    @property
    def reads_yen(self) -> bool:
        """Whether the sum is read back in words while it is typed."""
        return self.field.kind == "integer" and self.field.unit in {"円", "yen"}


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """The whole form. `sent_key` is made with the page, so that sending twice is one submission."""

    boxes: tuple[Box, ...]
    seconds: int = 0
    sent_key: UUID = field(default_factory=uuid4)

    @property
    def wrong(self) -> list[Box]:
        """The boxes that cannot be handed in like this."""
        return [box for box in self.boxes if box.error]


def fields_of(assignment: Assignment) -> list[Field]:
    """The fields of the task's form; `task.job.schema` is loaded."""
    job = assignment.task.job
    return kind_of(job).fields(job.schema.body)


def form_with(fields: Sequence[Field], draft: Draft, faults: Mapping[str, str]) -> AnswerForm:
    """The form filled with what was typed so far, and the sentences to its fields."""
    boxes = tuple(
        Box(
            field=each,
            number=number,
            value=_shown(draft.answer.get(each.name)),
            unreadable=each.name in draft.unreadable,
            error=faults.get(each.name, ""),
        )
        for number, each in enumerate(fields, start=1)
    )
    return AnswerForm(boxes, draft.seconds)


def draft_of(assignment: Assignment) -> Draft:
    """What was typed before: the draft, or for a redo what was handed in last."""
    body = assignment.draft
    if not body and (last := assignment.submissions.order_by("-attempt").first()) is not None:
        return Draft(dict(last.answer), list(last.unreadable))
    return Draft(body.get("answer", {}), body.get("unreadable", []), assignment.draft_seconds)


def posted_draft(fields: Sequence[Field], posted: QueryDict) -> Draft:
    """What a page sends while somebody types: texts as they were typed."""
    typed = {each.name: posted.get(VALUE + each.name, "").replace("\0", "") for each in fields}  # no NUL in PostgreSQL
    return Draft(
        answer={name: text for name, text in typed.items() if text},
        unreadable=[each.name for each in fields if UNREADABLE + each.name in posted],
        seconds=_seconds(posted.get("seconds", "")),
    )


def posted_answer(draft: Draft, posted: QueryDict) -> NewAnswer:
    """What a page hands in. A missing or broken key is replaced: then only this one request is one submission."""
    key = uuid4()
    with suppress(ValueError):
        key = UUID(posted.get("sent_key", ""))
    return NewAnswer(sent_key=key, answer=draft.answer, unreadable=draft.unreadable, seconds=draft.seconds)


def _seconds(typed: str) -> int:
    """Seconds as the page counted them; nonsense is none."""
    return min(int(typed), MOST_SECONDS) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


def _shown(value: Any) -> str:
    """A value as it stands in a box."""
    if value is None:
        return ""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
