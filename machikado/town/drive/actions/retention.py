"""What is kept of duty for a time: roll calls, with what a driver's breath and health were."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from machikado.town.common.retention import Retention
from machikado.town.drive.models import RollCall


def _remove_rolls(before: datetime, now: datetime) -> int:
    rows = RollCall.objects.filter(at__lt=before)
    count = rows.count()
    rows.delete()
    return count


RULES = [
    Retention(
        code="roll_call",
        parameter="keep_roll_call_years",
        what=_("Roll calls of drivers: alcohol on the breath, health, what was said"),
        counted_from=_("the day of the roll call"),
        stays=_("The diary row: that it was held, and whether it passed."),
        remove=_remove_rolls,
    ),
]
