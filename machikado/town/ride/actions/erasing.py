"""What the bus keeps of a person who is erased: shifts, with their code instead of their name."""

from django.utils.translation import gettext_lazy as _

from machikado.town.people.traces import Trace
from machikado.town.ride.models import VehicleShift

TRACES = [
    Trace(
        what=_("Shifts on the bus that were driven"),
        count=lambda person: VehicleShift.objects.filter(driver=person).count(),
        because=_("They say which vehicle ran when. The driver stands there as a code."),
    )
]
