"""Builds the bus of the sample town: roads, area, stops, vans, drivers, shifts, fares, through the actions."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from demo import roads as drawn
from demo import stops as laid
from demo.cast import Cast
from machikado.town.common.actors import SYSTEM
from machikado.town.common.calendar import town_date
from machikado.town.people.actions import memberships, persons
from machikado.town.people.models import Person, Role
from machikado.town.people.queries import centre
from machikado.town.ride import stop_table
from machikado.town.ride.actions import area as areas
from machikado.town.ride.actions import fares, roads, shifts, stop_tables, stops, vehicles
from machikado.town.ride.actions.shifts import ShiftFacts
from machikado.town.ride.actions.vehicles import Fits
from machikado.town.ride.fare import Rider, Tariff
from machikado.town.ride.ground import Spot
from machikado.town.ride.hours import DayType, Rule, Span, moment_of, spans
from machikado.town.ride.models import RideVehicle, ServiceArea, Stop, VehicleShift
from machikado.town.ride.queries.area import rules_of

DAYS = 8  # of shifts: today and a week
# Nobody is called so; the given names are what the bus does.
DRIVERS = (
    ("赤羽", "まわる", "あかはね"),
    ("上條", "むかえ", "かみじょう"),
    ("青柳", "とまる", "あおやぎ"),
    ("百瀬", "おくり", "ももせ"),
    ("小松", "みちなり", "こまつ"),
    ("塩原", "よりみち", "しおはら"),
    ("吉江", "かえり", "よしえ"),
)
VANS = (
    ("1号車", (Fits(8, 0, 1), Fits(6, 1, 1))),
    ("2号車", (Fits(8, 0, 1), Fits(6, 1, 1))),
    ("3号車", (Fits(8, 0, 2),)),
    ("4号車", (Fits(7, 1, 1), Fits(4, 2))),
)
SHARES = {
    Rider.ADULT: 10_000,
    Rider.CHILD: 5_000,
    Rider.DISABLED: 5_000,
    Rider.COMPANION: 5_000,
    Rider.PRESCHOOL: 0,
}
PAIRS = {
    ("A", "A"): "CC",
    ("B", "B"): "CC",
    ("C", "C"): "CC",
    ("A", "B"): "BB",
    ("B", "C"): "BB",
    ("A", "C"): "AA",
}
HOURS = {
    DayType.WEEKDAY: [Span(420, 1200)],
    DayType.SATURDAY: [Span(480, 1080)],
    DayType.SUNDAY: [Span(540, 1020)],
    DayType.HOLIDAY: [Span(540, 1020)],
}


def build(cast: Cast, founded: datetime, today: date) -> ServiceArea:
    """Found the bus at a moment, with its shifts from `today` on."""
    area = lay(founded, HOURS)
    people = [cast.futaki, *(enter_driver(*name, founded) for name in DRIVERS)]
    vans = [add_van(area, name, layouts, founded) for name, layouts in VANS]
    _plan(vans, people, (rules_of(area), today), founded)
    _close(area, today, founded)
    return area


def lay(founded: datetime, hours: Mapping[DayType, Sequence[Span]]) -> ServiceArea:
    """Area, roads, stops, hours and fares, as yet without a vehicle."""
    map_file = drawn.kept_map()
    area = areas.found(new=areas.NewArea("塩尻市街地", laid.AREA), by=SYSTEM, now=founded)
    roads.bring_in(name="見本の道路.osm", data=map_file, by=SYSTEM, now=founded)
    rows = stop_table.read(laid.table(map_file))
    stop_tables.take_in(area=area, rows=rows, by=SYSTEM, now=founded)
    areas.set_hours(area=area, hours=areas.NewHours(town_date(founded), hours), by=SYSTEM, now=founded)
    _set_fares(area, founded)
    return area


def plan_ahead(area: ServiceArea, now: datetime) -> None:
    """Plan the shifts of those of the next days that have none yet."""
    vans = list(RideVehicle.objects.filter(area=area, name__in=[name for name, _layouts in VANS]).order_by("pk"))
    people = list(Person.objects.filter(is_sample=True, memberships__role=Role.DRIVER).distinct().order_by("pk"))
    days = [town_date(now) + timedelta(days=ahead) for ahead in range(DAYS)]
    planned = set(VehicleShift.objects.filter(vehicle__in=vans, day__in=days).values_list("day", flat=True))
    for day in days:
        if day not in planned and vans and people:
            _plan_day(vans, people, (rules_of(area), day, day.toordinal()), now)


def _set_fares(area: ServiceArea, now: datetime) -> None:
    tariff = Tariff(sections={"AA": 200, "BB": 100, "CC": 50}, pairs=PAIRS, shares=SHARES)
    passes = (fares.NewPass("1か月定期", Rider.ADULT, 6000, 30), fares.NewPass("1か月定期", Rider.CHILD, 3000, 30))
    new = fares.NewFares(town_date(now), tariff, passes, "見本の運賃")
    fares.put_in_force(area=area, new=new, by=SYSTEM, now=now)


def enter_driver(family: str, given: str, kana: str, now: datetime) -> Person:
    """Bring in somebody who drives."""
    new = persons.NewPerson(family, given, family_kana=kana, given_kana=given, is_sample=True)
    person = persons.add(new=new, by=SYSTEM, now=now)
    memberships.grant(person=person, organisation=centre(), role=Role.DRIVER, by=SYSTEM, now=now)
    return person


def add_van(area: ServiceArea, name: str, layouts: tuple[Fits, ...], now: datetime) -> RideVehicle:
    """Take a van into service; all stand in one depot at night."""
    depot = Spot(laid.CENTRE.lat - 0.0021, laid.CENTRE.lon + 0.0042)
    facts = vehicles.VehicleFacts(name, "見本の車庫（大門一番町）", depot, layouts)
    return vehicles.add(area=area, facts=facts, by=SYSTEM, now=now)


def _plan(
    vans: Sequence[RideVehicle], people: Sequence[Person], calendar: tuple[list[Rule], date], now: datetime
) -> None:
    rules, today = calendar
    for ahead in range(DAYS):
        _plan_day(vans, people, (rules, today + timedelta(days=ahead), ahead), now)


def _plan_day(
    vans: Sequence[RideVehicle], people: Sequence[Person], calendar: tuple[list[Rule], date, int], now: datetime
) -> None:
    """Two shifts a day for each van on long days, one on short ones; who drives early drives late the day after."""
    rules, day, turn = calendar
    for opens, closes in ((span.opens, span.closes) for span in spans(rules, day)):
        long = closes - opens > 10 * 60
        halves = (Span(opens, 810), Span(810, closes)) if long else (Span(opens, closes),)
        for van, part, half in ((v, p, h) for v in range(len(vans)) for p, h in enumerate(halves)):
            driver = people[(2 * van + (part + turn) % 2) % len(people)]
            plan_shift(vans[van], driver, (day, half), now)


def plan_shift(van: RideVehicle, driver: Person, when: tuple[date, Span], now: datetime) -> None:
    """Plan a shift with a break in its middle."""
    day, span = when
    middle = (span.opens + span.closes) // 2 // 15 * 15
    rest = Span(middle, middle + (60 if span.closes - span.opens > 8 * 60 else 30))
    shifts.plan(facts=ShiftFacts(van, driver, day, span, (rest,)), by=SYSTEM, now=now)


def _close(area: ServiceArea, today: date, now: datetime) -> None:
    """Two stops are closed, and the bus rests at the turn of the year."""
    for stop, reason in zip(
        Stop.objects.filter(area=area).order_by("number")[20:23:2],
        ("水道工事のため。となりの乗降地点をお使いください。", "除雪した雪を置いているため。"),
        strict=True,
    ):
        stops.close(stop=stop, new=stops.NewClosure(reason, today, today + timedelta(days=9)), by=SYSTEM, now=now)
    begins, ends = moment_of(date(today.year, 12, 29), 0), moment_of(date(today.year + 1, 1, 4), 0)
    new = areas.NewSuspension("holidays", begins, ends, "年末年始はお休みです。1月4日から走ります。")
    areas.suspend(area=area, new=new, by=SYSTEM, now=now)
