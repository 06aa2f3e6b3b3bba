"""Why somebody cannot be erased yet: a shift on the bus is planned with them."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from machikado.town.common.calendar import town_date, weekday_date
from machikado.town.people.models import Person
from machikado.town.people.traces import Need
from machikado.town.ride.hours import moment_of
from machikado.town.ride.models import VehicleShift


def needs(person: Person, now: datetime) -> list[Need]:
    """A shift that has not ended, the last one as the day. One of yesterday may run on until 28:00."""
    yesterday = town_date(now) - timedelta(days=1)
    planned = VehicleShift.objects.filter(driver=person, day__gte=yesterday, dropped_at=None)
    last = planned.order_by("-day", "-ends").first()
    if last is None or moment_of(last.day, last.ends) <= now:
        return []
    sentence = _("They are to drive the bus until %(day)s. Please plan another driver first.")
    return [Need(sentence % {"day": weekday_date(last.day)}, until=last.day)]
