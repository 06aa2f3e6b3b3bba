"""What the bus keeps of a person who is erased: shifts and rides, with a code instead of a name."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from machikado.town.people.models import Person
from machikado.town.people.traces import Trace
from machikado.town.ride.actions import consent_diary, retention, ride_diary, series, tickets_kept
from machikado.town.ride.models import (
    Booking,
    BookingConsent,
    BookingSeries,
    CallEntry,
    CallList,
    CallTry,
    ConsentInvitation,
    Passenger,
    TrackPoint,
    VehiclePosition,
    VehicleShift,
    Waiting,
)


def _forget_rides(person: Person) -> None:
    """Wishes go; of promises it goes who rode and from which door to which."""
    ride_diary.forget(Booking.objects.filter(rider=person).values_list("code", flat=True))
    Booking.objects.filter(rider=person, booked_at=None).delete()
    retention.forget(Booking.objects.filter(rider=person))
    Booking.objects.filter(booked_by=person).update(booked_by=None)
    Booking.objects.filter(cancelled_by=person).update(cancelled_by=None)


def _forget_track(person: Person) -> None:
    TrackPoint.objects.filter(shift__driver=person).delete()
    VehiclePosition.objects.filter(shift__driver=person).delete()


def _forget_calls(person: Person) -> None:
    """What they said to others in a suspension stays as it was said, without who it was."""
    CallTry.objects.filter(by=person).update(by=None)
    CallList.objects.filter(made_by=person).update(made_by=None)
    CallEntry.objects.filter(claimed_by=person).update(claimed_by=None, claimed_until=None)


def _consents(person: Person) -> "QuerySet[BookingConsent]":
    """What they agreed to, and what others agreed with them."""
    return BookingConsent.objects.filter(Q(rider=person) | Q(proxy=person))


def _forget_consents(person: Person) -> None:
    """Consents go, with who it was in the diary; those that they took at the desk stay, without who took them."""
    rows, invited = _consents(person), ConsentInvitation.objects.filter(Q(rider=person) | Q(consent__proxy=person))
    consent_diary.forget([*rows.values_list("code", flat=True), *invited.values_list("code", flat=True)])
    invited.delete()
    rows.delete()
    BookingConsent.objects.filter(taken_by=person).update(taken_by=None)


TRACES = [
    *tickets_kept.TRACES,
    Trace(
        what=_("Who may book the bus for them, and for whom they may"),
        count=lambda person: _consents(person).count(),
        erase=_forget_consents,
    ),
    Trace(
        what=_("Calls to them because the bus was suspended"),
        count=lambda person: CallEntry.objects.filter(person=person).count(),
        erase=lambda person: CallEntry.objects.filter(person=person).delete(),
    ),
    Trace(
        what=_("Calls that they made for the bus"),
        count=lambda person: CallTry.objects.filter(by=person).count(),
        erase=_forget_calls,
    ),
    Trace(
        what=_("Shifts on the bus that were driven"),
        count=lambda person: VehicleShift.objects.filter(driver=person).count(),
        because=_("They say which vehicle ran when. The driver stands there as a code."),
    ),
    Trace(
        what=_("Where the bus was on shifts that they drove"),
        count=lambda person: TrackPoint.objects.filter(shift__driver=person).count(),
        erase=_forget_track,
    ),
    Trace(
        what=_("Rides on the bus that they want every week"),
        count=lambda person: BookingSeries.objects.filter(rider=person).count(),
        erase=series.forget,
    ),
    Trace(
        what=_("Places in the waiting list of the bus"),
        count=lambda person: Waiting.objects.filter(booking__rider=person).count(),
        erase=lambda person: Waiting.objects.filter(booking__rider=person).delete(),
    ),
    Trace(
        what=_("Rides on the bus and wishes for them: who rode, from which door to which"),
        count=lambda person: Booking.objects.filter(rider=person).count(),
        erase=_forget_rides,
    ),
    Trace(
        what=_("Home, walking distance and needs as a passenger"),
        count=lambda person: Passenger.objects.filter(person=person).count(),
        erase=lambda person: Passenger.objects.filter(person=person).delete(),
    ),
]
