"""What the bus tells the world: its rows as the facts of a feed, for today and the weeks that follow."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from machikado.town.common.calendar import town_date
from machikado.town.common.errors import Cannot
from machikado.town.people.queries import centre, town
from machikado.town.ride.fare import Party, Rider, fare
from machikado.town.ride.hours import LAST_MINUTE, moment_of, second_of, spans
from machikado.town.ride.models import Kerb, Layout, ServiceArea, Stop, StopClosure, Suspension
from machikado.town.ride.queries.area import first_area, rules_of
from machikado.town.ride.queries.fares import table_on, tariff_of
from machikado.town.ride.queries.roads import network_in_use
from machikado.town.transit.feeds.words import FeedDay, FeedFacts, FeedFares, FeedStop, Publisher, off

DAYS = 60  # who consumes feeds wants thirty days at least


class CannotExport(Cannot):
    """There is no feed to give out yet."""

    sentences = {
        "no_area": _("There is no service area yet. Please found one first, on the page of the hours."),
        "no_stops": _("No stop can be booked yet: a stop needs a fare zone and a road that a bus reaches."),
        "no_hours": _("The bus runs on none of the next %(days)s days. Please set its hours first."),
        "no_fares": _("There are no fares yet. Please put a fare table in force first."),
    }


def feed_facts(now: datetime) -> FeedFacts:
    """All that is told of the bus, from the service day of now on. Raises CannotExport."""
    area = first_area()
    if area is None:
        raise CannotExport("no_area")
    today = town_date(now)
    stops, days = _stops(area), days_of(area, today)
    if len(stops) < 2:
        raise CannotExport("no_stops")
    if not any(each.windows for each in days):
        raise CannotExport("no_hours", days=DAYS)
    return FeedFacts(
        publisher=_publisher(),
        line=area.code,
        name=_line_name(area),
        stops=stops,
        days=days,
        fares=_fares(area, today),
        book_ahead_days=area.book_ahead_days,
        wheelchair=Layout.objects.filter(vehicle__area=area, vehicle__retired_on=None, wheelchairs__gt=0).exists(),
    )


def _line_name(area: ServiceArea) -> str:
    return f"{area.name} オンデマンドバス"


def _publisher() -> Publisher:
    place, who = town(), centre()
    site = settings.SITE_URL.rstrip("/")
    return Publisher(
        number=place.municipality_code if place else "0",
        name=who.name,
        kana=who.name_kana,
        legal_name=place.legal_entity if place else who.name,
        address=place.address if place else "",
        phone=place.desk_phone if place else "",
        site=f"{site}/",
        page=site + reverse("transit:open_data"),
        booking=site + reverse("ride:book"),
    )


def _stops(area: ServiceArea) -> tuple[FeedStop, ...]:
    """The stops that can be booked: with a zone of the fares, and where there are roads, on one that a bus reaches."""
    rows = Stop.objects.filter(area=area).exclude(zone="").order_by("number")
    if (network := network_in_use()) is not None:
        rows = rows.filter(pk__in=Kerb.objects.filter(network=network, is_reachable=True).values("stop"))
    return tuple(_stop(row) for row in rows)


def _stop(row: Stop) -> FeedStop:
    hours = (row.opens * 60, row.closes * 60) if row.opens is not None and row.closes is not None else None
    note = row.residents_name if row.residents_name != row.name else ""
    kept = {name: getattr(row, name) for name in ("code", "number", "name", "kana", "lat", "lon", "zone", "wheelchair")}
    return FeedStop(note=note, hours=hours, **kept)


def days_of(area: ServiceArea, today: date, *, suspended: bool = True) -> tuple[FeedDay, ...]:
    """Each day's hours, what is `suspended` cut out, and its closed stops; three queries for all of them."""
    rules = rules_of(area)
    held = list(Suspension.objects.filter(area=area, lifted_at=None)) if suspended else []
    closures = list(StopClosure.objects.filter(stop__area=area, reopened_at=None).select_related("stop"))
    found = []
    for day in (today + timedelta(days=number) for number in range(DAYS)):
        windows = tuple((span.opens * 60, span.closes * 60) for span in spans(rules, day))
        for row in held:
            end = row.ends_at or moment_of(day, LAST_MINUTE)
            windows = off(windows, second_of(day, row.begins_at), second_of(day, end))
        found.append(FeedDay(day, windows, _closed(closures, day)))
    return tuple(found)


def _closed(closures: Sequence[StopClosure], day: date) -> frozenset[str]:
    held = (row for row in closures if row.first_day <= day and (row.last_day is None or row.last_day >= day))
    return frozenset(row.stop.code for row in held)


def _fares(area: ServiceArea, today: date) -> FeedFares:
    """The table in force today: what one rider of each kind pays; a companion rides with whom they accompany."""
    table = table_on(area, today)
    if table is None:
        raise CannotExport("no_fares")
    tariff = tariff_of(table)
    zones = {section: pair for pair, section in tariff.pairs.items()}
    yen = {}
    for section, ride in sorted(zones.items()):
        lines = fare(tariff, ride, Party(dict.fromkeys(Rider, 1))).lines
        yen[section] = {line.rider: line.yen_each for line in lines}
    return FeedFares(yen, dict(tariff.pairs))
