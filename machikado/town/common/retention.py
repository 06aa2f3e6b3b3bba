"""A rule of retention, as an object: what is kept, counted from when, by which law, and how it goes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from machikado.town.common import diary
from machikado.town.common.models import Detail, Event, FileUse

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise  # only the type stubs know this name


@dataclass(frozen=True, slots=True)
class Retention:
    """One kind of thing that is not kept for ever.

    `parameter` is the dated number of the law's table; its ending says the unit: `_days`, `_years`, `_accounts_years`.
    `remove(before, now)` takes out what is older than `before`, in the caller's transaction, and returns how many.
    `uses(before)` are the uses of stored files that end with it.
    """

    code: str
    parameter: str
    what: "StrPromise"
    counted_from: "StrPromise"
    stays: "StrPromise"
    remove: Callable[[datetime, datetime], int]
    uses: Callable[[datetime], QuerySet[FileUse]] | None = None


def _remove_details(before: datetime, now: datetime) -> int:
    """Erase names and free text of old diary rows; the rows and the chain stay."""
    old = Event.objects.filter(at__lt=before).exclude(detail_digest="")
    held = Detail.objects.filter(event_id__in=old.values("pk"))
    return diary.erase_detail(held.values_list("event_id", flat=True))


RULES = [
    Retention(
        code="detail",
        parameter="keep_papers_accounts_years",
        what=_("Names and free text in the diary"),
        counted_from=_("the day on which it happened"),
        stays=_("The diary row with codes and numbers, and the digest of what was erased: the chain stays sound."),
        remove=_remove_details,
    )
]
