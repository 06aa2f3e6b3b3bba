"""What happens to a passenger: home, longest way on foot and needs are said once, and changed at any time."""

from dataclasses import dataclass, fields
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.models import Person
from machikado.town.people.permissions import require
from machikado.town.ride.actions.asking import Whereabouts
from machikado.town.ride.events.bookings import PassengerChanged
from machikado.town.ride.fare import Rider
from machikado.town.ride.ground import checked
from machikado.town.ride.models import Passenger


class CannotKnow(Cannot):
    """Something about a passenger that cannot be."""

    sentences = {"walk": _("The way on foot may take an hour at most.")}


@dataclass(frozen=True, slots=True)
class PassengerFacts:
    """What the bus is to know."""

    home: Whereabouts | None = None
    walk_minutes: int = 10
    fare_kind: str = Rider.ADULT
    slow: bool = False
    wheelchair: bool = False
    pram: bool = False


def know(*, person: Person, facts: PassengerFacts, by: Actor, now: datetime) -> Passenger:
    """Remember what somebody needs, so that they need not say it every time. Raises CannotKnow, CannotPlace."""
    require(by, may="ride.book", on=person)
    if not 0 <= facts.walk_minutes <= 60:
        raise CannotKnow("walk")
    home = facts.home
    if home is not None:
        checked(home.spot.lat, home.spot.lon)
    with transaction.atomic():
        passenger, _is_new = Passenger.objects.update_or_create(
            person=person,
            defaults={
                "home_name": home.name[:120] if home else "",
                "home_lat": home.spot.lat if home else None,
                "home_lon": home.spot.lon if home else None,
                "walk_minutes": facts.walk_minutes,
                "fare_kind": Rider(facts.fare_kind),
                "slow": facts.slow,
                "wheelchair": facts.wheelchair,
                "pram": facts.pram,
                "changed_at": now,
            },
        )
        told = [field.name for field in fields(facts) if getattr(facts, field.name)]
        record(PassengerChanged(code=person.code, fields=told), by=by, now=now)
    return passenger
