"""Two places are called the same: whoever types the name is asked which, and what was chosen once stays chosen."""

import pytest
from django.urls import reverse

from machikado.town.common import clock, gazetteer
from machikado.town.common.gazetteer import NewPlace
from machikado.town.common.models import Place
from machikado.town.ride.actions.asking import Whereabouts
from machikado.town.ride.actions.retention import forget
from machikado.town.ride.models import Booking, ServiceArea
from machikado.town.ride.queries.bookings import usual_trips
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import PLACES, a_riding_town, booked
from machikado.town.ride.tests.test_booking_pages import fields_of, wished

HALL = "公民館"


@pytest.fixture
def halls(cast, monkeypatch):
    """A hall in the south and a hall in the east, and an area in which one can book."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    a_riding_town(cast)
    spots = [PLACES[name].spot for name in ("south", "east")]
    addresses = ("南町1", "東町2")
    gazetteer.load_places(
        NewPlace("hall", HALL, spot.lat, spot.lon, address=address)
        for spot, address in zip(spots, addresses, strict=True)
    )
    return [Place.objects.get(address=address) for address in addresses]


def test_a_name_of_two_places_is_asked_back_and_the_chosen_one_taken(halls, cast, client_of):
    browser = client_of(cast.yoda)
    asked_back = wished(browser, start=HALL, start_code="")
    assert asked_back.status_code == 422
    page = asked_back.content.decode()
    assert "どの場所ですか" in page
    assert [each.code for each in asked_back.context["form"].candidates["start"]] == [hall.code for hall in halls]
    assert "南町1" in page
    assert "東町2" in page
    wished(browser, start=HALL, start_code=halls[1].code)
    made = Booking.objects.get()
    assert (made.from_code, made.from_lat, made.from_lon) == (halls[1].code, halls[1].lat, halls[1].lon)


def test_another_time_keeps_the_place_that_was_chosen(halls, cast, client_of):
    browser = client_of(cast.yoda)
    wished(browser, start=HALL, start_code=halls[1].code)
    first = Booking.objects.get()
    browser.post(reverse("ride:offers", args=[first.code]), {"offer": first.offers.get(number=1).code})
    begun = fields_of(browser, "ride:change", first.code, minute="11:00")
    assert begun["start_code"] == halls[1].code
    assert browser.post(reverse("ride:change", args=[first.code]), begun).status_code == 302
    second = Booking.objects.latest("pk")
    assert (second.replaces, second.from_lat, second.from_lon) == (first, halls[1].lat, halls[1].lon)
    # The hall is in the list no longer: the ride still begins where it began.
    Place.objects.filter(pk=halls[1].pk).delete()
    later = fields_of(browser, "ride:change", first.code, minute="12:00")
    assert browser.post(reverse("ride:change", args=[first.code]), later).status_code == 302
    third = Booking.objects.latest("pk")
    assert (third.wish_second, third.from_lat, third.from_lon) == (12 * 3600, first.from_lat, first.from_lon)
    # Typed by hand it is a name again, which only one place has now.
    typed = fields_of(browser, "ride:change", first.code, minute="13:00", start_code="")
    browser.post(reverse("ride:change", args=[first.code]), typed)
    assert Booking.objects.latest("pk").from_lat == halls[0].lat


def test_trips_between_places_of_one_name_are_two_usual_trips(halls, cast):
    for number, hall in enumerate(("south", "east")):
        booked(
            ServiceArea.objects.get(), cast.yoda, start=Whereabouts(HALL, PLACES[hall].spot), minute=540 + 120 * number
        )
    assert {(trip.booking.from_lat, trip.times) for trip in usual_trips(cast.yoda, NOON)} == {
        (PLACES["south"].spot.lat, 1),
        (PLACES["east"].spot.lat, 1),
    }


def test_which_place_was_chosen_is_forgotten_with_the_ride(halls, cast, client_of):
    browser = client_of(cast.yoda)
    wished(browser, start=HALL, start_code=halls[1].code)
    made = Booking.objects.get()
    browser.post(reverse("ride:offers", args=[made.code]), {"offer": made.offers.get(number=1).code})
    forget(Booking.objects.all())
    made.refresh_from_db()
    assert (made.from_code, made.to_code) == ("", "")
