"""People who ride on the sample bus: made up, with homes, needs and bookings of today and the next days."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from demo.cast import Cast
from machikado.town.common import worker
from machikado.town.common.actors import SYSTEM, Actor
from machikado.town.common.calendar import town_date
from machikado.town.people.actions import persons
from machikado.town.people.models import Channel, ContactPoint, Person
from machikado.town.ride.actions import asking, bookings, passengers, series, waiting
from machikado.town.ride.actions.asking import NewWish, Whereabouts
from machikado.town.ride.actions.passengers import PassengerFacts
from machikado.town.ride.actions.series import Weekly
from machikado.town.ride.fare import Rider
from machikado.town.ride.ground import Spot
from machikado.town.ride.models import Booking, BookingSeries, ServiceArea, Stop
from machikado.town.ride.party import Needs, Riding
from machikado.town.ride.queries.waiting import why_not_wait

SEED = 82
DAYS = 2  # today and tomorrow
A_DAY = 7  # rides
EVERY_WEEK = (1, 9 * 60 + 45)  # tomorrow, and the minute
FIRST, LAST = 9 * 60 + 30, 16 * 60
WAITED_MINUTE = 15 * 60
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who rides: names, reading, a number that nobody has, what they need, with whom they come."""

    family: str
    given: str
    kana: str
    phone: str
    facts: PassengerFacts
    riding: Riding


SLOWLY = Riding(needs=Needs(slow=True))
TWO_ON_WHEELS = Riding({Rider.DISABLED: 2, Rider.COMPANION: 1}, Needs(wheelchairs=2))  # one van alone takes them
A_PUPIL = Riding({Rider.CHILD: 1})
WITH_A_PRAM = Riding({Rider.ADULT: 1, Rider.PRESCHOOL: 1}, Needs(prams=1))
ON_WHEELS = Riding({Rider.DISABLED: 1, Rider.COMPANION: 1}, Needs(wheelchairs=1))
# The woman of 82 with a land line, the pupil, the father with a pram, and others; nobody is called so.
PEOPLE = (
    Somebody("百瀬", "うめ", "ももせ", "0263-00-8201", PassengerFacts(walk_minutes=5, slow=True), SLOWLY),
    Somebody("中村", "まなぶ", "なかむら", "090-0000-1602", PassengerFacts(fare_kind=Rider.CHILD), A_PUPIL),
    Somebody("宮澤", "おやこ", "みやざわ", "090-0000-3403", PassengerFacts(pram=True), WITH_A_PRAM),
    Somebody(
        "清水", "わだち", "しみず", "0263-00-5504", PassengerFacts(fare_kind=Rider.DISABLED, wheelchair=True), ON_WHEELS
    ),
    Somebody("丸山", "ふたり", "まるやま", "0263-00-7105", PassengerFacts(), Riding({Rider.ADULT: 2})),
    Somebody("柳澤", "かよい", "やなぎさわ", "090-0000-4806", PassengerFacts(), Riding()),
)
# Others who telephone while the town lives; nobody is called so.
OTHERS = (
    ("赤羽", "かいもの", "あかはね"),
    ("上條", "いいん", "かみじょう"),
    ("小口", "まちあい", "おぐち"),
    ("小松", "ゆうびん", "こまつ"),
    ("笠原", "えきまえ", "かさはら"),
    ("中野", "しちょう", "なかの"),
    ("古畑", "としょかん", "ふるはた"),
    ("米窪", "ひるま", "よねくぼ"),
    ("塩原", "むすめ", "しおはら"),
    ("青木", "まごと", "あおき"),
)
A_LIVING_DAY = 26


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody will telephone: who, from where to where, for when."""

    person: Person
    ends: tuple[Whereabouts, Whereabouts]
    day: date
    minute: int


def build(cast: Cast, now: datetime) -> None:
    """Let them book, at the desk's telephone; Yoda does it on a phone of their own."""
    area, desk, chance = ServiceArea.objects.get(), cast.actor("uehara"), Random(SEED)  # noqa: S311  a sample town
    stops = list(Stop.objects.filter(area=area, wheelchair=True).exclude(closures__isnull=False).order_by("number"))
    goals = [stop for stop in stops if "駅" in stop.name] + stops[3:40:9]
    ContactPoint.objects.create(person=cast.yoda, kind=ContactPoint.Kind.PHONE, value="090-0000-0412")
    yoda = PassengerFacts(home=_at(stops[7]), walk_minutes=10)
    passengers.know(person=cast.yoda, facts=yoda, by=cast.actor("yoda"), now=now)
    riders = [(_enter(each, stops[11 + 9 * place], desk, now), each) for place, each in enumerate(PEOPLE)]
    today = town_date(now)
    for ahead in range(DAYS):
        day = today + timedelta(days=ahead)
        for number in range(A_DAY):
            person, somebody = riders[(number + ahead) % len(riders)]
            ends = [_at(stops[11 + 9 * PEOPLE.index(somebody)]), _at(chance.choice(goals))]
            ends = ends[::-1] if number >= len(riders) else ends
            minute = chance.randrange(FIRST, LAST, 5)
            wish = replace(
                _wish(ends, (day, minute), somebody.riding, chance), walk_minutes=somebody.facts.walk_minutes
            )
            _book(asking.ask(area=area, rider=person, wish=wish, by=desk, now=now), desk, now)
    _yodas(cast, area, (stops[7], goals[0]), now)
    for minute, riding in ((5 * 60 + 30, Riding()), (10 * 60, Riding({Rider.ADULT: 12}))):
        wish = _wish([_at(stops[20]), _at(goals[0])], (today + timedelta(days=1), minute), riding, chance)
        asking.ask(area=area, rider=riders[0][0], wish=wish, by=desk, now=now)
    _wait(cast, area, [_at(stops[20]), _at(goals[0])], now)
    worker.do_waiting_chores()


