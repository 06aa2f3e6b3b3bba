"""The bus that is measured: the sample town's roads and stops, as many vans as asked for, a day full of promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo import bus
from demo.cast import Cast
from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.common.calendar import town_date
from machikado.town.people.actions import persons
from machikado.town.ride.actions import asking, bookings
from machikado.town.ride.actions.asking import NewWish, Whereabouts
from machikado.town.ride.ground import Spot
from machikado.town.ride.hours import DayType, Span
from machikado.town.ride.models import Booking, ServiceArea, Stop
from machikado.town.ride.party import Riding

SEED = 20
OPENS, CHANGES, CLOSES = 7 * 60, 13 * 60 + 30, 20 * 60
FIRST, LAST = 7 * 60 + 30, 19 * 60
HOURS = {kind: [Span(OPENS, CLOSES)] for kind in DayType}


@dataclass(frozen=True, slots=True)
class Trip:
    """From a stop to another one at a minute of the day; people begin and end where the bus stops."""

    start: Stop
    goal: Stop
    minute: int


@dataclass(frozen=True, slots=True)
class Town:
    """A bus and the day that is measured: tomorrow."""

    area: ServiceArea
    day: date
    stops: Sequence[Stop]

    def trips(self, chance: Random, count: int) -> list[Trip]:
        """So many trips anywhere, at any time of the day."""
        return [self._trip(chance) for _ in range(count)]

    def _trip(self, chance: Random) -> Trip:
        start, goal = chance.sample(self.stops, 2)
        return Trip(start, goal, chance.randrange(FIRST, LAST, 5))


def found(vehicles: int) -> Town:
    """Lay the bus with so many vans, each driven from morning till evening by two people."""
    now = clock.now()
    area = bus.lay(now - timedelta(days=1), HOURS)
    day = town_date(now) + timedelta(days=1)
    for number in range(vehicles):
        van = bus.add_van(area, f"{number + 1}号車", bus.VANS[number % len(bus.VANS)][1], now)
        for half in (Span(OPENS, CHANGES), Span(CHANGES, CLOSES)):
            driver = bus.enter_driver("計測", "まわる", "けいそく", now)
            bus.plan_shift(van, driver, (day, half), now)
    return Town(area, day, list(Stop.objects.filter(area=area).order_by("number")))


def fill(town: Town, cast: Cast, count: int) -> int:
    """Book at the desk until so many rides are promised; return how many wishes that took."""
    chance, desk = Random(SEED), cast.actor("uehara")  # noqa: S311  a measurement
    asked = promised = 0
    while promised < count:
        (trip,) = town.trips(chance, 1)
        now = clock.now()
        rider = persons.add(new=persons.NewPerson(family_name="計測", is_sample=True), by=SYSTEM, now=now)
        ends = [Whereabouts(stop.name, Spot(stop.lat, stop.lon)) for stop in (trip.start, trip.goal)]
        wish = NewWish(ends[0], ends[1], Booking.When.LEAVE, town.day, trip.minute, riding=Riding())
        booking = asking.ask(area=town.area, rider=rider, wish=wish, by=desk, now=now)
        asked += 1
        offer = booking.offers.order_by("number").first()
        if offer is not None:
            bookings.accept(offer=offer, by=desk, now=clock.now())
            promised += 1
    return asked
