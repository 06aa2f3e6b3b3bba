"""What the bus keeps for a time: who drove when, who rode from where to where, wishes from which no ride came."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from machikado.town.common.calendar import town_date
from machikado.town.common.models import FileUse
from machikado.town.common.retention import Retention
from machikado.town.people.actions import persons
from machikado.town.people.models import Guest, Message
from machikado.town.people.traces import ERASED
from machikado.town.ride.actions import consent_diary, ride_diary, series, tickets_kept
from machikado.town.ride.models import (
    Booking,
    BookingConsent,
    CallList,
    ConsentInvitation,
    DayPlan,
    FixRemark,
    Passenger,
    TrackPoint,
    TravelTable,
    VehiclePosition,
    VehicleShift,
    Waiting,
    WayLine,
)

_WISHES = (Booking.State.OFFERED, Booking.State.REFUSED)  # nothing was promised


def forget(rows: "QuerySet[Booking]") -> int:
    """Take out of promises who rode and where their doors are; stops, times, fares and codes stay. Returns how many."""
    promised = rows.exclude(state__in=_WISHES)
    ride_diary.forget(promised.values_list("code", flat=True))
    tickets_kept.forget_rides(promised)
    return promised.update(
        rider=None,
        booked_by=None,
        consent=None,
        cancelled_by=None,
        beyond="",
        from_name=ERASED,
        from_code="",
        to_name=ERASED,
        to_code="",
        from_lat=0.0,
        from_lon=0.0,
        to_lat=0.0,
        to_lon=0.0,
    )


def _remove_rides(before: datetime, now: datetime) -> int:
    return forget(Booking.objects.filter(day__lt=town_date(before)).exclude(from_name=ERASED))


def _remove_wishes(before: datetime, now: datetime) -> int:
    """Delete what was only looked at or refused, with its offers; the diary row with the reason stays, without who."""
    old = Booking.objects.filter(day__lt=town_date(before), state__in=_WISHES)
    count = old.count()
    ride_diary.forget(old.values_list("code", flat=True))
    old.delete()
    return count


def _remove_messages(before: datetime, now: datetime) -> int:
    """Delete what passengers were told of their rides: it says who rode when. Nothing is told after a ride."""
    old = Message.objects.filter(kind__startswith="ride.", made_at__lt=before)
    count = old.count()
    old.delete()
    return count


def _remove_calls(before: datetime, now: datetime) -> int:
    """Delete call lists: who was telephoned when, and what came of it."""
    old = CallList.objects.filter(made_at__lt=before)
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


def _remove_positions(before: datetime, now: datetime) -> int:
    """Delete where buses were, and the lines along the roads that were drawn for the plans of those days."""
    old = {"shift__day__lt": town_date(before)}
    points = TrackPoint.objects.filter(**old).delete()[0]
    VehiclePosition.objects.filter(**old).delete()
    FixRemark.objects.filter(**old).delete()
    WayLine.objects.filter(drawn_at__lt=before).delete()
    return points


def _forget_passengers(before: datetime, now: datetime) -> int:
    """Erase passengers who used the bus last before, whom nothing needs; of those who held a role, what the bus knows.

    They themselves go by the rule of people then, which waits for the bus (`queries.needed.served`).
    """
    old = Passenger.objects.filter(used_on__lt=town_date(before)).select_related("person").order_by("pk")
    with_role = list(old.exclude(person__memberships=None).distinct())
    Passenger.objects.filter(pk__in=[each.pk for each in with_role]).delete()
    alone = [each.person for each in old.filter(person__memberships=None)]
    return len(with_role) + persons.pseudonymise_unneeded(alone, now)


def _forget_guests(before: datetime, now: datetime) -> int:
    """Erase guests who asked for a code last before and booked nothing; who booked goes by the rule of passengers."""
    booked = Booking.objects.exclude(booked_at=None).exclude(rider=None)
    idle = Guest.objects.filter(asked_at__lt=before, person__memberships=None, person__account=None)
    idle = idle.exclude(person__in=booked.values("rider")).select_related("person").order_by("pk")
    return persons.pseudonymise_unneeded([each.person for each in idle], now)


def _remove_consents(before: datetime, now: datetime) -> int:
    """Delete consents that are over, as soon as no ride stands on them. Proxies go by the rule of passengers."""
    over = Q(ended_at__lt=before) | Q(ends_on__lt=town_date(before))
    old = BookingConsent.objects.filter(over, bookings=None)
    count = old.count()
    consent_diary.forget(_codes(old))
    old.delete()
    return count


def _codes(consents: "QuerySet[BookingConsent]") -> list[str]:
    """Of consents and of the invitations by which they began."""
    codes = consents.values_list("code", "invitation__code")
    return [code for pair in codes for code in pair if code]


def _remove_consent_invitations(before: datetime, now: datetime) -> int:
    """Delete digits that nobody typed in; those that were used go with their consent."""
    old = ConsentInvitation.objects.filter(made_at__lt=before, consent=None)
    consent_diary.forget(old.values_list("code", flat=True))
    count, _by_model = old.delete()
    return count


def _remove_travel(before: datetime, now: datetime) -> int:
    """Delete travel times on which no plan stands: of days for which only was asked, and of ground that was left."""
    old = TravelTable.objects.filter(made_at__lt=before).exclude(pk__in=DayPlan.objects.values("table"))
    count, _by_model = old.delete()
    return count


def _travel_files(before: datetime) -> "QuerySet[FileUse]":
    """The numbers of travel times whose row is gone."""
    kept = TravelTable.objects.exclude(file=None).values("file")
    return FileUse.objects.filter(noun="travel", made_at__lt=before).exclude(pk__in=kept)


def _remove_waiting(before: datetime, now: datetime) -> int:
    """Delete who waited for a seat; of wishes from which no ride came this goes with the wish."""
    old = Waiting.objects.filter(booking__day__lt=town_date(before))
    count = old.count()
    old.delete()
    return count


RULES = [
    *tickets_kept.RULES,
    Retention(
        code="shift",
        parameter="keep_shift_years",
        what=_("Shifts on the bus: who drove which vehicle when"),
        counted_from=_("the day of the shift"),
        stays=_("The diary rows with the codes of driver and vehicle."),
        remove=_remove_shifts,
    ),
    Retention(
        code="position",
        parameter="keep_position_days",
        what=_("Where the buses were, minute by minute"),
        counted_from=_("the day of the shift"),
        stays=_("The plan of the day and who rode."),
        remove=_remove_positions,
    ),
    Retention(
        code="passenger",
        parameter="keep_ride_days",
        what=_("Home and needs of passengers; of those who never held a role, also name and telephone number"),
        counted_from=_("the last day for which they asked or rode, or on which they said something of themselves"),
        stays=_("Their rides, under a code."),
        remove=_forget_passengers,
    ),
    Retention(
        code="guest",
        parameter="keep_guest_days",
        what=_("Telephone number and name of guests who booked nothing"),
        counted_from=_("the moment when a code was sent to the number last"),
        stays=_("The diary rows, under a code."),
        remove=_forget_guests,
    ),
    Retention(
        code="ride_message",
        parameter="keep_ride_days",
        what=_("Messages to passengers about their rides"),
        counted_from=_("the day of the message"),
        stays=_("The diary row: that a message of this kind was sent, and on which channel."),
        remove=_remove_messages,
    ),
    Retention(
        code="ride",
        parameter="keep_ride_days",
        what=_("Who rode on the bus, from which door to which; who booked it, in the diary too"),
        counted_from=_("the day of the ride"),
        stays=_("Stops, times, fares, receipts and the plan of the day, under a code; diary rows without who it was."),
        remove=_remove_rides,
    ),
    Retention(
        code="call_list",
        parameter="keep_ride_days",
        what=_("Call lists of suspensions: who was telephoned when, and what came of it"),
        counted_from=_("the day of the list"),
        stays=_("The diary rows: how many rides were cancelled, and that somebody was called."),
        remove=_remove_calls,
    ),
    Retention(
        code="booking_consent",
        parameter="keep_ride_days",
        what=_("Consents to book the bus for somebody"),
        counted_from=_("the end of the consent, and of the rides that were booked by it"),
        stays=_("The diary rows: that somebody agreed and when it ended, without who."),
        remove=_remove_consents,
    ),
    Retention(
        code="consent_invitation",
        parameter="keep_wish_days",
        what=_("Digits by which somebody was to book for a passenger, and that nobody used"),
        counted_from=_("the moment when they were made"),
        stays=_("The diary row: that somebody was invited, without who."),
        remove=_remove_consent_invitations,
    ),
    Retention(
        code="wish",
        parameter="keep_wish_days",
        what=_("Wishes for a ride from which none came"),
        counted_from=_("the day that was wished for"),
        stays=_("The diary row: that somebody asked, and the reason why there was no bus."),
        remove=_remove_wishes,
    ),
    Retention(
        code="waiting",
        parameter="keep_wish_days",
        what=_("Who waited for a seat on a full bus, since when, and how it ended"),
        counted_from=_("the day that was wished for"),
        stays=_("The diary rows: that somebody waited, and how it ended, without who."),
        remove=_remove_waiting,
    ),
    Retention(
        code="series",
        parameter="keep_ride_days",
        what=_("Who wanted which ride every week, and what came of each day"),
        counted_from=_("the day of the ride; of the series, the day on which it ended"),
        stays=_("The diary rows, without who it was."),
        remove=series.remove_old,
    ),
    Retention(
        code="travel",
        parameter="keep_wish_days",
        what=_("Travel times between the stops of a day on which no plan stands"),
        counted_from=_("the moment when they were computed"),
        stays=_("The travel times of each plan, as long as its shifts are kept."),
        remove=_remove_travel,
        uses=_travel_files,
    ),
]
