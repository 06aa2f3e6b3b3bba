"""What happens when somebody asks for a ride: up to three offers, or a reason with the nearest times."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor, ActorKind
from machikado.town.common.calendar import town_date, weekday_date
from machikado.town.common.diary import DiaryEvent
from machikado.town.common.errors import Cannot
from machikado.town.people.models import Person
from machikado.town.ride.actions import authority, last_use, plans, ride_diary
from machikado.town.ride.actions.bookings import LIMITS, CannotCancel, check_cancel
from machikado.town.ride.actions.offering import Glimpse, offered
from machikado.town.ride.actions.plans import Standing
from machikado.town.ride.events.bookings import RideOffered, RideRefused
from machikado.town.ride.fare import CannotPrice, Fare, fare
from machikado.town.ride.ground import Spot, checked, metres
from machikado.town.ride.hours import LAST_MINUTE, moment_at, moment_of, second_of
from machikado.town.ride.models import Booking, FareTable, Offer, ServiceArea, Stop
from machikado.town.ride.models.trips import COUNTS
from machikado.town.ride.party import BoardingSeconds, Riding, check_riding, check_walk
from machikado.town.ride.queries import limits
from machikado.town.ride.queries.bookings import DESK
from machikado.town.ride.queries.day_rows import DayRows
from machikado.town.ride.queries.fares import free_period_on, table_on, tariff_of
from machikado.town.ride.queries.limits import Limit
from machikado.town.ride.queries.running import Runs, day_running, days_open, runs_on, usable_stops
from machikado.town.ride.wishes import EARLIER_SECONDS, Answer, Asked, Limits, Near

MOST_NEAR = 6  # stops to choose from at each end
SAME_PLACE_M = 40
FEW = 60  # seconds that a wish for this very minute may lie back: a form takes its time


class CannotAsk(Cannot):
    """A wish that no bus could fulfil, whatever the plan says; nothing is kept of it."""

    sentences = {
        "same_place": _("You are there already: both places are the same. Please choose another one."),
        "past": _("This time has passed. Please choose a later one."),
        "day": _("You can book from %(first)s to %(last)s."),
        "no_fares": _("There are no fares for this ride yet. Please telephone the centre."),
        **LIMITS,
        "overlaps": _("At that time you ride already: %(ride)s. Please choose another time, or change that ride."),
        "not_booked": _("This booking cannot be changed any more."),
    }


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A place by its name and position; `code` is that of the place that was chosen, as two may be called so."""

    name: str
    spot: Spot
    code: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class NewWish:
    """Who wants to go from where to where, when, with whom. `sent_key` is the form's: sent twice, it is one wish.

    `beyond` is why the desk goes beyond the limits of asking; of anybody else it counts for nothing.
    """

    start: Whereabouts
    goal: Whereabouts
    when: str = Booking.When.NOW
    day: date | None = None  # of LEAVE and ARRIVE
    minute: int | None = None
    riding: Riding = field(default_factory=Riding)
    walk_minutes: int = 10
    channel: str = Booking.Channel.WEB
    sent_key: UUID = field(default_factory=uuid4)
    replaces: Booking | None = None
    back_of: Booking | None = None
    is_open: bool = False  # back whenever they are ready, and at the latest then
    beyond: str = ""


@dataclass(frozen=True, eq=False)
class _Case:
    """A wish with all that it is asked by."""

    area: ServiceArea
    wish: NewWish
    day: date
    second: int
    now: datetime
    table: FareTable
    passed: Limit | None  # the limit that the desk goes beyond

    @property
    def boarding(self) -> int:
        """Seconds to get on, and to get off."""
        area = self.area
        by_need = BoardingSeconds(
            area.boarding_seconds,
            area.slow_boarding_seconds,
            area.pram_boarding_seconds,
            area.wheelchair_boarding_seconds,
        )
        return by_need.of(self.wish.riding.needs)


