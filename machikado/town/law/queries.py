"""What the law says on a day."""

from datetime import date
from functools import cache

from django.db.models import QuerySet

from machikado.town.law.models import Certainty, Parameter


class NoParameter(LookupError):
    """Nothing is known of this parameter on this day."""


@cache
def timeline(code: str) -> tuple[tuple[date, int], ...]:
    """The values of one parameter, each with the day from which it holds, oldest first.

    Kept in the process: the table changes with a migration only.
    """
    return tuple(Parameter.objects.filter(code=code).order_by("effective_from").values_list("effective_from", "value"))


def parameter(code: str, on: date) -> int:
    """The value that holds on this day (a town date). Raises NoParameter."""
    value = None
    for effective_from, following in timeline(code):
        if effective_from > on:
            break
        value = following
    if value is None:
        raise NoParameter(f"{code} on {on}")
    return value


def row_in_force(code: str, on: date) -> Parameter:
    """The row that holds on this day, with its source and how sure it is. Raises NoParameter."""
    row = Parameter.objects.filter(code=code, effective_from__lte=on).order_by("-effective_from").first()
    if row is None:
        raise NoParameter(f"{code} on {on}")
    return row


def forget() -> None:
    """Read the table anew at the next question."""
    timeline.cache_clear()


def to_be_checked() -> QuerySet[Parameter]:
    """The rows that staff must see as 要確認."""
    return Parameter.objects.exclude(certainty=Certainty.CERTAIN)
