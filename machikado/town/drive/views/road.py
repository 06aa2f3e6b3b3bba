"""The tablet on the road: its page, the sheet that it asks for again and again, what it tells, where it is."""

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from django.contrib import messages as toasts
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from machikado.town.common import clock
from machikado.town.common.offline import worker_script
from machikado.town.drive import presses
from machikado.town.drive.actions import road
from machikado.town.drive.actions.positions import Fix, report
from machikado.town.drive.presses import BadPresses, Clocks, Told
from machikado.town.drive.queries.duty import duty_of
from machikado.town.drive.views.duty import shift_for
from machikado.town.drive.views.run_page import run_page
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.models import VehicleShift


def clocks() -> Clocks:
    """This moment by both clocks."""
    return Clocks(clock.now(), clock.real_now(), clock.speed())


def run(request: SignedInRequest, code: str) -> HttpResponse:
    """The page of the tablet; before the vehicle went out there is none."""
    shift = shift_for(request, code)
    duty, now = duty_of(shift), clocks()
    if duty.departure is None:
        return redirect("drive:shift", code)
    context = {"page": run_page(shift, now.town), "duty": duty, "clocks": _told(now), "now": now.town}
    response = render(request, "drive/run.html", context)
    response["Cache-Control"] = "no-store"
    return response


def sheet(request: SignedInRequest, code: str) -> HttpResponse:
    """The visits that are ahead, as the plan stands now; 304 as long as nothing changed."""
    shift = shift_for(request, code)
    now = clocks()
    html = _sheet(request, shift, now)
    mark = f'"{hashlib.sha256(html.encode()).hexdigest()[:32]}"'
    is_known = request.headers.get("If-None-Match") == mark
    response = HttpResponse(status=304) if is_known else HttpResponse(html)
    response["ETag"], response["Cache-Control"], response["X-Clocks"] = mark, "no-cache", _told(now)
    return response


def _sheet(request: HttpRequest, shift: VehicleShift, now: Clocks) -> str:
    return render_to_string("drive/sheet.html", {"page": run_page(shift, now.town)}, request)


def _told(now: Clocks) -> str:
    """Both clocks as a script reads them: milliseconds of the town's time and of the real one, and the speed."""
    town, real = (round(at.timestamp() * 1000) for at in (now.town, now.real))
    return f"{town} {real} {now.speed:g}"


def tell(request: SignedInRequest, code: str) -> HttpResponse:
    """What the tablet tells: all presses that wait, or (without a script) the one that was made just now."""
    shift, now, by = shift_for(request, code), clocks(), request.viewer.actor
    sent = request.POST.get("presses")
    try:
        told = [_single(request, now)] if sent is None else presses.read(sent)
    except BadPresses:
        return JsonResponse({"code": "bad_presses"}, status=400)
    outcomes = road.tell_all(shift=shift, presses=told, clocks=now, by=by)
    if sent is None:
        for outcome in outcomes:
            if outcome.refusal:
                toasts.error(request, outcome.refusal)
        return redirect("drive:run", code)
    done = [{"key": each.key, "refusal": each.refusal} for each in outcomes]
    later = clocks()
    return JsonResponse({"done": done, "html": _sheet(request, shift, later), "clocks": _told(later)})


def _single(request: HttpRequest, now: Clocks) -> Told:
    """A press of a page without a script: its clock is ours."""
    kind, on, yen, how = [*request.POST.get("press", "").split("|"), "", "", "", ""][:4]
    if kind not in presses.KINDS:
        raise BadPresses("nothing was pressed")
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        key = uuid4()
    amount = int(yen) if yen.isdecimal() and len(yen) < 7 else 0
    card = request.POST.get("card", "")[: presses.MOST_CARD] if how == "card" else ""
    return Told(key, kind, now.real, timedelta(0), on[:20], amount, how[:8], card, how[:12])


def position(request: SignedInRequest, code: str) -> HttpResponse:
    """Where the vehicle is; only from its driver, and only while it is on the road."""
    shift = shift_for(request, code)
    fix, now = _fix(request), clocks()
    is_driver = request.viewer.person_id == shift.driver_id
    if fix is not None and is_driver and duty_of(shift).is_out:
        report(shift=shift, fix=fix, clocks=now, by=request.viewer.actor)
    return HttpResponse(status=204)


def _fix(request: HttpRequest) -> Fix | None:
    """What the tablet measured; None where it makes no sense."""
    try:
        at = datetime.fromtimestamp(int(request.POST["at"]) / 1000, UTC)
        offset = timedelta(milliseconds=int(request.POST["offset"]))
        lat, lon = (float(request.POST[name]) for name in ("lat", "lon"))
        heading, kmh = (float(request.POST.get(name) or -1) for name in ("heading", "kmh"))
    except (KeyError, ValueError, OverflowError, OSError):
        return None
    if not (20 <= lat <= 46 and 122 <= lon <= 154 and -1 <= kmh <= 200 and -1 <= heading <= 360):
        return None
    return Fix(at, offset, lat, lon, round(heading) % 360 if heading >= 0 else None, round(kmh) if kmh >= 0 else None)


def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the tablet's page for a dead zone; here, so that it may look after these addresses."""
    return worker_script(request, "built/drive/worker.js")
