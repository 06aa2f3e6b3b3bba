"""After a year nobody can tell who rode from which door; wishes go after a month; erasing is possible after a ride."""

from datetime import date, timedelta

import pytest

from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Detail, Event
from machikado.town.law import parameters
from machikado.town.law.actions import end_retention
from machikado.town.people.actions import memberships, messages, persons
from machikado.town.people.actions.persons import CannotErase
from machikado.town.people.models import Message
from machikado.town.people.traces import Need
from machikado.town.ride.actions import asking, bookings, callers, passengers
from machikado.town.ride.actions.passengers import PassengerFacts
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Booking, DayPlan, Offer, Passenger
from machikado.town.ride.planning.replaying import problems_of
from machikado.town.ride.queries.needed import needs
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import PLACES, TOMORROW, a_rider, a_riding_town, asked, booked, wish


@pytest.fixture
def area(cast):
    parameters.load()
    return a_riding_town(cast)


def test_rides_are_forgotten_after_a_year_and_their_plan_stays(area, cast):
    booked(area, cast.hara)
    end_retention(moment_at(TOMORROW + timedelta(days=365), 0))
    assert Booking.objects.get().rider == cast.hara, "not yet"
    end_retention(moment_at(TOMORROW + timedelta(days=367), 0))
    gone = Booking.objects.get()
    assert (gone.rider, gone.booked_by, gone.from_name, gone.to_name, gone.from_lat) == (None, None, "—", "—", 0)
    assert (gone.state, gone.offers.get(taken_at__isnull=False).yen) == ("booked", 50)
    assert problems_of(DayPlan.objects.get()) == []


def test_wishes_go_after_a_month(area, cast):
    asked(area, cast.hara)
    asked(area, cast.hara, minute=300)
    end_retention(moment_at(TOMORROW + timedelta(days=30), 0))
    assert Booking.objects.count() == 2
    end_retention(moment_at(TOMORROW + timedelta(days=32), 0))
    assert Booking.objects.count() == 0


def test_a_passenger_who_has_not_ridden_for_a_year_is_forgotten(area, cast):
    new = callers.NewCaller("百瀬", phone="0263-00-1234")
    rider = callers.meet(new=new, by=cast.actor("uehara"), now=NOON)
    booked(area, rider)
    end_retention(moment_at(TOMORROW + timedelta(days=365), 0))
    rider.refresh_from_db()
    assert rider.pseudonymised_at is None
    end_retention(moment_at(TOMORROW + timedelta(days=367), 0))
    rider.refresh_from_db()
    assert rider.pseudonymised_at is not None
    assert not rider.contact_points.exists()
    assert not Passenger.objects.exists()
    assert cast.hara.pseudonymised_at is None


def test_whoever_asks_to_be_erased_is_after_their_ride(area):
    rider = a_rider()
    booked(area, rider)
    with pytest.raises(CannotErase) as refusal:
        persons.pseudonymise(person=rider, by=SYSTEM, now=NOON)
    assert "11月25日" in str(refusal.value.params["reasons"])
    persons.pseudonymise(person=rider, by=SYSTEM, now=NOON + timedelta(days=3))
    assert Booking.objects.get().rider is None


def test_whoever_rides_after_midnight_is_not_erased_before_they_are_there(area):
    rider = a_rider()
    booked(area, rider)
    Offer.objects.filter(taken_at__isnull=False).update(arrival_by=88_200)  # 24:30
    (need,) = needs(rider, moment_at(TOMORROW, 87_600))
    assert need.until == TOMORROW
    assert needs(rider, moment_at(TOMORROW, 88_201)) == []


def who_rode_in_the_diary(booking: Booking, person) -> list[str]:
    """What the diary, its details and the messages still tell of one person and one ride."""
    events = Event.objects.filter(noun="booking", code=booking.code)
    details = Detail.objects.filter(event_id__in=events.values("pk"))
    messages = Message.objects.filter(person=person, kind__startswith="ride.")
    read = Event.objects.filter(kind="people.message_read", actor_person=person.pk)
    return [
        *(event.kind for event in events.filter(actor_person=person.pk)),
        *(f"detail {detail.body}" for detail in details),
        *(message.kind for message in messages),
        *(event.kind for event in read),
    ]


