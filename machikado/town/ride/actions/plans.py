"""What happens to the plan of a day: computed outside of every transaction, written if nobody was faster.

`read` gives the plan as it stands, on the shifts, stops and roads as they are now; `write` takes the area's lock,
compares, and writes the steps that changed with one row for each change. Engines are loaded by whoever computes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from machikado.town.common import chores, clock, files
from machikado.town.common.actors import SYSTEM
from machikado.town.common.diary import record
from machikado.town.ride.events.bookings import PlanImproved
from machikado.town.ride.hours import second_of
from machikado.town.ride.models import Booking, DayPlan, PlanChange, PlanStep, ServiceArea, TravelTable
from machikado.town.ride.queries.day_rows import DayRows, Row, day_rows, digest_of, plan_of, steps_of
from machikado.town.ride.queries.grounds import Places, Van, fleet_of, places_on, shifts_on

ITERATIONS = 1000  # rounds of the search after each change


class Overtaken(Exception):
    """Somebody changed the plan, or the shifts it stands on, while it was computed."""


@dataclass(frozen=True, eq=False)
class Change:
    """One step from a version of a plan to the next, as its row will tell it."""

    kind: str
    after: DayRows
    booking: Booking | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    iterations: int = 0


@dataclass(frozen=True, eq=False)
class Standing:
    """A day's plan as it stood at a moment; `pending` brings it onto new shifts or roads and is written first."""

    area: ServiceArea
    day: date
    now: datetime
    version: int
    ground: tuple[str, tuple[Van, ...]]
    rows: DayRows
    pending: tuple[Change, ...] = ()

    @property
    def second(self) -> int:
        """The moment, counted from the service day's midnight."""
        return second_of(self.day, self.now)


def read(area: ServiceArea, day: date, now: datetime) -> Standing | None:
    """Return the plan of a day as it stands; None where nobody drives on that day or there are no roads."""
    ground = _ground(area, day)
    if ground is None:
        return None
    places, fleet = ground
    table, plan = _table(places, now), plan_of(area, day)
    version = plan.version if plan is not None else 0
    standing = Standing(area, day, now, version, (places.key, fleet), DayRows(version, table, fleet, {}))
    if plan is None:
        return _on_new_ground(standing, standing.rows)
    plan, rows = _at_one_version(plan)
    standing = replace(standing, version=plan.version)
    if plan.table_id == table.pk and rows.fleet == fleet:
        return replace(standing, rows=rows)
    moved = DayRows(plan.version, table, fleet, rows.steps, rows.promised)
    return _on_new_ground(standing, moved) or replace(standing, rows=rows)


def _at_one_version(plan: DayPlan) -> tuple[DayPlan, DayRows]:
    """A plan and its steps as they were at one moment, though others write meanwhile."""
    while True:
        rows = day_rows(plan)
        again = DayPlan.objects.select_related("area", "table__file__file").get(pk=plan.pk)
        if again.version == plan.version:
            return plan, rows
        plan = again


def _ground(area: ServiceArea, day: date) -> tuple[Places, tuple[Van, ...]] | None:
    shifts = shifts_on(area, day)
    places = places_on(area, shifts, day) if shifts else None
    return (places, tuple(fleet_of(shifts, places))) if places is not None else None


def _on_new_ground(standing: Standing, rows: DayRows) -> Standing | None:
    """The plan on new ground; None if a promise could not be kept there, so that the old ground still counts."""
    from machikado.town.ride.planning.taking import Unsound, on_ground

    try:
        after = on_ground(rows, standing.second)
    except Unsound:
        return None
    facts = {"table": rows.table.pk, "fleet": list(rows.fleet)}
    return replace(standing, rows=after, pending=(Change(PlanChange.Kind.GROUND, after, facts=facts),))


def _table(places: Places, now: datetime) -> TravelTable:
    """The travel times between these places, made by the first who asks."""
    found = TravelTable.objects.select_related("file__file").filter(key=places.key).first()
    if found is not None:
        return found
    from machikado.town.ride.planning.travel import table_bytes

    stored = files.store(table_bytes(places, now), media_type="application/octet-stream", now=now)
    facts = {
        "network": places.network,
        "stops": [stop for stop, _arc, _along in places.stops],
        "depots": [list(depot) for depot in places.depots],
        "made_at": now,
    }
    with transaction.atomic():
        table, is_new = TravelTable.objects.get_or_create(key=places.key, defaults=facts)
        if is_new:
            table.file = files.attach(stored, noun="travel", noun_id=table.pk, name="travel.npy", now=now)
            table.save(update_fields=["file"])
    return TravelTable.objects.select_related("file__file").get(pk=table.pk)


def lock(standing: Standing) -> DayPlan | None:
    """Hold the area in the caller's transaction and return the plan's row. Raises Overtaken if anything changed."""
    ServiceArea.objects.select_for_update().get(pk=standing.area.pk)
    plan = DayPlan.objects.filter(area=standing.area, day=standing.day).first()
    ground = _ground(standing.area, standing.day)
    same = ground is not None and (ground[0].key, ground[1]) == standing.ground
    if (plan.version if plan is not None else 0) != standing.version or not same:
        raise Overtaken
    return plan


