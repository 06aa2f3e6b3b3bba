"""So many tries an hour from one address: counted exactly, for an hour, and without keeping the address."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import connection

from machikado.town.common import limits

MOST = 10


@pytest.fixture(autouse=True)
def fresh_counts(db):
    cache.clear()


def test_tries_are_counted_for_an_hour(monkeypatch):
    at = [(int(time.time()) // limits.HOUR + 1) * limits.HOUR]
    monkeypatch.setattr("time.time", lambda: at[0])
    assert all(limits.take("lamp", "192.0.2.7", MOST) for _ in range(MOST))
    at[0] += limits.HOUR - 60
    assert limits.take("lamp", "192.0.2.7", MOST) is None
    assert limits.take("door", "192.0.2.7", MOST)
    assert limits.take("lamp", "192.0.2.8", MOST)
    at[0] += 60
    assert limits.take("lamp", "192.0.2.7", MOST)


def test_a_place_that_was_given_back_can_be_taken_again():
    places = [limits.take("lamp", "192.0.2.7", 2) for _ in range(2)]
    assert limits.take("lamp", "192.0.2.7", 2) is None
    limits.give_back(str(places[0]))
    assert limits.take("lamp", "192.0.2.7", 2) == places[0]


def test_no_address_is_kept():
    place = limits.take("lamp", "192.0.2.7", MOST)
    assert place is not None
    assert "192.0.2" not in place


def test_many_at_the_same_moment_get_no_more_than_the_hour_has(transactional_db):
    together = Barrier(8)

    def ask(_number: int) -> bool:
        together.wait()
        try:
            return limits.take("lamp", "192.0.2.8", MOST) is not None
        finally:
            connection.close()

    for _ in range(3):
        cache.clear()
        with ThreadPoolExecutor(8) as people:
            answers = list(people.map(ask, range(24)))
        assert answers.count(True) == MOST
