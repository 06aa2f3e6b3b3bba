"""The best offer for a wish: every vehicle, order of stops, stop at both ends and time; the exact times come last.

Of an order of stops all that matters for a wish is which pairs (begin of the pickup, begin of the arrival) it has a
schedule for. Difference constraints project on two of their unknowns as such constraints again, so these pairs are all
those within two bands whose difference is long enough: a `Hull`. What a person minds is convex in the one time that the
wish is about, if the other is as near as it may be, so the best time stands at an end or a kink. The O(1) bounds of
insertion are a wider hull; only where that one beats the best so far is the order laid out.
"""

from typing import NamedTuple

from machikado.engines.compiled import borrowing, entered, inlined
from machikado.engines.dispatch.arrays import (
    CLOSE,
    EARLIEST,
    FIXED,
    LATEST,
    LOCKED,
    NOBODY,
    NODE,
    OPEN,
    PLACE,
    RIDE,
    SERVICE,
    SLACK,
    Int64,
    Net,
    Room,
    Routes,
)
from machikado.engines.dispatch.insert import takes
from machikado.engines.dispatch.promises import MOST_TIME
from machikado.engines.dispatch.schedule import keeps_time, latest
from machikado.engines.dispatch.words import NEVER

# Columns of Ask.pair.
P_OPEN, P_CLOSE, D_OPEN, D_CLOSE, LONGEST, TARGET, WALKED, FARE = range(8)
# Columns of Ask.said: at the door, to be told from the next; then what it is (COST is NEVER if there is none).
TIME, WALK, PRICE, COST, CAR, FIRST, SECOND, ORIGIN, DESTINATION, PICKUP, ARRIVAL, EXTRA = range(12)
OFFER = 12
# Places of Ask.rule: what is minded (also wait, lateness, ride), what is apart, and the wish.
W_WALK, W_WAIT, W_LATENESS, W_RIDE, W_DRIVING, APART, APART_WALK, ARRIVES, SAID, SOONEST, LAST = range(11)
RULES = 11


class Ask(NamedTuple):
    """A wish as numbers.

    origin: (origins, 3): place, and between which times one may be fetched there for any destination. destination:
    (destinations,): place. pair: (origins, destinations, 8); one that makes no sense has P_OPEN after P_CLOSE.
    rule: (11,). said: (count, 12): the offers so far.
    """

    origin: Int64
    destination: Int64
    pair: Int64
    rule: Int64
    said: Int64


class Scene(NamedTuple):
    """All that a search looks at; the last two nodes of the net are the pickup and the arrival of the wish."""

    net: Net
    routes: Routes
    room: Room
    ask: Ask


class Hull(NamedTuple):
    """Pickups and arrivals that go together: each within its band, the arrival at least `ride` after the pickup."""

    first: int
    last: int
    least: int
    most: int
    ride: int


class Found(NamedTuple):
    """The best so far: after which positions of which route, which stops, when; its cost is NEVER if there is none."""

    cost: int
    vehicle: int
    after: tuple[int, int]
    stops: tuple[int, int]
    times: tuple[int, int]
    extra: int


class Start(NamedTuple):
    """A pickup and the position after which the arrival would come, before it is said where.

    place: of the stop before the arrival. reach, most: the least and greatest begin of the pickup. ready, seated: when
    that stop is left at the earliest, and how long after the begin of the pickup. extra, longer: cost and length of the
    ways so far, less those that they replace.
    """

    vehicle: int
    first: int
    second: int
    origin: int
    place: int
    reach: int
    most: int
    ready: int
    seated: int
    extra: int
    longer: int


@entered
def best_offers(scene: Scene) -> int:
    """Write the best offers into `said`, each worth showing beside those before it; return how many there are."""
    ask = scene.ask
    for number in range(ask.said.shape[0]):
        ask.rule[SAID] = number
        best = _best(scene)
        if best.cost >= NEVER:
            return number
        said, pair = ask.said[number], ask.pair[best.stops[0], best.stops[1]]
        time = best.times[1] if ask.rule[ARRIVES] else best.times[0]
        said[TIME], said[WALK], said[PRICE] = time - pair[TARGET], pair[WALKED], pair[FARE]
        said[COST], said[CAR], said[EXTRA] = best.cost, best.vehicle, best.extra
        said[FIRST], said[SECOND] = best.after
        said[ORIGIN], said[DESTINATION] = best.stops
        said[PICKUP], said[ARRIVAL] = best.times
    return int(ask.said.shape[0])


