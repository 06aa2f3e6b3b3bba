"""The made-up trains and the bus of the sample town are a sound feed, at real stations."""

from datetime import date

from demo import trains
from machikado.town.transit.timetables.reading import read

FIRST = date(2026, 11, 2)


def test_the_sample_trains_and_the_bus_are_sound():
    facts = read(trains.feed("見本鉄道", 2, trains.STATIONS, trains.TRAINS, FIRST))
    assert len(facts.runs) == 25 + 25 + 11 + 11
    assert {halt.name for halt in facts.halts} >= {"塩尻駅", "奈良井駅"}
    buses = read(trains.feed("見本バス", 3, trains.HALTS, trains.BUSES, FIRST))
    assert [days.weekdays for name, days in buses.services.items() if name == "weekdays"] == [frozenset(range(5))]


def test_the_same_facts_are_the_same_bytes():
    once, twice = (trains.feed("見本鉄道", 2, trains.STATIONS, trains.TRAINS, FIRST) for _time in range(2))
    assert once == twice
