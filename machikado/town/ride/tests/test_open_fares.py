"""A driver takes a fare by card or pass; what cannot be taken is open until the desk settles it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Event
from machikado.town.people.permissions import CannotDo
from machikado.town.ride.actions import cards, open_fares, passes, receipts, retention, sale_receipts
from machikado.town.ride.actions.card_ledger import CannotUseCard, Parts
from machikado.town.ride.actions.open_fares import CannotSettle, Settling
from machikado.town.ride.actions.passes import CannotSellPass, PassSale, Undoing
from machikado.town.ride.actions.receipts import CannotIssue
from machikado.town.ride.actions.running import CannotRun
from machikado.town.ride.actions.sale_receipts import CannotPrint
from machikado.town.ride.fare import Rider
from machikado.town.ride.models import Booking, Card, CardEntry, CardRide, FarePass, OpenFare, RunStep
from machikado.town.ride.party import Riding
from machikado.town.ride.queries import run_soundness, ticket_soundness
from machikado.town.ride.tests.makings import NOON, TODAY
from machikado.town.ride.tests.paying import a_card, a_pass, aboard, pays
from machikado.town.ride.tests.riding import TOMORROW, a_rider, a_riding_town, booked

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1, hours=6)


@pytest.fixture
def ride(cast) -> Booking:
    """Yoda sits in the bus; the fare is 50 yen."""
    return aboard(booked(a_riding_town(cast), cast.yoda))


@pytest.fixture(autouse=True)
def sound():
    yield
    assert [*ticket_soundness.problems(), *run_soundness.problems()] == []


def balance(card: Card) -> int:
    return Card.objects.get(pk=card.pk).balance


def settle(fare: OpenFare, state: str, by=SYSTEM, key=None, **more) -> None:
    settling = Settling(state, **more)
    open_fares.settle(fare=fare, settling=settling, key=key or uuid4(), by=by, now=LATER)


@pytest.mark.parametrize("said", ["number", "secret", "address", "wide"])
def test_a_card_pays_however_it_is_said_and_once(ride, said):
    card, key = a_card(ride.area), uuid4()
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    ways = {"number": card.number, "secret": card.secret, "address": f"https://bus.example.jp/card/{card.secret}/"}
    words = {**ways, "wide": card.number.translate(wide)}[said]
    for again in (key, key, uuid4()):
        pays(ride, "card", words, again)
    assert balance(card) == 950
    assert list(RunStep.objects.filter(kind="fare").values_list("paid", "yen", "refused")) == [("card", 50, "")]
    assert CardRide.objects.get().booking == ride
    other = a_card(ride.area)
    with pytest.raises(CannotRun, match="key"):
        pays(ride, "card", other.number, key)
    assert balance(other) == 1000
    assert Event.objects.get(kind="ride.fare_taken").data["paid"] == "card"
    with pytest.raises(CannotIssue):
        receipts.issue(booking=ride, by=SYSTEM, now=NOON)


@pytest.mark.parametrize("reason", ["card_low", "card_blocked", "card_over", "card_unknown"])
def test_what_a_card_does_not_pay_is_open_and_cash_in_the_bus_settles_it(ride, reason):
    card, key = a_card(ride.area, 100), uuid4()
    said = card.number
    if reason == "card_low":
        Card.objects.filter(pk=card.pk).update(paid_yen=40)
    elif reason == "card_blocked":
        cards.block(card=card, by=SYSTEM, now=NOON)
    elif reason == "card_over":
        Card.objects.filter(pk=card.pk).update(valid_until=TODAY)
    else:
        said = "000000" if card.number != "000000" else "000017"
    for _again in range(3):
        with pytest.raises(CannotRun, match=reason):
            pays(ride, "card", said, key)
    if reason == "card_low":
        Card.objects.filter(pk=card.pk).update(paid_yen=100)
    fare = OpenFare.objects.get()
    assert (fare.state, fare.yen, fare.reason) == ("open", 50, reason)
    assert fare.card == (None if reason == "card_unknown" else card)
    assert balance(card) == 100
    pays(ride, "cash")
    fare.refresh_from_db()
    assert fare.state == "bus"
    assert list(RunStep.objects.filter(kind="fare").values_list("paid", "refused")) == [("card", reason), ("cash", "")]
    with pytest.raises(CannotSettle, match="settled"):
        settle(fare, "cash")


def test_the_desk_settles_once_by_card_in_cash_or_not_at_all(ride, cast):
    card, key = a_card(ride.area), uuid4()
    with pytest.raises(CannotRun):
        pays(ride, "card", "000000")
    fare = OpenFare.objects.get()
    with pytest.raises(CannotSettle, match="card_unknown"):
        settle(fare, "card", typed="123")
    with pytest.raises(CannotSettle, match="why"):
        settle(fare, "waived", why=" ")
    with pytest.raises(CannotDo):
        settle(fare, "cash", by=cast.actor("yoda"))
    for _again in range(2):
        settle(fare, "card", by=cast.actor("uehara"), key=key, typed=card.number)
    assert balance(card) == 950
    with pytest.raises(CannotSettle, match="settled"):
        settle(fare, "cash")
    with pytest.raises(CannotRun, match="settled"):  # another card, pressed in a dead zone before
        pays(ride, "card", a_card(ride.area).number)
    open_fares.take_back(entry=CardEntry.objects.get(kind="fare"), by=cast.actor("uehara"), now=LATER)
    assert (balance(card), OpenFare.objects.get().state) == (1000, "open")
    settle(fare, "waived", why="運転手の打ちまちがい")
    assert OpenFare.objects.get().why == "運転手の打ちまちがい"


def test_cash_of_a_dead_zone_is_never_refused_and_the_other_payment_goes_back(ride, cast):
    with pytest.raises(CannotRun):
        pays(ride, "pass")
    fare, card = OpenFare.objects.get(), a_card(ride.area)
    assert fare.reason == "no_pass"
    settle(fare, "card", typed=card.number)
    pays(ride, "cash")
    assert (balance(card), OpenFare.objects.get().state) == (1000, "bus")


def test_cash_twice_is_given_back_at_the_desk(ride):
    with pytest.raises(CannotRun):
        pays(ride, "pass")
    fare = OpenFare.objects.get()
    settle(fare, "cash")
    assert receipts.issue(booking=ride, by=SYSTEM, now=LATER).yen == 50
    pays(ride, "cash")
    assert OpenFare.objects.get().state == "twice"
    for _again in range(2):
        open_fares.give_back_twice(fare=fare, by=SYSTEM, now=LATER)
    assert OpenFare.objects.get().state == "returned"


def test_a_pass_pays_for_who_holds_it_and_not_when_it_was_undone(cast):
    area = a_riding_town(cast)
    sold = a_pass(cast.yoda)
    pays(aboard(booked(area, cast.yoda)), "pass")
    assert not OpenFare.objects.exists()
    passes.undo(sold=sold, undoing=Undoing(), by=cast.actor("uehara"), now=NOON)
    again = aboard(booked(area, cast.yoda, start="north", goal="south", minute=780))
    with pytest.raises(CannotRun, match="no_pass"):
        pays(again, "pass")
    assert OpenFare.objects.get().booking == again


def test_of_two_who_ride_the_other_one_pays(cast):
    area = a_riding_town(cast)
    a_pass(cast.yoda)
    riding = Riding({Rider.ADULT: 2})
    two = aboard(booked(area, cast.yoda, riding=riding))
    with pytest.raises(CannotRun, match="no_pass"):
        pays(two, "pass", yen=50)
    pays(two, "cash", yen=50)
    assert OpenFare.objects.get().state == "bus"
    other = aboard(booked(area, a_rider("原"), start="north", goal="south", minute=780, riding=riding))
    pays(other, "cash", yen=50)  # no pass of theirs is known, and the cash is taken all the same
    fare = OpenFare.objects.get(booking=other)
    assert (fare.state, fare.yen, fare.reason) == ("open", 50, "no_pass")
    with pytest.raises(CannotRun, match="yen"):
        pays(ride_of_third(area), "cash", yen=70)


def ride_of_third(area) -> Booking:
    return aboard(booked(area, a_rider("小口"), minute=900))


def test_an_open_fare_follows_to_the_card_that_took_the_place(ride):
    card = a_card(ride.area)
    cards.block(card=card, by=SYSTEM, now=NOON)
    with pytest.raises(CannotRun):
        pays(ride, "card", card.number)
    made = cards.replace(card=card, key=uuid4(), by=SYSTEM, now=LATER)
    assert OpenFare.objects.get().card == made
    assert (balance(card), balance(made)) == (0, 1000)
    with pytest.raises(CannotUseCard, match="state"):
        cards.charge(card=card, parts=Parts(100), key=uuid4(), by=SYSTEM, now=LATER)


def test_nobody_handles_their_own_money(ride, cast):
    own, uehara = cast.uehara, cast.actor("uehara")
    card = a_card(ride.area, holder=own)
    acts = [
        lambda: cards.charge(card=card, parts=Parts(100), key=uuid4(), by=uehara, now=NOON),
        lambda: cards.refund(card=card, key=uuid4(), by=uehara, now=NOON),
        lambda: cards.replace(card=card, key=uuid4(), by=uehara, now=NOON),
        lambda: a_card(ride.area, holder=own, by=uehara),
        lambda: a_pass(own, by=uehara),
        lambda: passes.undo(sold=a_pass(own), undoing=Undoing(), by=uehara, now=NOON),
    ]
    for act in acts:
        with pytest.raises(CannotUseCard, match="own"):
            act()
    with pytest.raises(CannotRun):
        pays(ride, "card", "000000")
    with pytest.raises(CannotUseCard, match="own"):
        settle(OpenFare.objects.get(), "card", by=uehara, typed=card.number)
    Booking.objects.filter(pk=ride.pk).update(rider=own)
    with pytest.raises(CannotUseCard, match="own"):
        settle(OpenFare.objects.get(), "cash", by=uehara)
    assert balance(card) == 1000


def test_a_wrong_pass_can_be_undone_the_next_day_by_a_manager_with_a_reason(ride, cast):
    desk, manager, key = cast.actor("momose"), cast.actor("uehara"), uuid4()
    sold = a_pass(cast.yoda, key=key, by=desk)
    assert a_pass(cast.yoda, key=key, by=desk) == sold
    with pytest.raises(CannotSellPass, match="key"):
        a_pass(cast.yoda, key=key, first_day=TOMORROW)
    with pytest.raises(CannotSellPass, match="overlaps"):
        a_pass(cast.yoda, first_day=TOMORROW)
    with pytest.raises(CannotSellPass, match="day"):
        a_pass(a_rider("原"), first_day=TODAY - timedelta(days=1))
    assert sale_receipts.of_pass(sold=sold, by=desk, now=NOON).prints == 1
    assert sale_receipts.of_pass(sold=sold, by=desk, now=NOON).prints == 2
    with pytest.raises(CannotDo):
        passes.undo(sold=sold, undoing=Undoing("ちがう人"), by=desk, now=LATER)
    with pytest.raises(CannotSellPass, match="why"):
        passes.undo(sold=sold, undoing=Undoing(), by=manager, now=LATER)
    with pytest.raises(CannotSellPass, match="refund"):
        passes.undo(sold=sold, undoing=Undoing("x", 6001), by=manager, now=LATER)
    for _again in range(2):
        passes.undo(sold=sold, undoing=Undoing("ちがう人", 5800), by=manager, now=LATER)
    with pytest.raises(CannotSellPass, match="undone"):
        passes.undo(sold=sold, undoing=Undoing("ちがう人", 6000), by=manager, now=LATER)
    with pytest.raises(CannotPrint, match="undone"):
        sale_receipts.of_pass(sold=sold, by=desk, now=LATER)
    sold.refresh_from_db()
    assert (sold.refunded_yen, sold.undone_why) == (5800, "ちがう人")


def test_a_pass_of_another_table_is_not_sold(ride):
    fare_pass = FarePass.objects.get()
    sale = PassSale(fare_pass, a_rider("原"), TODAY)
    FarePass.objects.filter(pk=fare_pass.pk).update(days=366)
    fare_pass.table.effective_from = TOMORROW
    fare_pass.table.save()
    with pytest.raises(CannotSellPass, match="table"):
        passes.sell(sale=sale, key=uuid4(), by=SYSTEM, now=NOON)


def test_who_rode_is_forgotten_with_the_card_that_paid_and_the_sums_stay(ride, cast):
    card = a_card(ride.area, holder=cast.yoda)
    pays(ride, "card", card.number)
    other = aboard(booked(ride.area, cast.yoda, start="north", goal="south", minute=780))
    cards.block(card=card, by=SYSTEM, now=NOON)
    with pytest.raises(CannotRun):
        pays(other, "card", card.number)
    settle(OpenFare.objects.get(), "waived", why="依田さんのまちがい")
    retention.forget(Booking.objects.all())
    fare = OpenFare.objects.get()
    assert (fare.card, fare.why, fare.booking.rider, fare.yen) == (None, "—", None, 50)
    assert not CardRide.objects.exists()
    assert CardEntry.objects.filter(kind="fare").count() == 1
    assert balance(card) == 950
