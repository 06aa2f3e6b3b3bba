"""The search for places: a page that works without script, and the same as JSON while one types."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from machikado.town.people.sign_in import client_ip
from machikado.town.ride.queries.places import found_places
from machikado.town.ride.search_limits import may_search

MOST_TYPED = 120


def places(request: HttpRequest) -> HttpResponse:
    """Find stops and places. A search is a POST: an address may be somebody's home."""
    typed = request.POST.get("q", "")[:MOST_TYPED]
    is_asked_too_often = request.method == "POST" and not may_search(client_ip(request))
    found = [] if is_asked_too_often else found_places(typed)
    status = 429 if is_asked_too_often else 200
    if request.accepts("application/json") and not request.accepts("text/html"):
        facts = {"found": [asdict(each) for each in found]}
        return JsonResponse(facts, status=status, headers={"Cache-Control": "no-store"})
    context = {"typed": typed, "found": found, "is_asked_too_often": is_asked_too_often}
    return render(request, "ride/places/search.html", context, status=status)
