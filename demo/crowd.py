"""Sixty made-up workers, two staff and four clients. Each has habits, known to the simulation alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from demo.cast import OTHER_SHOP, SHOP
from machikado.town.common.actors import SYSTEM, Actor, ActorKind
from machikado.town.people.actions import memberships, organisations, persons, workers
from machikado.town.people.models import Organisation, Person, Role, Worker
from machikado.town.people.queries import centre, grants_of

FAMILIES = ("上條", "小松", "中村", "小林", "百瀬", "宮下", "赤羽", "塩原", "青木", "大和", "吉江", "小口")
FAMILY_KANA = (
    "かみじょう", "こまつ", "なかむら", "こばやし", "ももせ", "みやした",
    "あかはね", "しおはら", "あおき", "おおわ", "よしえ", "おぐち",
)  # fmt: skip
GIVEN = ("あお", "こはく", "すみれ", "つくし", "わかば")

# Staff who live in the simulation, so that the six of the cast stay free for visitors.
STAFF = {
    Role.COORDINATOR: ("清水", "はしら", "しみず"),
    Role.LEADER: ("宮坂", "つじ", "みやさか"),
}

# Who asks for each client. What SHOP has is decided by a visitor alone, once the town lives.
CLIENTS = {
    SHOP: ("三村", "のれん", "みむら"),
    OTHER_SHOP: ("田川", "となり", "たがわ"),
    "見晴ぶどう園（見本）": ("畑山", "ふさ", "はたやま"),
    "坂下漆器店（見本）": ("沼田", "うるし", "ぬまた"),
}
LIVING = tuple(name for name in CLIENTS if name != SHOP)


@dataclass(frozen=True, slots=True)
class Habit:
    """How a simulated worker keys: errors and unreadable marks in ten-thousandths of the fields, pace in per cent."""

    error_rate: int
    unreadable_rate: int
    pace: int


# The first are careful and slow, the last quick and careless; all are welcome.
HABITS = (Habit(50, 20, 130), Habit(100, 30, 110), Habit(200, 30, 100), Habit(350, 40, 90), Habit(600, 10, 75))
# The leader reads the paper like everybody else, only more carefully.
LEADER_HABIT = Habit(30, 10, 150)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who works in the simulation; who asks, by the client's name."""

    workers: tuple[Worker, ...]
    coordinator: Actor
    leader: Actor
    clients: Mapping[str, Actor]
    leader_habit: Habit = LEADER_HABIT

    @property
    def persons(self) -> list[int]:
        """The keys of all of them."""
        actors = (self.coordinator, self.leader, *self.clients.values())
        held = [worker.person_id for worker in self.workers] + [actor.person_id for actor in actors]
        return [person_id for person_id in held if person_id is not None]

    def habit(self, worker: Worker) -> Habit:
        """The habits of a worker, by their place in the crowd."""
        return HABITS[self.workers.index(worker) % len(HABITS)]


def actor_of(person: Person) -> Actor:
    """A made-up person as one who acts."""
    return Actor(kind=ActorKind.PERSON, person_id=person.pk, grants=grants_of(person))


def build(now: datetime) -> Crowd:
    """Bring in the staff, the clients and the sixty workers."""
    for role, (family, given, kana) in STAFF.items():
        person = _person((family, given), (kana, given), now)
        memberships.grant(person=person, organisation=centre(), role=role, by=SYSTEM, now=now)
    for name, (family, given, kana) in CLIENTS.items():
        person = _person((family, given), (kana, given), now)
        memberships.grant(person=person, organisation=_client(name, now), role=Role.CLIENT, by=SYSTEM, now=now)
    for given in GIVEN:
        for family, kana in zip(FAMILIES, FAMILY_KANA, strict=True):
            workers.register(person=_person((family, given), (kana, given), now), by=SYSTEM, now=now)
    return load()


def _client(name: str, now: datetime) -> Organisation:
    """The client of this name: of the cast, or one more."""
    new = organisations.NewOrganisation(name=name, kind=Organisation.Kind.CLIENT, is_sample=True)
    return Organisation.objects.filter(name=name).first() or organisations.add(new=new, by=SYSTEM, now=now)


def _person(name: tuple[str, str], kana: tuple[str, str], now: datetime) -> Person:
    new = persons.NewPerson(
        family_name=name[0], given_name=name[1], family_kana=kana[0], given_kana=kana[1], is_sample=True
    )
    return persons.add(new=new, by=SYSTEM, now=now)


def load() -> Crowd:
    """Find the crowd in a sample town that was built before."""
    found = Worker.objects.filter(person__given_name__in=GIVEN, person__is_sample=True).select_related("person")
    return Crowd(
        workers=tuple(found.order_by("pk")),
        coordinator=_actor_named(*STAFF[Role.COORDINATOR]),
        leader=_actor_named(*STAFF[Role.LEADER]),
        clients={name: _actor_named(*who) for name, who in CLIENTS.items()},
    )


def _actor_named(family: str, given: str, _kana: str) -> Actor:
    return actor_of(Person.objects.get(family_name=family, given_name=given, is_sample=True))
