"""From a map of roads to travel times and a way on a picture (needs matplotlib): `python examples/travel_times.py`."""

from datetime import datetime

from matplotlib import pyplot

from demo.roads import town_map
from machikado.engines.roads import customise, matrix, prepare, read, route, snap
from machikado.engines.roads.speeds import FREE
from machikado.engines.roads.words import Kind, Point

roads = prepare(read(town_map(), Kind.XML))
stops = snap(roads.graph, [Point(36.1136, 137.9490), Point(36.1448, 137.9577), Point(36.0942, 137.9819)])
metric = customise(roads, FREE, datetime(2026, 11, 24, 10))
print(matrix(metric, stops, stops) // 1000, "seconds")
if way := route(metric, stops, 0, 1):
    for turn in way.turns:
        print(f"{turn.code:<14}{turn.metres:>6} m  {turn.road} {turn.junction}")
    pyplot.scatter(roads.graph.network.lon, roads.graph.network.lat, s=1, c="silver")
    pyplot.plot([lon for _, lon in way.line], [lat for lat, _ in way.line])
    pyplot.savefig("way.png")
