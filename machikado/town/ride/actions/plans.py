"""What happens to the plan of a day: computed outside of every transaction, written if nobody was faster.

`read` gives the plan as it stands, on the shifts, stops and roads as they are now; `write` takes the area's lock,
compares, and writes the steps that changed with one row for each change. Engines are loaded by whoever computes.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from machikado.town.common import chores, clock, files
from machikado.town.common.actors import SYSTEM
from machikado.town.common.diary import record
from machikado.town.ride.events.bookings import PlanImproved
from machikado.town.ride.hours import second_of
from machikado.town.ride.models import Booking, DayPlan, Offer, PlanChange, PlanStep, ServiceArea, TravelTable
from machikado.town.ride.queries.day_rows import DayRows, Row, Rows, day_rows, digest_of, plan_of, promised_on
from machikado.town.ride.queries.grounds import Places, Van, fleet_of, places_on, shifts_on
from machikado.town.ride.queries.stops import nearest_stops

ITERATIONS = 1000  # rounds of the search after each change
RETIMES = (PlanChange.Kind.GROUND, PlanChange.Kind.MOVE, PlanChange.Kind.REPAIR)
OFFER_COLUMNS = (
    "pickup_stop",
    "arrival_stop",
    "expected_pickup",
    "expected_arrival",
    "pickup_from",
    "pickup_by",
    "arrival_from",
    "arrival_by",
    "max_ride_seconds",
    "planned_pickup_by",
    "planned_arrival_by",
    "planned_ride_seconds",
)


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
    moved: tuple[str, ...] = ()  # codes of those who are promised something else after it
    lost: tuple[str, ...] = ()  # and of those who cannot be brought any more


@dataclass(frozen=True, eq=False)
class Standing:
    """A day's plan as it stood at a moment; `pending` brings it onto new shifts or roads and is written first.

    `behind` is the change onto new ground that would move promises, so that the plan still stands on the old one; where
    no plan can be made there at all, nothing comes after it.
    """

    area: ServiceArea
    day: date
    now: datetime
    version: int
    ground: tuple[str, tuple[Van, ...]]
    rows: DayRows
    stood: Rows = field(default_factory=dict)  # the steps as they are written
    pending: tuple[Change, ...] = ()
    behind: Change | None = None

    @property
    def is_stuck(self) -> bool:
        """Whether no plan at all can be made on the ground as it is."""
        return self.behind is not None and self.behind.after is self.rows

    @property
    def second(self) -> int:
        """The moment, counted from the service day's midnight."""
        return second_of(self.day, self.now)


Found = tuple[Places, tuple[Van, ...]]


def turns(area: ServiceArea) -> Iterator[AbstractContextManager[object]]:
    """Return the two turns of a change: `for turn in turns(area): with suppress(Overtaken), turn: compute and write`.

    In the first nobody waits for the computing. Whoever is overtaken holds the area in the second, so that nobody is
    faster again.
    """
    yield nullcontext()
    yield held(area)


@contextmanager
def held(area: ServiceArea) -> Iterator[None]:
    """A transaction that holds the area: nobody else changes its plans meanwhile.

    FOR NO KEY UPDATE, here and wherever an area is held: a row that refers to it can be written meanwhile, so that
    whoever only asks does not wait for those who say yes.
    """
    with transaction.atomic():
        ServiceArea.objects.select_for_update(no_key=True).get(pk=area.pk)
        yield


def read(area: ServiceArea, day: date, now: datetime, ground: Found | None = None) -> Standing | None:
    """Return the plan of a day as it stands; None where nobody drives on that day or there are no roads.

    `ground` is another one than that of the rows, on which it is to be tried.
    """
    ground = ground or ground_of(area, day)
    if ground is None:
        return None
    places, fleet = ground
    table, plan = _table(places, now), plan_of(area, day)
    version = plan.version if plan is not None else 0
    standing = Standing(area, day, now, version, (places.key, fleet), DayRows(version, table, (), {}))
    if plan is not None:
        plan, rows = _at_one_version(plan)
        standing = replace(standing, version=plan.version, rows=rows, stood=rows.steps)
    if plan is not None and plan.table_id == table.pk and rows.fleet == fleet:
        return standing
    return _on_new_ground(standing, table, fleet)


