"""Everything that the pages of bookings show: offers as cards, a promise as times down the page, lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from machikado.town.common.calendar import weekday_date
from machikado.town.ride.actions.bookings import may_cancel
from machikado.town.ride.fare import SENTENCES, Rider, Why
from machikado.town.ride.hours import clock_of, second_of
from machikado.town.ride.models import Booking, BookingConsent, BookingSeries, Offer, PlanStep
from machikado.town.ride.models.fares import RIDERS
from machikado.town.ride.queries.bookings import UsualTrip, ahead_of, usual_trips, with_promise
from machikado.town.ride.queries.callers import last_four
from machikado.town.ride.queries.guests import rides_of_guest
from machikado.town.ride.queries.passes import paid_by_pass
from machikado.town.ride.queries.running import runs_on
from machikado.town.ride.queries.series import series_of
from machikado.town.ride.reasons import REASONS
from machikado.town.ride.views.whose import Whose, named


def clock(second: int) -> str:
    """A second of the service day as people write it, the begun minute."""
    return clock_of(second // 60)


def clock_until(second: int) -> str:
    """The same for an end: the minute that is over by then."""
    return clock_of(-(-second // 60))


def minutes(seconds: int) -> int:
    """Whole minutes, rounded up."""
    return -(-seconds // 60)


@dataclass(frozen=True, slots=True)
class Card:
    """One offer as it is shown."""

    offer: Offer
    when: str
    facts: Sequence[dict[str, Any]]
    reason: str
    icon: str


@dataclass(frozen=True, slots=True)
class OffersPage:
    """A wish and what can be had; `reason` says why not at that time."""

    booking: Booking
    start: str
    goal: str
    wish: str
    cards: Sequence[Card]
    reason: str
    note: str


def offers_page(booking: Booking, theirs: Whose) -> OffersPage:
    """Ask for everything that the page shows."""
    offers = list(booking.offers.select_related("pickup_stop", "arrival_stop"))
    note = ""
    if booking.reason == "suspended":
        held = runs_on(booking.area, booking.day).suspension_at(booking.wish_second)
        note = held.note or str(held.get_reason_display()) if held else ""
    cards = [_card(offer, offers) for offer in offers]
    reason = str(REASONS.get(booking.reason, "")) if booking.reason else ""
    return OffersPage(booking, *theirs.ends(booking), wish_words(booking), cards, reason, note)


def wish_words(booking: Booking) -> str:
    """When somebody wants to go, in words."""
    day, time = weekday_date(booking.day), clock(booking.wish_second)
    if booking.when == Booking.When.ARRIVE:
        return _("%(day)s, be there by %(time)s") % {"day": day, "time": time}
    if booking.when == Booking.When.LEAVE:
        return _("%(day)s, leave at %(time)s") % {"day": day, "time": time}
    return _("%(day)s, as soon as possible") % {"day": day}


def window(offer: Offer) -> str:
    """Between which times the bus comes."""
    return f"{clock(offer.pickup_from)}〜{clock_until(offer.pickup_by)}"


def arrival(offer: Offer) -> str:
    """Between which times one is there."""
    return f"{clock(offer.expected_arrival)}〜{clock_until(offer.arrival_by)}"


def _card(offer: Offer, all_of_them: Sequence[Offer]) -> Card:
    reason, icon = _reason(offer, all_of_them)
    facts = [
        {"icon": "walk", "label": _("On foot"), "figure": _minutes(offer.walk_from_seconds + offer.walk_to_seconds)},
        {"icon": "pin", "label": _("Arrival"), "figure": arrival(offer)},
        {"icon": "yen", "label": _("Fare"), "figure": _yen(offer.yen)},
    ]
    return Card(offer, window(offer), facts, reason, icon)


def _reason(offer: Offer, others: Sequence[Offer]) -> tuple[str, str]:
    """Why this one: the first of these in which it is better than every other offer."""
    rest = [each for each in others if each.pk != offer.pk]

    def least(name: str) -> bool:
        mine: int = getattr(offer, name)
        return bool(rest) and all(mine < getattr(each, name) for each in rest)

    if least("yen"):
        return _("This one costs least."), "yen"
    if least("walk_from_seconds"):
        return _("This stop is the nearest to you."), "walk"
    if least("arrival_by"):
        return _("You are there first with this one."), "clock"
    ride = offer.expected_arrival - offer.expected_pickup
    if rest and all(ride < each.expected_arrival - each.expected_pickup for each in rest):
        return _("The shortest time in the bus."), "bus"
    return _("You get on at %(stop)s.") % {"stop": offer.pickup_stop.name}, "pin"


def _minutes(seconds: int) -> str:
    return _("%(minutes)s min") % {"minutes": minutes(seconds)}


def _yen(yen: int) -> str:
    return _("%(yen)s yen") % {"yen": yen}


@dataclass(frozen=True, slots=True)
class FareLine:
    """So many people pay so much, and why."""

    who: str
    people: int
    yen_each: int
    yen: int
    why: str


def fare_lines(offer: Offer) -> list[FareLine]:
    """What each pays, with the reason, in the language that is active now."""
    names = dict(RIDERS)
    return [
        FareLine(
            str(names[Rider(rider)]),
            people,
            each,
            people * each,
            str(SENTENCES[Why(why)]) % {"percent": percent, "period": offer.free_period},
        )
        for rider, people, each, why, percent in offer.fare_lines
    ]


@dataclass(frozen=True, slots=True)
class Ride:
    """A booking with its promise, as lists and its own page show it."""

    booking: Booking
    promise: Offer | None
    pickup: PlanStep | None
    start: str
    goal: str
    booker: str

    @property
    def window(self) -> str:
        """Between which times the bus comes."""
        return window(self.promise) if self.promise else ""

    @property
    def arrival(self) -> str:
        """Between which times one is there."""
        return arrival(self.promise) if self.promise else ""

    @property
    def expected(self) -> str:
        """When the plan has the bus come, as it stands now."""
        return clock(self.pickup.begins) if self.pickup else ""

    @property
    def vehicle(self) -> str:
        """Which one comes."""
        return self.pickup.shift.vehicle.name if self.pickup else ""

    @property
    def wish(self) -> str:
        """When they wanted to go."""
        return wish_words(self.booking)

    @property
    def reason(self) -> str:
        """Why there was no bus."""
        return str(REASONS.get(self.booking.reason, ""))


def rides(rows: Sequence[Booking], theirs: Whose | None = None) -> list[Ride]:
    """Bookings that were asked for `with_promise`, as rides; as the viewer may see them, or as the staff does."""
    found = []
    for row in rows:
        promises: list[Offer] = getattr(row, "promises", [])
        steps: list[PlanStep] = getattr(row, "planned", [])
        pickup = next((step for step in steps if step.action == PlanStep.Action.PICKUP), None)
        ends, booker = (theirs.ends(row), theirs.booker(row)) if theirs else ((row.from_name, row.to_name), "")
        found.append(Ride(row, promises[0] if promises else None, pickup, *ends, booker))
    return found


@dataclass(frozen=True, slots=True)
class Weekly:
    """A ride of every week, as lists show it."""

    series: BookingSeries

    @property
    def weekdays(self) -> str:
        """Monday and Thursday, as people say it."""
        return _(", ").join(str(WEEKDAYS[day]) for day in self.series.days)

    @property
    def time(self) -> str:
        """When they want to go."""
        told = _("be there by %(time)s") if self.series.when == Booking.When.ARRIVE else _("leave at %(time)s")
        return told % {"time": clock_of(self.series.minute)}

    @property
    def back(self) -> str:
        """How they come back."""
        if self.series.back_minute is not None:
            return _("back at %(time)s") % {"time": clock_of(self.series.back_minute)}
        return str(self.series.get_back_display())


@dataclass(frozen=True, slots=True)
class HomePage:
    """What is booked, the trips that somebody makes most often, and what they want every week."""

    ahead: Sequence[Ride]
    usual: Sequence[UsualTrip]
    weekly: Sequence[Weekly]


def home_page(theirs: Whose, now: datetime) -> HomePage:
    """Ask for everything that the first page shows; a proxy sees what is booked alone, a guest what they booked."""
    booked = rides_of_guest if theirs.is_guest else ahead_of
    rows = booked(theirs.person, now).select_related("booked_by", "consent")
    ahead = rides(list(with_promise(rows)), theirs)
    if theirs.is_proxy or theirs.is_guest:
        return HomePage(ahead, (), ())
    return HomePage(ahead, usual_trips(theirs.person, now), [Weekly(row) for row in series_of(theirs.person, now)])


def _is_over(ride: Ride, now: datetime) -> bool:
    return ride.promise is None or second_of(ride.booking.day, now) > ride.promise.arrival_by


@dataclass(frozen=True, slots=True)
class RidePage:
    """One promise: times, what to tell the driver, what it costs and why, whether it can be given back."""

    ride: Ride
    code: str
    times: Sequence[dict[str, str]]
    lines: Sequence[FareLine]
    can_cancel: bool
    is_over: bool
    day: str
    canceller: str
    by_pass: int = 0


def ride_page(booking: Booking, theirs: Whose, now: datetime) -> RidePage:
    """Ask for everything that the page shows."""
    rows = Booking.objects.filter(pk=booking.pk).select_related("rider", "booked_by", "cancelled_by", "consent")
    (ride,) = rides(list(with_promise(rows)), theirs)
    promise, day, who = ride.promise, weekday_date(booking.day), _canceller(ride, theirs)
    if promise is None:
        return RidePage(ride, "", (), (), False, True, day, who)
    can_cancel, over, times = may_cancel(booking, theirs.by, now), _is_over(ride, now), _times(ride, promise)
    by_pass = 0 if theirs.is_proxy else paid_by_pass(booking)
    return RidePage(ride, last_four(booking.rider), times, fare_lines(promise), can_cancel, over, day, who, by_pass)


def _canceller(ride: Ride, theirs: Whose) -> str:
    """Who gave it back, where it was somebody else for the passenger."""
    by = ride.booking.cancelled_by
    if by is None or theirs.is_proxy or by.pk == ride.booking.rider_id:
        return ""
    between = BookingConsent.objects.filter(rider=ride.booking.rider_id, proxy=by).order_by("-begins_at").first()
    return _("Cancelled by %(who)s") % {"who": named(by, between.relation_said)} if between else ""


def _times(ride: Ride, promise: Offer) -> list[dict[str, str]]:
    leave, there = promise.pickup_from - promise.walk_from_seconds, promise.arrival_by + promise.walk_to_seconds
    walk = _("%(minutes)s minutes on foot")
    return [
        {
            "time": clock(leave),
            "title": _("Leave: %(place)s") % {"place": ride.start},
            "note": walk % {"minutes": minutes(promise.walk_from_seconds)},
            "state": "",
        },
        {
            "time": clock(promise.pickup_from),
            "title": _("Get on at %(stop)s") % {"stop": promise.pickup_stop.name},
            "note": _("The bus comes between %(window)s. %(vehicle)s")
            % {"window": ride.window, "vehicle": ride.vehicle},
            "state": "now",
        },
        {
            "time": clock(promise.expected_arrival),
            "title": _("Get off at %(stop)s") % {"stop": promise.arrival_stop.name},
            "note": _("By %(time)s at the latest.") % {"time": clock_until(promise.arrival_by)},
            "state": "",
        },
        {
            "time": clock_until(there),
            "title": ride.goal,
            "note": walk % {"minutes": minutes(promise.walk_to_seconds)},
            "state": "",
        },
    ]
