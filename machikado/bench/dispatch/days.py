"""A town's day: how long one request takes to be put in, and how long a day with improvement after each."""

import time
from collections.abc import Iterator
from itertools import pairwise
from random import Random

from machikado.bench.dispatch.live import Day
from machikado.bench.dispatch.timed import timed
from machikado.bench.dispatch.towns import CLOSES, OPENS, STOPS, town
from machikado.bench.figures import Cost, Demand, Figure, percentile
from machikado.engines.dispatch import Plan, Problem, construct, problems
from machikado.engines.dispatch.desk import Desk
from machikado.engines.dispatch.offers import OfferBoard, offers
from machikado.engines.dispatch.promises import Agenda, Choice, When, Wish

REQUESTS, VEHICLES = 1_000, 50
QUICK_REQUESTS, QUICK_VEHICLES = 30, 5
RUNS = 7  # the quickest is told, since others on the machine only make it slower
OFFER_REQUESTS, OFFER_VEHICLES, WISHES = 200, 20, 300
CHOICES, OFFERS = 5, 3
ROUNDS = 50  # of improvement after each request


def online(seed: int, *, quick: bool) -> Iterator[Figure]:
    """Put a day's requests in, one call each, into one plan that keeps them all."""
    problem = _problem(seed, quick)[0]
    runs = [_booked(problem) for _ in range(1 if quick else RUNS)]
    times, desk, cost = min(runs, key=lambda run: sum(run[0]))
    plan = desk.plan()
    size = f"{len(problem.requests)} requests, {len(problem.vehicles)} vehicles"
    longest = max(len(route.stops) for route in plan.routes)
    note = f"one call of Desk.book each, from Python; {len(plan.unserved)} refused; routes up to {longest} stops"
    note += f"; quickest of {len(runs)} days; another call that finds the request there: {_call(desk):.2f} µs"
    yield _figure(f"online, {size}: p50", (percentile(times, 50), "µs", Demand("≤", 10)), cost, note)
    yield _figure(f"online, {size}: p99", (percentile(times, 99), "µs", Demand("≤", 50)), cost, "")
    rate = len(times) / (sum(times) / 1e6)
    yield _figure(f"online, {size}: rate", (rate, "a second", Demand("≥", 80_000)), cost, "of the sum of all calls")
    yield _violations(f"online, {size}", problem, plan)


def offered(seed: int, *, quick: bool) -> Iterator[Figure]:
    """Offers for one wish after another: stops at both ends to choose from, a day's bookings in the vehicles."""
    asked, vans = (QUICK_REQUESTS, QUICK_VEHICLES) if quick else (OFFER_REQUESTS, OFFER_VEHICLES)
    problem = town(asked, vans, seed)[0]
    board = OfferBoard(Agenda(problem, construct(problem)))
    wishes = [_wish(number, seed) for number in range(QUICK_REQUESTS if quick else WISHES)]
    times, found, cpu = [], [], time.process_time()
    for wish in wishes:
        begin = time.perf_counter_ns()
        found.append(offers(board, wish))
        times.append((time.perf_counter_ns() - begin) / 1e6)
    cost = Cost(time.process_time() - cpu, sum(times) / 1000)
    three = sum(isinstance(each, tuple) and len(each) == OFFERS for each in found)
    note = f"{asked} bookings; {three} of {len(wishes)} got {OFFERS}; p99 {percentile(times, 99):.2f} ms"
    name = f"offers, {CHOICES} × {CHOICES} stops, {OFFERS} offers, {vans} vehicles: p50"
    yield _figure(name, (percentile(times, 50), "ms", Demand("≤", 1)), cost, note)


def _wish(number: int, seed: int) -> Wish:
    """Somebody who can walk to a few stops at either end."""
    chance = Random(seed * 1000 + number)  # noqa: S311  it guards no secret
    stops = chance.sample(range(STOPS), 2 * CHOICES)
    choices = [Choice(stop, chance.randrange(30, 400)) for stop in stops]
    when = chance.randrange(OPENS + 3600, CLOSES - 3 * 3600)
    return Wish(f"wish {number}", tuple(choices[:CHOICES]), tuple(choices[CHOICES:]), When.LEAVE, when)


def day(seed: int, *, quick: bool) -> Iterator[Figure]:
    """A day of calls, with rounds of improvement after each; and the same without."""
    problem, calls = _problem(seed, quick)
    size = f"day, {len(problem.requests)} requests, {len(problem.vehicles)} vehicles"
    (plan, slowest), cost = timed(lambda: _day(problem, calls, ROUNDS))
    (plain, _), plain_cost = timed(lambda: _day(problem, calls, 0))
    note = f"{ROUNDS} rounds after each; slowest request {slowest * 1000:.0f} ms; {len(plan.unserved)} refused, "
    note += (
        f"driven {plan.cost / 3600:.1f} h; plain insertion: {len(plain.unserved)} refused, {plain.cost / 3600:.1f} h"
    )
    note += f" in {plain_cost.wall_s:.1f} s"
    yield _figure(size, (cost.wall_s, "s", Demand("≤", 10)), cost, note)
    yield _violations(size, problem, plan)


def _problem(seed: int, quick: bool) -> tuple[Problem, tuple[int, ...]]:
    return town(QUICK_REQUESTS, QUICK_VEHICLES, seed) if quick else town(REQUESTS, VEHICLES, seed)


def _booked(problem: Problem) -> tuple[list[float], Desk, Cost]:
    """The microseconds of each call."""
    desk = Desk(problem)
    names = [request.name for request in problem.requests]
    cpu = time.process_time()
    marks = [time.perf_counter_ns()]
    for name in names:
        desk.book(name)
        marks.append(time.perf_counter_ns())
    cost = Cost(time.process_time() - cpu, (marks[-1] - marks[0]) / 1e9)
    return [(later - sooner) / 1000 for sooner, later in pairwise(marks)], desk, cost


def _call(desk: Desk) -> float:
    """What a call takes that finds nothing to do, in microseconds."""
    calls = 1000
    _, cost = timed(lambda: [desk.book("0") for _ in range(calls)])
    return cost.wall_s * 1e6 / calls


def _day(problem: Problem, calls: tuple[int, ...], rounds: int) -> tuple[Plan, float]:
    """The whole day, and the seconds of the slowest request."""
    live = Day(problem, rounds, 1)
    slowest = 0.0
    for request, call in zip(problem.requests, calls, strict=True):
        begin = time.perf_counter()
        live.ask(request, call)
        slowest = max(slowest, time.perf_counter() - begin)
    return live.whole(), slowest


def _figure(name: str, measured: tuple[float, str, Demand | None], cost: Cost, note: str) -> Figure:
    value, unit, demand = measured
    return Figure(name, round(value, 2), unit, demand, cost, note)


def _violations(name: str, problem: Problem, plan: Plan) -> Figure:
    """What the checker that shares no code with the kernels finds: ride limits, windows, seats, times."""
    faults, cost = timed(lambda: problems(problem, plan))
    return Figure(f"{name}: violations", len(faults), "", Demand("=", 0), cost, "; ".join(faults[:3]))
