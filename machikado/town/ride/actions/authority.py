"""Who may book for whom: every action on a ride asks it before it computes, and again where it writes.

Themselves, the desk, and a proxy to whom the passenger agreed. Where it is asked again, the consent is held until the
transaction ends: of a booking and the end of the consent at one moment, the one comes after the other.
"""

from dataclasses import dataclass
from datetime import datetime

from machikado.town.common.actors import Actor, ActorKind
from machikado.town.people.models import Person
from machikado.town.people.permissions import require
from machikado.town.ride.models import BookingConsent
from machikado.town.ride.queries.bookings import DESK
from machikado.town.ride.queries.consents import in_force


@dataclass(frozen=True, slots=True)
class Ridden:
    """The rides of a person (id), with the ids of those who may act for them just now."""

    person_id: int | None
    proxy_ids: frozenset[int] = frozenset()


def may_book(by: Actor, rider: Person | None, now: datetime) -> BookingConsent | None:
    """Return the consent by which `by` books for `rider`; None for the passenger, the desk, the system.

    Raises CannotDo for everybody else.
    """
    return _checked(by, rider, _between(by, rider, now))


def still_may_book(by: Actor, rider: Person | None, now: datetime) -> BookingConsent | None:
    """The same in the caller's transaction, in which the consent cannot end any more. Raises CannotDo."""
    consent = _between(by, rider, now)
    if consent is not None:
        BookingConsent.objects.select_for_update().filter(pk=consent.pk).first()
        consent = _between(by, rider, now)  # it may have ended while this one waited
    return _checked(by, rider, consent)


def _between(by: Actor, rider: Person | None, now: datetime) -> BookingConsent | None:
    if rider is None or by.kind is not ActorKind.PERSON or by.person_id == rider.pk or by.has(*DESK):
        return None
    return in_force(now).filter(rider=rider, proxy_id=by.person_id).first()


def _checked(by: Actor, rider: Person | None, consent: BookingConsent | None) -> BookingConsent | None:
    proxies = frozenset({consent.proxy_id}) if consent else frozenset()
    require(by, may="ride.book", on=Ridden(rider.pk if rider else None, proxies))
    return consent
