"""What the page of an erasure shows: reasons to wait, what goes, what stays."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from machikado.town.people.models import Person
from machikado.town.people.traces import Need, needs, traces

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise  # only the type stubs know this name


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of trace: what, how many, and, where it stays, why."""

    what: "StrPromise"
    count: int
    because: "StrPromise | str"


@dataclass(frozen=True, slots=True)
class ErasurePage:
    """Everything on the page; `goes` and `stays` leave out what this person has none of."""

    person: Person
    needs: list[Need]
    goes: list[Line]
    stays: list[Line]


def erasure_page(person: Person, now: datetime) -> ErasurePage:
    """Count what this person left."""
    erased = person.pseudonymised_at is not None
    lines = [(trace, Line(trace.what, trace.count(person), trace.because)) for trace in traces()]
    return ErasurePage(
        person=person,
        needs=[] if erased else needs(person, now),
        goes=[line for trace, line in lines if trace.erase is not None and line.count and not erased],
        stays=[line for trace, line in lines if trace.erase is None and line.count],
    )