@borrowing
def _best(scene: Scene) -> Found:
    """The best offer that is worth showing beside those said already."""
    best = Found(NEVER, NOBODY, (0, 0), (0, 0), (0, 0), 0)
    net, routes, ask = scene.net, scene.routes, scene.ask
    wish = net.node.shape[0] - 2
    for vehicle in range(net.fleet.shape[0]):
        row = routes.row[vehicle]
        for i in range(net.fleet[vehicle, LOCKED], routes.size[vehicle] - 1):
            if row[i, EARLIEST] > ask.rule[LAST]:
                break
            if row[i + 1, LATEST] < ask.rule[SOONEST] or not takes(net, routes, vehicle, i, wish):
                continue
            for origin in range(ask.origin.shape[0]):
                best = _from(scene, (vehicle, i, origin), best)
    return best


@inlined
def _from(scene: Scene, spot: tuple[int, int, int], best: Found) -> Found:
    """Try one stop after one position, with each position and stop of arrival."""
    net, row, ask = scene.net, scene.routes.row[spot[0]], scene.ask
    vehicle, i, origin = spot
    node, travel, cost = net.node, net.travel, net.cost
    wish = node.shape[0] - 2
    a, p, b = node[row[i, NODE], PLACE], ask.origin[origin, 0], node[row[i + 1, NODE], PLACE]
    reach = row[i, EARLIEST] + node[row[i, NODE], SERVICE] + travel[a, p]
    most = row[i + 1, LATEST] - node[wish, SERVICE] - travel[p, b]
    longer = travel[a, p] + node[wish, SERVICE] - travel[a, b]
    if reach > min(most, ask.origin[origin, 2]) or longer + travel[p, b] > row[i, SLACK]:
        return best
    reach = max(reach, ask.origin[origin, 1])
    extra = cost[a, p] - cost[a, b] + (net.fleet[vehicle, FIXED] if scene.routes.size[vehicle] == 2 else 0)
    # The stop before the arrival: at first the pickup itself, then each of the route's after it.
    last, now, seated = p, reach + node[wish, SERVICE], node[wish, SERVICE]
    for j in range(i, scene.routes.size[vehicle] - 1):
        if j > i:
            if now > row[j, LATEST] or not takes(net, scene.routes, vehicle, j, wish):
                break
            now += node[row[j, NODE], SERVICE]
            seated += node[row[j, NODE], SERVICE]
            last, b = node[row[j, NODE], PLACE], node[row[j + 1, NODE], PLACE]
            extra, longer = extra - cost[last, b], -travel[last, b]
        best = _to(scene, Start(vehicle, i, j, origin, last, reach, most, now, seated, extra, longer), best)
        now = max(now + travel[last, b], row[j + 1, EARLIEST])
        seated += travel[last, b]
        extra += cost[last, b]
    return best


@inlined
def _to(scene: Scene, start: Start, best: Found) -> Found:
    """Try each stop of arrival for a pickup and a position: by the wider hull first, then exactly."""
    net, ask = scene.net, scene.ask
    row = scene.routes.row[start.vehicle]
    alighting = net.node[net.node.shape[0] - 1, SERVICE]
    b = net.node[row[start.second + 1, NODE], PLACE]
    for destination in range(ask.destination.shape[0]):
        pair = ask.pair[start.origin, destination]
        d = ask.destination[destination]
        drive, back = net.travel[start.place, d], net.travel[d, b]
        ride = start.seated + drive
        if ride - net.node[net.node.shape[0] - 2, SERVICE] > pair[LONGEST]:
            continue
        if start.longer + drive + alighting + back > row[start.second, SLACK]:
            continue
        first = max(start.reach, pair[P_OPEN])
        least = max(max(start.ready + drive, first + ride), pair[D_OPEN])
        most = min(pair[D_CLOSE], row[start.second + 1, LATEST] - alighting - back)
        last = min(min(start.most, pair[P_CLOSE]), most - ride)
        if first > last or least > most:
            continue
        extra = start.extra + net.cost[start.place, d] + net.cost[d, b]
        spent = ask.rule[W_WALK] * pair[WALKED] + ask.rule[W_DRIVING] * min(extra, MOST_TIME)
        if spent + _time(ask.rule, ask.said, pair, Hull(first, last, least, most, ride))[0] < best.cost:
            hull = _exact(scene, start, destination)
            found = _time(ask.rule, ask.said, pair, hull)
            if spent + found[0] < best.cost:
                after, stops = (start.first, start.second), (start.origin, destination)
                best = Found(spent + found[0], start.vehicle, after, stops, _both(ask.rule, hull, found[1]), extra)
    return best