def _wait(cast: Cast, area: ServiceArea, ends: Sequence[Whereabouts], now: datetime) -> None:
    """On the last weekday that can be booked others have the van for two wheelchairs, and Yoda waits for it."""
    by, chance = cast.actor("yoda"), Random(SEED + 2)  # noqa: S311  a sample town
    days = [town_date(now) + timedelta(days=ahead) for ahead in range(area.book_ahead_days + 1)]
    day = [each for each in days if each.weekday() < SATURDAY][-1]
    for person in Person.objects.filter(contact_points__value__in=[each.phone for each in PEOPLE]).order_by("pk"):
        wish = _wish(ends, (day, WAITED_MINUTE), TWO_ON_WHEELS, chance)
        _book(asking.ask(area=area, rider=person, wish=wish, by=SYSTEM, now=now), SYSTEM, now)
    wish = _wish(ends, (day, WAITED_MINUTE), TWO_ON_WHEELS, chance, Booking.Channel.WEB)
    asked = asking.ask(area=area, rider=cast.yoda, wish=wish, by=by, now=now)
    if not why_not_wait(asked, now):
        waiting.wait(booking=asked, by=by, now=now)


def calls_for(area: ServiceArea, day: date, first: int, chance: Random) -> list[Call]:
    """Who will telephone for a day from a minute on, in the order in which they do."""
    stops = list(Stop.objects.filter(area=area).exclude(closures__isnull=False).order_by("number"))
    goals = [stop for stop in stops if "駅" in stop.name] + stops[3:40:9]
    people = list(Person.objects.filter(contact_points__value__in=_numbers()).order_by("pk"))
    found = []
    for minute in sorted(chance.sample(range(7 * 60 + 15, 19 * 60, 5), A_LIVING_DAY)):
        home, goal = _at(chance.choice(stops)), _at(chance.choice(goals))
        if minute >= first and home != goal and people:
            ends = (home, goal) if chance.random() < 0.6 else (goal, home)
            found.append(Call(chance.choice(people), ends, day, minute))
    return found


def telephone(area: ServiceArea, call: Call, chance: Random, now: datetime) -> None:
    """Ask for a bus and take the best offer."""
    wish = _wish(call.ends, (call.day, call.minute), Riding(), chance)
    _book(asking.ask(area=area, rider=call.person, wish=wish, by=SYSTEM, now=now), SYSTEM, now)


def enter_others(now: datetime) -> None:
    """Make the others known, once."""
    known = set(ContactPoint.objects.filter(value__in=_numbers()).values_list("value", flat=True))
    for (family, given, kana), number in zip(OTHERS, _numbers(), strict=True):
        if number not in known:
            new = persons.NewPerson(
                family, given, family_kana=kana, given_kana=given, channel=Channel.CALL, phone=number, is_sample=True
            )
            persons.add(new=new, by=SYSTEM, now=now)


def _numbers() -> list[str]:
    """Numbers that nobody has."""
    return [f"090-0000-{6101 + number}" for number in range(len(OTHERS))]


def _yodas(cast: Cast, area: ServiceArea, ends: tuple[Stop, Stop], now: datetime) -> None:
    """Today and tomorrow Yoda goes where they usually go, and gives one ride back; one is wanted every week."""
    by, chance = cast.actor("yoda"), Random(SEED + 1)  # noqa: S311  a sample town
    for ahead, minute in ((0, 11 * 60), (1, 9 * 60 + 45), (1, 15 * 60)):
        day = town_date(now) + timedelta(days=ahead)
        wish = _wish([_at(ends[0]), _at(ends[1])], (day, minute), Riding(), chance, Booking.Channel.WEB)
        booking = asking.ask(area=area, rider=cast.yoda, wish=wish, by=by, now=now)
        _book(booking, by, now)
        booking.refresh_from_db()
        if (ahead, minute) == EVERY_WEEK and booking.state == Booking.State.BOOKED:
            wanted = Weekly(frozenset({day.weekday(), (day.weekday() + 2) % 5}), BookingSeries.Back.OPEN)
            series.make(booking=booking, weekly=wanted, by=by, now=now)
    if booking.state == Booking.State.BOOKED:
        bookings.cancel(booking=booking, by=by, now=now)


def _enter(somebody: Somebody, stop: Stop, by: Actor, now: datetime) -> Person:
    new = persons.NewPerson(
        somebody.family,
        somebody.given,
        family_kana=somebody.kana,
        given_kana=somebody.given,
        channel=Channel.CALL,
        phone=somebody.phone,
        is_sample=True,
    )
    person = persons.add(new=new, by=SYSTEM, now=now)
    facts = somebody.facts
    known = PassengerFacts(_at(stop), facts.walk_minutes, facts.fare_kind, facts.slow, facts.wheelchair, facts.pram)
    passengers.know(person=person, facts=known, by=by, now=now)
    return person


def _at(stop: Stop) -> Whereabouts:
    return Whereabouts(stop.name, Spot(stop.lat, stop.lon))


def _wish(
    ends: Sequence[Whereabouts],
    when: tuple[date, int],
    riding: Riding,
    chance: Random,
    channel: str = Booking.Channel.PHONE,
) -> NewWish:
    return NewWish(
        ends[0],
        ends[1],
        Booking.When.LEAVE,
        *when,
        riding=riding,
        channel=channel,
        sent_key=UUID(int=chance.getrandbits(128)),
    )


def _book(booking: Booking, by: Actor, now: datetime) -> None:
    """Take the best offer, if there is one."""
    offer = booking.offers.order_by("number").first()
    if offer is not None:
        bookings.accept(offer=offer, by=by, now=now)
