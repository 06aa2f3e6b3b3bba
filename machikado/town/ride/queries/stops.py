"""Questions about stops: which there are, which are open on a day."""

from collections.abc import Collection
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from machikado.town.common.japanese import address_key, search_key
from machikado.town.common.models import SearchKey
from machikado.town.ride.ground import Spot, metres
from machikado.town.ride.models import ServiceArea, Stop, StopClosure

KIND = "stop"


def closures_on(day: date) -> "QuerySet[StopClosure]":
    """The closures that hold on a day."""
    to_come = Q(last_day=None) | Q(last_day__gte=day)
    return StopClosure.objects.filter(to_come, first_day__lte=day, reopened_at=None)


def stops_of(area: ServiceArea, day: date) -> "QuerySet[Stop]":
    """Every stop of an area by number, each with `is_closed` on a day."""
    told = {"is_closed": Exists(closures_on(day).filter(stop=OuterRef("pk")))}
    return Stop.objects.filter(area=area).annotate(**told).order_by("number")


def found_stops(area: ServiceArea, day: date, words: str) -> "QuerySet[Stop]":
    """The stops whose name, reading, number or address holds what was typed; all for nothing."""
    rows = stops_of(area, day)
    if not search_key(words):
        return rows
    held = Q(key__contains=search_key(words)) | Q(key__contains=address_key(words) or search_key(words))
    return rows.filter(pk__in=SearchKey.objects.filter(held, kind=KIND).values("noun_id"))


def nearest_stops(stops: Collection[int], among: Collection[int]) -> dict[int, int]:
    """For each of some stops (by id) the nearest of others, as the crow flies."""
    if not stops or not among:
        return {}
    spots = {pk: Spot(lat, lon) for pk, lat, lon in Stop.objects.values_list("pk", "lat", "lon")}
    others = sorted({*among} - {*stops})
    return {stop: min(others, key=lambda other: metres(spots[stop], spots[other])) for stop in sorted(stops) if others}
