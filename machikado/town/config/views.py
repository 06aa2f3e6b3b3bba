"""The front page: what this town's Machikado is, and what one can do here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.config import demo_links
from machikado.town.config.navigation import navigation
from machikado.town.people.queries import town
from machikado.town.work.queries import corner


def front(request: HttpRequest) -> HttpResponse:
    """Show a visitor the town; send a signed-in person to the first page of their role."""
    if getattr(request, "viewer", None) is not None:
        first = next((item.url for item in navigation(request)), reverse("inbox"))
        return HttpResponse(status=303, headers={"Location": first})
    context = {"place": town(), "corner": corner.today(clock.now()), "demo_people": demo_links.people()}
    return render(request, "config/front.html", context)
