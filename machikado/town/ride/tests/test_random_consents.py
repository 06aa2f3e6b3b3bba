"""Consents at random: given, ended, run out while people book; nobody ever books without one that is in force."""

import random
from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from machikado.town.common.calendar import town_date
from machikado.town.people.models import Person
from machikado.town.people.permissions import CannotDo
from machikado.town.ride.actions import asking, bookings, consents
from machikado.town.ride.actions.asking import CannotAsk
from machikado.town.ride.actions.bookings import CannotBook
from machikado.town.ride.models import Booking, BookingConsent, Offer
from machikado.town.ride.queries import booking_soundness, consent_soundness
from machikado.town.ride.tests.agreeing import a_consent, a_proxy
from machikado.town.ride.tests.makings import NOON, TODAY
from machikado.town.ride.tests.riding import PLACES, TOMORROW, a_rider, a_riding_town, actor_of, wish

STEPS = 120
SEEDS = (1, 2)
Pair = tuple[int, int]


class Play:
    """Two passengers and three who book. `until` is what must hold, kept beside the rows: the last day of each pair."""

    def __init__(self, area, seed: int) -> None:
        self.area, self.die, self.now = area, random.Random(seed), NOON
        self.riders = [a_rider(name) for name in ("母", "父")]
        self.proxies = [a_proxy(name) for name in ("娘", "息子", "ケアマネ")]
        self.until: dict[Pair, date | None] = {}
        self.done: Counter[str] = Counter()

    def pair(self) -> tuple[Person, Person]:
        return self.die.choice(self.riders), self.die.choice(self.proxies)

    def holds(self, rider: Person, proxy: Person) -> bool:
        pair = (rider.pk, proxy.pk)
        return pair in self.until and (self.until[pair] or date.max) >= town_date(self.now)

    def give(self) -> None:
        rider, proxy = self.pair()
        last = self.die.choice([None, TODAY, TOMORROW])
        if last is None or last >= town_date(self.now):
            a_consent(rider, proxy, ends_on=last, now=self.now)
            self.until[rider.pk, proxy.pk] = last

    def end(self) -> None:
        standing = BookingConsent.objects.filter(ended_at=None).order_by("pk")
        if standing:
            consent = self.die.choice(list(standing))
            by = self.die.choice([consent.rider, consent.proxy])
            consents.end(consent=consent, by=actor_of(by), now=self.now)
            self.until.pop((consent.rider_id, consent.proxy_id), None)

    def ask(self) -> None:
        rider, proxy = self.pair()
        start, goal = self.die.sample(sorted(PLACES), 2)
        new = wish(start, goal, minute=self.die.randrange(510, 900, 5), channel="proxy")
        self.try_it("asked", self.holds(rider, proxy), lambda: self._ask(rider, proxy, new))

    def _ask(self, rider, proxy, new) -> None:
        asking.ask(area=self.area, rider=rider, wish=new, by=actor_of(proxy), now=self.now)

    def accept(self) -> None:
        open_ones = Offer.objects.filter(booking__state="offered", number=1).select_related(
            "booking__rider", "booking__area", "booking__booked_by"
        )
        if open_ones:
            offer = self.die.choice(list(open_ones.order_by("pk")))
            proxy = self.die.choice([offer.booking.booked_by, *self.proxies])
            may = self.holds(_there(offer.booking.rider), _there(proxy))
            self.try_it("booked", may, lambda: bookings.accept(offer=offer, by=actor_of(_there(proxy)), now=self.now))

    def cancel(self) -> None:
        booked = list(Booking.objects.filter(state="booked").select_related("rider", "area").order_by("pk"))
        if booked:
            ride, proxy = self.die.choice(booked), self.die.choice(self.proxies)
            may = self.holds(_there(ride.rider), proxy)
            self.try_it("cancelled", may, lambda: bookings.cancel(booking=ride, by=actor_of(proxy), now=self.now))

    def try_it(self, what: str, may: bool, act) -> None:
        """It is refused if and only if no consent is in force; what the bus refuses besides is its own matter."""
        before = list(Booking.objects.order_by("pk").values_list("pk", "state", "booked_by"))
        try:
            act()
        except CannotDo:
            assert not may, what
            assert list(Booking.objects.order_by("pk").values_list("pk", "state", "booked_by")) == before
            self.done[f"{what} not"] += 1
        except (CannotAsk, CannotBook):
            assert may, what
        else:
            assert may, what
            self.done[what] += 1

    def pass_time(self) -> None:
        self.now += timedelta(minutes=self.die.randrange(1, 15))

    def step(self) -> None:
        acts = [
            self.give,
            self.end,
            self.ask,
            self.ask,
            self.accept,
            self.accept,
            self.accept,
            self.cancel,
            self.pass_time,
        ]
        self.die.choice(acts)()


def _there(person: Person | None) -> Person:
    assert person is not None
    return person


def check(now: datetime) -> None:
    assert consent_soundness.problems() == [], now
    assert booking_soundness.problems() == [], now


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_ever_books_without_a_consent_in_force(cast, seed):
    play = Play(a_riding_town(cast), seed)
    for number in range(STEPS):
        if number == STEPS // 2:
            play.now = NOON + timedelta(hours=13)  # it is tomorrow, one in the morning: what ended today is over
        play.step()
        if number % 20 == 0:
            check(play.now)
    check(play.now)
    for what in ("asked", "booked", "asked not", "booked not", "cancelled not"):
        assert play.done[what] > 0, (what, play.done)
