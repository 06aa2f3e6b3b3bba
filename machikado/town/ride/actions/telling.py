"""What passengers are told about their bookings, in their own language, on the channel that they chose."""

from collections.abc import Mapping
from datetime import date, datetime

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.calendar import weekday_date
from machikado.town.people.actions.messages import NewMessage, tell
from machikado.town.people.models import Account, Channel, Person
from machikado.town.people.sentences import Words
from machikado.town.ride.actions.ride_diary import is_at_desk
from machikado.town.ride.hours import clock_of
from machikado.town.ride.models import Booking, BookingConsent, Offer, Relation, SeriesRide
from machikado.town.ride.queries.area import rules_of
from machikado.town.ride.queries.series import closed_on, missed_url
from machikado.town.ride.reasons import no_seat_because, why_not

SENTENCES: dict[str, Words] = {
    "ride.booked": Words(
        _("The bus is booked: %(day)s %(begin)s"),
        _("On %(day)s the bus comes to “%(stop)s” between %(begin)s and %(end)s. Please be there at %(begin)s."),
    ),
    "ride.booked_for": Words(
        _("The bus is booked for you: %(day)s %(begin)s"),
        _(
            "%(who)s booked a bus for you. On %(day)s the bus comes to “%(stop)s” between %(begin)s and %(end)s."
            " Please be there at %(begin)s. If you do not want it, you can cancel it."
        ),
    ),
    "ride.changed_for": Words(
        _("Your bus was changed: %(day)s %(begin)s"),
        _(
            "%(who)s changed your bus. On %(day)s the bus comes to “%(stop)s” between %(begin)s and %(end)s."
            " Please be there at %(begin)s. The bus of before does not come."
        ),
    ),
    "ride.cancelled_for": Words(
        _("The bus of %(day)s was cancelled for you"),
        _(
            "%(who)s cancelled your ride on %(day)s at %(begin)s from “%(stop)s”. It costs nothing. "
            "You can book another bus."
        ),
    ),
    "ride.consent_begun": Words(
        _("Somebody can book the bus for you now"),
        _("You agreed that somebody books the bus for you. Please look who it is. You can end it at any time."),
    ),
    "ride.consent_over": Words(
        _("Somebody does not book the bus for you any more"),
        _("Who booked the bus for you does not do it any more. Rides that are booked stay booked."),
    ),
    "ride.proxy_begun": Words(
        _("You can book the bus for somebody now"),
        _("A passenger agreed that you book the bus for them. You can end it at any time."),
    ),
    "ride.proxy_over": Words(
        _("You do not book the bus for somebody any more"),
        _("A passenger ended that you book the bus for them. Rides that are booked stay booked."),
    ),
    "ride.reception_opened": Words(
        _("You can call the bus at “%(place)s”"),
        _("Who is done at “%(place)s” tells you, and you press one button. The bus for the way back comes then."),
    ),
    "ride.cancelled": Words(
        _("The bus of %(day)s was cancelled"),
        _(
            "Your ride on %(day)s at %(begin)s from “%(stop)s” was cancelled. It costs nothing. "
            "You can book another bus."
        ),
    ),
    "ride.no_show": Words(
        _("The bus of %(day)s has left without you"),
        _("The bus waited for you until %(end)s and has left. It costs nothing. You can book another bus."),
    ),
    "ride.retimed": Words(
        _("Your bus of %(day)s comes at another time: %(begin)s"),
        _(
            "We are sorry. On %(day)s the bus comes between %(begin)s and %(end)s, to the stop %(stop)s."
            " You arrive by %(arrival)s."
        ),
    ),
    "ride.later": Words(
        _("Your bus of %(day)s arrives later: by %(arrival)s"),
        _("We are sorry. Your bus is late. You arrive by %(arrival)s."),
    ),
    "ride.lost": Words(
        _("Your bus of %(day)s cannot come"),
        _(
            "We are sorry. Your bus of %(day)s at %(begin)s cannot come. It costs nothing."
            " Please telephone the centre, which looks for another way."
        ),
    ),
    "ride.series_missed": Words(
        _("Your weekly bus: nothing is booked for %(day)s"),
        _("Your bus of every week, on %(day)s at %(time)s: %(why)s Nothing is booked for that ride. %(near)s"),
    ),
    "ride.seat_found": Words(
        _("A seat came free, and the bus is booked: %(day)s %(begin)s"),
        _(
            "You waited for a seat. On %(day)s the bus comes to “%(stop)s” between %(begin)s and %(end)s."
            " Please be there at %(begin)s. If you do not want it, you can give it back with one tap."
        ),
    ),
    "ride.wait_over": Words(
        _("No seat came free: %(day)s %(time)s"),
        _("You waited for a seat on %(day)s at %(time)s. %(why)s You do not wait any more. %(near)s"),
    ),
    "ride.plan_stuck": Words(
        _("The plan of %(day)s cannot follow the new roads"),
        _(
            "On the new map no plan of %(day)s can be made for %(lost)s rides, so it stands on the older one."
            " Please check the roads with the drivers, and telephone the passengers."
        ),
    ),
    "ride.plan_moved": Words(
        _("Rides of %(day)s had to be moved"),
        _(
            "The roads changed, and rides of %(day)s could not be kept as promised: %(moved)s have another time or"
            " stop, %(lost)s cannot be brought. They were told. Please look at the day's list."
        ),
    ),
}


