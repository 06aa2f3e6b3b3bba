"""Where the vehicle is, every few seconds, by the town's clock: handed on to the bus, which keeps it for a month."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from machikado.town.common.actors import Actor
from machikado.town.drive.presses import Clocks
from machikado.town.ride.actions import positions
from machikado.town.ride.models import VehicleShift


@dataclass(frozen=True, slots=True)
class Fix:
    """What the tablet measured, by its own clock, which the town's is ahead of by `offset`."""

    at: datetime
    offset: timedelta
    lat: float
    lon: float
    heading_deg: int | None
    speed_kmh: int | None


def report(*, shift: VehicleShift, fix: Fix, clocks: Clocks, by: Actor) -> None:
    """Say where a vehicle is; what cannot be is kept out there, with a remark."""
    positions.report_position(
        shift=shift,
        by=by,
        now=clocks.town,
        at=clocks.moment_of(fix.at, fix.offset),
        lat=fix.lat,
        lon=fix.lon,
        heading_deg=fix.heading_deg,
        speed_kmh=fix.speed_kmh,
    )
