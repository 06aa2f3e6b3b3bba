"""What the bus keeps for a time: who drove when."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from machikado.town.common.calendar import town_date
from machikado.town.common.retention import Retention
from machikado.town.ride.models import VehicleShift


def _remove_shifts(before: datetime, now: datetime) -> int:
    """Delete old shifts with their breaks; what the diary says of them stays, with codes."""
    old = VehicleShift.objects.filter(day__lt=town_date(before))
    count = old.count()
    old.delete()
    return count


RULES = [
    Retention(
        code="shift",
        parameter="keep_shift_years",
        what=_("Shifts on the bus: who drove which vehicle when"),
        counted_from=_("the day of the shift"),
        stays=_("The diary rows with the codes of driver and vehicle."),
        remove=_remove_shifts,
    )
]
