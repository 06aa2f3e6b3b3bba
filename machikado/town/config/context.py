"""What every page needs beside its own facts: the viewer, the town, the navigation, the look that was chosen."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from machikado.town.config.navigation import navigation
from machikado.town.people import queries


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the page shell."""
    viewer = getattr(request, "viewer", None)
    return {
        "viewer": None if viewer is not None and viewer.is_guest else viewer,  # a guest has no menu of their own
        "nav": SimpleLazyObject(lambda: navigation(request)),  # asked only by pages that show it
        "town": SimpleLazyObject(_town),
        "theme": request.COOKIES.get("theme", "auto"),
        "letters": request.COOKIES.get("letters", "normal"),
        "failure_shell": "common/page.html",  # a failure without a request, or without a database, has a plainer one
    }


def _town() -> dict[str, str]:
    """The town as the foot of a page needs it; asked only by pages that have a foot."""
    town = queries.town()
    return {"name": town.name, "phone": town.desk_phone} if town else {}
