"""One answer for walking, the bus that comes when called, and trains: worked out by hand, with a bus that promises."""

from dataclasses import replace
from datetime import date

import pytest

from machikado.engines import journeys as engine
from machikado.town.ride.ground import Spot
from machikado.town.transit.bridge import Network
from machikado.town.transit.planning.finding import find
from machikado.town.transit.timetables.words import Halt, Line, Run
from machikado.town.transit.ways import (
    ByCall,
    ByTimetable,
    OnFoot,
    Question,
    Stand,
    Way,
    faults,
    unbeaten,
    walk_seconds,
)

H, M = 3600, 60
DAY = date(2026, 11, 25)
# A door 5 km from the station A; from A trains run to B, where the goal lies 200 m from the platform.
DOOR = Stand("家", Spot(36.10, 137.94))
A, B = Spot(36.145, 137.94), Spot(36.30, 137.94)
GOAL = Stand("病院", Spot(36.3018, 137.94))
HALTS = (Halt("a", "Aの駅", A.lat, A.lon, "a"), Halt("b", "Bの駅", B.lat, B.lon, "b"))
ALL_DAY = ((7 * H, 20 * H),)
RAIL = Line("見本線", 2, "見本鉄道")


def train(name, hour, minute, kind=RAIL, back=False):
    """Twenty minutes from A to B (or back)."""
    begin = hour * H + minute * M
    stops = (1, 0) if back else (0, 1)
    calls = (engine.Call(stops[0], begin, begin), engine.Call(stops[1], begin + 20 * M, begin + 20 * M))
    return (Run(name, 0, "w", "", ()), kind), engine.Trip(name, calls)


def network(*trains):
    trips, runs = zip(*trains, strict=True)
    return Network(engine.prepare(engine.Timetable(2, runs, ((), ()))), HALTS, trips)


TRAINS = network(train("1", 9, 0), train("2", 10, 0), train("3", 11, 0), train("late", 22, 0))


class Bus:
    """A called bus that is always free: it comes within ten minutes, takes fifteen, two are walked at each end."""

    def __init__(self):
        self.asked = []

    def __call__(self, origin, goal, second, arrives):
        self.asked.append((origin.name, goal.name, second, arrives))
        by = second - 2 * M if arrives else second + 27 * M
        return [ByCall(origin, goal, by - 25 * M, by - 15 * M, by, 2 * M, 2 * M, 200, second, arrives)]


def to_the_train(origin, goal, second, arrives):
    """The same bus, which only goes to the station."""
    return Bus()(origin, goal, second, arrives) if goal.name == "Aの駅" else ()


def no_bus(origin, goal, second, arrives):
    return ()


def asked(second, arrives=False, start=DOOR, goal=GOAL, **more):
    return Question(start, goal, DAY, second, arrives, **more)


def times(ways):
    return [(way.leaves / M, way.arrives / M, way.rides) for way in ways]


def test_the_bus_meets_the_train():
    # The 10:00 is boarded from 9:57 on. The bus is at its last stop by 9:55, two minutes' walk away; it takes
    # 15 minutes and comes within ten, so from 9:30 on: one leaves the house at 9:28. 10:20 in B, 200 m on foot.
    call = Bus()
    first, *_more = find(
        asked(9 * H), TRAINS, lambda o, g, s, a: call(o, g, s, a) if g.name == "Aの駅" else (), ALL_DAY
    )
    meets, rides, walks = first.legs
    assert isinstance(meets, ByCall)
    assert (meets.leaves, meets.pickup_from, meets.arrival_by) == (9 * H + 28 * M, 9 * H + 30 * M, 9 * H + 55 * M)
    assert (meets.wish_second, meets.wish_arrives) == (9 * H + 57 * M, True)
    assert isinstance(rides, ByTimetable)
    assert (rides.leaves, rides.arrives, rides.line) == (10 * H, 10 * H + 20 * M, "見本線")
    assert walks.arrives - walks.leaves == walk_seconds(B, GOAL.spot)
    assert 10 * H + 20 * M < first.arrives < 10 * H + 25 * M


def test_be_there_by_takes_the_last_train_that_makes_it():
    ways = find(asked(10 * H + 30 * M, arrives=True), TRAINS, to_the_train, ALL_DAY)
    best = ways[0]
    assert [leg.leaves for leg in best.legs if isinstance(leg, ByTimetable)] == [10 * H]
    assert all(faults(way, asked(10 * H + 30 * M, arrives=True)) == [] for way in ways)


def test_after_the_train_the_bus_is_asked_from_when_one_stands_in_the_street():
    back = network(train("back", 9, 0, back=True))
    call = Bus()
    ways = find(
        asked(8 * H, start=GOAL, goal=DOOR), back, lambda o, g, s, a: call(o, g, s, a) if not a else (), ALL_DAY
    )
    (way,) = [way for way in ways if any(isinstance(leg, ByTimetable) for leg in way.legs)]
    last = way.legs[-1]
    assert isinstance(last, ByCall)
    assert ("Aの駅", "家", 9 * H + 22 * M, False) in call.asked
    assert (last.wish_second, last.wish_arrives) == (9 * H + 22 * M, False)
    assert last.leaves >= 9 * H + 22 * M


def test_a_bus_that_cannot_be_there_in_time_is_not_promised():
    def late(origin, goal, second, arrives):
        return [
            replace(each, arrival_by=second + M, walk_to_seconds=0) for each in Bus()(origin, goal, second, arrives)
        ]

    ways = find(asked(9 * H), TRAINS, late, ALL_DAY)
    assert not any(isinstance(leg, ByTimetable) for way in ways for leg in way.legs)


def test_after_the_hours_of_the_bus_no_train_is_met():
    ways = find(asked(20 * H + 30 * M), TRAINS, Bus(), ALL_DAY)
    assert not any(isinstance(leg, ByTimetable) for way in ways for leg in way.legs)


def test_without_a_timetable_there_is_the_bus_and_on_foot_what_is_near():
    near = Stand("となり", Spot(36.101, 137.94))
    ways = find(asked(9 * H, goal=near), None, Bus(), ALL_DAY)
    assert [type(leg) for leg in ways[0].legs] == [OnFoot]
    assert find(asked(9 * H), None, no_bus, ALL_DAY) == []
    assert [way.rides for way in find(asked(9 * H), None, Bus(), ALL_DAY)] == [1]


def test_whoever_lives_at_the_station_walks():
    door = Stand("駅前", Spot(36.1455, 137.94))
    ways = find(asked(9 * H, start=door), TRAINS, no_bus, ALL_DAY)
    assert [type(leg) for leg in ways[0].legs] == [OnFoot, ByTimetable, OnFoot]
    assert ways[0].arrives < 10 * H + 25 * M
    lame = find(asked(9 * H, start=door, walk_seconds=30), TRAINS, no_bus, ALL_DAY)
    assert lame == []


def test_what_is_beaten_goes():
    walk = Way((OnFoot(DOOR, GOAL, 0, 100),))
    slower, later = Way((OnFoot(DOOR, GOAL, 0, 200),)), Way((OnFoot(DOOR, GOAL, 50, 200),))
    assert unbeaten([slower, walk, later]) == [walk, later]


@pytest.mark.parametrize("second", range(8 * H, 11 * H, 17 * M))
@pytest.mark.parametrize("arrives", [True, False])
def test_no_way_breaks_its_question(second, arrives):
    question = asked(second, arrives)
    ways = find(question, TRAINS, Bus(), ALL_DAY)
    assert [faults(way, question) for way in ways] == [[]] * len(ways)
    assert len(unbeaten(ways)) == len(ways)
