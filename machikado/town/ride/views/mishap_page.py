"""What the day's page shows of what went wrong, and of vehicles that a ride can be given to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from machikado.town.people.models import Message
from machikado.town.people.sentences import sentence
from machikado.town.ride.models import ServiceArea, VehicleShift
from machikado.town.ride.queries.mishaps import lags_behind, left_out, to_call
from machikado.town.ride.queries.shifts import shifts_between

REASONS = {
    "broken": _("It broke down."),
    "no_seats": _("Nothing says how many people fit in. Please enter its seats."),
    "no_road": _("No road leads from where it starts, or to where it ends. Please check its depot."),
    "no_time": _("The shift is too short for its way home, or there is no time for a break."),
}


@dataclass(frozen=True, slots=True)
class ToCall:
    """Somebody who is told by telephone, and what."""

    message: Message
    words: str


@dataclass(frozen=True, slots=True)
class Care:
    """What a manager has to look after on a day."""

    out: Mapping[VehicleShift, str]
    calls: Sequence[ToCall]
    lags: bool
    shifts: Sequence[VehicleShift]


def care_of(area: ServiceArea, day: date) -> Care:
    """Ask for everything that the page shows of it."""
    out = {shift: str(REASONS[code]) for shift, code in left_out(area, day).items()}
    calls = [ToCall(row, sentence(row.kind, row.params)) for row in to_call(area, day)]
    return Care(out, calls, lags_behind(area, day), list(shifts_between(area, day, 1)))
