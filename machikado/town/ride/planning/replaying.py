"""Plays a day's plan again from its changes: the same seconds, places and seeds give the same steps, bit for bit."""

from collections.abc import Iterator

from machikado.engines.dispatch import BadProblem
from machikado.town.ride.models import DayPlan, PlanChange, TravelTable
from machikado.town.ride.planning.days import faults
from machikado.town.ride.planning.engine import engine_mark
from machikado.town.ride.planning.leaving import without
from machikado.town.ride.planning.mending import Ground, after, on_ground
from machikado.town.ride.planning.taking import Unsound, improved, lifted, take_as_written
from machikado.town.ride.queries.day_rows import DayRows, day_rows, digest_of


def played(plan: DayPlan) -> Iterator[tuple[PlanChange, DayRows | None]]:
    """Yield each change with the day that comes of it, from an empty plan; None where nothing comes of it."""
    day: DayRows | None = None
    for change in PlanChange.objects.filter(plan=plan).select_related("booking").order_by("version"):
        try:
            day = _after(day, change)
        except (BadProblem, Unsound, LookupError):
            day = None
        yield change, day
        if day is None:
            return


def differences(plan: DayPlan) -> list[str]:
    """Say at which version the day, played again, is not what was written; [] if it equals itself."""
    told = f"plan of {plan.day} of area {plan.area.code}"
    for change, day in played(plan):
        if day is None or digest_of(day) != change.digest:
            return [f"{told}: version {change.version} ({change.kind}) {_why(change)}"]
    return [] if digest_of(day_rows(plan)) == plan.digest else [f"{told}: its steps are not its last version"]


def _why(change: PlanChange) -> str:
    if change.engine == engine_mark():
        return "comes out otherwise when it is played again"
    made_by = change.engine or "an engine that left no mark"
    return f"was made by another engine ({made_by}), and comes out otherwise with this one ({engine_mark()})"


def problems_of(plan: DayPlan) -> list[str]:
    """Say what is wrong with a plan: by the engine's independent check, and by playing it again."""
    told = f"plan of {plan.day} of area {plan.area.code}"
    return [f"{told}: {fault}" for fault in faults(day_rows(plan))] + differences(plan)


def _after(day: DayRows | None, change: PlanChange) -> DayRows | None:
    """The day after one change."""
    if change.kind == PlanChange.Kind.GROUND:
        table = TravelTable.objects.select_related("file__file").get(pk=change.facts["table"])
        instead = {int(stop): other for stop, other in change.facts.get("instead", {}).items()}
        ground = Ground(table, tuple(change.facts["fleet"]), instead)
        return on_ground(day or DayRows(0, table, (), {}), ground, change.second).day
    assert day is not None  # the first change of a plan is its ground
    if change.kind == PlanChange.Kind.IMPROVE:
        return improved(day, change.iterations, change.seed, change.second)
    if change.kind == PlanChange.Kind.REPAIR:
        return after(day, change.facts, change.second).day
    assert change.booking is not None
    if change.kind == PlanChange.Kind.DROP:
        return without(day, change.booking.code, change.second)
    if change.kind == PlanChange.Kind.MOVE:
        day = lifted(day, change.booking.code)
    return take_as_written(day, change.facts, change.second)
