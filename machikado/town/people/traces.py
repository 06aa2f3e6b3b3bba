"""What a person leaves in the town and what becomes of it when they are erased; and why it may be too early."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

from machikado.town.people.models import Person

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise  # only the type stubs know this name

ERASED = "—"  # stands where a name or a text was


@dataclass(frozen=True, slots=True)
class Trace:
    """One kind of thing that a person leaves. It goes by `erase`, or stays `because`: one of the two."""

    what: "StrPromise"
    count: Callable[[Person], int]
    erase: Callable[[Person], object] | None = None
    because: "StrPromise | str" = ""


@dataclass(frozen=True, slots=True)
class Need:
    """One reason why a person cannot be erased yet: a sentence for staff, its law, the last day (None: unknown)."""

    sentence: str
    law: str = ""
    until: date | None = None


def served() -> set[int]:
    """The ids of the people whom an app still serves (settings.SERVED_BY): no rule of retention forgets them before."""
    asked: list[Callable[[], Iterable[int]]] = [import_string(each) for each in settings.SERVED_BY]
    return {person for ids in asked for person in ids()}


def traces() -> Iterator[Trace]:
    """Every kind of trace of every app (settings.TRACES)."""
    for dotted in settings.TRACES:
        yield from import_string(dotted)


def needs(person: Person, now: datetime) -> list[Need]:
    """Why this person cannot be erased now, from every app (settings.NEEDED_BY); [] if nothing needs them."""
    objections: list[Callable[[Person, datetime], list[Need]]] = [import_string(each) for each in settings.NEEDED_BY]
    return [need for objects in objections for need in objects(person, now)]
