"""Whatever happens to cards, in whatever order and however often: the ledger is exact, and never below zero."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from machikado.town.common.actors import SYSTEM
from machikado.town.ride.actions import card_expiry, cards, open_fares
from machikado.town.ride.actions.card_ledger import CannotUseCard, Kind, Parts, hold, parts_of, why_not, write
from machikado.town.ride.actions.cards import NewCard
from machikado.town.ride.models import Card, CardEntry
from machikado.town.ride.queries import ticket_soundness
from machikado.town.ride.tests.makings import NOON, TODAY, an_area
from machikado.town.ride.tests.paying import a_card

pytestmark = pytest.mark.django_db

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["charge", "pay", "back", "refund", "replace", "block", "unblock", "expire", "again"]),
        st.integers(0, 3),  # which card
        st.sampled_from([100, 300, 500, 700, 2000]),
        st.sampled_from([0, 0, 100, 300]),  # bonus
    ),
    max_size=14,
)


class Slow:
    """The same sums in another way: every yen is a coin with its kind, in one purse for each card."""

    def __init__(self) -> None:
        self.purses: dict[int, list[str]] = {}
        self.paid_with: dict[object, tuple[int, list[str]]] = {}
        self.moved: dict[int, int] = {}
        self.closed: set[int] = set()

    def put(self, card: int, paid: int, bonus: int) -> None:
        self.purses.setdefault(card, []).extend(["paid"] * paid + ["bonus"] * bonus)

    def pay(self, card: int, yen: int, key: object) -> None:
        coins = sorted(self.purses[card], key=lambda coin: coin == "bonus")
        self.paid_with[key] = (card, coins[:yen])
        self.purses[card] = coins[yen:]

    def back(self, key: object) -> None:
        card, coins = self.paid_with.pop(key)
        while card in self.moved:
            card = self.moved[card]
        self.purses[card] += coins

    def sums(self, card: int) -> tuple[int, int]:
        return tuple(self.purses[card].count(kind) for kind in ("paid", "bonus"))  # type: ignore[return-value]


class Play:
    """Plays steps on real cards and on the slow model, and repeats the last press at will."""

    def __init__(self, area) -> None:
        self.slow, self.cards, self.now = Slow(), list[Card](), NOON
        self.last: Callable[[], object] = lambda: None
        self.fares: list[UUID] = []
        for _card in range(2):
            self.cards.append(a_card(area, 500, 100))
            self.slow.put(self.cards[-1].pk, 500, 100)

    def step(self, what: str, place: int, yen: int, bonus: int) -> None:
        card, key = Card.objects.get(pk=self.cards[place % len(self.cards)].pk), uuid4()
        with suppress(CannotUseCard):
            getattr(self, what)(card, key, yen, bonus)

    def again(self, *_of: object) -> None:
        self.last()

    def charge(self, card, key, yen, bonus) -> None:
        def act():
            return cards.charge(card=card, parts=Parts(yen, bonus), key=key, by=SYSTEM, now=self.now)

        act()
        self.slow.put(card.pk, yen, bonus)
        self.last = act
        with pytest.raises(CannotUseCard, match="key"):
            cards.charge(card=card, parts=Parts(yen + 100, bonus), key=key, by=SYSTEM, now=self.now)

    def pay(self, card, key, yen, _bonus) -> None:
        held = hold(card)
        if why_not(held, yen, TODAY):
            return
        write(held, key, Kind.FARE, parts_of(held, yen).taken, self.now)
        self.slow.pay(card.pk, yen, key)
        self.fares.append(key)

    def back(self, _card, _key, yen, _bonus) -> None:
        if not self.fares:
            return
        key = self.fares.pop(yen % len(self.fares))

        def act():
            open_fares.take_back(entry=CardEntry.objects.get(key=key), by=SYSTEM, now=self.now)

        act()
        self.slow.back(key)
        self.last = act

    def refund(self, card, key, _yen, _bonus) -> None:
        def act():
            return cards.refund(card=card, key=key, by=SYSTEM, now=self.now)

        entry = act()
        assert -entry.paid_yen == self.slow.sums(card.pk)[0], "what was paid in is given back, and no bonus"
        self.slow.purses[card.pk] = []
        self.last = act

    def replace(self, card, key, _yen, _bonus) -> None:
        def act():
            return cards.replace(card=card, key=key, by=SYSTEM, now=self.now)

        made = act()
        self.slow.purses[made.pk] = self.slow.purses[card.pk]
        self.slow.purses[card.pk], self.slow.moved[card.pk] = [], made.pk
        self.cards.append(made)
        self.last = act

    def block(self, card, *_more) -> None:
        cards.block(card=card, by=SYSTEM, now=self.now)

    def unblock(self, card, *_more) -> None:
        cards.unblock(card=card, by=SYSTEM, now=self.now)

    def expire(self, card, *_more) -> None:
        """The last day of one card is over; told twice, it is once."""
        Card.objects.filter(pk=card.pk).update(valid_until=TODAY - timedelta(days=1))
        self.last = lambda: card_expiry.expire(self.now)
        self.last()
        for each in Card.objects.filter(valid_until__lt=TODAY):
            self.slow.purses[each.pk] = []

    def check(self) -> None:
        for card in Card.objects.all():
            assert (card.paid_yen, card.bonus_yen) == self.slow.sums(card.pk), card.state
        assert ticket_soundness.problems() == []


@settings(max_examples=25, deadline=None)
@given(steps=STEPS)
def test_any_sequence_is_exact(steps):
    with transaction.atomic():
        play = Play(an_area())
        for step in steps:
            play.step(*step)
            play.last()
        play.check()
        transaction.set_rollback(True)


def test_worked_out_by_hand():
    """500 paid in with 100 of bonus; 550 is paid: 500 and 50. It goes back, 100 more is paid: 400 and 100 are left."""
    card = a_card(an_area(), 500, 100)
    held = hold(card)
    fare = write(held, uuid4(), Kind.FARE, parts_of(held, 550).taken, NOON)
    assert (fare.paid_yen, fare.bonus_yen) == (-500, -50)
    open_fares.take_back(entry=fare, by=SYSTEM, now=NOON)
    held = hold(card)
    write(held, uuid4(), Kind.FARE, parts_of(held, 100).taken, NOON)
    card.refresh_from_db()
    assert (card.paid_yen, card.bonus_yen) == (400, 100)
    refund = cards.refund(card=card, key=uuid4(), by=SYSTEM, now=NOON)
    assert refund.paid_yen == -400
    assert list(CardEntry.objects.values_list("kind", "paid_yen", "bonus_yen")) == [
        ("sold", 500, 0),
        ("bonus", 0, 100),
        ("fare", -500, -50),
        ("back", 500, 50),
        ("fare", -100, 0),
        ("refund", -400, 0),
        ("expired", 0, -100),
    ]


def test_the_same_key_with_other_content_is_refused():
    area, key = an_area(), uuid4()
    card = a_card(area, 500, key=key)
    assert a_card(area, 500, key=key) == card
    for parts in (Parts(600), Parts(500, 100)):
        with pytest.raises(CannotUseCard, match="key"):
            cards.sell(new=NewCard(area, parts), key=key, by=SYSTEM, now=NOON)
    with pytest.raises(CannotUseCard, match="key"):
        cards.charge(card=card, parts=Parts(500), key=key, by=SYSTEM, now=NOON)
    assert Card.objects.count() == 1


def test_planted_faults_are_found():
    card = a_card(an_area(), 500)
    Card.objects.filter(pk=card.pk).update(paid_yen=600)
    CardEntry.objects.create(key=uuid4(), card="nobody", kind="sold", paid_yen=100, bonus_yen=0, at=NOON)
    CardEntry.objects.create(key=uuid4(), card=card.code, kind="moved", paid_yen=-600, bonus_yen=0, at=NOON)
    found = " | ".join(ticket_soundness.problems())
    assert "has 600 and 0 yen" in found
    assert "below zero" in found
    assert "card nobody" in found
    assert "left over" in found
