"""Questions about guests: what somebody booked as a guest; which SMS about the bus waits for a sender."""

from datetime import datetime

from django.db.models import Q, QuerySet

from machikado.town.people.models import Channel, Message, Person
from machikado.town.ride.models import Booking
from machikado.town.ride.queries.bookings import ahead_of

CODE = "people.guest_code"
MOST = 100


def rides_of_guest(person: Person, now: datetime) -> "QuerySet[Booking]":
    """The rides that were booked as a guest and are not over."""
    return ahead_of(person, now).filter(channel=Booking.Channel.GUEST)


def sms_waiting() -> "QuerySet[Message]":
    """What passengers and guests are told by SMS and has not gone out, the newest first."""
    kinds = Q(kind=CODE) | Q(kind__startswith="ride.")
    rows = Message.objects.filter(kinds, channel=Channel.SMS, state=Message.State.WAITING)
    return rows.select_related("person").order_by("-made_at", "-pk")[:MOST]