def ask(*, area: ServiceArea, rider: Person, wish: NewWish, by: Actor, now: datetime) -> Booking:
    """Look for a ride and keep what was found as a booking that waits for a yes. Nothing of the plan is changed.

    Raises CannotAsk, CannotRide, CannotPlace.
    """
    consent = authority.may_book(by, rider, now)
    if (sent := Booking.objects.filter(sent_key=wish.sent_key, rider=rider).first()) is not None:
        if _is_same(wish, sent, now):
            return sent
        wish = replace(wish, sent_key=uuid4())  # the same form, with something else in it
    if wish.replaces is not None:
        _check_replaced(wish.replaces, by, now)
    case = _case(area, rider, wish, _passed(rider, wish, consent.proxy if consent else None, by, now), now)
    found, fares = _look(case)
    try:
        with transaction.atomic():
            consent = authority.still_may_book(by, rider, now)
            who = {"rider": rider, "booked_by_id": by.person_id, "consent": consent}
            booking = Booking.objects.create(**who, **_columns(case, found))
            Offer.objects.bulk_create(offered(booking, Glimpse(found, fares, case.table)))
            for person in (rider, consent.proxy) if consent else (rider,):
                last_use.use(person, case.day, now)
            ride_diary.write(_told(booking, found), booking, by=by, now=now)
            if case.passed is not None:
                ride_diary.write_limit(booking, case.passed, by=by, now=now)
    except IntegrityError:  # the same form, sent twice at one moment
        return Booking.objects.get(sent_key=wish.sent_key, rider=rider)
    return booking


def _is_same(wish: NewWish, sent: Booking, now: datetime) -> bool:
    """Whether a form that is sent again asks for the same: places, time and party."""
    places = [
        Whereabouts(sent.from_name, Spot(sent.from_lat, sent.from_lon)),
        Whereabouts(sent.to_name, Spot(sent.to_lat, sent.to_lon)),
    ]
    if wish.when == Booking.When.NOW or wish.day is None or wish.minute is None:
        same_time = now - sent.asked_at < timedelta(seconds=FEW)
    else:
        same_time = moment_of(wish.day, wish.minute) == sent.wish_at
    party = (wish.riding.party, wish.riding.needs) == (sent.riding.party, sent.riding.needs)
    return places == [wish.start, wish.goal] and wish.when == sent.when and same_time and party


def _check_replaced(old: Booking, by: Actor, now: datetime) -> None:
    """Whoever could not cancel a booking cannot change it either."""
    try:
        check_cancel(old, by, now)
    except CannotCancel as refusal:
        raise CannotAsk("not_booked") from refusal


def _passed(rider: Person, wish: NewWish, proxy: Person | None, by: Actor, now: datetime) -> Limit | None:
    """The limit that is reached and that the desk goes beyond with a reason. Raises CannotAsk for everybody else."""
    if by.kind is ActorKind.GUEST:
        held = limits.guest_holds_too_many(rider, now) if wish.replaces is None else None
        reached = held or limits.guest_asked_too_often(rider, now)
    else:
        held = limits.held_too_many(rider, now, proxy) if wish.replaces is None else None
        reached = held or limits.asked_too_often(rider, now, proxy)
    if reached is not None and not (wish.beyond and by.has(*DESK)):
        raise CannotAsk(reached.code, count=reached.count)
    return reached


def _case(area: ServiceArea, rider: Person, wish: NewWish, passed: Limit | None, now: datetime) -> _Case:
    """What the wish means, or why it means nothing."""
    check_riding(wish.riding)
    for place in (wish.start, wish.goal):
        checked(place.spot.lat, place.spot.lon)
    if metres(wish.start.spot, wish.goal.spot) < SAME_PLACE_M:
        raise CannotAsk("same_place")
    check_walk(wish.walk_minutes)
    day, second = _moment(area, wish, now)
    _check_free(rider, wish, moment_at(day, second), now)
    table = table_on(area, day)
    if table is None:
        raise CannotAsk("no_fares")
    return _Case(area, wish, day, second, now, table, passed)


