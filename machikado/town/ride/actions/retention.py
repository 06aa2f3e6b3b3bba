"""What the bus keeps for a time: who drove when, who rode from where to where, wishes from which no ride came."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from machikado.town.common.calendar import town_date
from machikado.town.common.retention import Retention
from machikado.town.people.actions import persons
from machikado.town.people.models import Person
from machikado.town.people.traces import ERASED
from machikado.town.ride.models import Booking, DayPlan, VehicleShift

_WISHES = (Booking.State.OFFERED, Booking.State.REFUSED)  # nothing was promised


def forget(rows: "QuerySet[Booking]") -> int:
    """Take out of promises who rode and where their doors are; stops, times, fares and codes stay. Returns how many."""
    return rows.exclude(state__in=_WISHES).update(
        rider=None,
        booked_by=None,
        from_name=ERASED,
        to_name=ERASED,
        from_lat=0.0,
        from_lon=0.0,
        to_lat=0.0,
        to_lon=0.0,
    )


def _remove_rides(before: datetime, now: datetime) -> int:
    return forget(Booking.objects.filter(day__lt=town_date(before)).exclude(from_name=ERASED))


def _remove_wishes(before: datetime, now: datetime) -> int:
    """Delete what was only looked at or refused, with its offers; the diary row with the reason stays."""
    old = Booking.objects.filter(day__lt=town_date(before), state__in=_WISHES)
    count = old.count()
    old.delete()
    return count


def _remove_shifts(before: datetime, now: datetime) -> int:
    """Delete old shifts with their breaks, and the plans that stand on them; what the diary says of them stays."""
    old = VehicleShift.objects.filter(day__lt=town_date(before))
    count = old.count()
    DayPlan.objects.filter(day__lt=town_date(before)).delete()
    old.delete()
    return count


def _pseudonymise_passengers(before: datetime, now: datetime) -> int:
    """Erase passengers who never held a role, have not ridden since and changed nothing about themselves."""
    people = Person.objects.filter(pseudonymised_at=None, memberships=None)
    known = people.filter(passenger__changed_at__lt=before) | people.filter(passenger=None, bookings__isnull=False)
    gone = known.exclude(bookings__day__gte=town_date(before)).distinct().order_by("pk")
    return persons.pseudonymise_unneeded(gone, now)


RULES = [
    Retention(
        code="shift",
        parameter="keep_shift_years",
        what=_("Shifts on the bus: who drove which vehicle when"),
        counted_from=_("the day of the shift"),
        stays=_("The diary rows with the codes of driver and vehicle."),
        remove=_remove_shifts,
    ),
    Retention(
        code="passenger",
        parameter="keep_ride_days",
        what=_("Name, telephone number, home and needs of passengers who hold no role"),
        counted_from=_("the last ride or wish, or the last change of what is known of them"),
        stays=_("Their rides, under a code."),
        remove=_pseudonymise_passengers,
    ),
    Retention(
        code="ride",
        parameter="keep_ride_days",
        what=_("Who rode on the bus, from which door to which"),
        counted_from=_("the day of the ride"),
        stays=_("Stops, times, fares and the plan of the day, under a code."),
        remove=_remove_rides,
    ),
    Retention(
        code="wish",
        parameter="keep_wish_days",
        what=_("Wishes for a ride from which none came"),
        counted_from=_("the day that was wished for"),
        stays=_("The diary row: that somebody asked, and the reason why there was no bus."),
        remove=_remove_wishes,
    ),
]
