"""Static instances of the literature: one line each, then the lines of the whole set beside its demands."""

from collections.abc import Iterable, Iterator, Sequence
from statistics import fmean

from machikado.bench.dispatch import peers
from machikado.bench.dispatch.answers import Answer, write
from machikado.bench.dispatch.asked import ALL, SMALL, STATIC, Asked
from machikado.bench.dispatch.found import Found, Kind
from machikado.bench.dispatch.planners import plan_fleet, plan_static
from machikado.bench.dispatch.timed import timed
from machikado.bench.figures import Cost, Demand, Figure

SECONDS = {"darp-a": (10.0,), "darp-r": (10.0, 60.0), "pdptw-100": (5.0,), "pdptw-large": (60.0,)}
SMALL_SECONDS = 23 * 60.0  # all of `small`, so that it is done in 25 minutes
QUICK_SECONDS, QUICK_INSTANCES = 0.5, 2
FIFTH = 5
PEERED = 2  # instances of each set that the others plan as well
# What is demanded of a set after so many seconds: mean and worst gap in hundredths, the share at the best known.
GAPS = {
    "darp-a": ((10.0, {"mean": 0.1, "worst": 0.5, "share": 90.0}),),
    "darp-r": ((60.0, {"mean": 0.7, "worst": 1.5}), (10.0, {"mean": 2.0})),
    "pdptw-100": ((5.0, {"mean": 0.05}),),
    "pdptw-large": (),
}
FLEET = {"pdptw-100": (5.0, 1.0), "pdptw-large": (60.0, 1.01)}  # total vehicles, of the best known


def chosen(asked: Asked, found: Sequence[Found]) -> list[Found]:
    """The static instances that were asked for, by set or by name."""
    static = [each for each in found if each.set in STATIC]
    fifth = sorted(static, key=lambda each: each.name)[::FIFTH] if SMALL in asked.words else []
    wanted = {*asked.words}
    picked = [each for each in static if ALL in wanted or each.set in wanted or each.name in wanted or each in fifth]
    return picked[:QUICK_INSTANCES] if asked.quick else picked


