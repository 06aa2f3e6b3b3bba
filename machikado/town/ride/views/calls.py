"""The pages of call lists: rides that a suspension cancels, whom to telephone, one call after the other."""

from collections.abc import Callable

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.acting import acted
from machikado.town.common.errors import Cannot
from machikado.town.common.live import live
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride import call_table
from machikado.town.ride.actions import calls, suspending
from machikado.town.ride.models import CallEntry, CallList, CallTry, SuspendedRide, Suspension
from machikado.town.ride.queries.calls import call_lists, entries_of, entry_with_rides
from machikado.town.ride.views.call_page import ListPage, aloud, callee, check_page, lines, list_page, new_of


def after_calling_off(request: SignedInRequest, suspension: Suspension) -> HttpResponse:
    """Say what was done, and go where somebody is to be told."""
    toasts.success(request, _("The bus is suspended for this time. You can let it run again at any moment."))
    made = CallList.objects.filter(suspension=suspension).first()
    return redirect("ride:call_list", made.code) if made is not None else redirect("ride:hours")


def call_off(request: SignedInRequest, code: str) -> HttpResponse:
    """Whom a suspension that was entered touches; cancel their rides."""
    row, by, now = get_object_or_404(Suspension, code=code), request.viewer.actor, clock.now()
    if request.method == "POST":
        if acted(request, lambda: suspending.call_off(suspension=row, by=by, now=now)):
            return after_calling_off(request, row)
        return redirect("ride:hours")
    return render(request, "ride/calls/check.html", {"page": check_page(row.area, new_of(row), now), "row": row})


def lists(request: SignedInRequest) -> HttpResponse:
    """All lists; those with somebody left to call first."""
    return render(request, "ride/calls/lists.html", {"lists": call_lists()})


def call_list(request: SignedInRequest, code: str) -> HttpResponse:
    """Whom to call in order, who was called, and who is told by message."""
    return render(request, "ride/calls/list.html", {"page": _page(request, code)})


def call_list_live(request: SignedInRequest, code: str) -> HttpResponse:
    """The part of the page that changes while people call."""
    return live(request, "ride/calls/calls.html", {"page": _page(request, code)})


def _page(request: SignedInRequest, code: str) -> ListPage:
    return list_page(_list(code), clock.now(), is_whole="all" in request.GET)


def _list(code: str) -> CallList:
    return get_object_or_404(CallList.objects.select_related("suspension__area", "made_by"), code=code)


def call_list_csv(request: SignedInRequest, code: str) -> HttpResponse:
    """The list as a table to take along."""
    table = call_table.write(lines(_page(request, code)))
    facts = {"Content-Disposition": f'attachment; filename="calls-{code}.csv"', "Cache-Control": "no-store"}
    return HttpResponse(table, content_type="text/csv; charset=utf-8", headers=facts)


def call_next(request: SignedInRequest, code: str) -> HttpResponse:
    """Take whoever is to be called next."""
    here, by = _list(code), request.viewer.actor
    try:
        entry = calls.claim_next(call_list=here, by=by, now=clock.real_now())
    except Cannot as refusal:
        toasts.info(request, refusal.sentence)
        return redirect("ride:call_list", code)
    return redirect("ride:call", entry.code)


def call_too(request: SignedInRequest, code: str) -> HttpResponse:
    """Telephone somebody as well who was told by message."""
    here, by = _list(code), request.viewer.actor
    ride = get_object_or_404(SuspendedRide, call_list=here, booking__code=request.POST.get("booking", "")[:12])
    acted(request, lambda: calls.call_too(ride=ride, by=by, now=clock.now()), _("They stand on the call list now."))
    return redirect("ride:call_list", code)


def call(request: SignedInRequest, code: str) -> HttpResponse:
    """One call: the number, what to say, and what came of it."""
    entry = get_object_or_404(entry_with_rides(code))
    order = list(entries_of(entry.call_list).values_list("pk", flat=True))
    seen = callee(entry, order.index(entry.pk) + 1)
    is_mine = bool(seen.held_by) and entry.claimed_by_id == request.viewer.person_id
    context = {"seen": seen, "aloud": aloud(entry.call_list, seen), "is_mine": is_mine}
    return render(request, "ride/calls/call.html", context)


def call_step(request: SignedInRequest, code: str) -> HttpResponse:
    """Call somebody, say what came of it, give the call back, or put somebody back on the list."""
    entry, what = get_object_or_404(CallEntry.objects.select_related("call_list"), code=code), request.POST.get("what")
    by, now = request.viewer.actor, clock.now()
    acts: dict[str | None, Callable[[], object]] = {
        "call": lambda: calls.claim(entry=entry, by=by, now=clock.real_now()),
        "give_back": lambda: calls.give_back(entry=entry, by=by),
        "reopen": lambda: calls.reopen(entry=entry, by=by, now=now),
        **{outcome: _noting(entry, outcome, request) for outcome in CallTry.Outcome.values},
    }
    if what in acts and acted(request, acts[what]) and what == "call":
        return redirect("ride:call", code)
    return redirect("ride:call_list", entry.call_list.code)


def _noting(entry: CallEntry, outcome: str, request: SignedInRequest) -> Callable[[], object]:
    return lambda: calls.note(entry=entry, outcome=outcome, by=request.viewer.actor, now=clock.now())
