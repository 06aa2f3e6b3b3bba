"""Very many requests without windows: the cheapest gap for a request in a route of n stops, found in n steps.

One walk along a route remembers the cheapest place for the pickup so far, as long as the seats allow the ride to go
on; at each stop the delivery is tried behind it (Tong et al. 2018, doi:10.14778/3236187.3236211). Nothing is pruned by
time, since nothing has one: an order of stops is sound if nobody is brought before being fetched and seats suffice.
"""

from typing import NamedTuple

from machikado.engines.compiled import borrowing, inlined, kernel
from machikado.engines.dispatch.arrays import NOBODY, Int64
from machikado.engines.dispatch.words import NEVER

# Columns of Lines.row. A stop is twice its request's number, plus one where it is the delivery.
STOP, PLACE, ABOARD, LEG = range(4)
WIDTH = 4


class Crowd(NamedTuple):
    """What does not change: away[a, b] is the way from a to b, back[b, a] the same.

    ends: (requests, 2) places. load: (requests,). start, seats: (vehicles,). first: (places + 1,) and stops:
    (2 requests,): stops[first[p]:first[p + 1]] are those at place p.
    """

    away: Int64
    back: Int64
    ends: Int64
    load: Int64
    start: Int64
    seats: Int64
    first: Int64
    stops: Int64


class Lines(NamedTuple):
    """What changes: row (vehicles, room, 4) begins with the start; LEG is the way to the next stop, 0 after the last.

    size, cost: (vehicles,). where: (requests,), the vehicle or NOBODY.
    """

    row: Int64
    size: Int64
    cost: Int64
    where: Int64


class Gap(NamedTuple):
    """Where a request would go: after which positions of a route its stops come, at what extra cost."""

    cost: int
    vehicle: int
    first: int
    second: int


@inlined
def gap_in(crowd: Crowd, lines: Lines, vehicle: int, request: int, best: Gap) -> Gap:
    """Return the cheaper of `best` and the cheapest places in one route."""
    row, size = lines.row[vehicle], lines.size[vehicle]
    p, d = crowd.ends[request, 0], crowd.ends[request, 1]
    to_p, from_p, to_d, from_d = crowd.back[p], crowd.away[p], crowd.back[d], crowd.away[d]
    ride, most = crowd.away[p, d], crowd.seats[vehicle] - crowd.load[request]
    cost, found, first, second = best.cost, False, 0, 0
    fetched, at = NEVER, 0
    for k in range(size - 1):
        if row[k, ABOARD] > most:
            fetched = NEVER
            continue
        a, b, leg = row[k, PLACE], row[k + 1, PLACE], row[k, LEG]
        reach, leave = to_p[a] - leg, from_d[b]
        if fetched + to_d[a] + leave - leg < cost:
            cost, first, second, found = fetched + to_d[a] + leave - leg, at, k, True
        if reach + ride + leave < cost:
            cost, first, second, found = reach + ride + leave, k, k, True
        if reach + from_p[b] < fetched:
            fetched, at = reach + from_p[b], k
    last = row[size - 1, PLACE]
    if fetched + to_d[last] < cost:
        cost, first, second, found = fetched + to_d[last], at, size - 1, True
    if to_p[last] + ride < cost and crowd.load[request] <= crowd.seats[vehicle]:
        cost, first, second, found = to_p[last] + ride, size - 1, size - 1, True
    if found:
        return Gap(cost, vehicle, first, second)
    return best


@borrowing
def best_gap(crowd: Crowd, lines: Lines, request: int) -> Gap:
    """Return the cheapest places of all routes; the cost is NEVER where no vehicle has the seats."""
    best = Gap(NEVER, NOBODY, 0, 0)
    for vehicle in range(lines.size.shape[0]):
        best = gap_in(crowd, lines, vehicle, request, best)
    return best


@borrowing
def put_in(crowd: Crowd, lines: Lines, request: int, gap: Gap) -> None:
    """Put a request where `best_gap` said."""
    row, size = lines.row[gap.vehicle], lines.size[gap.vehicle]
    load = crowd.load[request]
    for k in range(size - 1, gap.second, -1):
        _move(row, k, k + 2)
    row[gap.second + 2, STOP] = 2 * request + 1
    row[gap.second + 2, PLACE] = crowd.ends[request, 1]
    row[gap.second + 2, ABOARD] = row[gap.second, ABOARD]
    for k in range(gap.second, gap.first, -1):
        _move(row, k, k + 1)
        row[k + 1, ABOARD] += load
    row[gap.first + 1, STOP] = 2 * request
    row[gap.first + 1, PLACE] = crowd.ends[request, 0]
    row[gap.first + 1, ABOARD] = row[gap.first, ABOARD] + load
    lines.size[gap.vehicle] = size + 2
    lines.where[request] = gap.vehicle
    lines.cost[gap.vehicle] += gap.cost
    for k in (gap.first, gap.first + 1, gap.second + 1, gap.second + 2):
        _measure_leg(crowd, lines, gap.vehicle, k)


@inlined
def _move(row: Int64, source: int, target: int) -> None:
    """Write a stop of a row over another."""
    for column in range(WIDTH):
        row[target, column] = row[source, column]


@inlined
def _measure_leg(crowd: Crowd, lines: Lines, vehicle: int, k: int) -> None:
    """Bring the way from a stop to the next up to date."""
    row = lines.row[vehicle]
    row[k, LEG] = crowd.away[row[k, PLACE], row[k + 1, PLACE]] if k + 1 < lines.size[vehicle] else 0


@kernel
def insert_all(crowd: Crowd, lines: Lines) -> None:
    """Put in one request after another whatever is not in and some vehicle has the seats for."""
    for request in range(crowd.load.shape[0]):
        if lines.where[request] == NOBODY:
            gap = best_gap(crowd, lines, request)
            if gap.cost < NEVER:
                put_in(crowd, lines, request, gap)
