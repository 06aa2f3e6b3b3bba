"""Why somebody cannot be erased yet: a shift on the bus is planned with them, or a ride is promised to them."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from machikado.town.common.calendar import town_date, weekday_date
from machikado.town.people.models import Person
from machikado.town.people.traces import Need
from machikado.town.ride.hours import moment_of
from machikado.town.ride.models import Passenger, VehicleShift
from machikado.town.ride.queries.bookings import ahead_of


def needs(person: Person, now: datetime) -> list[Need]:
    """A shift that has not ended, a ride that is not over (yesterday may run on until 28:00); the last day of each."""
    found = []
    yesterday = town_date(now) - timedelta(days=1)
    planned = VehicleShift.objects.filter(driver=person, day__gte=yesterday, dropped_at=None)
    last = planned.order_by("-day", "-ends").first()
    if last is not None and moment_of(last.day, last.ends) > now:
        sentence = _("They are to drive the bus until %(day)s. Please plan another driver first.")
        found.append(Need(sentence % {"day": weekday_date(last.day)}, until=last.day))
    ride = ahead_of(person, now).last()
    if ride is not None:
        sentence = _("A bus is booked for them on %(day)s. Please cancel it first.")
        found.append(Need(sentence % {"day": weekday_date(ride.day)}, until=ride.day))
    return found


def served() -> QuerySet[Passenger, int]:
    """The ids of the people whom the bus still knows: no rule of another app forgets them before the bus does."""
    return Passenger.objects.values_list("person_id", flat=True)
