"""What the diary says about cards, passes and open fares: yen and codes; never whose, nor which card paid a ride."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class CardSold(DiaryEvent):
    """A prepaid card was sold. `is_bound` says whether to a person by name."""

    kind: ClassVar[str] = "ride.card_sold"
    noun: ClassVar[str] = "card"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    yen: int
    bonus_yen: int
    is_bound: bool


@dataclass(frozen=True)
class CardCharged(DiaryEvent):
    """Money was put on a card."""

    kind: ClassVar[str] = "ride.card_charged"
    noun: ClassVar[str] = "card"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    yen: int
    bonus_yen: int


@dataclass(frozen=True)
class CardBlocked(DiaryEvent):
    """A card pays no more (`is_blocked`), as it was lost; or it pays again, as it was found."""

    kind: ClassVar[str] = "ride.card_blocked"
    noun: ClassVar[str] = "card"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    is_blocked: bool


@dataclass(frozen=True)
class CardReplaced(DiaryEvent):
    """What was on a card moved to another one, which took its place."""

    kind: ClassVar[str] = "ride.card_replaced"
    noun: ClassVar[str] = "card"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    other: str
    yen: int
    bonus_yen: int


@dataclass(frozen=True)
class CardRefunded(DiaryEvent):
    """A card was closed: what was paid in was given back, the bonus went."""

    kind: ClassVar[str] = "ride.card_refunded"
    noun: ClassVar[str] = "card"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    yen: int
    bonus_yen: int


@dataclass(frozen=True)
class CardExpired(DiaryEvent):
    """The last day of a card was over; what was on it is gone."""

    kind: ClassVar[str] = "ride.card_expired"
    noun: ClassVar[str] = "card"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    yen: int
    bonus_yen: int


@dataclass(frozen=True)
class CardFareBack(DiaryEvent):
    """A fare went back to a card."""

    kind: ClassVar[str] = "ride.card_fare_back"
    noun: ClassVar[str] = "card"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    yen: int


@dataclass(frozen=True)
class FareOpened(DiaryEvent):
    """A fare could not be taken and is open. `reason`: what was wrong with the card or the pass."""

    kind: ClassVar[str] = "ride.fare_opened"
    noun: ClassVar[str] = "booking"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    yen: int
    reason: str


@dataclass(frozen=True)
class FareSettled(DiaryEvent):
    """An open fare was settled or waived, or what was paid twice was given back."""

    kind: ClassVar[str] = "ride.fare_settled"
    noun: ClassVar[str] = "booking"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    yen: int
    settled_as: str


@dataclass(frozen=True)
class PassSold(DiaryEvent):
    """A pass was sold to a person."""

    kind: ClassVar[str] = "ride.pass_sold"
    noun: ClassVar[str] = "ride_pass"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    yen: int
    first_day: str
    last_day: str


@dataclass(frozen=True)
class PassUndone(DiaryEvent):
    """A pass was undone, and so many yen were given back. The reason stands with the pass."""

    kind: ClassVar[str] = "ride.pass_undone"
    noun: ClassVar[str] = "ride_pass"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    refunded_yen: int
    same_day: bool


@dataclass(frozen=True)
class SaleReceiptPrinted(DiaryEvent):
    """A receipt of what the desk sold was printed, so many times by now."""

    kind: ClassVar[str] = "ride.sale_receipt_printed"
    noun: ClassVar[str] = "sale_receipt"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    yen: int
    prints: int
