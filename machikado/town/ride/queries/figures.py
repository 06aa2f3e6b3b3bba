"""A day of the bus in figures: who rode, how long they waited, who shared a bus, who was refused and why."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from machikado.town.ride.models import Booking, ServiceArea
from machikado.town.ride.models.trips import COUNTS
from machikado.town.ride.queries.day_rows import LIVE, PICKUP
from machikado.town.ride.queries.runs import Call, Run

NAMES = ("rider__family_name", "rider__given_name")


@dataclass(frozen=True, slots=True)
class Asked:
    """A booking or a refusal of a day, without what no figure needs."""

    pk: int
    code: str
    state: str
    when: str
    wish_second: int
    reason: str
    people: int
    name: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of people and rides; waits in minutes; shares in percent. None where there is nothing to count."""

    people: int
    rode: int
    wait_mean: int | None
    wait_most: int | None  # nine of ten wait no longer
    pooled_percent: int | None
    refused: int
    reasons: Sequence[tuple[str, int]]


def asked_on(area: ServiceArea, day: date) -> list[Asked]:
    """All that was booked or refused for a day; one query."""
    rows = Booking.objects.filter(area=area, day=day).exclude(state=Booking.State.OFFERED).order_by("pk")
    columns = ("pk", "code", "state", "when", "wish_second", "reason")
    found = []
    for row in rows.values(*columns, *COUNTS.values(), *NAMES):
        people = sum(row[name] for name in COUNTS.values())
        name = " ".join(row[name] for name in NAMES if row[name])
        found.append(Asked(**{column: row[column] for column in columns}, people=people, name=name))
    return found


def figures(asked: Iterable[Asked], runs: Mapping[int, Run], second: int) -> Figures:
    """Count. A wait is from the wished moment to the pickup of the plan, where somebody wanted to leave, not arrive."""
    asked = list(asked)
    riding = [each for each in asked if each.state in LIVE]
    fetched = {
        call.booking: call for run in runs.values() for call in run.calls if call.booking and call.action == PICKUP
    }
    waits = sorted(
        max(fetched[each.pk].begins - each.wish_second, 0) // 60
        for each in riding
        if each.when != Booking.When.ARRIVE and each.pk in fetched
    )
    shared = {booking for run in runs.values() for booking in together(run.calls)}
    refused = [each for each in asked if each.state == Booking.State.REFUSED]
    return Figures(
        people=sum(each.people for each in riding),
        rode=sum(call.people for call in fetched.values() if call.begins <= second),
        wait_mean=round(sum(waits) / len(waits)) if waits else None,
        wait_most=waits[-(-9 * len(waits) // 10) - 1] if waits else None,
        pooled_percent=round(100 * len(shared) / len(fetched)) if fetched else None,
        refused=len(refused),
        reasons=Counter(each.reason for each in refused).most_common(),
    )


def together(calls: Iterable[Call]) -> set[int]:
    """The bookings that share the vehicle with another one for a part of their way."""
    aboard: set[int] = set()
    found: set[int] = set()
    for call in calls:
        if call.booking is None:
            continue
        if call.action == PICKUP:
            aboard.add(call.booking)
            if len(aboard) > 1:
                found |= aboard
        else:
            aboard.discard(call.booking)
    return found