def _check_free(rider: Person, wish: NewWish, moment: datetime, now: datetime) -> None:
    """Nobody rides twice at once; the ride that is to be replaced is in nobody's way."""
    arrives = wish.when == Booking.When.ARRIVE
    promise = limits.ride_at(rider, moment, arrives=arrives, now=now)
    if promise is not None and promise.booking != wish.replaces:
        raise CannotAsk("overlaps", ride=limits.ride_words(promise))


def _moment(area: ServiceArea, wish: NewWish, now: datetime) -> tuple[date, int]:
    """The service day and its second that are wished for. At 0:30 now may be yesterday's 24:30."""
    if wish.when == Booking.When.NOW or wish.day is None or wish.minute is None:
        day = day_running(area, now) or town_date(now)
        return day, max(0, second_of(day, now))
    days, today = days_open(area, now), town_date(now)
    if wish.day not in {today - timedelta(days=1), *days} or not 0 <= wish.minute <= LAST_MINUTE:
        raise CannotAsk("day", first=weekday_date(today), last=weekday_date(days[-1]))
    moment = moment_of(wish.day, wish.minute)
    if moment < now - timedelta(seconds=FEW):
        raise CannotAsk("past")
    day = day_running(area, moment, arrives=wish.when == Booking.When.ARRIVE) or wish.day
    return day, second_of(day, moment)


def _look(case: _Case) -> tuple[Answer, Mapping[tuple[int, int], Fare]]:
    """Ask the plan; outside of every transaction."""
    runs = runs_on(case.area, case.day)
    standing = plans.read(case.area, case.day, case.now)
    if standing is None:
        return Answer(reason="nobody_on_duty"), {}
    rows = _without_old(standing, case.wish.replaces)
    stops = usable_stops(case.area, case.day, wheelchair=case.wish.riding.needs.wheelchairs > 0)
    known = {stop.pk: stop for stop in stops if stop.zone and stop.pk in rows.place_of}
    ends = [_near(standing, place.spot, list(known.values()), case) for place in (case.wish.start, case.wish.goal)]
    for near, reason in zip(ends, ("no_stop_from", "no_stop_to"), strict=True):
        if not near:
            return Answer(reason=reason), {}
    fares = _fares(case, ends, known)
    from machikado.town.ride.planning.asking import ask as ask_plan

    return ask_plan(rows, _asked(case, ends, fares, _opened(runs, known, case)), standing.second), fares


def _without_old(standing: Standing, old: Booking | None) -> DayRows:
    """The plan as if the booking that is to be replaced were not in it, so that its seat can be used again."""
    if old is None or old.code not in standing.rows.promised:
        return standing.rows
    from machikado.town.ride.planning.leaving import without

    return without(standing.rows, old.code, standing.second)


def _near(standing: Standing, spot: Spot, stops: Sequence[Stop], case: _Case) -> tuple[Near, ...]:
    from machikado.town.ride.planning.walks import near

    found = near(standing.rows.table.network, spot, stops, case.wish.walk_minutes * 60, case.now)
    return tuple(found[:MOST_NEAR])


def _fares(case: _Case, ends: Sequence[Sequence[Near]], stops: Mapping[int, Stop]) -> dict[tuple[int, int], Fare]:
    """What the party pays between each two stops; a pair of zones that the table does not know is left out.

    The table is asked once for each pair of zones. Raises CannotAsk where no pair has a price.
    """
    tariff, period = tariff_of(case.table), free_period_on(case.area, case.day)
    pairs = {
        (one.stop, other.stop): (stops[one.stop].zone, stops[other.stop].zone) for one in ends[0] for other in ends[1]
    }
    by_zones: dict[tuple[str, str], Fare] = {}
    for zones in set(pairs.values()):
        with suppress(CannotPrice):
            by_zones[zones] = fare(tariff, zones, case.wish.riding.party, period)
    if not by_zones:
        raise CannotAsk("no_fares")
    return {stops: by_zones[zones] for stops, zones in pairs.items() if zones in by_zones}


