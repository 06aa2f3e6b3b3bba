"""Measures the bus in one scratch database (`python -m machikado.bench.ride STUDY`, its own process): JSON lines."""

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machikado.town.config.settings")
django.setup()

from machikado.bench import ride_callers, ride_town, scratch, studies  # noqa: E402  Django must be set up before
from machikado.bench.figures import Cost, Demand, Figure, percentile  # noqa: E402
from machikado.bench.load import Browser  # noqa: E402
from machikado.bench.ride_callers import Caller, Calls  # noqa: E402
from machikado.bench.ride_town import Town, Trip  # noqa: E402
from machikado.bench.servers import own_cpu_seconds  # noqa: E402
from machikado.town.ride.models import Booking, DayPlan  # noqa: E402
from machikado.town.ride.planning import replaying  # noqa: E402
from machikado.town.ride.queries import booking_soundness  # noqa: E402

QUIET_SECONDS, LONGEST_WAIT = 5, 300


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything."""

    vehicles: int = 20
    promised: int = 500
    callers: int = 20
    trips: int = 10  # of each caller
    think_s: float = 2.0
    looks: int = 30  # at the manager's day


QUICK = Sizes(vehicles=3, promised=8, callers=3, trips=2, think_s=0.1, looks=3)

Study = studies.Study[Sizes]


def calls_study(study: Study) -> None:
    """A day with many promises: callers ask and accept, the manager looks, and the day is played again."""
    town, sizes = ride_town.found(study.sizes.vehicles), study.sizes
    with study.costed() as cost:
        own, asked = own_cpu_seconds(), ride_town.fill(town, study.cast, sizes.promised)
    own_cost = Cost(own_cpu_seconds() - own, cost[0].wall_s)
    note = f"by the actions, of {asked} wishes; {sizes.vehicles} vehicles"
    study.say(Figure("promises made beforehand", sizes.promised, "", None, own_cost, note))
    _settle(town)
    _say_calls(study, town, *_called(study, town))
    _board(study, town)
    _settle(town)
    _replay(study, town)


def _called(study: Study, town: Town) -> tuple[Calls, Cost]:
    sizes, port = study.sizes, study.servers.port
    trips = iter(town.trips(Random(ride_town.SEED + 1), sizes.callers * (sizes.trips + 1)))  # noqa: S311  a measurement
    # Both web processes load what they need before.
    ride_callers.call(port, town, [_caller(trips, 1) for _ in range(sizes.callers)], 0)
    callers = [_caller(trips, sizes.trips) for _ in range(sizes.callers)]
    with study.costed() as cost:
        calls = ride_callers.call(port, town, callers, sizes.think_s)
    return calls, cost[0]


def _caller(trips: Iterator[Trip], count: int) -> Caller:
    return Caller([(scratch.enter()[1], trip) for trip in islice(trips, count)])


def _say_calls(study: Study, town: Town, calls: Calls, cost: Cost) -> None:
    sizes = study.sizes
    shown = f"until the page stands; {sizes.callers} callers who think {sizes.think_s:g} s"
    for name, seconds, limit in (("offers", calls.offered, 150), ("accept", calls.accepted, 100)):
        for hundredth, demand in ((50, None), (95, Demand("≤", limit))):
            value = round(percentile(seconds, hundredth) * 1000, 1)
            study.say(Figure(f"{name}, p{hundredth}", value, "ms", demand, cost, f"{len(seconds)} {shown}"))
    study.say(Figure("refused", calls.refused, "", note=f"of {len(calls.offered)} wishes; {calls.taken} seats gone"))
    note = ", ".join(sorted(set(calls.failures))[:5])
    study.say(Figure("failed requests", len(calls.failures), "", Demand("=", 0), note=note))
    booked = Booking.objects.filter(code__in=calls.codes, state=Booking.State.BOOKED).count()
    lost = len(calls.codes) - booked
    study.say(Figure("lost bookings", lost, "", Demand("=", 0), note=f"of {len(calls.codes)} confirmed ones"))


def _board(study: Study, town: Town) -> None:
    """The manager's day, again and again."""
    browser = Browser(study.servers.port, scratch.sign_in(study.cast.account("uehara")))
    path = f"/ride/day/?day={town.day.isoformat()}"
    with study.costed() as cost:
        seen = [browser.get(path) for _ in range(study.sizes.looks)]
    browser.close()
    if any(each.status != 200 for each in seen):
        raise RuntimeError(f"the manager's day answered {sorted({each.status for each in seen})}")
    value = round(percentile([each.seconds for each in seen], 95) * 1000, 1)
    note = f"{len(seen)} looks, {len(seen[0].body) // 1000} kB"
    study.say(Figure("manager's day, p95", value, "ms", Demand("≤", 200), cost[0], note))


def _replay(study: Study, town: Town) -> None:
    """Every rule by the independent check, and the day once more from its changes."""
    plan = DayPlan.objects.get(area=town.area, day=town.day)
    began, own = time.perf_counter(), own_cpu_seconds()
    faults = [*booking_soundness.problems(), *replaying.problems_of(plan)]
    cost = Cost(own_cpu_seconds() - own, time.perf_counter() - began)
    note = f"{plan.version} versions played again" + "".join(f"; {fault}" for fault in faults[:3])
    study.say(Figure("broken rules, and differences of a replay", len(faults), "", Demand("=", 0), cost, note))


def _settle(town: Town) -> None:
    """Wait until the worker improves the plan no more."""
    until = time.monotonic() + LONGEST_WAIT
    version, since = -1, time.monotonic()
    while time.monotonic() - since < QUIET_SECONDS and time.monotonic() < until:
        newest = DayPlan.objects.values_list("version", flat=True).get(area=town.area, day=town.day)
        if newest != version:
            version, since = newest, time.monotonic()
        time.sleep(0.2)


if __name__ == "__main__":
    studies.main({"calls": calls_study}[sys.argv[1]], QUICK if "--quick" in sys.argv else Sizes())
