"""Everything that the pages of suspensions and call lists show: whom it touches, whom to call and what to say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.calendar import weekday_date
from machikado.town.people.models import Message
from machikado.town.people.queries import town
from machikado.town.ride.actions.area import NewSuspension
from machikado.town.ride.actions.telling_suspension import moment_words
from machikado.town.ride.call_table import Line
from machikado.town.ride.models import CallEntry, CallList, ServiceArea, Suspension
from machikado.town.ride.queries.calls import entries_of, messages_about, told_rides
from machikado.town.ride.queries.suspended import Touched, runs_from, touched
from machikado.town.ride.views.booking_page import Ride, rides

FIRST = 10  # rides that are shown before the deed
SHOWN = 50  # calls that the page shows unless it is asked for all, as to print them


@dataclass(frozen=True, slots=True)
class CheckPage:
    """Whom a suspension touches, before anything is done."""

    suspension: NewSuspension
    reason: str
    again: str
    found: Touched
    first: Sequence[Ride]
    under_way: Sequence[Ride]

    @property
    def touches(self) -> bool:
        """Whether anybody is touched at all."""
        return bool(self.found.waiting or self.found.under_way)

    @property
    def more(self) -> int:
        """How many rides are not shown."""
        return len(self.found.waiting) - len(self.first)

    @property
    def to_call(self) -> int:
        """How many passengers have to be telephoned."""
        return len(self.found.riders) - len(self.found.by_message)


def check_page(area: ServiceArea, new: NewSuspension, now: datetime) -> CheckPage:
    """Ask for everything that the page shows."""
    found = touched(area, new.begins_at, new.ends_at, now)
    first, under_way = rides(found.waiting[:FIRST]), rides(found.under_way)
    reason = str(Suspension.Reason(new.reason).label)
    return CheckPage(new, reason, again_words(area, new.ends_at), found, first, under_way)


def again_words(area: ServiceArea, ends: datetime | None) -> str:
    """When the bus runs first after a suspension; "" where nobody knows."""
    again = runs_from(area, ends) if ends is not None else None
    return moment_words(again) if again is not None else ""


def new_of(suspension: Suspension) -> NewSuspension:
    """What was entered for a suspension."""
    return NewSuspension(suspension.reason, suspension.begins_at, suspension.ends_at, suspension.note)


@dataclass(frozen=True, slots=True)
class Callee:
    """Somebody who is to be telephoned: their rides, needs, who calls them now, and what to say."""

    number: int
    entry: CallEntry
    rides: Sequence[Ride]
    held_by: str

    @property
    def phones(self) -> list[str]:
        """The numbers that are known."""
        return [point.value for point in getattr(self.entry.person, "phones", ())]

    @property
    def needs(self) -> list[str]:
        """What somebody needs who gets on."""
        bookings = [ride.booking for ride in self.rides]
        asked = {
            _("wheelchair"): any(booking.wheelchairs for booking in bookings),
            _("pram"): any(booking.prams for booking in bookings),
            _("needs time to get on"): any(booking.slow for booking in bookings),
        }
        return [words for words, is_so in asked.items() if is_so]

    @property
    def is_open(self) -> bool:
        """Whether they are still to be called."""
        return self.entry.state == CallEntry.State.OPEN


def callee(entry: CallEntry, number: int) -> Callee:
    """An entry that was asked for with its rides, as the pages show it."""
    is_held = entry.claimed_until is not None and entry.claimed_until > clock.real_now()
    held_by = str(entry.claimed_by) if is_held else ""
    return Callee(number, entry, rides([ride.booking for ride in entry.rides.all()]), held_by)


def aloud(call_list: CallList, seen: Callee) -> list[str]:
    """What to say, sentence by sentence, in the words of whoever answers the telephone at home."""
    suspension, place = call_list.suspension, town()
    said = [_("Good day, this is the bus of %(town)s.") % {"town": place or ""}]
    for ride in seen.rides:
        words = {"day": weekday_date(ride.booking.day), "window": ride.window, "stop": _stop(ride)}
        said.append(_("Your bus of %(day)s, %(window)s from %(stop)s, does not run.") % words)
    said.append(_("The reason is this: %(reason)s.") % {"reason": suspension.get_reason_display()})
    if suspension.note:
        said.append(suspension.note)
    again = again_words(suspension.area, suspension.lifted_at or suspension.ends_at)
    said.append(
        _("The bus runs again from %(again)s. Shall I book another one for you?") % {"again": again}
        if again
        else _("Nobody knows yet from when the bus runs again. Please telephone us when you need one.")
    )
    return [*said, _("It costs you nothing.")]


def _stop(ride: Ride) -> str:
    return ride.promise.pickup_stop.name if ride.promise else ""


@dataclass(frozen=True, slots=True)
class Told:
    """A ride whose passenger is told by message, and how far that is."""

    pk: int
    ride: Ride
    message: Message | None

    @property
    def has_failed(self) -> bool:
        """Whether the message could not be sent."""
        return self.message is not None and self.message.state == Message.State.FAILED


@dataclass(frozen=True)
class ListPage:
    """A list with whom to call and who was called, the first of them or all."""

    call_list: CallList
    now: datetime
    is_whole: bool
    to_call: Sequence[Callee]
    called: Sequence[Callee]

    @property
    def total(self) -> int:
        """How many are on the list."""
        return len(self.to_call) + len(self.called)

    @property
    def progress(self) -> str:
        """How many of how many calls are over."""
        return _("%(done)s of %(total)s") % {"done": len(self.called), "total": self.total}

    @property
    def shown_to_call(self) -> Sequence[Callee]:
        """Those of whom to call that the page shows."""
        return self.to_call if self.is_whole else self.to_call[:SHOWN]

    @property
    def shown_called(self) -> Sequence[Callee]:
        """Those who were called that the page shows."""
        return self.called if self.is_whole else self.called[:SHOWN]

    @property
    def more(self) -> int:
        """How many the page does not show."""
        return self.total - len(self.shown_to_call) - len(self.shown_called)

    @property
    def shown_told(self) -> Sequence[Told]:
        """Those who are told by message that the page shows."""
        return self.told if self.is_whole else self.told[:SHOWN]

    @property
    def more_told(self) -> int:
        """How many of them the page does not show."""
        return len(self.told) - len(self.shown_told)

    @cached_property
    def again(self) -> str:
        """When the bus runs again."""
        suspension = self.call_list.suspension
        return again_words(suspension.area, suspension.lifted_at or suspension.ends_at)

    @cached_property
    def told(self) -> Sequence[Told]:
        """Who is told by message alone; first those whom it did not reach."""
        return sorted(_told(self.call_list), key=lambda each: not each.has_failed)

    @cached_property
    def under_way(self) -> Sequence[Ride]:
        """Who is brought to their goal still."""
        row = self.call_list.suspension
        is_over = row.lifted_at is not None
        return () if is_over else rides(touched(row.area, row.begins_at, row.ends_at, self.now).under_way)

    @property
    def cancelled(self) -> int:
        """How many rides were cancelled."""
        return self.call_list.rides.count()


def list_page(call_list: CallList, now: datetime, *, is_whole: bool) -> ListPage:
    """Ask for whom to call and who was called; what else the page shows is asked for when it is shown."""
    callees = [callee(entry, number) for number, entry in enumerate(entries_of(call_list), 1)]
    to_call, called = [each for each in callees if each.is_open], [each for each in callees if not each.is_open]
    return ListPage(call_list, now, is_whole, to_call, called)


def _told(call_list: CallList) -> list[Told]:
    rows = list(told_rides(call_list))
    bookings = [row.booking for row in rows]
    by_url = {message.url: message for message in messages_about(bookings)}
    urls = [reverse("ride:booking", args=[booking.code]) for booking in bookings]
    found = zip(rows, rides(bookings), urls, strict=True)
    return [Told(row.pk, ride, by_url.get(url)) for row, ride, url in found]


def lines(page: ListPage) -> list[Line]:
    """The list as a table to take along, in the order in which one calls."""
    everybody = sorted((*page.to_call, *page.called), key=lambda each: each.number)
    return [_line(each) for each in everybody]


def _line(each: Callee) -> Line:
    person = each.entry.person
    return Line(
        each.number,
        str(person),
        f"{person.family_kana} {person.given_kana}".strip(),
        each.phones,
        [f"{weekday_date(ride.booking.day)} {ride.window}" for ride in each.rides],
        [_way(ride) for ride in each.rides],
        each.needs,
        str(each.entry.get_state_display()),
        [f"{moment_words(row.at)} {row.by or ''} {row.get_outcome_display()}" for row in each.entry.tries.all()],
    )


def _way(ride: Ride) -> str:
    return f"{ride.promise.pickup_stop.name}→{ride.promise.arrival_stop.name}" if ride.promise else ""
