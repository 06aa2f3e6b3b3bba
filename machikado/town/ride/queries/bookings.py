"""Questions about bookings: whose they are, what is ahead, the usual trips, a day's list."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from machikado.town.common.calendar import town_date
from machikado.town.people.models import Person, Role
from machikado.town.people.viewer import Viewer
from machikado.town.ride.hours import second_of
from machikado.town.ride.models import Booking, Offer, PlanStep, ServiceArea
from machikado.town.ride.models.trips import COUNTS

DESK = frozenset({Role.TRANSPORT.value, Role.COORDINATOR.value})
USUAL_DAYS = 180
MOST_USUAL = 3
RIDDEN = (Booking.State.BOOKED, Booking.State.ABOARD, Booking.State.DONE)


def bookings_visible_to(viewer: Viewer) -> "QuerySet[Booking]":
    """The desk sees every booking; everybody sees their own."""
    rows = Booking.objects.select_related("area", "rider", "replaces", "booked_by", "consent")
    return rows if not DESK.isdisjoint(viewer.roles) else rows.filter(rider_id=viewer.person_id)


def with_promise(rows: "QuerySet[Booking]") -> "QuerySet[Booking]":
    """Bookings, each with its promise as `promises` (of one or none) and its steps in the plan as `planned`."""
    taken = Offer.objects.filter(taken_at__isnull=False).select_related("pickup_stop", "arrival_stop")
    steps = PlanStep.objects.select_related("shift__vehicle")
    return rows.prefetch_related(Prefetch("offers", taken, "promises"), Prefetch("steps", steps, "planned"))


def ahead_of(person: Person, now: datetime) -> "QuerySet[Booking]":
    """The rides that a person has booked and that are not over; one of yesterday may run until 28:00."""
    return _ahead(now, rider=person)


def ahead_by(proxy: Person, now: datetime) -> "QuerySet[Booking]":
    """The rides that somebody has booked for others who agreed, and that are not over."""
    return _ahead(now, booked_by=proxy, channel=Booking.Channel.PROXY)


def _ahead(now: datetime, **whose: object) -> "QuerySet[Booking]":
    today = town_date(now)
    yesterday = today - timedelta(days=1)
    passed = [Q(booking__day=day, arrival_by__lt=second_of(day, now)) for day in (yesterday, today)]
    of_them = {f"booking__{name}": value for name, value in whose.items()}
    over = Offer.objects.filter(passed[0] | passed[1], taken_at__isnull=False, **of_them)
    states = (Booking.State.BOOKED, Booking.State.ABOARD)
    rows = Booking.objects.filter(state__in=states, day__gte=yesterday, **whose)
    return rows.exclude(pk__in=over.values("booking")).order_by("day", "wish_second", "pk")


@dataclass(frozen=True, slots=True)
class UsualTrip:
    """A trip that somebody made before, by the last booking of it."""

    booking: Booking
    times: int


def usual_trips(person: Person, now: datetime) -> Sequence[UsualTrip]:
    """The trips that a person makes most often, the commonest first, the newest first of equals."""
    since = town_date(now) - timedelta(days=USUAL_DAYS)
    rows = list(Booking.objects.filter(rider=person, state__in=RIDDEN, day__gte=since).order_by("-day", "-pk")[:200])
    newest: dict[tuple[str | float, ...], Booking] = {}
    for row in rows:
        newest.setdefault(_ends(row), row)
    counted = Counter(map(_ends, rows))
    trips = [UsualTrip(booking, counted[ends]) for ends, booking in newest.items()]
    return sorted(trips, key=lambda trip: -trip.times)[:MOST_USUAL]


def _ends(row: Booking) -> tuple[str | float, ...]:
    """From where to where; two places may have one name."""
    return row.from_name, row.from_lat, row.from_lon, row.to_name, row.to_lat, row.to_lon


def booked_on(area: ServiceArea, day: date) -> "QuerySet[Booking]":
    """The rides that were booked for a day, cancelled ones too, with riders and promises, in order."""
    rows = with_promise(Booking.objects.filter(area=area, day=day, booked_at__isnull=False))
    return rows.select_related("rider").order_by("wish_second", "pk")


def refused_on(area: ServiceArea, day: date) -> "QuerySet[Booking]":
    """The wishes of a day for which there was no bus at that time, whatever became of them, in order."""
    rows = Booking.objects.filter(area=area, day=day).exclude(reason="").exclude(state=Booking.State.OFFERED)
    return with_promise(rows).order_by("wish_second", "pk")


def earlier_than(rows: "QuerySet[Booking]", second: int, pk: int) -> "QuerySet[Booking]":
    """Those that stand before a second of the day, or before a row (by its key) of that second."""
    return rows.filter(Q(wish_second__lt=second) | Q(wish_second=second, pk__lt=pk))


@dataclass(frozen=True, slots=True)
class Ridership:
    """How many rides of a day stand, and how many people ride."""

    rides: int
    people: int


def ridership_on(area: ServiceArea, day: date) -> Ridership:
    """Count the rides of a day that were not cancelled."""
    rows = Booking.objects.filter(area=area, day=day, booked_at__isnull=False).exclude(state=Booking.State.CANCELLED)
    found = rows.aggregate(Count("pk"), **{name: Sum(name, default=0) for name in COUNTS.values()})
    return Ridership(found.pop("pk__count"), sum(found.values()))
