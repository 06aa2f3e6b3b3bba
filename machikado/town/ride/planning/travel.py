"""How long a van takes between the places of a day: computed once by the engine roads, then read from its file."""

import io
from datetime import datetime, time
from functools import lru_cache

import numpy as np

from machikado.engines import roads
from machikado.engines.dispatch.words import NEVER, Matrix
from machikado.engines.roads import words
from machikado.engines.roads.speeds import FREE
from machikado.engines.roads.words import UNREACHABLE
from machikado.town.ride import bridge
from machikado.town.ride.models import TravelTable
from machikado.town.ride.planning.seconds import NO_WAY, seconds_of
from machikado.town.ride.queries.grounds import Places

NOON = time(12)


def table_bytes(places: Places, now: datetime) -> bytes:
    """Return the seconds between all places as bytes of an array, rounded up; the same bytes on any machine.

    From and to a depot that lies at no road there is no way: its van stays where it stands, and the others drive.
    """
    ready = bridge.ready_roads(places.network, now)
    metric = roads.customise(ready.roads, FREE, datetime.combine(places.day, NOON))
    points = [words.Point(lat, lon) for lat, lon in places.depots]
    placed = [number for number, point in enumerate(points) if _has_road(ready.roads.graph, point)]
    spots = _spots(places, roads.snap(ready.roads.graph, [points[number] for number in placed]))
    found = roads.matrix(metric, spots, spots)
    rows = [*range(len(places.stops)), *(len(places.stops) + number for number in placed)]
    seconds = np.full((len(places.stops) + len(points),) * 2, NO_WAY, "<i4")
    np.fill_diagonal(seconds, 0)
    seconds[np.ix_(rows, rows)] = np.where(found >= UNREACHABLE, NO_WAY, -(-found // 1000))
    out = io.BytesIO()
    np.save(out, seconds)
    return out.getvalue()


def _has_road(graph: words.Graph, point: words.Point) -> bool:
    try:
        roads.snap(graph, [point])
    except words.CannotPlace:
        return False
    return True


def travel_of(table: TravelTable) -> Matrix:
    """Return the seconds between all places of a table, NEVER where no road leads."""
    assert table.file is not None
    return _travel(table.file.file.sha256, table)


@lru_cache(maxsize=16)
def _travel(_sha256: str, table: TravelTable) -> Matrix:
    seconds = seconds_of(table)
    travel = np.where(seconds == NO_WAY, NEVER, seconds)
    travel.setflags(write=False)
    return travel


def _spots(places: Places, depots: words.Stops) -> words.Stops:
    """The kerbs of the stops as they were found when each was put up, and the depots after them."""
    arcs, alongs = ([row[column] for row in places.stops] for column in (1, 2))
    count = len(places.stops)
    return words.Stops(
        points=(words.Point(0, 0),) * count + depots.points,
        arc=np.concatenate([np.array(arcs, np.int32), depots.arc]),
        along_cm=np.concatenate([np.array(alongs, np.int64), depots.along_cm]),
        off_cm=np.concatenate([np.zeros(count, np.int64), depots.off_cm]),
        left=np.concatenate([np.ones(count, bool), depots.left]),
    )
