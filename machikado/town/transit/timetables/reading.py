"""A feed in GTFS → its facts: halts, lines, days, runs. What is wrong gets a sentence by line; all of it or nothing."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from machikado.town.ride.ground import checked
from machikado.town.transit.timetables.tables import Archive, Faults, Row, Tell
from machikado.town.transit.timetables.words import (
    CannotReadTimetable,
    Days,
    Halt,
    Line,
    Run,
    TimetableFacts,
    Visit,
)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
STOP = 0  # of location_type; entrances and nodes are no halts, stations only hold halts together
REGULAR, NONE = 0, 1
MOST_RUNS = 60_000  # with those that stand in frequencies.txt as one


@dataclass(frozen=True, slots=True)
class _Time:
    """A line of stop_times."""

    line: int
    order: int
    halt: int
    arrives: int | None
    leaves: int | None
    boards: bool
    alights: bool


@dataclass(slots=True)
class _Feed:
    """A feed while it is read."""

    archive: Archive
    faults: Faults
    operators: dict[str, str] = field(default_factory=dict)
    halts: dict[str, Halt] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)  # where each halt stands in the list
    lines: dict[str, Line] = field(default_factory=dict)
    services: dict[str, Days] = field(default_factory=dict)
    trips: dict[str, tuple[Row, Run]] = field(default_factory=dict)
    times: dict[str, list[_Time]] = field(default_factory=dict)
    booked: set[str] = field(default_factory=set)  # trips that only come when they are booked


def read(data: bytes, tell: Tell | None = None) -> TimetableFacts:
    """Read a feed. Raises CannotReadTimetable, with `faults` where lines are wrong.

    `tell` hears now and then which part of it is read.
    """
    faults = Faults()
    feed = _Feed(Archive(data, faults, tell), faults)
    for steps in ((_operators,), (_halts, _lines, _calendar, _exceptions), (_trips,), (_stop_times,)):
        for step in steps:
            step(feed)
        faults.raise_any()  # what leans on a bad line is no fault of its own
    runs = list(_runs(feed))
    faults.raise_any()
    if not runs:
        raise CannotReadTimetable("no_runs")
    facts = TimetableFacts(
        operator=next(iter(feed.operators.values())),
        halts=tuple(feed.halts.values()),
        lines=tuple(feed.lines.values()),
        services=feed.services,
        runs=tuple(runs),
        left_out=len(feed.booked),
    )
    if not any(feed.services[run.service].ends for run in runs):
        raise CannotReadTimetable("no_days")
    return facts


def _each(feed: _Feed, table: str, needed: tuple[str, ...], read_row: Callable[[Row], None]) -> None:
    for row in feed.archive.rows(table, needed):
        feed.faults.trying(table, row, read_row)


def _operators(feed: _Feed) -> None:
    def one(row: Row) -> None:
        feed.operators[row.text("agency_id", "")] = row.text("agency_name")

    _each(feed, "agency.txt", ("agency_name",), one)
    if not feed.faults.kept and not feed.operators:
        raise CannotReadTimetable("no_table", table="agency.txt")


def _once(name: str, known: Container[str]) -> str:
    if name in known:
        raise CannotReadTimetable("twice", text=name[:40])
    return name


def _halts(feed: _Feed) -> None:
    def one(row: Row) -> None:
        if row.number("location_type", STOP, 4) != STOP:
            return
        number = _once(row.text("stop_id"), feed.halts)
        spot = checked(row.degrees("stop_lat"), row.degrees("stop_lon"))
        feed.places[number] = len(feed.halts)
        station = row.text("parent_station", number)
        feed.halts[number] = Halt(number, row.text("stop_name"), spot.lat, spot.lon, station)

    _each(feed, "stops.txt", ("stop_id", "stop_name", "stop_lat", "stop_lon"), one)


def _lines(feed: _Feed) -> None:
    first = next(iter(feed.operators.values()))

    def one(row: Row) -> None:
        number = _once(row.text("route_id"), feed.lines)
        name = row.text("route_long_name", row.text("route_short_name", number))
        feed.lines[number] = Line(name, row.number("route_type"), feed.operators.get(row.text("agency_id", ""), first))

    _each(feed, "routes.txt", ("route_id", "route_type"), one)


def _calendar(feed: _Feed) -> None:
    def one(row: Row) -> None:
        name = _once(row.text("service_id"), feed.services)
        weekdays = frozenset(number for number, day in enumerate(WEEKDAYS) if row.number(day, 0, 1))
        feed.services[name] = Days(weekdays, row.day("start_date"), row.day("end_date"))

    if "calendar_dates.txt" not in feed.archive.names or "calendar.txt" in feed.archive.names:
        _each(feed, "calendar.txt", ("service_id", *WEEKDAYS, "start_date", "end_date"), one)


def _exceptions(feed: _Feed) -> None:
    def one(row: Row) -> None:
        name, day = row.text("service_id"), row.day("date")
        days = feed.services.get(name, Days())
        if row.number("exception_type", most=2) == 1:
            feed.services[name] = replace(days, added=days.added | {day})
        else:
            feed.services[name] = replace(days, removed=days.removed | {day})

    _each(feed, "calendar_dates.txt", (), one)


def _trips(feed: _Feed) -> None:
    order = {name: number for number, name in enumerate(feed.lines)}

    def one(row: Row) -> None:
        name = _once(row.text("trip_id"), feed.trips)
        line = order[row.known("route_id", feed.lines, "routes.txt")]
        service = row.known("service_id", feed.services, "calendar.txt")
        feed.trips[name] = (row, Run(name, line, service, row.text("trip_headsign", ""), ()))

    _each(feed, "trips.txt", ("route_id", "service_id", "trip_id"), one)


def _stop_times(feed: _Feed) -> None:
    def one(row: Row) -> None:
        trip = row.known("trip_id", feed.trips, "trips.txt")
        if row.text("start_pickup_drop_off_window", "") or not row.text("stop_id", ""):
            feed.booked.add(trip)
            return
        halt = feed.places[row.known("stop_id", feed.places, "stops.txt")]
        arrives, leaves = row.second("arrival_time"), row.second("departure_time")
        boards, alights = (row.number(f"{kind}_type", REGULAR, 3) == REGULAR for kind in ("pickup", "drop_off"))
        ends = (leaves if arrives is None else arrives, arrives if leaves is None else leaves)
        feed.times.setdefault(trip, []).append(
            _Time(row.line, row.number("stop_sequence"), halt, *ends, boards, alights)
        )

    _each(feed, "stop_times.txt", ("trip_id", "stop_sequence"), one)


def _runs(feed: _Feed) -> Iterator[Run]:
    """Each trip as often as it runs: once, or again and again where frequencies say so."""
    often = _often(feed)
    count = 0
    for name, (_row, run) in feed.trips.items():
        if name in feed.booked or name not in feed.times:
            continue
        visits = _visits(feed, sorted(feed.times[name], key=lambda each: each.order))
        for begin in often.get(name, (None,)) if visits else ():
            count += 1
            if count > MOST_RUNS:
                raise CannotReadTimetable("too_many", table="trips.txt", most=MOST_RUNS)
            yield replace(run, visits=_moved(visits, begin))


def _visits(feed: _Feed, times: list[_Time]) -> tuple[Visit, ...]:
    """The stops of a trip with a time at each: where none stands, it lies evenly between those that do."""
    fault = _fault(times)
    if fault:
        feed.faults.add("stop_times.txt", *fault)
        return ()
    known = [place for place, each in enumerate(times) if each.arrives is not None]
    found = []
    for place, each in enumerate(times):
        if each.arrives is None or each.leaves is None:
            before = max(other for other in known if other < place)
            behind = min(other for other in known if other > place)
            begin, end = times[before].leaves or 0, times[behind].arrives or 0
            second = begin + (end - begin) * (place - before) // (behind - before)
            found.append(Visit(each.halt, second, second, each.boards, each.alights))
        else:
            found.append(Visit(each.halt, each.arrives, each.leaves, each.boards, each.alights))
    return tuple(found)


def _fault(times: list[_Time]) -> tuple[int, CannotReadTimetable] | None:
    if len(times) < 2:
        return times[0].line, CannotReadTimetable("short")
    if times[0].arrives is None or times[-1].arrives is None:
        return times[0].line, CannotReadTimetable("no_time")
    for one, other in pairwise(times):
        if one.order == other.order:
            return other.line, CannotReadTimetable("twice", text=str(other.order))
    said = [(each.line, second) for each in times for second in (each.arrives, each.leaves) if second is not None]
    back = next((line for (_line, a), (line, b) in pairwise(said) if b < a), None)
    return (back, CannotReadTimetable("backwards")) if back is not None else None


def _often(feed: _Feed) -> dict[str, list[int]]:
    """When trips begin that run again and again."""
    found: dict[str, list[int]] = {}

    def one(row: Row) -> None:
        trip = row.known("trip_id", feed.trips, "trips.txt")
        first, last = row.second("start_time"), row.second("end_time")
        if first is None or last is None:
            raise CannotReadTimetable("empty", column="start_time")
        every = max(30, row.number("headway_secs", most=86_400))
        found.setdefault(trip, []).extend(range(first, last, every))

    _each(feed, "frequencies.txt", (), one)
    return found


def _moved(visits: tuple[Visit, ...], begin: int | None) -> tuple[Visit, ...]:
    if begin is None:
        return visits
    later = begin - visits[0].leaves
    return tuple(replace(each, arrives=each.arrives + later, leaves=each.leaves + later) for each in visits)
