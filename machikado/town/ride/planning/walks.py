"""Which stops somebody can walk to and how long it takes, by the footways of the map."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from machikado.engines import roads
from machikado.engines.roads import words
from machikado.engines.roads.speeds import ON_FOOT
from machikado.engines.roads.tags import WALK
from machikado.engines.roads.times import Metric
from machikado.town.common.calendar import town_zone
from machikado.town.ride import bridge
from machikado.town.ride.ground import Spot, metres
from machikado.town.ride.models import RoadNetwork, Stop
from machikado.town.ride.wishes import Near

SECONDS_A_METRE = 0.9  # 4 km/h, as the engine's profile on foot
AT_THE_STOP_M = 15


def near(network: RoadNetwork, spot: Spot, stops: Sequence[Stop], most_seconds: int, now: datetime) -> list[Near]:
    """Return the stops within so many seconds on foot, the nearest first; beside a stop one is there."""
    around = [stop for stop in stops if metres(spot, Spot(stop.lat, stop.lon)) * SECONDS_A_METRE <= most_seconds]
    if not around:
        return []
    walked = _seconds(network, spot, around, now)
    found = [
        Near(stop.pk, 0 if metres(spot, Spot(stop.lat, stop.lon)) <= AT_THE_STOP_M else seconds)
        for stop, seconds in zip(around, walked, strict=True)
    ]
    return sorted((each for each in found if each.walk_seconds <= most_seconds), key=lambda each: each.walk_seconds)


def _seconds(network: RoadNetwork, spot: Spot, stops: Sequence[Stop], now: datetime) -> list[int]:
    """Seconds on foot from a spot to each stop; half as far again as the crow flies where the map has no way."""
    metric = footways(network, now)
    crow = [round(metres(spot, Spot(stop.lat, stop.lon)) * SECONDS_A_METRE * 1.5) for stop in stops]
    try:
        here = roads.snap(metric.roads.graph, [words.Point(spot.lat, spot.lon)])
        there = roads.snap(metric.roads.graph, [words.Point(stop.lat, stop.lon) for stop in stops])
    except words.CannotPlace:
        return crow
    found = roads.matrix(metric, here, there)[0].tolist()
    return [
        guess if milliseconds >= words.UNREACHABLE else -(-milliseconds // 1000)
        for milliseconds, guess in zip(found, crow, strict=True)
    ]


def footways(network: RoadNetwork, now: datetime) -> Metric:
    """Return the footways of a map, ready to be asked."""
    return _on_foot(network.pk, now.astimezone(town_zone()).date().isoformat())


@lru_cache(maxsize=2)
def _on_foot(network_id: int, day: str) -> Metric:
    """The footways of a map on a day; kept in the process, so that only the first asker waits."""
    network = RoadNetwork.objects.select_related("file").get(pk=network_id)
    moment = datetime.fromisoformat(day).replace(hour=12)
    ready = bridge.ready_roads(network, moment.replace(tzinfo=town_zone()))
    return roads.customise(roads.prepare(ready.roads.graph.network, WALK), ON_FOOT, moment)
