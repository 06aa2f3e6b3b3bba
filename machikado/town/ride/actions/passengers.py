"""What happens to a passenger: home, longest way on foot and needs are said once, and changed at any time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from machikado.town.common.actors import Actor
from machikado.town.common.calendar import town_date
from machikado.town.common.diary import record
from machikado.town.people.models import Person
from machikado.town.people.permissions import require
from machikado.town.ride.actions import last_use
from machikado.town.ride.actions.asking import Whereabouts
from machikado.town.ride.events.bookings import PassengerChanged
from machikado.town.ride.fare import Rider
from machikado.town.ride.ground import checked
from machikado.town.ride.models import Passenger
from machikado.town.ride.party import check_walk


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
    """Remember what somebody needs, so that they need not say it every time. Raises CannotRide, CannotPlace."""
    require(by, may="ride.know_passenger", on=person)
    check_walk(facts.walk_minutes)
    if facts.home is not None:
        checked(facts.home.spot.lat, facts.home.spot.lon)
    columns = _columns(facts)
    with transaction.atomic():
        before = Passenger.objects.select_for_update().filter(person=person).first()
        told = _differing(before, columns)
        passenger = last_use.use(person, town_date(now), now)
        for name, value in {**columns, "changed_at": now}.items():
            setattr(passenger, name, value)
        passenger.save()
        record(PassengerChanged(code=person.code, fields=told), by=by, now=now)
    return passenger


def _columns(facts: PassengerFacts) -> dict[str, Any]:
    home = facts.home
    return {
        "home_name": home.name[:120] if home else "",
        "home_lat": home.spot.lat if home else None,
        "home_lon": home.spot.lon if home else None,
        "walk_minutes": facts.walk_minutes,
        "fare_kind": Rider(facts.fare_kind),
        "slow": facts.slow,
        "wheelchair": facts.wheelchair,
        "pram": facts.pram,
    }


def _differing(before: Passenger | None, columns: Mapping[str, Any]) -> list[str]:
    """The fields that are new, whatever stands in them; the first time all of them."""
    names = [name for name, value in columns.items() if before is None or getattr(before, name) != value]
    return list(dict.fromkeys("home" if name.startswith("home_") else name for name in names))
