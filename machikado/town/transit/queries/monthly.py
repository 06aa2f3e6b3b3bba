"""A month of the bus as plain values: promises and what came of them, refusals from the diary. No names, no doors."""

from collections.abc import Iterator
from datetime import date, timedelta

from machikado.town.common.calendar import midnight
from machikado.town.common.models import Event
from machikado.town.ride.ground import Spot, metres
from machikado.town.ride.models import Booking, Offer, PlanStep, RunStep, ServiceArea, Stop, TrackPoint
from machikado.town.transit.monthly import Key, Month, Ride, pooled

AHEAD = timedelta(days=61)  # how long before a day one can ask for it, at the most
OUTCOMES = {Booking.State.CANCELLED: "cancelled", Booking.State.NO_SHOW: "no_show"}


def month_of(area: ServiceArea, first: date, until: date) -> Month:
    """The days from `first` until `until` (which is not among them)."""
    rides, refused = tuple(_rides(area, first, until)), tuple(_refused(area, first, until))
    return Month(rides, refused, _driven(area, first, until))


def _rides(area: ServiceArea, first: date, until: date) -> Iterator[Ride]:
    """Every promise. Until a driver tells otherwise, who was booked is taken to have ridden."""
    offers = Offer.objects.filter(
        booking__area=area, booking__day__gte=first, booking__day__lt=until, taken_at__isnull=False
    ).exclude(booking__cancel_reason=Booking.CancelReason.CHANGED)
    together, taken = _together(area, first, until), _taken(area, first, until)
    for offer in offers.select_related("booking", "pickup_stop", "arrival_stop").order_by("booking__day", "pk"):
        booking = offer.booking
        yield Ride(
            day=booking.day,
            pickup=_key(offer.pickup_stop),
            arrival=_key(offer.arrival_stop),
            outcome=OUTCOMES.get(Booking.State(booking.state), "ridden"),
            riders=booking.riding.riders,
            wheelchairs=booking.wheelchairs,
            prams=booking.prams,
            yen=offer.yen,
            taken=taken.get(booking.pk),
            metres=metres(_spot(offer.pickup_stop), _spot(offer.arrival_stop)),
            is_pooled=booking.pk in together,
        )


def _key(stop: Stop) -> Key:
    return stop.number, stop.name


def _spot(stop: Stop) -> Spot:
    return Spot(stop.lat, stop.lon)


def _taken(area: ServiceArea, first: date, until: date) -> dict[int, int]:
    """What drivers told of the fares of bookings (ids); the last word counts."""
    told = RunStep.objects.filter(kind=RunStep.Kind.FARE, refused="", booking__area=area)
    told = told.filter(booking__day__gte=first, booking__day__lt=until).order_by("pk")
    return {booking: yen or 0 for booking, yen in told.values_list("booking_id", "yen")}


def _together(area: ServiceArea, first: date, until: date) -> set[int]:
    """The bookings (ids) that shared a vehicle with another for a while, by the plan."""
    steps = PlanStep.objects.filter(plan__area=area, plan__day__gte=first, plan__day__lt=until, booking__isnull=False)
    ends: dict[int, dict[int, list[int]]] = {}
    for shift, booking, begins in steps.order_by("shift", "position").values_list("shift_id", "booking_id", "begins"):
        assert booking is not None
        ends.setdefault(shift, {}).setdefault(booking, []).append(begins)
    found: set[int] = set()
    for bookings in ends.values():
        found |= pooled([(booking, min(times), max(times)) for booking, times in bookings.items()])
    return found


def _driven(area: ServiceArea, first: date, until: date) -> dict[date, float]:
    """Metres by day between the places that tablets told, in the order of time."""
    points = TrackPoint.objects.filter(shift__vehicle__area=area, shift__day__gte=first, shift__day__lt=until)
    found: dict[date, float] = {}
    last: tuple[int, Spot] | None = None
    for shift, day, lat, lon in points.order_by("shift", "at").values_list("shift_id", "shift__day", "lat", "lon"):
        here = Spot(lat, lon)
        if last is not None and last[0] == shift:
            found[day] = found.get(day, 0.0) + metres(last[1], here)
        last = shift, here
    return found


def _refused(area: ServiceArea, first: date, until: date) -> Iterator[tuple[date, str]]:
    """Wishes for which there was no bus, from the diary, as the wishes themselves are kept for a month only.

    Who took one of the nearest times instead rode after all and is not counted.
    """
    rows = Event.objects.filter(kind="ride.refused", at__gte=midnight(first) - AHEAD, at__lt=midnight(until) + AHEAD)
    said = [(code, date.fromisoformat(data["day"]), data["reason"]) for code, data in rows.values_list("code", "data")]
    wanted = [each for each in said if first <= each[1] < until]
    rode = set(
        Booking.objects.filter(area=area, day__gte=first, day__lt=until)
        .exclude(booked_at=None)
        .values_list("code", flat=True)
    )
    for code, day, reason in wanted:
        if code not in rode:
            yield day, reason
