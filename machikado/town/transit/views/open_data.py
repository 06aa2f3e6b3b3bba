"""Open data of the bus: the page that explains them, the feed and what holds just now, at addresses that stay."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from machikado.town.common import clock
from machikado.town.ride.models import ServiceArea
from machikado.town.ride.queries.area import first_area
from machikado.town.transit.feeds import realtime
from machikado.town.transit.feeds.packing import Feed, packed
from machikado.town.transit.given_out import kept
from machikado.town.transit.queries.feeds import CannotExport, feed_facts
from machikado.town.transit.queries.realtime import cancelled_runs, free_vans, notices

FEED_SECONDS, NOW_SECONDS = 60, 20  # so long what was made is given out again
FOR_ALL = {"Access-Control-Allow-Origin": "*"}


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
    facts = {"ETag": f'"{feed.version}"', "Cache-Control": "public, max-age=300"}
    name = {"Content-Type": "application/zip", "Content-Disposition": 'attachment; filename="gtfs.zip"'}
    return _given(request, feed.data, facts, name)


def alerts(request: HttpRequest) -> HttpResponse:
    """What keeps the bus from running, as GTFS Realtime."""
    return _message(request, "alerts", lambda area, now: realtime.alerts(area.code, notices(area, now), now))


def trip_updates(request: HttpRequest) -> HttpResponse:
    """Runs of the feed that do not happen, as GTFS Realtime."""
    return _message(
        request, "trip_updates", lambda area, now: realtime.trip_updates(area.code, cancelled_runs(area, now), now)
    )


def vehicle_positions(request: HttpRequest) -> HttpResponse:
    """Where free buses are, roughly, as GTFS Realtime."""
    return _message(
        request, "vehicle_positions", lambda area, now: realtime.vehicle_positions(free_vans(area, now), now)
    )


def _message(request: HttpRequest, name: str, say: Callable[[ServiceArea, datetime], bytes]) -> HttpResponse:
    def made() -> bytes:
        area, now = first_area(), clock.now()
        return say(area, now) if area else realtime.alerts("", (), now)  # of nothing, all three say the same

    data = kept(name, NOW_SECONDS, made)
    facts = {"ETag": f'"{hashlib.sha256(data).hexdigest()[:32]}"', "Cache-Control": "public, max-age=20"}
    return _given(request, data, facts, {"Content-Type": "application/x-protobuf"})


def _given(request: HttpRequest, data: bytes, facts: Mapping[str, str], more: Mapping[str, str]) -> HttpResponse:
    if request.headers.get("If-None-Match") == facts["ETag"]:
        return HttpResponse(status=304, headers={**FOR_ALL, **facts})
    return HttpResponse(data, headers={**FOR_ALL, **facts, **more})


def _feed() -> tuple[Feed | None, str]:
    """The feed of now, or why there is none, in the language of whoever reads it."""
    feed, refusal = kept("gtfs", FEED_SECONDS, _made)
    return feed, "" if refusal is None else CannotExport(refusal[0], **refusal[1]).sentence


def _made() -> tuple[Feed | None, tuple[str, dict[str, Any]] | None]:
    try:
        return packed(feed_facts(clock.now())), None
    except CannotExport as refusal:
        return None, (refusal.code, dict(refusal.params))
