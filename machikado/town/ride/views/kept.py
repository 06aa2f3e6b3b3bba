"""The bus on the home screen of a telephone, and what its browser keeps for the time without a network."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache

from machikado.town.common import clock, offline
from machikado.town.people.models import Person
from machikado.town.people.queries import town
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.views.kept_page import FILES, kept_trips
from machikado.town.ride.views.whose import whose

GROUND, KEY = "#faf7f2", "#00428c"  # of the look, by day
ICONS = ((192, "any"), (512, "any"), (512, "maskable"))


@never_cache
def kept(request: SignedInRequest) -> HttpResponse:
    """The next trip as pages that stand alone, for the script that keeps them; others are led to their bookings."""
    if request.headers.get("X-Requested-With") != "fetch":
        return redirect("ride:home")
    now = clock.now()
    theirs = whose(request.viewer, Person.objects.get(pk=request.viewer.person_id), now)
    pages = [
        {"html": render_to_string("ride/kept/trip.html", {"trip": trip}, request), "seconds": trip.seconds}
        for trip in kept_trips(theirs, now)
    ]
    return JsonResponse({"account": str(request.viewer.account_id), "pages": pages, **_shelf()})


def worker(request: HttpRequest) -> HttpResponse:
    """The script that shows what was kept; here, so that it looks after the addresses of the bus and no others."""
    facts = {**_shelf(), "kept": reverse("ride:kept"), "refuge": reverse("ride:no_network")}
    return offline.worker_script(request, "built/ride/worker.js", facts)


def _shelf() -> dict[str, object]:
    return {"version": offline.version_of(FILES, _refuges()), "files": [static(name) for name in FILES]}


def _refuges() -> list[str]:
    """The page without a network in each language."""
    place = town()
    pages: list[str] = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            pages.append(
                render_to_string("ride/kept/no_network.html", {"town": {"phone": place.desk_phone} if place else {}})
            )
    return pages


def no_network(request: HttpRequest) -> HttpResponse:
    """What stands where a page would be, had the browser a network; nothing of anybody."""
    response = render(request, "ride/kept/no_network.html")
    response["Cache-Control"] = "private, no-cache"
    return response


def manifest(request: HttpRequest) -> HttpResponse:
    """What a home screen shows. Signing in and messages belong to it: its scope is wider than that of the worker."""
    icons = [
        {
            "src": static(f"built/common/icon-{'' if purpose == 'any' else 'round-'}{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size, purpose in ICONS
    ]
    facts = {
        "id": reverse("ride:home"),
        "name": _("Machikado bus"),
        "short_name": _("Bus"),
        "description": _("Book the bus, see when it comes, and have the next trip at hand without a network."),
        "lang": request.LANGUAGE_CODE,
        "start_url": reverse("ride:home"),
        "scope": reverse("front"),
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": KEY,
        "icons": icons,
    }
    response = JsonResponse(facts, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "public, max-age=3600"
    return response
