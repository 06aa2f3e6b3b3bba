"""The search for places: a page that works without script, and the same as JSON while one types."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from machikado.town.ride.queries.places import found_places

MOST_TYPED = 120


def places(request: HttpRequest) -> HttpResponse:
    """Find stops and places. A search is a POST: an address may be somebody's home."""
    typed = request.POST.get("q", "").replace("\0", "")[:MOST_TYPED]
    found = found_places(typed)
    if request.accepts("application/json") and not request.accepts("text/html"):
        return JsonResponse({"found": [asdict(each) for each in found]}, headers={"Cache-Control": "no-store"})
    return render(request, "ride/places/search.html", {"typed": typed, "found": found})
