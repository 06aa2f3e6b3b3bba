"""Everything that pages say of the waiting list: who waits for what, how many come before, whether one may wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from machikado.town.ride.hours import clock_of, minute_of
from machikado.town.ride.models import Booking, ServiceArea, Waiting
from machikado.town.ride.queries.waiting import before, line_of, waits_of, waits_until, why_not_wait
from machikado.town.ride.reasons import no_seat_because
from machikado.town.ride.views.booking_page import wish_words
from machikado.town.ride.views.whose import Whose


@dataclass(frozen=True, slots=True)
class Wait:
    """Somebody's place in the waiting list, without who else stands there."""

    booking: Booking
    start: str
    goal: str
    wish: str
    before: int
    until: str


@dataclass(frozen=True, slots=True)
class WaitPage:
    """What the page of a wish says of it: that they wait, that they may, or why it is over."""

    wait: Wait | None
    may_wait: bool
    until: str
    over: str


def waits(theirs: Whose) -> list[Wait]:
    """For what somebody waits; a proxy sees what they put in line themselves."""
    rows = waits_of(theirs.person)
    if theirs.is_proxy:
        rows = rows.filter(booking__booked_by=theirs.viewer.person_id)
    return _waits(list(rows), theirs)


def _waits(rows: Sequence[Waiting], theirs: Whose) -> list[Wait]:
    counted = before(rows)
    return [
        Wait(
            row.booking,
            *theirs.ends(row.booking),
            wish_words(row.booking),
            counted[row.pk],
            _clock(row.booking, row.until),
        )
        for row in rows
    ]


def _clock(booking: Booking, at: datetime) -> str:
    return clock_of(minute_of(booking.day, at))


def wait_page(booking: Booking, theirs: Whose, now: datetime) -> WaitPage:
    """Ask for everything that is said there."""
    row = Waiting.objects.filter(booking=booking).select_related("booking__area").first()
    if row is not None and row.state == Waiting.State.WAITING:
        (wait,) = _waits([row], theirs)
        return WaitPage(wait, may_wait=False, until=wait.until, over="")
    over = no_seat_because(row.why) if row is not None and row.state == Waiting.State.OVER else ""
    may_wait = not why_not_wait(booking, now)
    return WaitPage(None, may_wait, _clock(booking, waits_until(booking)) if may_wait else "", over)


@dataclass(frozen=True, slots=True)
class InLine:
    """Somebody in the line of a day, as the desk sees it."""

    row: Waiting
    wish: str
    phones: Sequence[str]
    place: str


def day_line(area: ServiceArea, day: date) -> list[InLine]:
    """Who waits on a day, in the order of their turn."""
    rows = list(line_of(area, day).prefetch_related("booking__rider__contact_points"))
    counted = before(rows)
    return [_in_line(row, counted[row.pk]) for row in rows]


def _in_line(row: Waiting, count: int) -> InLine:
    rider = row.booking.rider
    phones = [point.value for point in rider.contact_points.all() if point.kind == "phone"] if rider else []
    place = _("comes next") if not count else _("%(count)s before") % {"count": count}
    return InLine(row, wish_words(row.booking), phones, place)