def test_neither_diary_nor_messages_tell_after_a_year_who_rode_when(area, cast):
    """Until then the diary can say who did it, in a detail; what the desk did stays under the name of the desk."""
    own = bookings.accept(
        offer=asking.ask(area=area, rider=cast.hara, wish=wish(), by=cast.actor("hara"), now=NOON).offers.get(number=1),
        by=cast.actor("hara"),
        now=NOON,
    )
    messages.read_all(person=cast.hara, by=cast.actor("hara"), now=NOON)
    asked(area, cast.hara, minute=700)  # only a wish
    bookings.cancel(booking=own, by=cast.actor("uehara"), now=NOON)
    events = Event.objects.filter(noun="booking", code=own.code)
    assert [(e.kind, e.actor_person) for e in events] == [
        ("ride.offered", None),
        ("ride.booked", None),
        ("ride.cancelled", cast.uehara.pk),
    ]
    said = [Detail.objects.get(event_id=event.pk).body for event in events[:2]]
    assert said == [{"by": cast.hara.pk}] * 2
    end_retention(moment_at(TOMORROW + timedelta(days=364), 0))
    assert who_rode_in_the_diary(own, cast.hara) == [f"detail {body}" for body in said] + [
        "ride.booked",
        "ride.cancelled",
    ]
    end_retention(moment_at(TOMORROW + timedelta(days=366), 0))
    assert who_rode_in_the_diary(own, cast.hara) == []
    assert events.count() == 3, "the rows stay, and the chain with them"


def test_of_a_wish_the_diary_forgets_who_asked_with_the_wish(area, cast):
    asked_of = asking.ask(area=area, rider=cast.hara, wish=wish(minute=300), by=cast.actor("hara"), now=NOON)
    end_retention(moment_at(TOMORROW + timedelta(days=30), 0))
    assert who_rode_in_the_diary(asked_of, cast.hara) == [f"detail {{'by': {cast.hara.pk}}}"]
    end_retention(moment_at(TOMORROW + timedelta(days=32), 0))
    assert who_rode_in_the_diary(asked_of, cast.hara) == []


def test_whoever_is_erased_leaves_no_ride_in_the_diary(area, cast):
    own = asking.ask(area=area, rider=cast.yoda, wish=wish(), by=cast.actor("yoda"), now=NOON)
    bookings.accept(offer=own.offers.get(number=1), by=cast.actor("yoda"), now=NOON)
    persons.pseudonymise(person=cast.yoda, by=cast.actor("momose"), now=NOON + timedelta(days=3))
    assert Detail.objects.filter(event_id__in=Event.objects.filter(code=own.code).values("pk")).count() == 0
    assert Event.objects.filter(code=own.code, actor_person=cast.yoda.pk).count() == 0


# Last used, and the first day on which nothing is known any more: 365 whole days later it still is, the day after not.
@pytest.mark.parametrize(
    ("last", "kept", "gone"),
    [
        (date(2026, 11, 25), date(2027, 11, 25), date(2027, 11, 26)),
        (date(2027, 3, 1), date(2028, 2, 29), date(2028, 3, 1)),  # the 365 days end on a 29 February
        (date(2026, 12, 31), date(2027, 12, 31), date(2028, 1, 1)),
    ],
)
def test_a_passenger_is_known_for_365_days_after_the_last_use(area, last, kept, gone):
    rider = a_rider()
    passengers.know(person=rider, facts=PassengerFacts(), by=SYSTEM, now=moment_at(last, 43_200))
    end_retention(moment_at(kept, 86_399))
    rider.refresh_from_db()
    assert rider.pseudonymised_at is None
    end_retention(moment_at(gone, 0))
    rider.refresh_from_db()
    assert rider.pseudonymised_at is not None


