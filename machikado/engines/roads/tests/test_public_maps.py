"""Real maps: what is read of them, and times and ways that the plain search finds too."""

import pytest

from machikado.engines.roads import customise, matrix, prepare, problems, read, route
from machikado.engines.roads.bench import MAPS, MOMENT, stops_beside_nodes
from machikado.engines.roads.components import islands
from machikado.engines.roads.soundness import graph_problems, route_problems
from machikado.engines.roads.speeds import FREE, ON_FOOT
from machikado.engines.roads.tags import BUS, DRIVE, WALK
from machikado.engines.roads.times import Metric
from machikado.engines.roads.words import Mode, Network
from tests import public_data

MODES = {"car": DRIVE, "bus": BUS, "foot": WALK}


@pytest.fixture(params=MAPS)
def network(request: pytest.FixtureRequest) -> Network:
    file, kind = MAPS[request.param]
    return read(public_data.path(file).read_bytes(), kind)


def metric_of(network: Network, mode: Mode) -> Metric:
    return customise(prepare(network, mode), ON_FOOT if mode.walks else FREE, MOMENT)


@pytest.mark.parametrize("mode", MODES)
def test_times_and_ways_are_sound(network: Network, mode: str) -> None:
    metric = metric_of(network, MODES[mode])
    stops = stops_beside_nodes(metric, 12)
    found = matrix(metric, stops, stops)
    assert graph_problems(metric.roads.graph) == []
    assert problems(metric, stops, found) == []
    for goal in range(1, 4):
        way = route(metric, stops, 0, goal)
        assert way is not None
        assert way.ms == found[0, goal]
        assert route_problems(metric, stops, (0, goal), way) == []


@pytest.mark.parametrize(
    ("name", "bans", "main_km"), [("andorra", 0, 774), ("helsinki", 38, 36), ("nagoya", 0, 15), ("hiraizumi", 0, 60)]
)
def test_what_is_read(name: str, bans: int, main_km: int) -> None:
    file, kind = MAPS[name]
    metric = metric_of(read(public_data.path(file).read_bytes(), kind), DRIVE)
    assert len(metric.roads.graph.bans) == bans
    assert int(islands(metric).km[0]) == main_km
