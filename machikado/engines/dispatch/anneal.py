"""One round after another: take requests out, put them back with blinks, keep what simulated annealing keeps."""

from typing import NamedTuple

from machikado.engines.compiled import borrowing, inlined, kernel
from machikado.engines.dispatch.arrays import NOBODY, NODE, POSITION, ROUTE, Int64, Net, Room, Routes
from machikado.engines.dispatch.chance import STEPS, WAITS, roll
from machikado.engines.dispatch.exchange import move_block, swap_tails
from machikado.engines.dispatch.memo import Memo, kind, renew
from machikado.engines.dispatch.recreate import put_back
from machikado.engines.dispatch.ruin import BLOCKS, DEAREST, KIN, TAILS, Bank, close_gaps, dearest, kin, strings


class Course(NamedTuple):
    """How a search goes: work is tried, now is where it stands, best was the best.

    missing: (1 + pairs,), how many are out where it stands, and which. cost: (2,), of now and of best. mark:
    (vehicles,), of the routes now. stale: (vehicles,), 1 for routes in which best differs from now.
    """

    work: Routes
    now: Routes
    best: Routes
    memo: Memo
    bank: Bank
    missing: Int64
    cost: Int64
    mark: Int64
    stale: Int64


@kernel
def rounds(net: Net, course: Course, room: Room, count: int, heat: int) -> None:
    """Go so many rounds at one temperature."""
    for _ in range(count):
        most = course.cost[0] + ((heat * WAITS[roll(room.die, STEPS)]) >> 16)
        course.bank.budget[0] = most - course.cost[0]
        if _try(net, course, room, roll(room.die, net.requests[0])):
            _keep(course, most - course.bank.budget[0])
        else:
            _back(net, course)
        for k in range(course.bank.size[0]):
            course.bank.out[course.bank.request[k]] = 0


@borrowing
def _try(net: Net, course: Course, room: Room, seed: int) -> bool:
    """Change work around a seed and pay for it from the budget; False where that is impossible or too dear."""
    bank, work = course.bank, course.work
    bank.touched[:] = 0
    bank.size[0] = 0
    way = roll(room.die, 1024) - bank.habit[TAILS] - bank.habit[BLOCKS]
    if way < 0:
        tails = way < -bank.habit[BLOCKS]
        moved = _swap(net, course, room, seed) if tails else move_block(net, work, room, bank, seed)
        good = moved and _renew_touched(net, course, room)
        bank.budget[0] -= _change(course) if good else 0
        return bool(good and bank.budget[0] > 0)
    for k in range(course.missing[0]):
        bank.request[k] = course.missing[1 + k]
        bank.out[bank.request[k]] = 1
    bank.size[0] = course.missing[0]
    if way < bank.habit[DEAREST]:
        dearest(net, work, room, bank)
    elif way < bank.habit[DEAREST] + bank.habit[KIN]:
        kin(net, work, room, bank, seed)
    else:
        strings(net, work, room, bank, seed)
    close_gaps(net, work, bank)
    if not _renew_touched(net, course, room):
        return False
    bank.budget[0] -= _change(course)
    for k in range(course.missing[0]):
        bank.budget[0] += bank.price[course.missing[1 + k]]
    return put_back(net, work, room, course.memo, bank)


@borrowing
def _swap(net: Net, course: Course, room: Room, seed: int) -> bool:
    """Swap the tails of the route of a seed and of one of its kin."""
    bank, work = course.bank, course.work
    if bank.kin.shape[1] == 0:
        return False
    other = bank.kin[seed, roll(room.die, bank.kin.shape[1])]
    one, two = work.where[seed, ROUTE], work.where[other, ROUTE]
    if NOBODY in (one, two) or one == two or kind(course.memo.twin, one) != kind(course.memo.twin, two):
        return False
    return swap_tails(net, work, room, bank, (seed, other))


@borrowing
def _renew_touched(net: Net, course: Course, room: Room) -> bool:
    """Bring the routes with gaps up to date; False where what is left of one has no schedule."""
    for vehicle in range(course.bank.touched.shape[0]):
        if course.bank.touched[vehicle] and not renew(net, course.work, room, course.memo, vehicle):
            return False
    return True


@borrowing
def _change(course: Course) -> int:
    """How much dearer the routes of work are than those where the search stands."""
    change = 0
    for vehicle in range(course.bank.touched.shape[0]):
        if course.bank.touched[vehicle]:
            change += course.work.cost[vehicle] - course.now.cost[vehicle]
    return change


@inlined
def _copy(source: Routes, target: Routes, vehicle: int) -> None:
    """Copy one route."""
    size = source.size[vehicle]
    target.size[vehicle] = size
    target.cost[vehicle] = source.cost[vehicle]
    for k in range(size):
        for column in range(source.row.shape[2]):
            target.row[vehicle, k, column] = source.row[vehicle, k, column]
        for load in range(source.aboard.shape[2]):
            target.aboard[vehicle, k, load] = source.aboard[vehicle, k, load]


@borrowing
def _keep(course: Course, cost: int) -> None:
    """Stand where work is, and remember it if it is the best so far."""
    bank = course.bank
    for vehicle in range(bank.touched.shape[0]):
        if bank.touched[vehicle]:
            _copy(course.work, course.now, vehicle)
            course.mark[vehicle] = course.memo.mark[vehicle]
            course.stale[vehicle] = 1
    course.missing[0] *= bank.size[0] == 0  # without a bank nobody was asked
    for k in range(bank.size[0]):
        if course.work.where[bank.request[k], ROUTE] == NOBODY:
            course.missing[0] += 1
            course.missing[course.missing[0]] = bank.request[k]
    course.cost[0] = cost
    if cost < course.cost[1]:
        course.cost[1] = cost
        for vehicle in range(course.stale.shape[0]):
            if course.stale[vehicle]:
                _copy(course.now, course.best, vehicle)
                course.stale[vehicle] = 0


@borrowing
def _back(net: Net, course: Course) -> None:
    """Bring work back to where it stood."""
    bank, work = course.bank, course.work
    pairs = net.requests[0]
    for k in range(bank.size[0]):
        work.where[bank.request[k], ROUTE] = NOBODY
        work.where[bank.request[k] + pairs, ROUTE] = NOBODY
    for vehicle in range(bank.touched.shape[0]):
        if bank.touched[vehicle]:
            _copy(course.now, work, vehicle)
            course.memo.mark[vehicle] = course.mark[vehicle]
            for k in range(work.size[vehicle]):
                work.where[work.row[vehicle, k, NODE], ROUTE] = vehicle
                work.where[work.row[vehicle, k, NODE], POSITION] = k