def _at_one_version(plan: DayPlan) -> tuple[DayPlan, DayRows]:
    """A plan and its steps as they were at one moment, though others write meanwhile."""
    while True:
        rows = _kept_rows(plan)
        if rows is not None:
            return plan, rows
        rows = day_rows(plan)
        again = DayPlan.objects.select_related("area", "table__file__file").get(pk=plan.pk)
        if again.version == plan.version:
            _KEPT[plan.pk] = (plan.version, plan.digest, rows)
            return plan, rows
        plan = again


# The plans that this process read last: what stands under a version and a digest never changes.
_KEPT: dict[int, tuple[int, str, DayRows]] = {}
MOST_KEPT = 8


def _kept_rows(plan: DayPlan) -> DayRows | None:
    """The rows of a plan, if this process has those of its version."""
    while len(_KEPT) > MOST_KEPT:
        _KEPT.pop(next(iter(_KEPT)), None)
    version, digest, rows = _KEPT.get(plan.pk, (0, "", None))
    return rows if (version, digest) == (plan.version, plan.digest) else None


def ground_of(area: ServiceArea, day: date) -> Found | None:
    """Return the places and the shifts of a day as they are now."""
    shifts = shifts_on(area, day)
    places = places_on(area, shifts, day) if shifts else None
    return (places, tuple(fleet_of(shifts, places))) if places is not None else None


def _on_new_ground(standing: Standing, table: TravelTable, fleet: tuple[Van, ...]) -> Standing:
    """The plan on new ground; where a promise would move, the old ground still counts and the change is `behind`."""
    from machikado.town.ride.planning.mending import Ground, on_ground
    from machikado.town.ride.planning.taking import Unsound

    instead = _instead(standing, table)
    try:
        mended = on_ground(standing.rows, Ground(table, fleet, instead), standing.second)
    except Unsound:  # no road leads where those want to who sit in a vehicle
        stuck = Change(PlanChange.Kind.GROUND, standing.rows, lost=tuple(standing.rows.promised))
        return replace(standing, behind=stuck)
    facts = {"table": table.pk, "fleet": list(fleet), "instead": instead}
    change = Change(PlanChange.Kind.GROUND, mended.day, facts=facts, moved=mended.moved, lost=mended.lost)
    if change.moved or change.lost:
        return replace(standing, behind=change)
    return replace(standing, rows=mended.day, pending=(change,))


def _instead(standing: Standing, table: TravelTable) -> dict[int, int]:
    """For each stop of the plan that no bus reaches any more the nearest that one does."""
    gone = {stop for each in standing.rows.promised.values() for stop in each.stops} - {*table.stops}
    return nearest_stops(gone, table.stops)


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
    ServiceArea.objects.select_for_update(no_key=True).get(pk=standing.area.pk)
    plan = DayPlan.objects.filter(area=standing.area, day=standing.day).first()
    ground = ground_of(standing.area, standing.day)
    same = ground is not None and (ground[0].key, ground[1]) == standing.ground
    if (plan.version if plan is not None else 0) != standing.version or not same:
        raise Overtaken
    return plan


