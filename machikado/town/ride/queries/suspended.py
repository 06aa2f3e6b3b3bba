"""Questions about a suspension: which promised rides lie in it, which are under way, when the bus runs again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from machikado.town.common.calendar import town_date
from machikado.town.people.queries import told_by_message
from machikado.town.ride.hours import moment_at, second_of
from machikado.town.ride.models import Booking, PlanStep, ServiceArea
from machikado.town.ride.queries.bookings import with_promise
from machikado.town.ride.queries.running import runs_on

DAYS_LOOKED_AT = 15  # for the first bus after a suspension: the longest holidays are over by then


@dataclass(frozen=True)
class Touched:
    """The promised rides of a span, the soonest first: those that can be cancelled, and those that have begun."""

    waiting: Sequence[Booking]
    under_way: Sequence[Booking]

    @cached_property
    def riders(self) -> dict[int, list[Booking]]:
        """The rides that can be cancelled by whose they are (ids), each passenger where their first ride stands."""
        found: dict[int, list[Booking]] = {}
        for booking in self.waiting:
            if booking.rider_id is not None:
                found.setdefault(booking.rider_id, []).append(booking)
        return found

    @cached_property
    def by_message(self) -> set[int]:
        """The passengers (ids) whom a message reaches; the others have to be telephoned."""
        return told_by_message(self.riders)

    @property
    def people(self) -> int:
        """How many ride along in those that can be cancelled."""
        return sum(booking.riding.people for booking in self.waiting)


def touched(area: ServiceArea, begins: datetime, ends: datetime | None, now: datetime) -> Touched:
    """Ask for the rides of which any moment that was promised lies in a span; what is over is left out."""
    days = {"day__gte": town_date(begins) - timedelta(days=1)}  # a service day runs on until 28:00
    if ends is not None:
        days["day__lte"] = town_date(ends)
    states = (Booking.State.BOOKED, Booking.State.ABOARD)
    rows = with_promise(Booking.objects.filter(area=area, state__in=states, **days).select_related("area", "rider"))
    for row in rows:
        (row.promise,) = row.promises  # type: ignore[attr-defined]  # by with_promise
    found = sorted((row for row in rows if _is_in(row, begins, ends, now)), key=lambda row: (fetched_from(row), row.pk))
    begun = {row.pk for row in found if _has_begun(row, now)}
    return Touched([row for row in found if row.pk not in begun], [row for row in found if row.pk in begun])


def fetched_from(booking: Booking) -> datetime:
    """From when the bus was promised to come."""
    return moment_at(booking.day, booking.promise.pickup_from)


def rank_of(rides: Sequence[Booking], *, is_reached: bool) -> int:
    """The place among those whose ride is at the same time, the smaller one is called first.

    First who needs help to get on, then whom nothing but the telephone reaches.
    """
    needs_help = any(ride.wheelchairs or ride.prams or ride.slow for ride in rides)
    return 2 * (not needs_help) + is_reached


def _is_in(booking: Booking, begins: datetime, ends: datetime | None, now: datetime) -> bool:
    until = moment_at(booking.day, booking.promise.arrival_by)
    over = until <= now and booking.state != Booking.State.ABOARD
    return until > begins and not over and (ends is None or fetched_from(booking) < ends)


def _has_begun(booking: Booking, now: datetime) -> bool:
    """Whether they sit in the bus, or it was to have fetched them by now."""
    steps: list[PlanStep] = getattr(booking, "planned", [])
    second = second_of(booking.day, now)
    return booking.state == Booking.State.ABOARD or any(
        step.begins <= second for step in steps if step.action == PlanStep.Action.PICKUP
    )


def runs_from(area: ServiceArea, at: datetime) -> datetime | None:
    """When the bus runs first at a moment or after it; None where no hours say so."""
    begun = town_date(at) - timedelta(days=1)
    spans = (
        (moment_at(day, begin), moment_at(day, end))
        for day in (begun + timedelta(days=number) for number in range(DAYS_LOOKED_AT))
        for begin, end in runs_on(area, day).open_spans
    )
    return min((max(at, begin) for begin, end in spans if end > at), default=None)
