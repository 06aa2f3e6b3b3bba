"""Everything that the page of ways shows: each way as times down the page, and the form that books its bus."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from machikado.town.common.calendar import weekday_date
from machikado.town.ride.hours import clock_of
from machikado.town.ride.models import Booking
from machikado.town.transit.planning.asking import find_ways
from machikado.town.transit.ways import ByCall, ByTimetable, Leg, OnFoot, Question, Way

HARDLY = 60  # a walk of a few steps is not told


@dataclass(frozen=True, slots=True)
class Card:
    """One way as it is shown."""

    when: str
    minutes: int
    icons: Sequence[str]
    times: Sequence[Mapping[str, Any]]
    note: str
    bookings: Sequence[Mapping[str, Any]]  # what the booking form is sent for each called bus


@dataclass(frozen=True, slots=True)
class WaysPage:
    """A question and its ways; `note` says why there is no called bus, if one was to be."""

    question: Question
    asked: str
    cards: Sequence[Card]
    has_timetables: bool


def ways_page(question: Question, now: datetime, wish: Mapping[str, Any]) -> WaysPage:
    """Ask for everything that the page shows; `wish` is what the booking form begins with for this person."""
    found = find_ways(question, now)
    cards = [_card(way, question, wish) for way in found.ways]
    return WaysPage(question, _asked(question), cards, found.has_timetables)


def _asked(question: Question) -> str:
    facts = {"day": weekday_date(question.day), "time": clock(question.second)}
    return (_("%(day)s, be there by %(time)s") if question.arrives else _("%(day)s, leave at %(time)s")) % facts


def clock(second: int) -> str:
    """A second of the service day as people write it, the begun minute."""
    return clock_of(second // 60)


def until(second: int) -> str:
    """The same for an end: the minute that is over by then."""
    return clock_of(-(-second // 60))


def _minutes(seconds: int) -> int:
    return -(-seconds // 60)


def _card(way: Way, question: Question, wish: Mapping[str, Any]) -> Card:
    called = [leg for leg in way.legs if isinstance(leg, ByCall)]
    return Card(
        when=f"{clock(way.leaves)} → {until(way.arrives)}",
        minutes=_minutes(way.arrives - way.leaves),
        icons=[_icon(leg) for leg in way.legs if not isinstance(leg, OnFoot) or leg.arrives - leg.leaves >= HARDLY],
        times=[*_times(way), {"time": until(way.arrives), "title": question.goal.name, "note": "", "state": ""}],
        note=_("The bus needs a booking. The train does not.") if called and way.rides > len(called) else "",
        bookings=[_booking(way, leg, question, wish) for leg in called],
    )


def _icon(leg: Leg) -> str:
    if isinstance(leg, OnFoot):
        return "walk"
    return "train" if isinstance(leg, ByTimetable) and leg.is_train else "bus"


def _times(way: Way) -> Iterator[dict[str, Any]]:
    """A line for each leg: when it begins, where, and what one does."""
    for leg in way.legs:
        if isinstance(leg, OnFoot) and leg.arrives - leg.leaves < HARDLY:
            continue
        if isinstance(leg, OnFoot):
            walk = _("%(minutes)s minutes on foot") % {"minutes": _minutes(leg.arrives - leg.leaves)}
            yield {"time": clock(leg.leaves), "title": leg.origin.name, "note": walk, "state": "done"}
        elif isinstance(leg, ByTimetable):
            facts = {"line": leg.line, "towards": leg.towards, "time": clock(leg.arrives), "goal": leg.goal.name}
            note = _("%(line)s to %(towards)s. %(time)s at %(goal)s.") % facts
            yield {"time": clock(leg.leaves), "title": leg.origin.name, "note": note, "state": ""}
        else:
            yield from _called_times(leg)


def _called_times(leg: ByCall) -> Iterator[dict[str, Any]]:
    if leg.walk_from_seconds:
        walk = _("%(minutes)s minutes on foot") % {"minutes": _minutes(leg.walk_from_seconds)}
        yield {"time": clock(leg.leaves), "title": "", "note": walk, "state": "done"}
    window = f"{clock(leg.pickup_from)}〜{until(leg.pickup_by)}"
    facts = {"window": window, "time": until(leg.arrival_by), "goal": leg.goal.name, "yen": leg.yen}
    note = _("The on-demand bus comes between %(window)s. By %(time)s at %(goal)s. %(yen)s yen.") % facts
    yield {"time": clock(leg.pickup_from), "title": leg.origin.name, "note": note, "state": ""}


def _booking(way: Way, leg: ByCall, question: Question, wish: Mapping[str, Any]) -> dict[str, Any]:
    """What the booking form is sent, so that offers for just this train come back."""
    fields = {**wish, **_asked_for(way, leg, question)}
    return {
        "label": _("Look for this bus: %(window)s") % {"window": f"{clock(leg.pickup_from)}〜{until(leg.pickup_by)}"},
        "fields": [(name, value) for name, value in fields.items() if value is not False],
    }


def _asked_for(way: Way, leg: ByCall, question: Question) -> dict[str, Any]:
    """At one end of the bus is the door that was typed, at the other its stop beside the station."""
    is_first, is_last = leg is way.legs[0], leg is way.legs[-1]
    start, goal = question.start if is_first else leg.origin, question.goal if is_last else leg.goal
    if leg.wish_arrives:
        minute = (leg.wish_second - (0 if is_last else leg.walk_to_seconds)) // 60
    else:
        minute = _minutes(leg.wish_second + (0 if is_first else leg.walk_from_seconds))
    return {
        "start": start.name,
        "start_code": start.code,
        "goal": goal.name,
        "goal_code": goal.code,
        "when": Booking.When.ARRIVE if leg.wish_arrives else Booking.When.LEAVE,
        "day": question.day.isoformat(),
        "minute": clock_of(minute),
    }
