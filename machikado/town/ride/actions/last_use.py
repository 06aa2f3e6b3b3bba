"""Notes the last day for which the bus knows somebody: from it on a passenger is kept so long, and no longer."""

from datetime import date, datetime

from machikado.town.people.models import Person
from machikado.town.ride.models import Passenger


def use(person: Person, day: date, now: datetime) -> Passenger:
    """Note that somebody asked, rode or said something for a day, in the caller's transaction."""
    passenger, _is_new = Passenger.objects.get_or_create(person=person, defaults={"changed_at": now, "used_on": day})
    if passenger.used_on < day:
        passenger.used_on = day
        passenger.save(update_fields=["used_on"])
    return passenger
