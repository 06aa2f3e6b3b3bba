"""The main pages of each role, in the order in which they stand in the navigation."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from machikado.town.common import clock
from machikado.town.people import queries
from machikado.town.people.doors import doors
from machikado.town.people.models import Role
from machikado.town.ride.queries.bookings import DESK
from machikado.town.ride.queries.consents import riders_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise  # only the type stubs know this name


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the navigation."""

    label: "StrPromise"
    url: str
    icon: str
    current: str  # what aria-current says: "page" on this very page, "true" within its section, else ""
    count: Callable[[], int] | None = None  # how many wait there; asked once, and only by a page that shows it


# The first row whose role the viewer holds is their navigation.
PAGES: tuple[tuple[str, tuple[tuple["StrPromise", str, str], ...]], ...] = (
    (
        Role.COORDINATOR,
        (
            (_("Board"), "work:board", "home"),
            (_("Orders"), "work:orders", "file"),
            (_("Reviews"), "work:reviews", "check-circle"),
            (_("Personal data"), "erasures", "shield"),
            (_("Messages"), "inbox", "mail"),
        ),
    ),
    (
        Role.LEADER,
        (
            (_("Reviews"), "work:reviews", "check-circle"),
            (_("Home"), "work:home", "home"),
            (_("Messages"), "inbox", "mail"),
        ),
    ),
    (
        Role.WORKER,
        (
            (_("Home"), "work:home", "home"),
            (_("My work"), "work:mine", "work"),
            (_("Messages"), "inbox", "mail"),
        ),
    ),
    (
        Role.TRANSPORT,
        (
            (_("Buses now"), "ride:live", "map"),
            (_("Bookings"), "ride:day", "list"),
            (_("Stops"), "ride:stops", "pin"),
            (_("Shifts"), "ride:shifts", "calendar"),
            (_("Duty"), "drive:day", "check-circle"),
            (_("Vehicles"), "ride:vehicles", "bus"),
            (_("Fares"), "ride:fares", "yen"),
            (_("Hours"), "ride:hours", "clock"),
            (_("Timetables"), "transit:timetables", "train"),
            (_("Messages"), "inbox", "mail"),
        ),
    ),
    (
        Role.DRIVER,
        (
            (_("Today's drive"), "drive:home", "bus"),
            (_("Messages"), "inbox", "mail"),
        ),
    ),
    (
        Role.CLIENT,
        (
            (_("Your orders"), "work:client_orders", "file"),
            (_("New inquiry"), "work:inquire", "edit"),
            (_("Messages"), "inbox", "mail"),
        ),
    ),
)

# Whoever holds no role is a passenger.
RESIDENT: tuple[tuple["StrPromise", str, str], ...] = (
    (_("Bus"), "ride:home", "bus"),
    (_("Book a bus"), "ride:book", "plus"),
    (_("Bus and train"), "transit:ways", "train"),
    (_("Messages"), "inbox", "mail"),
)


# Stands before the messages of whoever may book for somebody, whatever their role; short, as it is a fifth tab.
FOR_OTHERS = (_("For others"), "ride:for_others", "users")


