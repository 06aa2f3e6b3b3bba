"""Makes consents: a passenger agrees, at the desk or by digits, that somebody books for them."""

from datetime import date, datetime
from typing import Any

from machikado.town.common.actors import SYSTEM
from machikado.town.common.calendar import town_date
from machikado.town.people.actions import accounts
from machikado.town.people.models import Person
from machikado.town.ride.actions import consents
from machikado.town.ride.actions.consents import NewConsent, Taken
from machikado.town.ride.models import BookingConsent
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import a_rider, actor_of


def a_proxy(name: str = "塩原") -> Person:
    """Somebody who signs in and holds no role."""
    person = a_rider(name)
    accounts.open_account(person=person, email=f"p{person.pk}@example.jp", password=None, by=SYSTEM, now=NOON)
    return person


def a_consent(
    rider: Person, proxy: Person, relation: str = "family", ends_on: date | None = None, now: datetime = NOON
) -> BookingConsent:
    """Taken by the desk, on paper."""
    new, taken = NewConsent(relation, ends_on=ends_on), Taken(proxy, "paper", town_date(now))
    return consents.take(rider=rider, new=new, taken=taken, by=SYSTEM, now=now)


def invited(rider: Person, relation: str = "family", **changes: Any) -> str:
    """The digits that a passenger is shown."""
    usual = {"rider": rider, "new": NewConsent(relation), "by": actor_of(rider), "now": NOON, "real": NOON}
    return consents.invite(**{**usual, **changes}).digits


def typed(digits: str, proxy: Person, now: datetime = NOON) -> BookingConsent:
    """Somebody types them in."""
    return consents.accept(typed=digits, proxy=proxy, by=actor_of(proxy), now=now, real=now)
