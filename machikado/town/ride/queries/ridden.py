"""Questions about rides that took place: a month of somebody's, what each cost and how it was paid; receipts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from machikado.town.common.calendar import months_back, town_date
from machikado.town.people.models import Person
from machikado.town.people.viewer import Viewer
from machikado.town.ride.fare import Rider
from machikado.town.ride.hours import clock_of, minute_of
from machikado.town.ride.models import Booking, Offer, OpenFare, Receipt, RunStep
from machikado.town.ride.queries.bookings import bookings_visible_to, with_promise

DESK_CASH, OPEN = "desk", "open"  # how a fare is paid beside what drivers tell
MONTHS = 13  # as long as it is kept who rode (`keep_ride_days`), the month that has begun among them


@dataclass(frozen=True, slots=True)
class Ridden:
    """乗車の記録: one ride that took place. `yen` is None where no driver told of a fare."""

    code: str
    day: date
    time: str
    pickup: str
    arrival: str
    riders: Mapping[Rider, int]
    yen: int | None
    paid: str
    receipt: str

    @property
    def has_receipt(self) -> bool:
        """Whether there is, or can be, a receipt: some yen were taken in cash."""
        return bool(self.yen) and self.paid in (RunStep.Paid.CASH, DESK_CASH)


@dataclass(frozen=True, slots=True)
class RiddenMonth:
    """A month of somebody's rides in the order in which they got on."""

    first: date
    rides: Sequence[Ridden]

    @property
    def yen(self) -> int:
        """What all rides cost together, as far as drivers told."""
        return sum(ride.yen or 0 for ride in self.rides)

    @property
    def paid(self) -> Mapping[str, int]:
        """How many of these yen were paid by what."""
        return {paid: yen for paid in (*RunStep.Paid.values, DESK_CASH, OPEN) if (yen := self._yen_by(paid))}

    @property
    def untold(self) -> int:
        """Of how many rides no driver told a fare."""
        return sum(ride.yen is None for ride in self.rides)

    def _yen_by(self, paid: str) -> int:
        return sum(ride.yen or 0 for ride in self.rides if ride.paid == paid)


def months_until(now: datetime) -> list[date]:
    """The first days of the months of which it is kept who rode, this month first."""
    return months_back(town_date(now), MONTHS)


def ridden_in(person: Person, first: date) -> RiddenMonth:
    """The rides of a person in the month that begins so: those that somebody got on for."""
    until = (first + timedelta(days=31)).replace(day=1)
    told = RunStep.objects.filter(refused="")
    aboard = told.filter(booking=OuterRef("pk"), kind=RunStep.Kind.ABOARD)
    rows = with_promise(Booking.objects.filter(Exists(aboard), rider=person, day__gte=first, day__lt=until))
    rows = rows.select_related("receipt", "open_fare").prefetch_related(
        Prefetch("run", told.exclude(booking=None), "told")
    )
    rides = [_ridden(row) for row in rows]
    return RiddenMonth(first, sorted(rides, key=lambda ride: (ride.day, ride.time.zfill(5), ride.code)))


def _ridden(row: Booking) -> Ridden:
    steps: list[RunStep] = getattr(row, "told", [])
    promises: list[Offer] = getattr(row, "promises", [])
    by_kind = {step.kind: step for step in steps}
    yen, paid = _fare(row, by_kind.get(RunStep.Kind.FARE))
    return Ridden(
        code=row.code,
        day=row.day,
        time=clock_of(minute_of(row.day, by_kind[RunStep.Kind.ABOARD].at)),
        pickup=promises[0].pickup_stop.name,
        arrival=promises[0].arrival_stop.name,
        riders={kind: count for kind, count in row.riding.riders.items() if count},
        yen=yen,
        paid=paid,
        receipt=row.receipt.code if hasattr(row, "receipt") else "",
    )


def _fare(row: Booking, told: RunStep | None) -> tuple[int | None, str]:
    """The yen of a ride and how they were paid, by what was told in the bus and what became of an open fare."""
    taken = (told.yen, told.paid) if told else (None, "")
    fare: OpenFare | None = getattr(row, "open_fare", None)
    if fare is None or fare.state == OpenFare.State.BUS:
        return taken
    settled = {OpenFare.State.OPEN: OPEN, OpenFare.State.CARD: RunStep.Paid.CARD, OpenFare.State.WAIVED: ""}
    rest = fare.yen if fare.state != OpenFare.State.WAIVED else 0
    part = (told.yen or 0) if told and told.paid == RunStep.Paid.CASH and told.yen != fare.yen else 0
    return part + rest, settled.get(OpenFare.State(fare.state), DESK_CASH)


def receipts_visible_to(viewer: Viewer) -> "QuerySet[Receipt]":
    """The receipts of rides that somebody may see, as long as it is kept who rode."""
    rides = bookings_visible_to(viewer).exclude(rider=None)
    return Receipt.objects.filter(booking__in=rides).select_related("booking__rider")
