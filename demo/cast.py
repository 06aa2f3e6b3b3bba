"""Nine made-up people and their organisations, built through the actions; tests and the sample town share them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from machikado.town.common.actors import SYSTEM, Actor, ActorKind
from machikado.town.people.actions import accounts, memberships, organisations, persons, workers
from machikado.town.people.actions import town as towns
from machikado.town.people.models import Account, Organisation, Person, Role, Worker
from machikado.town.people.queries import SAMPLE_DOMAIN, centre, grants_of

TOWN = towns.NewTown(
    name="塩尻市（見本）",
    name_kana="しおじりし みほん",
    municipality_code="202151",
    legal_entity="見本の街角センター",
    address="長野県塩尻市大門一番町",
    desk_phone="0263-00-0000",  # nobody has it
    is_sample=True,
)
SHOP = "角田商店（見本）"
OTHER_SHOP = "隣町商会（見本）"


@dataclass(frozen=True, slots=True)
class Part:
    """Who somebody plays: names, reading, the roles in the centre, or the client's organisation."""

    family_name: str
    given_name: str
    kana: tuple[str, str]
    roles: tuple[str, ...] = ()
    client_of: str = ""


# The given names say it: まち (town), かど (corner), と (and) … nobody is called so.
PARTS: Mapping[str, Part] = {
    "momose": Part("百瀬", "まち", ("ももせ", "まち"), roles=(Role.COORDINATOR,)),
    "ozawa": Part("小沢", "かど", ("おざわ", "かど"), roles=(Role.LEADER, Role.WORKER)),
    "nakajima": Part("中島", "あかり", ("なかじま", "あかり"), roles=(Role.WORKER,)),
    "hara": Part("原", "みち", ("はら", "みち"), roles=(Role.WORKER,)),
    "takizawa": Part("滝澤", "みせ", ("たきざわ", "みせ"), client_of=SHOP),
    "furuhata": Part("古畑", "よそ", ("ふるはた", "よそ"), client_of=OTHER_SHOP),
    "uehara": Part("上原", "のりば", ("うえはら", "のりば"), roles=(Role.TRANSPORT,)),
    "futaki": Part("二木", "はこぶ", ("ふたき", "はこぶ"), roles=(Role.DRIVER,)),
    "yoda": Part("依田", "のる", ("よだ", "のる")),
}


@dataclass(frozen=True)
class Cast:
    """The nine by short name. `momose` coordinates, `ozawa` leads and works, `nakajima` and `hara` work,

    `takizawa` is a client, `furuhata` the client of another shop who must see nothing of hers, `uehara` manages the
    bus, `futaki` drives it, `yoda` rides on it and holds no role.
    """

    persons: Mapping[str, Person]
    shops: Mapping[str, Organisation]

    def __getattr__(self, slug: str) -> Person:
        """The person with this short name."""
        persons: Mapping[str, Person] = self.__dict__.get("persons", {})  # none yet while a copy is being made
        try:
            return persons[slug]
        except KeyError:
            raise AttributeError(slug) from None

    def actor(self, slug: str) -> Actor:
        """The person as one who acts, with the roles held now."""
        person = self.persons[slug]
        return Actor(kind=ActorKind.PERSON, person_id=person.pk, grants=grants_of(person))

    def worker(self, slug: str) -> Worker:
        """The person as one who holds assignments."""
        return Worker.objects.get(person=self.persons[slug])

    def account(self, slug: str) -> Account:
        """The sign-in of the person."""
        return Account.objects.select_related("person__worker").get(person=self.persons[slug])

    @property
    def shop(self) -> Organisation:
        """The client of most stories."""
        return self.shops[SHOP]

    @property
    def other_shop(self) -> Organisation:
        """The client who must see nothing of the first one's."""
        return self.shops[OTHER_SHOP]


def build(now: datetime) -> Cast:
    """Found the sample town and bring in its nine people. Nobody has a password: demo links alone open accounts."""
    towns.lay(TOWN, now=now)
    shops = {
        name: organisations.add(
            new=organisations.NewOrganisation(name=name, kind=Organisation.Kind.CLIENT, is_sample=True),
            by=SYSTEM,
            now=now,
        )
        for name in (SHOP, OTHER_SHOP)
    }
    return Cast({slug: enter(slug, part, shops, now) for slug, part in PARTS.items()}, shops)


def load() -> Cast:
    """Find the cast in a sample town that was built before. Raises DoesNotExist."""
    found = {slug: Account.objects.get(email=f"{slug}@{SAMPLE_DOMAIN}").person for slug in PARTS}
    return Cast(found, {name: Organisation.objects.get(name=name) for name in (SHOP, OTHER_SHOP)})


def enter(slug: str, part: Part, shops: Mapping[str, Organisation], now: datetime) -> Person:
    """Bring one person into the sample town: names, sign-in, roles; the client's organisation is one of `shops`."""
    new = persons.NewPerson(
        family_name=part.family_name,
        given_name=part.given_name,
        family_kana=part.kana[0],
        given_kana=part.kana[1],
        is_sample=True,
    )
    person = persons.add(new=new, by=SYSTEM, now=now)
    accounts.open_account(person=person, email=f"{slug}@{SAMPLE_DOMAIN}", password=None, by=SYSTEM, now=now)
    if part.client_of:
        shop = shops[part.client_of]
        memberships.grant(person=person, organisation=shop, role=Role.CLIENT, by=SYSTEM, now=now)
    for role in part.roles:
        if role == Role.WORKER:
            workers.register(person=person, by=SYSTEM, now=now)
        else:
            memberships.grant(person=person, organisation=centre(), role=role, by=SYSTEM, now=now)
    return person
