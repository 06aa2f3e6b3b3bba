"""Questions about rides back: when one could go, which wait for a call, which a reception may call."""

from datetime import date, datetime, timedelta

from django.db.models import Max, Q, QuerySet

from machikado.town.common.calendar import town_date
from machikado.town.people.models import Role
from machikado.town.people.viewer import Viewer
from machikado.town.ride.ground import Spot, metres
from machikado.town.ride.models import Booking, Reception, ServiceArea, VehicleShift
from machikado.town.ride.queries.area import spans_on

AT_THE_DESK_M = 150
STAYS = (60, 120, 180)  # minutes after the arrival that are offered with one tap
STEP = 10


def minutes_back(outward: Booking) -> list[int]:
    """Times at which somebody may want to go back, as minutes of the service day, as long as the bus runs then."""
    there = -(-outward.promise.arrival_by // 60)
    times = [-(-(there + stay) // STEP) * STEP for stay in STAYS]
    return [minute for minute in times if any(span.holds(minute) for span in spans_on(outward.area, outward.day))]


def closes_at(area: ServiceArea, day: date) -> int:
    """The minute of a service day at which the last vehicle goes home, or the hours of the bus end."""
    hours = max((span.closes for span in spans_on(area, day)), default=0)
    shifts = VehicleShift.objects.filter(vehicle__area=area, day=day, dropped_at=None)
    return min(hours, shifts.aggregate(last=Max("ends"))["last"] or 0)


def ride_back_of(outward: Booking) -> Booking | None:
    """The ride back that stands, or None."""
    return Booking.objects.filter(back_of=outward, state__in=(Booking.State.BOOKED, Booking.State.ABOARD)).first()


def receptions_visible_to(viewer: Viewer) -> "QuerySet[Reception]":
    """The manager of the bus sees every open reception, a client those of its organisations."""
    rows = Reception.objects.filter(closed_at=None).select_related("client", "area").order_by("name", "pk")
    if Role.TRANSPORT in viewer.roles:
        return rows
    return rows.filter(client_id__in=viewer.organisation_ids(Role.CLIENT))


def waiting_at(reception: Reception, now: datetime) -> list[Booking]:
    """The open rides back that begin at a reception on this service day; yesterday's may run past midnight."""
    days = Q(day=town_date(now)) | Q(day=town_date(now) - timedelta(days=1))
    rows = Booking.objects.filter(
        days, area=reception.area, is_open=True, state=Booking.State.BOOKED, rider__isnull=False
    )
    here = Spot(reception.lat, reception.lon)
    near = [
        row
        for row in rows.select_related("rider", "area")
        if metres(here, Spot(row.from_lat, row.from_lon)) <= AT_THE_DESK_M
    ]
    return sorted(near, key=lambda row: (row.day, row.promise.pickup_from, row.pk))
