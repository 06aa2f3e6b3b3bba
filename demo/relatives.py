"""Who books for others in the sample town: Yoda's daughter, and a care manager with three clients; made up."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from uuid import UUID

from demo.cast import Cast, Part, enter
from demo.rides import PEOPLE
from machikado.town.common import worker
from machikado.town.common.actors import Actor, ActorKind
from machikado.town.common.calendar import town_date
from machikado.town.people.models import Person
from machikado.town.ride.actions import asking, bookings, consents
from machikado.town.ride.actions.asking import CannotAsk, NewWish, Whereabouts
from machikado.town.ride.actions.bookings import CannotBook
from machikado.town.ride.actions.consents import NewConsent, Taken
from machikado.town.ride.ground import Spot
from machikado.town.ride.models import Booking, BookingConsent, Passenger, Relation, ServiceArea, Stop
from machikado.town.ride.party import Needs, Riding
from machikado.town.ride.queries.places import HOME

DAUGHTER = Part("依田", "むすめ", ("よだ", "むすめ"))
CARE_MANAGER = Part("平林", "けあ", ("ひらばやし", "けあ"))
CLIENTS = (0, 3, 4)  # of PEOPLE: with a stick, in a wheelchair, the two
FIRST_KEY = 8_200_000
HOURS = range(10 * 60 + 15, 16 * 60, 75)


def build(cast: Cast, now: datetime) -> None:
    """Yoda tells digits to the daughter; the desk takes three papers; each books for tomorrow."""
    desk = cast.actor("uehara")
    daughter, manager = enter("musume", DAUGHTER, {}, now), enter("keama", CARE_MANAGER, {}, now)
    invitation = consents.invite(
        rider=cast.yoda, new=NewConsent(Relation.FAMILY), by=cast.actor("yoda"), now=now, real=now
    )
    consents.accept(typed=invitation.digits, proxy=daughter, by=_actor(daughter), now=now, real=now)
    clients = [Person.objects.get(contact_points__value=PEOPLE[place].phone) for place in CLIENTS]
    paper = Taken(manager, BookingConsent.How.PAPER, town_date(now))
    for client in clients:
        consents.take(rider=client, new=NewConsent(Relation.CARE), taken=paper, by=desk, now=now)
    tomorrow = town_date(now) + timedelta(days=1)
    for rider, proxy in ((cast.yoda, daughter), *((client, manager) for client in clients)):
        _book(rider, proxy, tomorrow, now)
    worker.do_waiting_chores()


def _actor(person: Person) -> Actor:
    return Actor(kind=ActorKind.PERSON, person_id=person.pk)


def _book(rider: Person, proxy: Person, day: date, now: datetime) -> None:
    """From home to a station, at the first of some times at which they do not ride already."""
    area, passenger = ServiceArea.objects.get(), Passenger.objects.get(person=rider)
    assert passenger.home_lat is not None
    assert passenger.home_lon is not None
    home = Whereabouts(passenger.home_name, Spot(passenger.home_lat, passenger.home_lon), HOME)
    station = Stop.objects.filter(area=area, name__contains="駅").order_by("number")[0]
    goal = Whereabouts(station.name, Spot(station.lat, station.lon), station.code)
    riding = Riding(needs=Needs(wheelchairs=int(passenger.wheelchair), slow=passenger.slow))
    by, channel = _actor(proxy), Booking.Channel.PROXY
    for minute in HOURS:
        key = UUID(int=FIRST_KEY + rider.pk * 2_000 + minute)
        wish = NewWish(home, goal, Booking.When.LEAVE, day, minute, riding, channel=channel, sent_key=key)
        with suppress(CannotAsk, CannotBook):
            asked = asking.ask(area=area, rider=rider, wish=wish, by=by, now=now)
            bookings.accept(offer=asked.offers.order_by("number")[0], by=by, now=now)
            return
