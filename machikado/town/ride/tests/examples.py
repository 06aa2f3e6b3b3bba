"""Examples of the bus for the six questions, made through the actions as a manager would make them."""

from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.common.calendar import town_date
from machikado.town.people.models import Channel, Message, Person
from machikado.town.ride.actions import area as areas
from machikado.town.ride.actions import (
    fares,
    receipts,
    receptions,
    returning,
    sale_receipts,
    series,
    stop_notes,
    stops,
    waiting,
)
from machikado.town.ride.actions.area import NewSuspension
from machikado.town.ride.actions.fares import NewFreePeriod
from machikado.town.ride.actions.receptions import NewReception
from machikado.town.ride.actions.repeating import book_day
from machikado.town.ride.actions.running import CannotRun, Press
from machikado.town.ride.actions.series import Weekly
from machikado.town.ride.actions.stops import NewClosure
from machikado.town.ride.models import CardEntry
from machikado.town.ride.tests.agreeing import a_consent
from machikado.town.ride.tests.makings import NOON, a_shift, a_stop, a_van, an_area, with_fares
from machikado.town.ride.tests.paying import a_card, a_pass, aboard, pays
from machikado.town.ride.tests.riding import PLACES, a_riding_town, asked, booked, rode
from machikado.town.ride.tests.snow import a_suspended_ride
from machikado.town.ride.tests.waiters import a_full_bus
from tests.examples import Cast, Example


def stop(cast: Cast) -> Example:
    """A stop that is open."""
    return Example({"code": a_stop(an_area()).code})


def closure(cast: Cast) -> Example:
    """A stop that is closed until further notice."""
    new = NewClosure("道路工事", town_date(clock.now()))
    return Example({"code": stops.close(stop=a_stop(an_area()), new=new, by=SYSTEM, now=clock.now()).code})


def vehicle(cast: Cast) -> Example:
    """A van in service."""
    return Example({"code": a_van(an_area()).code})


def shift(cast: Cast) -> Example:
    """Tomorrow's shift."""
    day = town_date(clock.now()) + timedelta(days=1)
    return Example({"code": a_shift(cast, a_van(an_area()), day=day).code})


def free_period(cast: Cast) -> Example:
    """Free days that begin today."""
    today = town_date(clock.now())
    new = NewFreePeriod("お試し期間", today, today)
    return Example({"code": fares.set_free(area=an_area(), new=new, by=SYSTEM, now=clock.now()).code})


def suspension(cast: Cast) -> Example:
    """Snow, until further notice."""
    new = NewSuspension("snow", clock.now())
    return Example({"code": areas.suspend(area=an_area(), new=new, by=SYSTEM, now=clock.now()).code})


def stop_note(cast: Cast) -> Example:
    """A driver said that the bus cannot stop there."""
    van = a_van(an_area())
    shift, now = a_shift(cast, van), clock.now()
    here = a_stop(van.area)
    press = Press(shift, uuid4(), now, now)
    return Example({"code": stop_notes.note(press=press, stop=here, kind="blocked", by=SYSTEM, now=now).code})


MAY_SEE_A_RIDE = frozenset({"yoda", "momose", "kobayashi", "uehara", "shimojima"})  # whose it is, and the desk


def asked_ride(cast: Cast) -> Example:
    """Yoda asked for a bus and has not said yes yet."""
    return Example({"code": asked(a_riding_town(cast), cast.yoda).code}, seen_by=MAY_SEE_A_RIDE)


def refused_ride(cast: Cast) -> Example:
    """Yoda asked for a bus that is full."""
    return Example({"code": a_full_bus(cast).code}, seen_by=MAY_SEE_A_RIDE)


def waiting_ride(cast: Cast) -> Example:
    """The same, and waits for a seat."""
    made = a_full_bus(cast)
    waiting.wait(booking=made, by=SYSTEM, now=NOON)
    return Example({"code": made.code}, seen_by=MAY_SEE_A_RIDE)


def booked_ride(cast: Cast) -> Example:
    """Yoda's bus, of days that are over: Hara, who books for Yoda, sees nothing of them."""
    a_consent(cast.yoda, cast.hara)
    return Example({"code": booked(a_riding_town(cast), cast.yoda).code}, seen_by=MAY_SEE_A_RIDE)


def consent(cast: Cast) -> Example:
    """Yoda agreed that Hara books."""
    made = a_consent(cast.yoda, cast.hara)
    return Example({"code": made.code}, seen_by=MAY_SEE_A_RIDE | {"hara"})


def consent_of_another(cast: Cast) -> Example:
    """The same, as Hara alone comes to it, with whom it was agreed."""
    return Example({"code": a_consent(cast.yoda, cast.hara).code}, seen_by=frozenset({"hara"}))


def paid_ride(cast: Cast) -> Example:
    """Yoda rode and paid in cash."""
    return Example({"code": rode(booked(a_riding_town(cast), cast.yoda)).code}, seen_by=MAY_SEE_A_RIDE)


