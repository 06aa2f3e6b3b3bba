"""The front page: what this town's Machikado is, and what one can do here; and the page of a fault of ours."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.config import demo_links
from machikado.town.config.navigation import navigation
from machikado.town.people.queries import town
from machikado.town.ride.queries.area import first_area
from machikado.town.work.queries import corner


def front(request: HttpRequest) -> HttpResponse:
    """Show a visitor the town; send a signed-in person to the first page of their role."""
    if getattr(request, "viewer", None) is not None:
        first = next((item.url for item in navigation(request)), reverse("inbox"))
        return HttpResponse(status=303, headers={"Location": first})
    context = {
        "place": town(),
        "corner": corner.today(clock.now()),
        "has_bus": first_area() is not None,
        "demo_people": demo_links.people(),
    }
    return render(request, "config/front.html", context)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that something is wrong on our side, with the navigation; without it where that cannot be drawn either."""
    try:
        return render(request, "500.html", status=500)
    except Exception:  # whatever is broken (the database, say), this page comes; the fault itself is in the log
        return HttpResponse(render_to_string("500.html"), status=500)
