"""What managers are told of a duty that must not begin."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from machikado.town.people.actions.messages import NewMessage, tell
from machikado.town.people.models import Role
from machikado.town.people.queries import staff_of_the_centre
from machikado.town.people.sentences import Words
from machikado.town.ride.hours import clock_of
from machikado.town.ride.models import VehicleShift

SENTENCES: dict[str, Words] = {
    "drive.roll_failed": Words(
        _("A roll call was not passed: %(vehicle)s"),
        _("The driver of %(vehicle)s (from %(begins)s) must not drive. Please plan another one."),
    ),
    "drive.check_failed": Words(
        _("A vehicle must not be driven: %(vehicle)s"),
        _("%(vehicle)s (from %(begins)s) has a fault that forbids driving. Please give the shift another vehicle."),
    ),
    "drive.faults": Words(
        _("A fault was found: %(vehicle)s"),
        _("%(vehicle)s (from %(begins)s) goes out with a fault that does not forbid driving. Please have it repaired."),
    ),
}


def tell_managers(kind: str, shift: VehicleShift, now: datetime) -> None:
    """Tell every transport manager something about a shift; no names, no values."""
    params = {"vehicle": shift.vehicle.name, "begins": clock_of(shift.begins)}
    url = f"{reverse('drive:day')}?day={shift.day.isoformat()}"
    for manager in staff_of_the_centre(Role.TRANSPORT):
        tell(manager, NewMessage(kind, params, url), now=now)