def after(person, day: date):
    """The person as the retention of a day leaves them."""
    end_retention(moment_at(day, 3600))
    person.refresh_from_db()
    return person


def test_a_refused_wish_counts_as_the_last_use_though_it_is_deleted_after_a_month(area, cast):
    """Known on 24 November 2026, asked on 1 June 2027 for the same day: known until 31 May 2028 (a leap year)."""
    rider = a_rider()
    passengers.know(person=rider, facts=PassengerFacts(), by=SYSTEM, now=NOON)
    june = moment_at(date(2027, 6, 1), 36_000)
    asking.ask(area=area, rider=rider, wish=wish(when=Booking.When.NOW, day=None, minute=None), by=SYSTEM, now=june)
    assert after(rider, date(2027, 7, 15)).pseudonymised_at is None
    assert Booking.objects.count() == 0, "the wish is gone"
    assert after(rider, date(2028, 5, 31)).pseudonymised_at is None
    assert after(rider, date(2028, 6, 1)).pseudonymised_at is not None


def test_whoever_only_wished_is_forgotten_too(area):
    """Nothing but a wish for 25 November 2026, which itself goes after a month: known until 25 November 2027."""
    rider = a_rider()
    asked(area, rider, minute=300)
    assert after(rider, date(2027, 11, 25)).pseudonymised_at is None
    assert after(rider, date(2027, 11, 26)).pseudonymised_at is not None


def test_whoever_rode_and_said_nothing_of_themselves_is_forgotten_a_day_after_their_ride_is(area):
    rider = a_rider()
    booked(area, rider)
    assert after(rider, date(2027, 11, 25)).pseudonymised_at is None
    assert after(rider, date(2027, 11, 26)).pseudonymised_at is not None


def test_whoever_rides_is_not_forgotten_because_an_old_role_ended(area, cast):
    """A worker until 24 November 2026 who rides on 25 May 2027: the bus needs the name until 24 May 2028."""
    cast.hara.memberships.update(since=NOON - timedelta(days=400))
    memberships.end(membership=cast.hara.memberships.get(), by=SYSTEM, now=NOON)
    ride_day = date(2027, 5, 25)
    asking.ask(
        area=area,
        rider=cast.hara,
        wish=wish(when=Booking.When.NOW, day=None, minute=None),
        by=SYSTEM,
        now=moment_at(ride_day, 36_000),
    )
    assert after(cast.hara, date(2027, 11, 26)).pseudonymised_at is None
    assert after(cast.hara, date(2028, 5, 24)).pseudonymised_at is None
    assert after(cast.hara, date(2028, 5, 25)).pseudonymised_at is not None


def test_of_somebody_with_a_role_only_what_the_bus_knows_goes(area, cast):
    passengers.know(person=cast.hara, facts=PassengerFacts(home=PLACES["west"], slow=True), by=SYSTEM, now=NOON)
    assert after(cast.hara, date(2027, 11, 24)).passenger.home_name == "西の家"
    assert after(cast.hara, date(2027, 11, 25)).pseudonymised_at is None
    assert not Passenger.objects.exists()


def test_whoever_is_needed_elsewhere_goes_when_they_are_needed_no_longer(area, cast, settings):
    """A reason of another app holds the name for half a year beyond the bus; then the same rule finds them."""
    rider, until = a_rider(), date(2028, 5, 31)
    booked(area, rider)
    settings.NEEDED_BY = [*settings.NEEDED_BY, f"{__name__}.needed_until_june_2028"]
    assert after(rider, date(2027, 11, 26)).pseudonymised_at is None
    assert after(rider, until).pseudonymised_at is None
    assert after(rider, date(2028, 6, 1)).pseudonymised_at is not None


def needed_until_june_2028(person, now):
    """Stands for another app that needs every name until the end of May 2028."""
    return [Need("needed", until=date(2028, 5, 31))] if now < moment_at(date(2028, 6, 1), 0) else []