# Pages below a main page: the first of these main pages that stands in the navigation is marked as their section.
BELOW: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("work:order", "work:order_step", "work:order_link", "work:estimate"), ("work:orders",)),
    **dict.fromkeys(
        ("work:job_add", "work:job", "work:job_step", "work:schema_preview", "work:job_part"), ("work:orders",)
    ),
    **dict.fromkeys(("work:batch_add", "work:batch"), ("work:orders",)),
    **dict.fromkeys(("work:review", "work:rejections"), ("work:reviews",)),
    **dict.fromkeys(("work:task", "work:submit", "work:done", "work:release", "work:ask"), ("work:home",)),
    "work:procedure": ("work:home", "work:orders"),
    "work:terms": ("work:mine", "work:home", "work:orders"),
    **dict.fromkeys(("work:client_order", "work:client_decide"), ("work:client_orders",)),
    "work:inquired": ("work:inquire",),
    "message": ("inbox",),
    **dict.fromkeys(("work:yes_for", "work:decision_for"), ("work:orders",)),
    **dict.fromkeys(("work:invite", "work:inquiry_erase", "invitation_letter"), ("work:orders",)),
    "work:colleagues": ("work:client_orders",),
    "work:questions": ("work:home",),
    "work:question": ("work:reviews",),
    **dict.fromkeys(("erasure", "retention"), ("erasures",)),
    **dict.fromkeys(("ride:stop", "ride:stop_add", "ride:stops_import", "ride:roads"), ("ride:stops",)),
    **dict.fromkeys(("ride:vehicle", "ride:vehicle_add"), ("ride:vehicles",)),
    **dict.fromkeys(("ride:shift", "ride:shift_add"), ("ride:shifts",)),
    "ride:fares_add": ("ride:fares",),
    **dict.fromkeys(
        ("ride:tickets", "ride:card_sell", "ride:card", "ride:card_sheet", "ride:sale_receipt"), ("ride:fares",)
    ),
    **dict.fromkeys(("ride:open_fares", "ride:open_fare", "ride:ticket_month"), ("ride:fares",)),
    "ride:caller_tickets": ("ride:day",),
    "ride:my_tickets": ("ride:home",),
    "ride:live_run": ("ride:live",),
    **dict.fromkeys(
        ("ride:booking", "ride:coming", "ride:offers", "ride:change", "ride:slip"), ("ride:day", "ride:home")
    ),
    **dict.fromkeys(("ride:record", "ride:receipt"), ("ride:home", "ride:day")),
    "ride:caller_record": ("ride:day",),
    **dict.fromkeys(("ride:desk", "ride:sms", "ride:caller_add", "ride:caller", "ride:mishap"), ("ride:day",)),
    **dict.fromkeys(("ride:passenger", "ride:proxies", "ride:series_list"), ("ride:home",)),
    **dict.fromkeys(("ride:series", "ride:series_add"), ("ride:day", "ride:home")),
    **dict.fromkeys(("ride:for_one", "ride:for_one_book"), ("ride:for_others",)),
    "ride:caller_proxies": ("ride:day",),
    **dict.fromkeys(
        ("drive:shift", "drive:run", "drive:roll_before", "drive:check", "drive:depart"), ("drive:home", "drive:day")
    ),
    **dict.fromkeys(("drive:roll_after", "drive:cash"), ("drive:home", "drive:day")),
    **dict.fromkeys(("drive:report", "drive:report_print"), ("drive:home", "drive:day")),
    "ride:receptions": ("ride:day",),
    **dict.fromkeys(("ride:call_lists", "ride:call_list", "ride:call"), ("ride:day",)),
    **dict.fromkeys(("ride:area", "ride:suspend", "ride:call_off"), ("ride:hours",)),
    **dict.fromkeys(("transit:timetable", "transit:reading", "transit:figures"), ("transit:timetables",)),
}


def navigation(request: HttpRequest) -> list[NavItem]:
    """Return the navigation of whoever asks; empty for a visitor and a guest."""
    viewer = getattr(request, "viewer", None)
    if viewer is None or viewer.is_guest:
        return []
    entries = next((entries for role, entries in PAGES if role in viewer.roles), RESIDENT)
    mine = [entry for entry in entries if doors()[entry[1]].opens_for(viewer.roles)]
    if DESK.isdisjoint(viewer.roles) and riders_of(viewer.person_id, clock.now()).exists():  # the desk books for all
        mine.insert(-1, FOR_OTHERS)
    here = request.resolver_match.view_name if request.resolver_match else ""
    names = [name for _label, name, _icon in mine]
    section = next((name for name in BELOW.get(here, ()) if name in names), "")
    marks = {section: "true", here: "page"}
    counts = {"inbox": cache(lambda: queries.unread(viewer))}
    return [NavItem(label, reverse(name), icon, marks.get(name, ""), counts.get(name)) for label, name, icon in mine]
