"""What the diary says about bookings: codes, minutes, yen, channel; never names or places of people."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class RideOffered(DiaryEvent):
    """Somebody asked and got offers. `wait_minutes` is how far the best is from the wish."""

    kind: ClassVar[str] = "ride.offered"
    noun: ClassVar[str] = "booking"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    channel: str
    day: str
    people: int
    offers: int
    wait_minutes: int


@dataclass(frozen=True)
class RideRefused(DiaryEvent):
    """Somebody asked and there was no bus at that time. `nearest` counts the other times that were offered."""

    kind: ClassVar[str] = "ride.refused"
    noun: ClassVar[str] = "booking"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    channel: str
    day: str
    people: int
    reason: str
    nearest: int


@dataclass(frozen=True)
class RideBooked(DiaryEvent):
    """An offer was taken: a promise. Minutes of the service day; `version` is that of the day's plan."""

    kind: ClassVar[str] = "ride.booked"
    noun: ClassVar[str] = "booking"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    channel: str
    day: str
    people: int
    pickup_minute: int
    ride_minutes: int
    walk_minutes: int
    yen: int
    version: int
    replaces: str


@dataclass(frozen=True)
class RideCancelled(DiaryEvent):
    """A promise was given back. `reason` is who decided; `ahead_minutes` is how long before the promised pickup."""

    kind: ClassVar[str] = "ride.cancelled"
    v: ClassVar[int] = 2
    noun: ClassVar[str] = "booking"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    channel: str
    day: str
    reason: str
    typed_at_desk: bool
    ahead_minutes: int
    version: int


@dataclass(frozen=True)
class RideLimitPassed(DiaryEvent):
    """The desk went beyond a limit of asking, of which `count` was reached; the reason is the detail."""

    kind: ClassVar[str] = "ride.limit_passed"
    noun: ClassVar[str] = "booking"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    limit: str
    count: int


@dataclass(frozen=True)
class PlanImproved(DiaryEvent):
    """A search made a day's plan cheaper. `code` is the area's; seed and rounds make the same plan again."""

    kind: ClassVar[str] = "ride.plan_improved"
    noun: ClassVar[str] = "area"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    day: str
    version: int
    seed: int
    iterations: int
    digest: str


@dataclass(frozen=True)
class PassengerChanged(DiaryEvent):
    """What the bus knows of a person who rides was entered or changed: names of fields, not what stands in them."""

    kind: ClassVar[str] = "ride.passenger_changed"
    noun: ClassVar[str] = "person"
    visibility: ClassVar[Visibility] = Visibility.SEALED
    fields: list[str]


@dataclass(frozen=True)
class ReceiptIssued(DiaryEvent):
    """A fare that was taken in cash got its receipt. `receipt` is its number."""

    kind: ClassVar[str] = "ride.receipt_issued"
    noun: ClassVar[str] = "booking"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    receipt: str
    yen: int