def figures(asked: Asked, found: Sequence[Found]) -> Iterator[Figure]:
    """Plan what was asked for, and yield a line for each instance, then those of its set."""
    work, share = planned(asked, found)
    groups: dict[tuple[str, float], list[tuple[Found, float]]] = {}
    for each, seconds in work:
        groups.setdefault((each.set, seconds), []).append((each, round(seconds * share, 1)))
    for (name, seconds), members in groups.items():
        answers = []
        for each, mine in members:
            answers.append(solve(each, mine, asked.seed))
            if asked.out is not None:
                write(answers[-1], asked.out, asked.seed, last=seconds == _seconds(asked, each)[-1])
            yield line(answers[-1])
        yield from summary(f"{name}, {seconds * share:g} s", name, answers)
        if asked.wants(name) and not asked.quick:
            for each, mine in members[:: max(1, len(members) // PEERED)][:PEERED]:
                yield from peers.figures(each, mine, asked.seed)


def planned(asked: Asked, found: Sequence[Found]) -> tuple[list[tuple[Found, float]], float]:
    """Each instance with its seconds, and the share of them that there is time for."""
    work = [(each, seconds) for each in chosen(asked, found) for seconds in _seconds(asked, each)]
    if SMALL not in asked.words or not work:
        return work, 1.0
    return work, min(1.0, SMALL_SECONDS / sum(seconds for _, seconds in work))


def _seconds(asked: Asked, found: Found) -> tuple[float, ...]:
    if asked.seconds is not None:
        return (asked.seconds,)
    return (QUICK_SECONDS,) if asked.quick else SECONDS[found.set]


def solve(found: Found, seconds: float, seed: int) -> Answer:
    """Plan one instance: construction and search within the seconds, on one core; reading is not counted."""
    instance = found.read()
    make = plan_fleet if found.kind is Kind.PDPTW else plan_static
    plan, cost = timed(lambda: make(instance.problem, seconds, seed))
    return Answer(found, instance, plan, cost, seconds)


def line(answer: Answer) -> Figure:
    """One instance: how far it is from the best known; not ok if anything is wrong with the plan."""
    best = answer.found.best
    said = f"cost {answer.driven:.2f}, {answer.vehicles} vehicles, one core"
    if best is not None:
        known = f"best known {best.cost:.2f}" + (f" with {best.vehicles}" if best.vehicles else "")
        said += f"; {known}" + (f" ({best.kind})" if best.kind else "")
    if answer.at_best and (answer.gap or 0) < -1e-3 and not answer.extra_vehicles:
        said += "; below it: check the literature"
    name = f"{answer.found.set}, {answer.seconds:g} s: {answer.found.name}"
    if answer.faults:
        return Figure(name, len(answer.faults), "faults", Demand("=", 0), answer.cost, "; ".join(answer.faults[:3]))
    if answer.gap is None:
        return Figure(name, round(answer.driven, 2), "cost", None, answer.cost, said)
    return Figure(name, round(answer.gap, 3), "% above the best known", None, answer.cost, said)


def summary(title: str, name: str, answers: Sequence[Answer]) -> Iterator[Figure]:
    """The set as a whole: faults, then gaps, the share at the best known, and vehicles where they count first."""
    cost = Cost(sum(each.cost.cpu_s for each in answers), sum(each.cost.wall_s for each in answers))
    faults = sum(len(each.faults) for each in answers)
    yield Figure(f"{title}: violations", faults, "", Demand("=", 0), cost, f"{len(answers)} instances")
    known = [each for each in answers if each.found.best is not None]
    if not known:
        return
    seconds = max(each.seconds for each in known)
    demands = _demands(name, seconds)
    at_best = 100 * fmean(each.at_best for each in known)
    note = f"{sum(each.at_best for each in known)} of {len(known)}"
    yield Figure(f"{title}: at the best known", round(at_best, 1), "%", demands.get("share"), cost, note)
    yield from _gaps(title, known, demands, cost)
    if name in FLEET:
        yield from _fleet(title, name, known, cost)


def _demands(name: str, seconds: float) -> dict[str, Demand]:
    """What is demanded after so many seconds: the most that so many seconds must do."""
    for least, limits in GAPS[name]:
        if seconds >= least:
            return {key: Demand("≥" if key == "share" else "≤", limit) for key, limit in limits.items()}
    return {}


def _gaps(title: str, known: Iterable[Answer], demands: dict[str, Demand], cost: Cost) -> Iterator[Figure]:
    """Mean and worst gap; where vehicles count first, of the instances with the best-known fleet."""
    gaps = {each.found.name: each.gap or 0.0 for each in known if not each.extra_vehicles}
    if not gaps:
        return
    worst = max(gaps, key=lambda name: gaps[name])
    note = f"{len(gaps)} instances"
    yield Figure(f"{title}: mean gap", round(fmean(gaps.values()), 3), "%", demands.get("mean"), cost, note)
    yield Figure(f"{title}: worst gap", round(gaps[worst], 3), "%", demands.get("worst"), cost, worst)


def _fleet(title: str, name: str, known: Sequence[Answer], cost: Cost) -> Iterator[Figure]:
    """All vehicles beside the best known."""
    least = sum(each.found.best.vehicles or 0 for each in known if each.found.best)
    used = sum(each.vehicles for each in known)
    seconds, share = FLEET[name]
    demand = Demand("≤", int(least * share)) if max(each.seconds for each in known) >= seconds else None
    more = [f"{each.found.name} {each.vehicles}" for each in known if each.extra_vehicles]
    note = f"best known {least}" + (f"; more or less than that: {', '.join(more)}" if more else "")
    yield Figure(f"{title}: vehicles", used, "", demand, cost, note)