def write(standing: Standing, changes: Sequence[Change], plan: DayPlan | None) -> None:
    """Write changes of a plan that the caller has got from `lock` in this transaction, and ask for a search."""
    last = changes[-1].after
    facts = {"table": last.table, "fleet": list(last.fleet), "version": last.version, "changed_at": standing.now}
    rows = [_change_row(change, standing) for change in changes]
    facts["digest"] = rows[-1].digest
    search = next((change for change in reversed(changes) if change.kind == PlanChange.Kind.IMPROVE), None)
    if search is not None:
        facts |= {"seed": search.seed, "iterations": search.iterations}
    if plan is None:
        plan = DayPlan.objects.create(area=standing.area, day=standing.day, **facts)
    else:
        DayPlan.objects.filter(pk=plan.pk).update(**facts)
    _write_steps(plan, last)
    for row in rows:
        row.plan = plan
    PlanChange.objects.bulk_create(rows)
    if search is None:
        chores.later(improve, plan_id=plan.pk, version=last.version)


def drop(area: ServiceArea, booking: Booking, now: datetime) -> int:
    """Take somebody out of the plan of their day, in the caller's transaction and under the area's lock.

    No engine is asked: whoever is left keeps their times. Returns the version.
    """
    plan = DayPlan.objects.select_related("area", "table__file").get(area=area, day=booking.day)
    rows = day_rows(plan)
    PlanStep.objects.filter(plan=plan, booking=booking).delete()
    steps = {shift: tuple(row for row in each if row.who != booking.code) for shift, each in rows.steps.items()}
    digest = digest_of(rows.fleet, steps)
    DayPlan.objects.filter(pk=plan.pk).update(version=plan.version + 1, digest=digest, changed_at=now)
    PlanChange.objects.create(
        plan=plan,
        version=plan.version + 1,
        kind=PlanChange.Kind.DROP,
        second=second_of(booking.day, now),
        booking=booking,
        digest=digest,
        made_at=now,
    )
    chores.later(improve, plan_id=plan.pk, version=plan.version + 1)
    return plan.version + 1


def _write_steps(plan: DayPlan, last: DayRows) -> None:
    """Write the shifts whose steps changed; the others stay as they stand."""
    before = steps_of(plan)
    moved = [shift for shift in {*before, *last.steps} if before.get(shift, ()) != last.steps.get(shift, ())]
    PlanStep.objects.filter(plan=plan, shift__in=moved).delete()
    codes = {row.who for shift in moved for row in last.steps.get(shift, ()) if row.who}
    booked = dict(Booking.objects.filter(code__in=codes).values_list("code", "pk"))
    PlanStep.objects.bulk_create(
        _step_row(plan, shift, position, row, booked)
        for shift in moved
        for position, row in enumerate(last.steps.get(shift, ()))
    )


def _step_row(plan: DayPlan, shift: int, position: int, row: Row, booked: Mapping[str, int]) -> PlanStep:
    return PlanStep(
        plan=plan,
        shift_id=shift,
        position=position,
        action=row.action,
        booking_id=booked[row.who] if row.who else None,
        break_number=row.number,
        begins=row.begins,
        leaves=row.leaves,
        set_out=row.set_out,
    )


def _change_row(change: Change, standing: Standing) -> PlanChange:
    return PlanChange(
        version=change.after.version,
        kind=change.kind,
        second=standing.second,
        booking=change.booking,
        facts=dict(change.facts),
        seed=change.seed,
        iterations=change.iterations,
        digest=digest_of(change.after.fleet, change.after.steps),
        made_at=standing.now,
    )


@chores.chore("now")
def improve(plan_id: int, version: int) -> None:
    """Chore: search for a cheaper plan of this version; whoever changed it since has asked for a search too."""
    plan = DayPlan.objects.select_related("area").filter(pk=plan_id, version=version).first()
    if plan is not None:
        search(plan, clock.now())


def search(plan: DayPlan, now: datetime) -> bool:
    """Make a plan cheaper if every promise holds; the seed is the version that it begins with. Changes go first."""
    from machikado.town.ride.planning.taking import improved

    standing = read(plan.area, plan.day, now)
    if standing is None or standing.version != plan.version:
        return False
    seed = standing.rows.version
    after = improved(standing.rows, ITERATIONS, seed, standing.second)
    if after is None:
        return False
    change = Change(PlanChange.Kind.IMPROVE, after, seed=seed, iterations=ITERATIONS)
    try:
        with transaction.atomic():
            write(standing, [*standing.pending, change], lock(standing))
            record(_told(standing, change), by=SYSTEM, now=now)
    except Overtaken:
        return False
    return True


def _told(standing: Standing, change: Change) -> PlanImproved:
    return PlanImproved(
        code=standing.area.code,
        day=standing.day.isoformat(),
        version=change.after.version,
        seed=change.seed,
        iterations=change.iterations,
        digest=digest_of(change.after.fleet, change.after.steps),
    )
