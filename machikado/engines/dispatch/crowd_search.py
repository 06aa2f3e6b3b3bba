"""Makes the routes of a crowd shorter: strings of stops beside each other go out and come back where it is cheapest.

Slack induction by string removals (Christiaens & Vanden Berghe 2020, doi:10.1287/trsc.2019.0914) on requests without
windows. Only routes that pass near both ends of a request are tried first; those near one end where there is none.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from machikado.engines.compiled import borrowing, inlined, kernel
from machikado.engines.dispatch.arrays import NOBODY, Int64
from machikado.engines.dispatch.chance import STEPS, WAITS, roll
from machikado.engines.dispatch.crowd import (
    ABOARD,
    LEG,
    PLACE,
    STOP,
    WIDTH,
    Crowd,
    Gap,
    Lines,
    best_gap,
    gap_in,
    put_in,
)
from machikado.engines.dispatch.words import NEVER

LONGEST = 10  # stops in a string
STRINGS = 4  # in a round
BLINK = 16  # of 1,024 routes, overlooked
BOTH = 3  # a route that passes near the pickup (1) and near the delivery (2)


class Search(NamedTuple):
    """A search: `work` is tried, `now` is where it stands, `best` was the best.

    bank: (requests,), of which size[0] are out. For each vehicle: touched in this round, stale in `best`, seen near an
    end of a request. near: (places, some), from which one is soonest there. cost: (2,), of now and of best. die: (1,).
    """

    work: Lines
    now: Lines
    best: Lines
    bank: Int64
    size: Int64
    touched: Int64
    stale: Int64
    seen: Int64
    near: Int64
    cost: Int64
    die: npt.NDArray[np.uint64]


@kernel
def nearest_places(crowd: Crowd, most: int) -> Int64:
    """Return for each place those from which one is soonest there: (places, up to `most`)."""
    places = crowd.away.shape[0]
    found = np.zeros((places, min(most, places)), np.int64)
    for place in range(places):
        ways, near = crowd.back[place], found[place]
        size = 0
        for other in range(places):
            if size == near.shape[0] and ways[other] >= ways[near[size - 1]]:
                continue
            size = min(size + 1, near.shape[0])
            k = size - 1
            while k and ways[near[k - 1]] > ways[other]:
                near[k] = near[k - 1]
                k -= 1
            near[k] = other
    return found


@kernel
def rounds(crowd: Crowd, search: Search, count: int, heat: int) -> None:
    """Go so many rounds at one temperature."""
    for _ in range(count):
        _take_out(crowd, search)
        before, after = 0, 0
        _put_back(crowd, search)
        for vehicle in range(search.touched.shape[0]):
            if search.touched[vehicle]:
                before += search.now.cost[vehicle]
                after += search.work.cost[vehicle]
        wait = WAITS[roll(search.die, STEPS)]
        if after - before < (heat * wait) >> 16:
            _keep(search, after - before)
        else:
            _back(search)


@borrowing
def _take_out(crowd: Crowd, search: Search) -> None:
    """Take strings of stops out of routes that pass near one stop that is drawn."""
    work = search.work
    search.size[0] = 0
    search.touched[:] = 0
    requests = crowd.load.shape[0]
    seed = roll(search.die, 2 * requests)
    wanted = 1 + roll(search.die, STRINGS)
    place = crowd.ends[seed >> 1, seed & 1]
    for n in range(search.near.shape[1]):
        there = search.near[place, n]
        for s in range(crowd.first[there], crowd.first[there + 1]):
            stop = crowd.stops[s]
            vehicle = work.where[stop >> 1]
            if vehicle == NOBODY or search.touched[vehicle]:
                continue
            _string(search, vehicle, stop)
            _close(crowd, work, vehicle)
            wanted -= 1
            if wanted == 0:
                return


@inlined
def _string(search: Search, vehicle: int, stop: int) -> None:
    """Take the requests of a few stops in a row out, one of them the given."""
    work = search.work
    row, size = work.row[vehicle], work.size[vehicle]
    search.touched[vehicle] = 1
    at = 1
    while row[at, STOP] != stop:
        at += 1
    length = 1 + roll(search.die, min(LONGEST, size - 1))
    begin = at - roll(search.die, length)
    begin = max(1, min(begin, size - length))
    for k in range(begin, begin + length):
        request = row[k, STOP] >> 1
        if work.where[request] != NOBODY:
            work.where[request] = NOBODY
            search.bank[search.size[0]] = request
            search.size[0] += 1


@borrowing
def _close(crowd: Crowd, lines: Lines, vehicle: int) -> None:
    """Take what is out of a row, and measure what is left."""
    row = lines.row[vehicle]
    put, cost, aboard = 1, 0, 0
    for k in range(1, lines.size[vehicle]):
        stop = row[k, STOP]
        if lines.where[stop >> 1] == NOBODY:
            continue
        load = crowd.load[stop >> 1]
        aboard += -load if stop & 1 else load
        place = row[k, PLACE]
        leg = crowd.away[row[put - 1, PLACE], place]
        row[put - 1, LEG] = leg
        cost += leg
        row[put, STOP] = stop
        row[put, PLACE] = place
        row[put, ABOARD] = aboard
        put += 1
    row[put - 1, LEG] = 0
    lines.size[vehicle] = put
    lines.cost[vehicle] = cost


@borrowing
def _put_back(crowd: Crowd, search: Search) -> None:
    """Put each of the bank where it is cheapest, in an order that is drawn."""
    work = search.work
    _order(crowd, search)
    for k in range(search.size[0]):
        request = search.bank[k]
        gap = _gap_near(crowd, search, request)
        if gap.cost == NEVER:
            gap = best_gap(crowd, work, request)
        search.touched[gap.vehicle] = 1
        put_in(crowd, work, request, gap)


@borrowing
def _order(crowd: Crowd, search: Search) -> None:
    """Sort the bank by what the die says: any, short rides first, long rides first."""
    bank = search.bank
    sign = roll(search.die, 3) - 1
    for k in range(1, search.size[0]):
        mine = bank[k]
        if sign == 0:
            other = roll(search.die, k + 1)
            bank[k] = bank[other]
            bank[other] = mine
            continue
        key = sign * _ride(crowd, mine)
        j = k - 1
        while j >= 0 and sign * _ride(crowd, bank[j]) > key:
            bank[j + 1] = bank[j]
            j -= 1
        bank[j + 1] = mine


@inlined
def _ride(crowd: Crowd, request: int) -> int:
    """How long the direct ride of a request is."""
    return int(crowd.away[crowd.ends[request, 0], crowd.ends[request, 1]])


@borrowing
def _gap_near(crowd: Crowd, search: Search, request: int) -> Gap:
    """Return the cheapest gap in the routes that pass near both ends."""
    seen, work = search.seen, search.work
    seen[:] = 0
    for end in range(2):
        place = crowd.ends[request, end]
        for n in range(search.near.shape[1]):
            there = search.near[place, n]
            for s in range(crowd.first[there], crowd.first[there + 1]):
                vehicle = work.where[crowd.stops[s] >> 1]
                if vehicle != NOBODY:
                    seen[vehicle] |= 1 << end
    best = Gap(NEVER, NOBODY, 0, 0)
    for vehicle in range(seen.shape[0]):
        if seen[vehicle] == BOTH and roll(search.die, 1024) >= BLINK:
            best = gap_in(crowd, work, vehicle, request, best)
    return best


@inlined
def _copy(source: Lines, target: Lines, vehicle: int) -> None:
    """Copy one route."""
    target.size[vehicle] = source.size[vehicle]
    target.cost[vehicle] = source.cost[vehicle]
    for k in range(source.size[vehicle]):
        for column in range(WIDTH):
            target.row[vehicle, k, column] = source.row[vehicle, k, column]


@borrowing
def _keep(search: Search, change: int) -> None:
    """Stand where work is, and remember it if it is the best so far."""
    search.cost[0] += change
    for vehicle in range(search.touched.shape[0]):
        if search.touched[vehicle]:
            _copy(search.work, search.now, vehicle)
            search.stale[vehicle] = 1
    if search.cost[0] < search.cost[1]:
        search.cost[1] = search.cost[0]
        for vehicle in range(search.stale.shape[0]):
            if search.stale[vehicle]:
                _copy(search.now, search.best, vehicle)
                search.stale[vehicle] = 0


@borrowing
def _back(search: Search) -> None:
    """Bring work back to where it stood."""
    work = search.work
    for vehicle in range(search.touched.shape[0]):
        if search.touched[vehicle]:
            _copy(search.now, work, vehicle)
            for k in range(1, work.size[vehicle]):
                work.where[work.row[vehicle, k, STOP] >> 1] = vehicle
