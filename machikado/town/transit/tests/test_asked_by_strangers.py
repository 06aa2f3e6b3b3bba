"""Whoever asks for the open data again and again makes the town look into its cache, and no more."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.ride.actions import area as areas
from machikado.town.ride.actions.area import NewSuspension
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import a_riding_town
from machikado.town.transit.given_out import kept
from machikado.town.transit.views.open_data import FEED_SECONDS, NOW_SECONDS

NAMES = ("gtfs", "alerts", "trip_updates", "vehicle_positions")


@pytest.fixture
def bus(cast, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return a_riding_town(cast)


@pytest.fixture
def later(monkeypatch):
    """`later(seconds)`: so much real time passes."""
    begin = clock.real_now()

    def pass_by(seconds: int) -> None:
        monkeypatch.setattr(clock, "real_now", lambda: begin + timedelta(seconds=seconds))

    pass_by(0)
    return pass_by


@pytest.mark.parametrize("name", NAMES)
def test_the_second_request_costs_one_query_and_who_has_it_is_told_so(bus, name, django_assert_max_num_queries):
    first = Client().get(reverse(f"transit:{name}"))
    with django_assert_max_num_queries(1):
        again = Client().get(reverse(f"transit:{name}"))
    assert (again.status_code, again.content) == (200, first.content)
    with django_assert_max_num_queries(1):
        known = Client(headers={"If-None-Match": first["ETag"]}).get(reverse(f"transit:{name}"))
    assert (known.status_code, known.content) == (304, b"")
    assert known["ETag"] == first["ETag"]


def test_where_there_is_no_feed_nobody_looks_for_one_again(cast, later, django_assert_max_num_queries):
    assert Client().get(reverse("transit:gtfs")).status_code == 302
    with django_assert_max_num_queries(1):
        assert Client().get(reverse("transit:gtfs")).status_code == 302
    pages = [Client(headers={"accept-language": each}).get(reverse("transit:open_data")) for each in ("ja", "en")]
    assert "Please found one first" in pages[1].content.decode()
    assert "Please found one first" not in pages[0].content.decode()
    a_riding_town(cast)
    assert Client().get(reverse("transit:gtfs")).status_code == 302
    later(FEED_SECONDS)
    cache.delete("transit.given_out.gtfs.making")  # the real time of the cache did not pass
    assert Client().get(reverse("transit:gtfs")).status_code == 200


def test_a_suspension_is_told_as_soon_as_what_was_made_is_too_old(bus, later):
    before = Client().get(reverse("transit:alerts"))
    areas.suspend(area=bus, new=NewSuspension("snow", NOON, None, "雪のため。"), by=SYSTEM, now=NOON)
    later(NOW_SECONDS - 1)
    assert Client().get(reverse("transit:alerts")).content == before.content
    later(NOW_SECONDS)
    cache.delete("transit.given_out.alerts.making")
    assert "雪のため。".encode() in Client().get(reverse("transit:alerts")).content


def test_while_somebody_makes_it_the_others_get_what_was_there(db, later):
    assert kept("x", 60, lambda: "old") == "old"
    later(61)
    cache.delete("transit.given_out.x.making")

    def make() -> str:
        assert kept("x", 60, lambda: "of another") == "old"
        return "new"

    assert kept("x", 60, make) == "new"
    assert kept("x", 60, lambda: "never made") == "new"
