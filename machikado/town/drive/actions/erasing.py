"""What duty keeps of a person who is erased: roll calls and reports, with a code instead of a name."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from machikado.town.drive.models import DayReport, RollCall
from machikado.town.people.traces import Trace

TRACES = [
    Trace(
        what=_("Roll calls before and after driving"),
        count=lambda person: RollCall.objects.filter(Q(shift__driver=person) | Q(called_by=person)).count(),
        because=_("The law wants them for a year. Driver and caller stand there as codes."),
    ),
    Trace(
        what=_("Daily reports of the bus"),
        count=lambda person: DayReport.objects.filter(shift__driver=person).count(),
        because=_("They go with the shift, after three years. The driver stands there as a code."),
    ),
]
