"""Questions about fares: which version holds on a day, what a ride costs."""

from datetime import date

from machikado.town.ride.fare import CannotPrice, Fare, Party, Rider, Tariff, fare
from machikado.town.ride.models import FareTable, FreePeriod, ServiceArea, Stop


def table_on(area: ServiceArea, day: date) -> FareTable | None:
    """The version of the fares that is in force on a day."""
    return FareTable.objects.filter(area=area, effective_from__lte=day).order_by("-effective_from").first()


def tariff_of(table: FareTable) -> Tariff:
    """A version as the pure function wants it; four queries."""
    return Tariff(
        sections=dict(table.sections.values_list("name", "yen")),
        pairs={(pair.one, pair.other): pair.section.name for pair in table.pairs.select_related("section")},
        shares={Rider(rider): share for rider, share in table.shares.values_list("rider", "share")},
        round_up_yen=table.round_up_yen,
    )


def free_period_on(area: ServiceArea, day: date) -> str:
    """The name of a free period that holds on a day, or ""."""
    row = FreePeriod.objects.filter(area=area, first_day__lte=day, last_day__gte=day).order_by("first_day").first()
    return row.name if row else ""


def price(table: FareTable, stops: tuple[Stop, Stop], party: Party, day: date) -> Fare:
    """What a party pays from stop to stop on a day, by a version of the fares. Raises CannotPrice."""
    for stop in stops:
        if not stop.zone:
            raise CannotPrice("no_zone", stop=stop.name)
    return fare(tariff_of(table), (stops[0].zone, stops[1].zone), party, free_period_on(table.area, day))