# What a passenger reads when somebody else did it; a booking that replaces another one is a change.
BY_OTHERS = {"ride.booked": "ride.booked_for", "ride.cancelled": "ride.cancelled_for"}
# A message holds no names: who it is stands on the page of the ride.
BOOKERS = {
    Relation.FAMILY: _("Your family"),
    Relation.CARE: _("Your care manager"),
    Relation.SUPPORT: _("Your supporter"),
    Relation.OTHER: _("Whoever books for you"),
}


def tell_rider(
    booking: Booking, kind: str, promise: Offer, now: datetime, consent: BookingConsent | None = None
) -> None:
    """Tell whoever rides something about their promise; with the consent by which somebody else did it for them."""
    if booking.rider is None:
        return
    if consent is not None:
        is_change = kind == "ride.booked" and booking.replaces_id is not None
        kind = "ride.changed_for" if is_change else BY_OTHERS[kind]
    language = Account.objects.filter(person=booking.rider).values_list("language", flat=True).first()
    with translation.override(language or "ja"):
        day, who = weekday_date(booking.day), BOOKERS[Relation(consent.relation)] if consent else ""
        by_whom = {"who": str(who)} if who else {}
    params = {
        **by_whom,
        "day": day,
        "begin": clock_of(promise.pickup_from // 60),
        "end": clock_of(-(-promise.pickup_by // 60)),
        "arrival": clock_of(-(-promise.arrival_by // 60)),
        "stop": promise.pickup_stop.name,
    }
    tell(booking.rider, NewMessage(kind, params, reverse("ride:booking", args=[booking.code])), now=now)


def tell_missed(row: SeriesRide, now: datetime) -> None:
    """Tell whoever rides every week that a ride of one day could not be booked, why, and what there is instead."""
    series = row.series
    minute = series.minute if row.way == SeriesRide.Way.OUT else series.back_minute
    language = Account.objects.filter(person=series.rider).values_list("language", flat=True).first()
    with translation.override(language or "ja"):
        params = {
            "day": weekday_date(row.day),
            "time": gettext("the end of the day") if minute is None else clock_of(minute),
            "why": why_not(row.reason),
            "near": _near(row),
        }
    tell(series.rider, NewMessage("ride.series_missed", params, missed_url(row)), now=now)


def _near(row: SeriesRide) -> str:
    """The nearest times that were found, and how to get one, and that we go on looking where the bus runs."""
    said = _other_times(row.booking)
    if closed_on(rules_of(row.series.area), row.day):
        return said
    return f"{said} {gettext('If a bus is found later, it is booked, and you are told.')}"


def _other_times(booking: Booking | None) -> str:
    times = [clock_of(offer.pickup_from // 60) for offer in booking.offers.all()] if booking is not None else []
    if times:
        return gettext("There is a bus at %(times)s. You can choose it.") % {"times": gettext(" or ").join(times)}
    return gettext("If you want to ride, please book another time.")


def tell_wait_over(booking: Booking, why: str, now: datetime) -> None:
    """Tell somebody that no seat came free for them, why, and what there is instead."""
    assert booking.rider is not None
    language = Account.objects.filter(person=booking.rider).values_list("language", flat=True).first()
    with translation.override(language or "ja"):
        params = {
            "day": weekday_date(booking.day),
            "time": clock_of(booking.wish_second // 60),
            "why": no_seat_because(why),
            "near": _other_times(booking),
        }
    url = reverse("ride:offers", args=[booking.code])
    tell(booking.rider, NewMessage("ride.wait_over", params, url), now=now)


def is_on_the_line(booking: Booking, by: Actor) -> bool:
    """Say whether somebody who is told by telephone hears it just now: from the desk, or from a reception."""
    told_by_call = booking.rider is not None and booking.rider.channel == Channel.CALL
    return told_by_call and (is_at_desk(booking, by) or booking.channel == Booking.Channel.RECEPTION)


def tell_manager(manager: Person, kind: str, day: date, counts: Mapping[str, int], now: datetime) -> None:
    """Tell a transport manager what became of a day's plan, and of how many promises."""
    language = Account.objects.filter(person=manager).values_list("language", flat=True).first()
    with translation.override(language or "ja"):
        params = {"day": weekday_date(day), **counts}
    tell(manager, NewMessage(kind, params, f"{reverse('ride:day')}?day={day}"), now=now)
