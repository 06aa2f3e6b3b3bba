"""Makes a small town in which one can book: four stops round the square, vans with shifts, fares, people who ride."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from machikado.town.common.actors import SYSTEM, Actor, ActorKind
from machikado.town.people.actions import memberships, persons
from machikado.town.people.models import Person, Role
from machikado.town.people.queries import centre, grants_of
from machikado.town.ride.actions import asking, bookings, roads, running
from machikado.town.ride.actions.asking import NewWish, Whereabouts
from machikado.town.ride.actions.running import Press, Taken
from machikado.town.ride.fare import Rider
from machikado.town.ride.ground import Spot
from machikado.town.ride.hours import Span, moment_at
from machikado.town.ride.models import Booking, PlanStep, ServiceArea
from machikado.town.ride.party import Needs, Riding
from machikado.town.ride.tests.makings import (
    NOON,
    TODAY,
    a_shift,
    a_stop,
    a_van,
    an_area,
    with_fares,
    with_hours,
)

TOMORROW = TODAY + timedelta(days=1)
SIDE = 5  # streets each way
STEP = 0.0045  # degrees between two streets: 500 m to the north, 405 m to the east
ORIGIN = Spot(36.105, 137.935)


def corner(up: float, over: float) -> Spot:
    """Where so many streets to the north and to the east meet."""
    return Spot(ORIGIN.lat + up * STEP, ORIGIN.lon + over * STEP)


# Beside the middle of a street that runs from west to east, on its south side; far enough apart that none is near two.
PLACES = {
    "south": Whereabouts("南の店", Spot(corner(0, 2.5).lat - 0.00003, corner(0, 2.5).lon)),
    "east": Whereabouts("東の医院", Spot(corner(2, 3.5).lat - 0.00003, corner(2, 3.5).lon)),
    "north": Whereabouts("北の駅", Spot(corner(4, 1.5).lat - 0.00003, corner(4, 1.5).lon)),
    "west": Whereabouts("西の家", Spot(corner(2, 0.5).lat - 0.00003, corner(2, 0.5).lon)),
}


def grid() -> bytes:
    """A map of five streets each way that all meet."""
    spots = {10 * up + over + 1: corner(up, over) for up in range(SIDE) for over in range(SIDE)}
    nodes = "".join(f'<node id="{n}" lat="{spot.lat:.7f}" lon="{spot.lon:.7f}"/>' for n, spot in spots.items())
    streets = [[10 * up + over + 1 for over in range(SIDE)] for up in range(SIDE)]
    streets += [[10 * up + over + 1 for up in range(SIDE)] for over in range(SIDE)]
    ways = "".join(
        f'<way id="{number}">{"".join(f"""<nd ref="{n}"/>""" for n in street)}'
        '<tag k="highway" v="residential"/><tag k="source" v="synthetic"/></way>'
        for number, street in enumerate(streets, 1)
    )
    return f'<?xml version="1.0"?><osm version="0.6">{nodes}{ways}</osm>'.encode()


def a_riding_town(cast: Any, vans: int = 1, layouts: Any = None, day: date = TOMORROW) -> ServiceArea:
    """Roads, area, hours, fares, four stops, and so many vans that drive from 8:00 to 17:00; breaks none."""
    area = an_area()
    roads.bring_in(name="grid.osm", data=grid(), by=SYSTEM, now=NOON)
    with_hours(area)
    with_fares(area)
    for number, (name, place) in enumerate(PLACES.items(), 1):
        spot = place.spot
        a_stop(area, number=str(number), name=name, lat=spot.lat, lon=spot.lon, wheelchair=True, zone="A")
    for number in range(vans):
        van = a_van(area, depot=corner(0, 0), name=f"{number + 1}号車", **({"layouts": layouts} if layouts else {}))
        driver = cast.futaki if number == 0 else another_driver()
        a_shift(cast, van, driver=driver, day=day, span=Span(480, 1020), breaks=())
    return area


def another_driver() -> Person:
    person = a_rider("運転")
    memberships.grant(person=person, organisation=centre(), role=Role.DRIVER, by=SYSTEM, now=NOON)
    return person


def a_rider(name: str = "依田") -> Person:
    return persons.add(new=persons.NewPerson(name, "のる"), by=SYSTEM, now=NOON)


def actor_of(person: Person) -> Actor:
    return Actor(kind=ActorKind.PERSON, person_id=person.pk, grants=grants_of(person))


def wish(start: str | Whereabouts = "south", goal: str = "north", minute: int | None = 600, **changes: Any) -> NewWish:
    """To leave tomorrow at ten."""
    usual = {"when": Booking.When.LEAVE, "day": TOMORROW, "minute": minute}
    begin = PLACES[start] if isinstance(start, str) else start
    return NewWish(begin, PLACES[goal], **{**usual, **changes})


def asked(area: ServiceArea, rider: Person, **changes: Any) -> Booking:
    return asking.ask(area=area, rider=rider, wish=wish(**changes), by=SYSTEM, now=NOON)


def booked(area: ServiceArea, rider: Person, **changes: Any) -> Booking:
    """Ask and take the best offer."""
    return bookings.accept(offer=asked(area, rider, **changes).offers.get(number=1), by=SYSTEM, now=NOON)


def rode(booking: Booking, paid: str = "cash") -> Booking:
    """They got on at the promised second, paid by `paid` (nothing was told for ""), and got off when they were to."""
    shift = PlanStep.objects.filter(booking=booking)[0].shift

    def press(second: int) -> dict[str, Any]:
        at = moment_at(booking.day, second)
        return {"press": Press(shift, uuid4(), at, at), "booking": booking, "by": SYSTEM, "now": at}

    running.aboard(**press(booking.promise.pickup_from))
    if paid:
        running.take_fare(**press(booking.promise.pickup_from), taken=Taken(booking.promise.yen, paid))
    running.alight(**press(booking.promise.expected_arrival))
    return Booking.objects.get(pk=booking.pk)


def people(count: int, **needs: Any) -> Riding:
    return Riding({Rider.ADULT: count}, Needs(**needs))
