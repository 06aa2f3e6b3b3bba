"""The facts of a daily report, computed from what the driver told: times, kilometres, riders, fares, stops."""

from collections import Counter
from datetime import datetime
from typing import Any

from machikado.town.drive.models import Departure
from machikado.town.ride.hours import clock_of, minute_of
from machikado.town.ride.models import RunStep, VehicleShift
from machikado.town.ride.queries.progress import run_of

Kind = RunStep.Kind


def report_facts(shift: VehicleShift, departure: Departure, odometer_km: int, now: datetime) -> dict[str, Any]:
    """What the report of a shift says beside what its driver writes."""
    steps = list(run_of(shift).select_related("booking", "stop"))
    carried = [step.booking.riding for step in steps if step.kind == Kind.ABOARD and step.booking is not None]
    return {
        "out": _clock(shift, departure.at),
        "back": _clock(shift, now),
        "begin_km": departure.odometer_km,
        "end_km": odometer_km,
        "km": odometer_km - departure.odometer_km,
        "rides": len(carried),
        "people": sum(riding.people for riding in carried),
        "wheelchairs": sum(riding.needs.wheelchairs for riding in carried),
        "no_shows": sum(step.kind == Kind.NO_SHOW for step in steps),
        "yen": {paid: sum(step.yen or 0 for step in steps if step.paid == paid) for paid in RunStep.Paid.values},
        "breaks": [[clock_of(each.begins), clock_of(each.ends)] for each in shift.breaks.all()],
        "stops": _stops(shift, steps),
        "refused": RunStep.objects.filter(shift=shift).exclude(refused="").count(),
    }


def _stops(shift: VehicleShift, steps: list[RunStep]) -> list[list[Any]]:
    """Where the vehicle was: when, at which stop, how many got on and off there."""
    rows: list[list[Any]] = []
    for step in steps:
        if step.kind == Kind.ARRIVE and step.stop is not None:
            rows.append([_clock(shift, step.at), step.stop.name, 0, 0])
        elif rows and step.booking is not None and step.kind in (Kind.ABOARD, Kind.ALIGHT):
            rows[-1][2 if step.kind == Kind.ABOARD else 3] += step.booking.riding.people
    return rows


def _clock(shift: VehicleShift, at: datetime) -> str:
    return clock_of(max(0, minute_of(shift.day, at)))


def paid_words(yen: dict[str, int]) -> list[tuple[str, int]]:
    """The fares by how they were paid, in words."""
    counted = Counter(yen)
    return [(str(paid.label), counted[paid.value]) for paid in RunStep.Paid]
