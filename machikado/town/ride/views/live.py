"""The manager's board: where the buses are, what today is like, who rides when; and what its map asks for."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render

from machikado.town.common import clock
from machikado.town.common import live as parts
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.models import ServiceArea, VehicleShift
from machikado.town.ride.views.acting import with_area
from machikado.town.ride.views.live_page import live_page
from machikado.town.ride.views.live_wire import every_seconds, moves, ways
from machikado.town.ride.views.run_page import run_page

MOST_HAVE = 200


@with_area
def live(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """The board, whole; without a script it is a list, and a link looks again."""
    page = live_page(area, request.viewer.account_id, clock.now())
    return render(request, "ride/live/live.html", {"page": page, "every": every_seconds()})


@with_area
def live_day(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """Figures and bars of the day, when they have changed."""
    page = live_page(area, request.viewer.account_id, clock.now())
    return parts.live(request, "ride/live/day.html", {"page": page})


@with_area
def live_moves(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """Where buses have moved to since somebody asked last."""
    return _wire(moves(area, clock.now(), _moment(request.GET.get("since", ""))))


@with_area
def live_ways(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """Calls and lines of the buses; `have` names what the asker holds, as code.mark,code.mark."""
    held = [each.partition(".") for each in request.GET.get("have", "").split(",")[:MOST_HAVE]]
    return _wire(ways(area, clock.now(), {code: mark for code, _dot, mark in held}))


def live_run(request: SignedInRequest, code: str) -> HttpResponse:
    """One shift with all its stops, to read and to print."""
    shift = get_object_or_404(VehicleShift.objects.select_related("vehicle__area", "driver"), code=code)
    return render(request, "ride/live/run.html", {"page": run_page(shift, clock.now())})


def _wire(told: dict[str, Any]) -> JsonResponse:
    return JsonResponse(told, json_dumps_params={"separators": (",", ":")}, headers={"Cache-Control": "no-store"})


def _moment(since: str) -> datetime | None:
    """A moment as whole seconds since 1970; what is no such number asks for everything."""
    return datetime.fromtimestamp(int(since), UTC) if since.isdecimal() and len(since) <= 10 else None
