"""What holds just now: suspensions, closed stops, runs of the feed that do not happen, buses that are free."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from machikado.town.common.calendar import midnight, town_date
from machikado.town.ride.hours import second_of
from machikado.town.ride.models import (
    Booking,
    PlanStep,
    ServiceArea,
    StopClosure,
    Suspension,
    VehiclePosition,
    VehicleShift,
)
from machikado.town.ride.queries.area import suspensions_now
from machikado.town.transit.feeds.realtime import CancelledRun, FreeVan, Notice, Texts
from machikado.town.transit.feeds.services import services, trip_of
from machikado.town.transit.feeds.words import FeedDay, common
from machikado.town.transit.queries.feeds import days_of

CAUSES = {
    Suspension.Reason.SNOW: "WEATHER",
    Suspension.Reason.STORM: "WEATHER",
    Suspension.Reason.DISASTER: "OTHER_CAUSE",
    Suspension.Reason.STAFF: "TECHNICAL_PROBLEM",
    Suspension.Reason.HOLIDAYS: "HOLIDAY",
}
SUSPENDED = _("The on-demand bus is suspended.")
CLOSED = _("The stop “%(stop)s” is closed.")
STALE = timedelta(minutes=5)  # what was heard longer ago is where the bus was
QUIET_BEFORE, QUIET_AFTER = timedelta(minutes=20), timedelta(minutes=10)  # round a ride a bus is not shown
LANGUAGES = ("ja", "en")
AHEAD = timedelta(days=14)  # what begins later stands in the feed itself by then
DAYS_AHEAD = 1  # of cancelled runs: today and tomorrow


def notices(area: ServiceArea, now: datetime) -> Iterator[Notice]:
    """What holds now or begins within two weeks; suspensions first."""
    for row in suspensions_now(area, now).filter(begins_at__lt=now + AHEAD):
        cause = CAUSES.get(Suspension.Reason(row.reason), "OTHER_CAUSE")
        texts = {language: row.note for language in LANGUAGES if row.note}
        yield Notice(row.code, cause, row.begins_at, row.ends_at, "", _said(SUSPENDED), texts)
    today = town_date(now)
    to_come = Q(last_day=None) | Q(last_day__gte=today)
    rows = StopClosure.objects.filter(to_come, stop__area=area, reopened_at=None, first_day__lt=today + AHEAD)
    for closure in rows.select_related("stop").order_by("first_day", "pk"):
        ends = midnight(closure.last_day + timedelta(days=1)) if closure.last_day else None
        head = _said(CLOSED, stop=closure.stop.name)
        text = {"ja": closure.reason}
        begins = midnight(closure.first_day)
        yield Notice(closure.code, "OTHER_CAUSE", begins, ends, closure.stop.code, head, text)


def _said(sentence: Promise, **params: str) -> Texts:
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = str(sentence) % params
    return found


def cancelled_runs(area: ServiceArea, now: datetime) -> Iterator[CancelledRun]:
    """Runs that whoever took the feed earlier still believes in, and that a suspension now leaves nothing of."""
    today = town_date(now)
    believed = days_of(area, today, suspended=False)
    running = {each.day: each for each in days_of(area, today)[: DAYS_AHEAD + 1]}
    for service in services(believed):
        for each in believed[: DAYS_AHEAD + 1]:
            if (each.windows, each.closed) == (service.windows, service.closed):
                yield from _gone(service.name, each, running[each.day])


def free_vans(area: ServiceArea, now: datetime) -> Iterator[FreeVan]:
    """Buses in which nobody sits, to which nobody waits soon, and which have left whom they brought behind."""
    rows = VehiclePosition.objects.filter(shift__vehicle__area=area, shift__dropped_at=None, at__gte=now - STALE)
    for row in rows.select_related("shift__vehicle").order_by("shift__vehicle"):
        if not _is_busy(row.shift, now):
            yield FreeVan(row.shift.vehicle.code, row.shift.vehicle.name, row.lat, row.lon, row.at)


def _is_busy(shift: VehicleShift, now: datetime) -> bool:
    """Whether where the bus is would say where somebody is or lives; by the plan, and by what drivers told."""
    steps = PlanStep.objects.filter(shift=shift, booking__isnull=False)
    if steps.filter(booking__state=Booking.State.ABOARD).exists():
        return True
    ends: dict[int | None, list[int]] = {}
    for booking, begins, leaves in steps.values_list("booking", "begins", "leaves"):
        ends.setdefault(booking, []).extend((begins, leaves))
    at, before, after = second_of(shift.day, now), QUIET_BEFORE.seconds, QUIET_AFTER.seconds
    return any(min(times) - before <= at <= max(times) + after for times in ends.values())


def _gone(service: str, believed: FeedDay, running: FeedDay) -> Iterator[CancelledRun]:
    for number, window in enumerate(believed.windows):
        if not any(common(window, left) for left in running.windows):
            yield CancelledRun(trip_of(service, number), believed.day)
