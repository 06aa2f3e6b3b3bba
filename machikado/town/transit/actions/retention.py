"""What transit keeps for a time: the files of timetables that are used no longer, or never were."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from machikado.town.common.models import FileUse
from machikado.town.common.retention import Retention
from machikado.town.transit.models import FeedReading, Timetable


def _uses(before: datetime) -> "QuerySet[FileUse]":
    old = Q(used_until__lt=before) | Q(used_from=None, made_at__lt=before)
    of_timetables = Q(noun="timetable", noun_id__in=Timetable.objects.filter(old).values("pk"))
    return FileUse.objects.filter(of_timetables | Q(noun="feed", made_at__lt=before))


def _readings(before: datetime, now: datetime) -> int:
    """How feeds came in; the rows of timetables stay: they say what was used when."""
    removed, _by_model = FeedReading.objects.filter(made_at__lt=before).delete()
    return removed


RULES = [
    Retention(
        code="timetable",
        parameter="keep_timetable_days",
        what=_("Files of timetables of trains and other buses that are used no longer"),
        counted_from=_("the end of its use, or the day it came in if it was never used"),
        stays=_("Which version was used when, its counts and its hash."),
        remove=_readings,
        uses=_uses,
    ),
]