def write(standing: Standing, changes: Sequence[Change], plan: DayPlan | None) -> None:
    """Write changes of a plan that the caller has got from `lock` in this transaction, and ask for a search."""
    last = changes[-1].after
    facts = {"table": last.table, "fleet": list(last.fleet), "version": last.version, "changed_at": standing.now}
    facts["states"] = {str(shift): list(state) for shift, state in last.states.items()}
    rows = [_change_row(change, standing) for change in changes]
    facts["digest"] = rows[-1].digest
    search = next((change for change in reversed(changes) if change.kind == PlanChange.Kind.IMPROVE), None)
    if search is not None:
        facts |= {"seed": search.seed, "iterations": search.iterations}
    if plan is None:
        plan = DayPlan.objects.create(area=standing.area, day=standing.day, **facts)
    else:
        DayPlan.objects.filter(pk=plan.pk).update(**facts)
    _write_steps(plan, standing.stood, last)
    for row in rows:
        row.plan = plan
    PlanChange.objects.bulk_create(rows)
    if any(change.kind in RETIMES for change in changes):
        _write_promises(plan, last)
    if search is None:
        chores.later(improve, plan_id=plan.pk, version=last.version)
    kept = (last.version, rows[-1].digest, last)
    transaction.on_commit(lambda: _KEPT.__setitem__(plan.pk, kept))


def drop(area: ServiceArea, booking: Booking, now: datetime) -> int:
    """Take somebody out of the plan of their day, like `drop_all`. Returns the version."""
    return drop_all(area, [booking], now)[booking.code]


def drop_all(area: ServiceArea, leaving: Sequence[Booking], now: datetime) -> dict[str, int]:
    """Take these of one day out of its plan, in the caller's transaction and under the area's lock.

    No engine is asked: whoever is left keeps their times, and a vehicle goes on from where it is. Returns the version
    that each left behind, by code.
    """
    from machikado.town.ride.planning.leaving import without

    day = leaving[0].day
    plan = DayPlan.objects.select_related("area", "table__file__file").get(area=area, day=day)
    rows = after = day_rows(plan)
    standing = Standing(area, day, now, plan.version, ("", rows.fleet), rows, rows.steps)
    changes = []
    for booking in leaving:
        after = without(after, booking.code, standing.second)
        changes.append(Change(PlanChange.Kind.DROP, after, booking=booking))
    write(standing, changes, plan)
    return {booking.code: change.after.version for booking, change in zip(leaving, changes, strict=True)}


def _write_promises(plan: DayPlan, last: DayRows) -> None:
    """Write the promises that are others now; times are expected as the plan has them."""
    before = promised_on(plan.area, plan.day)
    moved = [code for code, each in last.promised.items() if code in before and each != before[code]]
    begins = {(row.who, row.action): row.begins for rows in last.steps.values() for row in rows}
    taken = Offer.objects.filter(booking__code__in=moved, taken_at__isnull=False).select_related("booking")
    for offer in taken:
        each = last.promised[offer.booking.code]
        if (each.pickup[:2], each.arrival[:2]) != (
            (offer.pickup_from, offer.pickup_by),
            (offer.arrival_from, offer.arrival_by),
        ):
            offer.expected_pickup = begins[each.code, "pickup"]
            offer.expected_arrival = begins[each.code, "delivery"]
        offer.pickup_stop_id, offer.arrival_stop_id = each.stops
        offer.pickup_from, offer.pickup_by, offer.planned_pickup_by = each.pickup
        offer.arrival_from, offer.arrival_by, offer.planned_arrival_by = each.arrival
        offer.max_ride_seconds, offer.planned_ride_seconds = each.ride
    Offer.objects.bulk_update(taken, OFFER_COLUMNS)


def _write_steps(plan: DayPlan, before: Rows, last: DayRows) -> None:
    """Write the shifts whose steps changed since `before`; the others stay as they stand."""
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
        stop_id=row.stop,
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
        engine=_engine(change),
        digest=digest_of(change.after),
        made_at=standing.now,
    )


def _engine(change: Change) -> str:
    """The mark of the engine that computed a change; giving back asks none."""
    if change.kind == PlanChange.Kind.DROP:
        return ""
    from machikado.town.ride.planning.engine import engine_mark

    return engine_mark()


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
        digest=digest_of(change.after),
    )
