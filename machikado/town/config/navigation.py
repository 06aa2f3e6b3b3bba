"""The main pages of each role, in the order in which they stand in the navigation."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from machikado.town.people.doors import doors
from machikado.town.people.models import Role

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise  # only the type stubs know this name


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the navigation."""

    label: "StrPromise"
    url: str
    icon: str
    current: bool


# The first row whose role the viewer holds is their navigation.
PAGES: tuple[tuple[str, tuple[tuple["StrPromise", str, str], ...]], ...] = (
    (
        Role.COORDINATOR,
        (
            (_("Board"), "work:board", "home"),
            (_("Orders"), "work:orders", "file"),
            (_("Reviews"), "work:reviews", "check-circle"),
            (_("Personal data"), "erasures", "shield"),
            (_("Messages"), "inbox", "help"),
        ),
    ),
    (
        Role.LEADER,
        (
            (_("Reviews"), "work:reviews", "check-circle"),
            (_("Home"), "work:home", "home"),
            (_("Messages"), "inbox", "help"),
        ),
    ),
    (
        Role.WORKER,
        (
            (_("Home"), "work:home", "home"),
            (_("My work"), "work:mine", "work"),
            (_("Messages"), "inbox", "help"),
        ),
    ),
    (
        Role.CLIENT,
        (
            (_("Orders"), "work:client_orders", "file"),
            (_("New inquiry"), "work:inquire", "edit"),
            (_("Messages"), "inbox", "help"),
        ),
    ),
)


def navigation(request: HttpRequest) -> list[NavItem]:
    """Return the navigation of whoever asks; empty for a visitor."""
    viewer = getattr(request, "viewer", None)
    if viewer is None:
        return []
    entries = next((entries for role, entries in PAGES if role in viewer.roles), ())
    mine = [entry for entry in entries if doors()[entry[1]].opens_for(viewer.roles)]
    current = request.resolver_match.view_name if request.resolver_match else ""
    return [NavItem(label, reverse(name), icon, name == current) for label, name, icon in mine]
