"""What must hold of duty, by the rows alone; shares no code with the actions. Codes only, no names."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from machikado.town.drive.models import DayReport, Departure, RollCall, VehicleCheck
from machikado.town.ride.models import RunStep


def problems() -> list[str]:
    """Vehicles that went out without a check, passengers without a driver on duty, reports that do not add up."""
    return [*_departures(), *_runs(), *_reports()]


def _departures() -> Iterator[str]:
    """Roll calls go after a year, so that only the check can be asked for always."""
    checked = VehicleCheck.objects.filter(shift=OuterRef("shift"), passed=True, at__lte=OuterRef("at"))
    for code in Departure.objects.filter(~Exists(checked)).values_list("shift__code", flat=True):
        yield f"shift {code} went out without a check of its vehicle"
    failed = RollCall.objects.filter(part="before", passed=False, at__lte=OuterRef("at"))
    later = failed.filter(shift=OuterRef("shift")).exclude(Exists(RollCall.objects.filter(replaces=OuterRef("pk"))))
    for code in Departure.objects.filter(Exists(later)).values_list("shift__code", flat=True):
        yield f"shift {code} went out though its roll call was not passed"


def _runs() -> Iterator[str]:
    out = Departure.objects.filter(shift=OuterRef("shift"), at__lte=OuterRef("received_at"))
    duties = Departure.objects.filter(shift=OuterRef("shift"))
    rows = RunStep.objects.filter(Exists(duties)).exclude(Exists(out))
    for code in sorted(set(rows.values_list("shift__code", flat=True))):
        yield f"shift {code} told of the road before it went out"


def _reports() -> Iterator[str]:
    for report in DayReport.objects.select_related("shift"):
        facts = report.facts
        if facts["km"] != report.odometer_km - facts["begin_km"] or facts["km"] < 0:
            yield f"shift {report.shift.code}: the kilometres of its report do not add up"
