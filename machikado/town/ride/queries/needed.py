"""Why somebody cannot be erased yet: a shift on the bus is planned with them."""

from datetime import datetime

from django.utils.translation import gettext as _

from machikado.town.common.calendar import town_date, weekday_date
from machikado.town.people.models import Person
from machikado.town.people.traces import Need
from machikado.town.ride.models import VehicleShift


def needs(person: Person, now: datetime) -> list[Need]:
    """A shift of today or later, the last one as the day."""
    last = VehicleShift.objects.filter(driver=person, day__gte=town_date(now), dropped_at=None).order_by("-day").first()
    if last is None:
        return []
    sentence = _("They are to drive the bus until %(day)s. Please plan another driver first.")
    return [Need(sentence % {"day": weekday_date(last.day)}, until=last.day)]