@dataclass(frozen=True, slots=True)
class _Opened:
    """When the bus runs, suspensions taken off, and when stops are used that have hours of their own, in seconds."""

    spans: tuple[tuple[int, int], ...]
    hours: Mapping[int, tuple[int, int]]
    closed: str  # the reason, where the wish lies in no span


def _opened(runs: Runs, stops: Mapping[int, Stop], case: _Case) -> _Opened:
    hours = {
        pk: (stop.opens * 60, stop.closes * 60)
        for pk, stop in stops.items()
        if stop.opens is not None and stop.closes is not None
    }
    suspended = runs.suspension_at(case.second) is not None
    return _Opened(runs.open_spans, hours, "suspended" if suspended else "outside_hours")


def _asked(
    case: _Case, ends: Sequence[tuple[Near, ...]], fares: Mapping[tuple[int, int], Fare], opened: _Opened
) -> Asked:
    area = case.area
    soonest = second_of(case.day, case.now)
    return Asked(
        origins=ends[0],
        destinations=ends[1],
        arrives=case.wish.when == Booking.When.ARRIVE,
        second=max(case.second, soonest),
        load=case.wish.riding.load,
        boarding_seconds=case.boarding,
        limits=Limits(soonest, area.max_wait_minutes * 60, EARLIER_SECONDS, area.max_ride_minutes * 60),
        fares={stops: each.yen for stops, each in fares.items()},
        spans=opened.spans,
        hours=opened.hours,
        closed=opened.closed,
    )


def _columns(case: _Case, answer: Answer) -> dict[str, Any]:
    wish, riders = case.wish, case.wish.riding.riders
    return {
        "area": case.area,
        "channel": Booking.Channel(wish.channel),
        "state": Booking.State.REFUSED if answer.reason else Booking.State.OFFERED,
        "reason": answer.reason,
        "sent_key": wish.sent_key,
        "asked_at": case.now,
        "day": case.day,
        "when": Booking.When(wish.when),
        "wish_second": case.second,
        "from_name": wish.start.name[:120],
        "from_code": wish.start.code,
        "from_lat": wish.start.spot.lat,
        "from_lon": wish.start.spot.lon,
        "to_name": wish.goal.name[:120],
        "to_code": wish.goal.code,
        "to_lat": wish.goal.spot.lat,
        "to_lon": wish.goal.spot.lon,
        "wheelchairs": wish.riding.needs.wheelchairs,
        "prams": wish.riding.needs.prams,
        "slow": wish.riding.needs.slow,
        "walk_minutes": wish.walk_minutes,
        "boarding_seconds": case.boarding,
        "replaces": wish.replaces,
        "back_of": wish.back_of,
        "is_open": wish.is_open,
        "beyond": wish.beyond[:120] if case.passed else "",
        **{name: riders.get(kind, 0) for kind, name in COUNTS.items()},
    }


def _told(booking: Booking, answer: Answer) -> DiaryEvent:
    facts: dict[str, Any] = {"code": booking.code, "channel": booking.channel, "day": booking.day.isoformat()}
    people = booking.riding.people
    if answer.reason:
        return RideRefused(**facts, people=people, reason=answer.reason, nearest=len(answer.found))
    times = answer.found[0].times
    best = times.arrival if booking.when == Booking.When.ARRIVE else times.pickup
    wait = abs(best - booking.wish_second) // 60
    return RideOffered(**facts, people=people, offers=len(answer.found), wait_minutes=wait)


def look(*, area: ServiceArea, wish: NewWish, now: datetime) -> Glimpse:
    """Say what there would be for a wish of anybody; nothing of it is kept. Raises CannotAsk."""
    day, second = _moment(area, wish, now)
    table = table_on(area, day)
    if table is None:
        raise CannotAsk("no_fares")
    return Glimpse(*_look(_Case(area, wish, day, second, now, table, passed=None)), table)