def receipt(cast: Cast) -> Example:
    """The receipt of that ride."""
    ride = rode(booked(a_riding_town(cast), cast.yoda))
    made = receipts.issue(booking=ride, by=SYSTEM, now=clock.now())
    return Example({"code": made.code}, seen_by=MAY_SEE_A_RIDE)


def open_ride(cast: Cast) -> Example:
    """Yoda's last bus back, which comes earlier when called."""
    outward = booked(a_riding_town(cast), cast.yoda)
    made = returning.open_return(outward=outward, sent_key=uuid4(), channel="web", by=SYSTEM, now=NOON)
    return Example({"code": made.code}, seen_by=MAY_SEE_A_RIDE)


def weekly_ride(cast: Cast) -> Example:
    """Yoda rides every week."""
    outward = booked(a_riding_town(cast), cast.yoda)
    made = series.make(booking=outward, weekly=Weekly(frozenset({2})), by=SYSTEM, now=NOON)
    return Example({"code": made.code}, seen_by=MAY_SEE_A_RIDE)


def series_message(cast: Cast) -> Example:
    """Yoda, whom only the telephone reaches, is to hear that on Thursday nobody drives."""
    Person.objects.filter(pk=cast.yoda.pk).update(channel=Channel.CALL)
    cast.yoda.refresh_from_db()
    outward = booked(a_riding_town(cast), cast.yoda)
    made = series.make(booking=outward, weekly=Weekly(frozenset({3})), by=SYSTEM, now=NOON)
    book_day(made, outward.day + timedelta(days=1), NOON)
    return Example({"code": Message.objects.get(kind="ride.series_missed").code})


def reception(cast: Cast) -> Example:
    """The desk of Takizawa's shop calls the bus."""
    new = NewReception(cast.shop, PLACES["east"])
    return Example({"code": receptions.open_reception(area=an_area(), new=new, by=SYSTEM, now=clock.now()).code})


def clients_reception(cast: Cast) -> Example:
    """The same, as whoever stands there sees it."""
    return Example(reception(cast).kwargs, seen_by=frozenset({"takizawa", "yanagisawa"}))


def booked_ride_to_move(cast: Cast) -> Example:
    """Yoda's bus, which a transport manager may give to another vehicle."""
    return Example({"code": booked(a_riding_town(cast), cast.yoda).code})


def call_list(cast: Cast) -> Example:
    """Snow took the ride of somebody with a land line."""
    return Example({"code": a_suspended_ride(cast).suspended_ride.call_list.code})


def call_list_with_messages(cast: Cast) -> Example:
    """Snow took Yoda's ride, who is told by message."""
    ride = a_suspended_ride(cast, rider=cast.yoda)
    return Example({"code": ride.suspended_ride.call_list.code}, fields={"booking": ride.code})


def call(cast: Cast) -> Example:
    """Whom to telephone because of it."""
    return Example({"code": a_suspended_ride(cast).suspended_ride.call_list.entries.get().code})


def card(cast: Cast) -> Example:
    """A card without a name, with the line by which it was sold."""
    made = a_card(an_area())
    return Example({"code": made.code}, fields={"key": str(CardEntry.objects.get().key), "what": "block"})


def card_qr(cast: Cast) -> Example:
    """The same, as its QR says it."""
    return Example({"secret": a_card(an_area()).secret}, unknown={"secret": "a-card-that-nobody-sold"})


def sold_pass(cast: Cast) -> Example:
    """Yoda's pass of this month."""
    with_fares(an_area())
    return Example({"code": a_pass(cast.yoda).code})


def sale_receipt(cast: Cast) -> Example:
    """The receipt of it."""
    with_fares(an_area())
    return Example({"code": sale_receipts.of_pass(sold=a_pass(cast.yoda), by=SYSTEM, now=NOON).code})


def open_fare(cast: Cast) -> Example:
    """Yoda's fare, for which no card had the number."""
    ride = aboard(booked(a_riding_town(cast), cast.yoda))
    with suppress(CannotRun):
        pays(ride, "card", "000000")
    return Example({"code": ride.open_fare.code})


EXAMPLES = {
    "card": card,
    "card_qr": card_qr,
    "sold_pass": sold_pass,
    "sale_receipt": sale_receipt,
    "open_fare": open_fare,
    "consent": consent,
    "consent_of_another": consent_of_another,
    "call_list": call_list,
    "call_list_with_messages": call_list_with_messages,
    "call": call,
    "open_ride": open_ride,
    "paid_ride": paid_ride,
    "receipt": receipt,
    "weekly_ride": weekly_ride,
    "series_message": series_message,
    "reception": reception,
    "clients_reception": clients_reception,
    "booked_ride_to_move": booked_ride_to_move,
    "asked_ride": asked_ride,
    "refused_ride": refused_ride,
    "waiting_ride": waiting_ride,
    "booked_ride": booked_ride,
    "stop": stop,
    "closure": closure,
    "stop_note": stop_note,
    "vehicle": vehicle,
    "shift": shift,
    "free_period": free_period,
    "suspension": suspension,
}
