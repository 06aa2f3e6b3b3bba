"""What a leader sends: which values stand, which answer is accepted, redone or rejected, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from machikado.town.work.actions.reviews import Objection
from machikado.town.work.actions.settlements import NewSettlement
from machikado.town.work.forms.decision import plain
from machikado.town.work.kinds import Field

CHOICE, OWN = "v-", "o-"
UNREADABLE, OWN_VALUE = "unreadable", "own"


@dataclass(frozen=True, slots=True)
class Settling:
    """A settlement as it was sent, and the fields for which nothing was chosen."""

    settlement: NewSettlement
    faults: Mapping[str, str]


def posted_settlement(fields: Sequence[Field], values: Mapping[str, Sequence[Any]], posted: QueryDict) -> Settling:
    """Read the choice of every field: the number of a written value, 読めない, or a value of one's own."""
    result: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for field in fields:
        chosen = posted.get(CHOICE + field.name, "")
        if chosen == UNREADABLE:
            result[field.name] = None
        elif chosen == OWN_VALUE:
            result[field.name] = posted.get(OWN + field.name, "")
        elif chosen.isascii() and chosen.isdigit() and int(chosen) < len(values[field.name]):
            result[field.name] = values[field.name][int(chosen)]
        else:
            faults[field.name] = _("Please choose which value stands for “%(label)s”.") % {"label": field.label}
    written = {name: value for name, value in result.items() if value != ""}
    return Settling(NewSettlement(written, plain(posted.get("clause", "")), plain(posted.get("reason", ""))), faults)


def posted_objection(posted: QueryDict) -> Objection:
    """The clause and the reason for sending an answer back."""
    return Objection(plain(posted.get("clause", "")), plain(posted.get("reason", "")))