@borrowing
def _exact(scene: Scene, start: Start, destination: int) -> Hull:
    """Lay the order out and return its hull; one with `first` after `last` if there is no schedule."""
    net, room, ask = scene.net, scene.room, scene.ask
    wish = net.node.shape[0] - 2
    pair = ask.pair[start.origin, destination]
    net.node[wish, PLACE], net.node[wish + 1, PLACE] = ask.origin[start.origin, 0], ask.destination[destination]
    net.node[wish, OPEN], net.node[wish, CLOSE], net.node[wish, RIDE] = pair[P_OPEN], pair[P_CLOSE], pair[LONGEST]
    net.node[wish + 1, OPEN], net.node[wish + 1, CLOSE] = pair[D_OPEN], pair[D_CLOSE]
    size = _lay(scene, start)
    for k in range(size):
        room.place[room.order[k]] = k
    p, d = start.first + 1, start.second + 2
    hull = Hull(1, 0, 0, 0, 0)
    if keeps_time(net, room, start.vehicle, size):
        first, least = room.times[p], room.times[d]
        latest(net, room, start.vehicle, size)
        last, most = room.times[p], room.times[d]
        _lay(scene, start)
        room.times[p] = last
        keeps_time(net, room, start.vehicle, size)
        hull = Hull(first, last, least, most, room.times[d] - last)
    for k in range(size):
        room.place[room.order[k]] = NOBODY
    return hull


@inlined
def _lay(scene: Scene, start: Start) -> int:
    """Write the order with the wish in it, and times before which nothing can be; return its length."""
    row, room, net = scene.routes.row[start.vehicle], scene.room, scene.net
    put = 0
    for k in range(scene.routes.size[start.vehicle]):
        room.order[put] = row[k, NODE]
        room.times[put] = row[k, EARLIEST]
        put += 1
        if k == start.first:
            room.order[put] = net.node.shape[0] - 2
            room.times[put] = net.node[net.node.shape[0] - 2, OPEN]
            put += 1
        if k == start.second:
            room.order[put] = net.node.shape[0] - 1
            room.times[put] = net.node[net.node.shape[0] - 1, OPEN]
            put += 1
    return put


@borrowing
def _time(rule: Int64, said: Int64, pair: Int64, hull: Hull) -> tuple[int, int]:
    """The best time for the end that the wish is about, not too near to what was said: (what it costs, the time).

    The cost is convex between the ends of the hull, so it is least at an end or a kink, and beside what is left out of
    it, at the nearest time on either side.
    """
    best, time = NEVER, 0
    if hull.first > hull.last or hull.least > hull.most:
        return best, time
    low, high, kink = hull.first, hull.last, hull.least - hull.ride
    if rule[ARRIVES]:
        low, high, kink = hull.least, hull.most, hull.last + hull.ride
    for at in (low, high, min(max(pair[TARGET], low), high), min(max(kink, low), high)):
        cost = _minded(rule, pair, hull, at)
        if cost < best:
            best, time = cost, at
    middle, best = time, NEVER
    for step in (-1, 1):
        at = _free(rule, said, pair, (middle, step))
        if low <= at <= high:
            cost = _minded(rule, pair, hull, at)
            if cost < best:
                best, time = cost, at
    return best, time


@inlined
def _minded(rule: Int64, pair: Int64, hull: Hull, time: int) -> int:
    """What waiting, missing the wish and riding cost if it is that time."""
    away = time - pair[TARGET]
    ride = max(hull.ride, hull.least - time)
    if rule[ARRIVES]:
        away = -away
        ride = max(hull.ride, time - hull.last)
    away = rule[W_WAIT] * min(away, MOST_TIME) if away > 0 else rule[W_LATENESS] * min(-away, MOST_TIME)
    return int(away + rule[W_RIDE] * min(ride, MOST_TIME))


@inlined
def _free(rule: Int64, said: Int64, pair: Int64, search: tuple[int, int]) -> int:
    """The nearest time that is worth showing beside every offer said so far; `search` is (from when, which way)."""
    time, step = search
    moved = True
    while moved:
        moved = False
        for k in range(rule[SAID]):
            near = abs(time - pair[TARGET] - said[k, TIME]) < rule[APART]
            if near and pair[WALKED] > said[k, WALK] - rule[APART_WALK] and pair[FARE] >= said[k, PRICE]:
                time = pair[TARGET] + said[k, TIME] + step * rule[APART]
                moved = True
    return int(time)


@inlined
def _both(rule: Int64, hull: Hull, time: int) -> tuple[int, int]:
    """Pickup and arrival, if one of them is that time and the other as near as it may be."""
    if rule[ARRIVES]:
        return min(hull.last, time - hull.ride), time
    return time, max(hull.least, time + hull.ride)
