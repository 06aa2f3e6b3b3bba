"""Open data of the bus: the page that explains them, the feed and what holds just now, at addresses that stay."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from machikado.town.common import clock
from machikado.town.ride.queries.area import first_area
from machikado.town.transit.feeds import realtime
from machikado.town.transit.feeds.packing import Feed, packed
from machikado.town.transit.queries.feeds import CannotExport, feed_facts
from machikado.town.transit.queries.realtime import cancelled_runs, free_vans, notices


def open_data(request: HttpRequest) -> HttpResponse:
    """What there is, under which licence, and how to use it."""
    feed, why = _feed()
    context = {"feed": feed, "why": why, "kilobytes": -(-len(feed.data) // 1024) if feed else 0}
    return render(request, "transit/open_data.html", context)


def gtfs(request: HttpRequest) -> HttpResponse:
    """The feed; who has this version already is told so. While there is none, the page says why."""
    feed, _why = _feed()
    if feed is None:
        return redirect("transit:open_data")
    mark = f'"{feed.version}"'
    facts = {"ETag": mark, "Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
    if request.headers.get("If-None-Match") == mark:
        return HttpResponse(status=304, headers=facts)
    name = {"Content-Disposition": 'attachment; filename="gtfs.zip"'}
    return HttpResponse(feed.data, content_type="application/zip", headers={**facts, **name})


def alerts(request: HttpRequest) -> HttpResponse:
    """What keeps the bus from running, as GTFS Realtime."""
    area, now = first_area(), clock.now()
    found = notices(area, now) if area else ()
    return _message(realtime.alerts(area.code if area else "", found, now))


def trip_updates(request: HttpRequest) -> HttpResponse:
    """Runs of the feed that do not happen, as GTFS Realtime."""
    area, now = first_area(), clock.now()
    runs = cancelled_runs(area, now) if area else ()
    return _message(realtime.trip_updates(area.code if area else "", runs, now))


def vehicle_positions(request: HttpRequest) -> HttpResponse:
    """Where free buses are, roughly, as GTFS Realtime."""
    area, now = first_area(), clock.now()
    return _message(realtime.vehicle_positions(free_vans(area, now) if area else (), now))


def _message(data: bytes) -> HttpResponse:
    facts = {"Cache-Control": "public, max-age=30", "Access-Control-Allow-Origin": "*"}
    return HttpResponse(data, content_type="application/x-protobuf", headers=facts)


def _feed() -> tuple[Feed | None, str]:
    """The feed of now, or why there is none."""
    try:
        return packed(feed_facts(clock.now())), ""
    except CannotExport as refusal:
        return None, refusal.sentence
