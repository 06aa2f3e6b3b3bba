"""Roads on public maps, beside plain pyroutingkit: `python -m machikado.engines.roads.bench DATA [--quick]`.

DATA is the folder of public data (MACHIKADO_DATA); prints JSON lines. Everything runs on one core, in one process.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from random import Random

import numpy as np
from pyroutingkit import CCHMetric, CCHTopology

from machikado.engines.roads import change, customise, matrix, prepare, read, route, snap
from machikado.engines.roads.components import islands
from machikado.engines.roads.dijkstra import plain
from machikado.engines.roads.ground import steps_cm
from machikado.engines.roads.speeds import FREE
from machikado.engines.roads.tags import DRIVE
from machikado.engines.roads.times import Metric, arcs_of_way
from machikado.engines.roads.words import Changes, Kind, Network, Point, Restriction, Stops

SEED = 7
STOPS = 1_000
MOMENT = datetime(2026, 11, 24, 10)  # noqa: DTZ001  the town's own time
MAPS = {
    "andorra": ("dispatch/osm/andorra.osm.pbf", Kind.PBF),
    "helsinki": ("dispatch/osm/Helsinki.osm.pbf", Kind.PBF),
    "nagoya": ("roads/hosoya_nagoya_sakae_sample.osm", Kind.XML),
    "hiraizumi": ("roads/hiraizumi/hiraizumi_roads_osm_odbl.geojson", Kind.GEOJSON),
}
RESTRICTIONS = 300
Figure = dict[str, object]


@dataclass(frozen=True)
class Taken:
    """What a piece of work took: the least of its runs, since others on the machine only make it longer."""

    wall_s: float
    cpu_s: float


def figures(data: Path, *, quick: bool = False) -> Iterator[Figure]:
    """Measure, and yield one figure after the other: name, value, unit, demand, ok, cpu_s, wall_s, note."""
    for name, (file, kind) in MAPS.items():
        yield _reading(name, (data / file).read_bytes(), kind)
    network = read((data / MAPS["andorra"][0]).read_bytes(), Kind.PBF)
    runs, count = (3, 200) if quick else (40, STOPS)
    yield from _andorra("", network, count, runs)
    yield _peer(network, count, runs)
    crowded = replace(network, restrictions=tuple(_restrictions(network)))
    yield next(_andorra(", restrictions drawn at random", crowded, count, runs))


def _reading(name: str, data: bytes, kind: Kind) -> Figure:
    begin, cpu = time.perf_counter(), time.process_time()
    network = read(data, kind)
    roads = prepare(network)
    taken = Taken(time.perf_counter() - begin, time.process_time() - cpu)
    graph = roads.graph
    note = (
        f"{len(network.lat)} nodes on {len(network.ways)} roads; for cars {graph.junctions} junctions, "
        f"{graph.arcs} arcs, {len(roads.turns.source)} turns; {len(network.restrictions)} restrictions read, "
        f"{len(graph.bans)} bans; {len(graph.remarks)} remarks"
    )
    return _figure(f"roads: read and order {name}", (taken.wall_s, "s", None), taken, note)


def _andorra(what: str, network: Network, count: int, runs: int) -> Iterator[Figure]:
    metric = customise(prepare(network), FREE, MOMENT)
    stops = stops_beside_nodes(metric, count)
    size = f"{count} × {count} stops"
    taken = _least(runs, lambda: matrix(metric, stops, stops))
    note = f"{len(metric.roads.graph.bans)} bans, no U-turn but at dead ends, turns cost; least of {runs}"
    yield _figure(f"roads: {size}, andorra{what}", (taken.wall_s * 1000, "ms", 60), taken, note)
    arcs = arcs_of_way(metric.roads.graph, metric.roads.graph.network.ways[int(metric.roads.graph.way[0])].osm_id)
    taken = _least(runs, lambda: change(metric, Changes(arcs)))
    yield _figure("roads: closure applied, andorra", (taken.wall_s * 1000, "ms", 5), taken, f"{len(arcs)} arcs closed")
    taken = _least(runs, lambda: customise(metric.roads, FREE, MOMENT))
    yield _figure("roads: another bucket of the day, andorra", (taken.wall_s * 1000, "ms", None), taken, "")
    taken = _least(runs, lambda: route(metric, stops, 0, 1))
    yield _figure("roads: one way with its list of turns, andorra", (taken.wall_s * 1000, "ms", None), taken, "")
    slow = customise(prepare(network, DRIVE, plain), FREE, MOMENT)
    taken = _least(1, lambda: matrix(slow, stops, stops))
    same = (
        "equal to the millisecond" if (matrix(slow, stops, stops) == matrix(metric, stops, stops)).all() else "UNEQUAL"
    )
    yield _figure(f"roads: {size} without pyroutingkit, andorra", (taken.wall_s * 1000, "ms", None), taken, same)


def _peer(network: Network, count: int, runs: int) -> Figure:
    """pyroutingkit as its own guide shows it: every node of the map, no turns, stops at nodes."""
    graph = prepare(network).graph
    tail, head, length = [], [], []
    for arc in range(graph.arcs):
        nodes = graph.nodes(arc)
        tail.append(nodes[:-1])
        head.append(nodes[1:])
        length.append(steps_cm(network.lat[nodes], network.lon[nodes]))
    topology = CCHTopology()
    ends = np.concatenate(tail).astype(np.uint32), np.concatenate(head).astype(np.uint32)
    topology.build(*ends, network.lat.astype(np.float32), network.lon.astype(np.float32), len(network.lat))
    metric = CCHMetric(topology)
    metric.customize(np.concatenate(length).astype(np.uint32))
    chosen = np.random.default_rng(SEED).choice(np.unique(ends[0]), count).astype(np.uint32)
    taken = _least(runs, lambda: metric.distances_many_to_many(chosen, chosen))
    note = f"{len(np.unique(ends[0]))} nodes, {len(ends[0])} arcs, no turns, lengths instead of times"
    return _figure(
        f"plain pyroutingkit: {count} × {count} nodes, andorra", (taken.wall_s * 1000, "ms", None), taken, note
    )


def stops_beside_nodes(metric: Metric, count: int) -> Stops:
    """Positions beside random nodes of the main network."""
    chance = Random(SEED)
    graph, network = metric.roads.graph, metric.roads.graph.network
    main = islands(metric).main
    arcs = np.flatnonzero(main).tolist()
    nodes = [int(chance.choice(graph.nodes(chance.choice(arcs)).tolist())) for _ in range(count)]
    points = [Point(network.lat[n] + chance.gauss(0, 3e-5), network.lon[n] + chance.gauss(0, 3e-5)) for n in nodes]
    return snap(graph, points, main)


def _restrictions(network: Network) -> Iterator[Restriction]:
    """Bans of left turns at the ends of random roads that meet; the map of Andorra holds none of its own."""
    chance = Random(SEED)
    meeting: dict[int, list[int]] = {}
    for way in network.ways:
        if way.tags["highway"] in DRIVE.classes:
            for node in {way.nodes[0], way.nodes[-1]}:
                meeting.setdefault(int(network.node_ids[node]), []).append(way.osm_id)
    junctions = sorted(node for node, ways in meeting.items() if len(ways) >= 3)
    for number, node in enumerate(chance.sample(junctions, min(RESTRICTIONS, len(junctions)))):
        first, last = chance.sample(meeting[node], 2)
        yield Restriction(
            number, {"type": "restriction", "restriction": "no_left_turn"}, (first,), (node,), (), (last,)
        )


def _least(runs: int, work: Callable[[], object]) -> Taken:
    work()
    wall, cpu = [], []
    for _ in range(runs):
        begin, begin_cpu = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - begin)
        cpu.append(time.process_time() - begin_cpu)
    return Taken(min(wall), min(cpu))


def _figure(name: str, measured: tuple[float, str, float | None], taken: Taken, note: str) -> Figure:
    value, unit, limit = measured
    demand = None if limit is None else f"≤ {limit:g}"
    ok = None if limit is None else value <= limit
    row: Figure = {"name": name, "value": round(value, 3), "unit": unit, "demand": demand, "ok": ok}
    return {**row, "cpu_s": round(taken.cpu_s, 4), "wall_s": round(taken.wall_s, 4), "note": note}


if __name__ == "__main__":
    for figure in figures(Path(sys.argv[1]), quick="--quick" in sys.argv):
        print(json.dumps(figure, ensure_ascii=False), flush=True)
