"""What the diary says about deliveries and about what the client decided."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class DeliveryAsked(DiaryEvent):
    """Staff asked for the files of a delivery."""

    kind: ClassVar[str] = "work.delivery_asked"
    noun: ClassVar[str] = "delivery"
    visibility: ClassVar[Visibility] = Visibility.PARTIES
    order: str
    number: int
    tasks: int


@dataclass(frozen=True)
class DeliveryMade(DiaryEvent):
    """The files are there and their tasks count as delivered. `manifest` is the SHA-256 of the manifest."""

    kind: ClassVar[str] = "work.delivery_made"
    noun: ClassVar[str] = "delivery"
    visibility: ClassVar[Visibility] = Visibility.PARTIES
    order: str
    number: int
    tasks: int
    changed: int
    manifest: str
    order_state: str


@dataclass(frozen=True)
class DeliveryWithdrawn(DiaryEvent):
    """The order stopped running before the files were there: nothing was handed over, and it can be asked for again."""

    kind: ClassVar[str] = "work.delivery_withdrawn"
    noun: ClassVar[str] = "delivery"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    order: str
    number: int
    order_state: str


@dataclass(frozen=True)
class DeliveryDecided(DiaryEvent):
    """検収: the client accepted a delivery or asked for rework of rows. `said_by`: how, where staff entered it."""

    kind: ClassVar[str] = "work.delivery_decided"
    noun: ClassVar[str] = "delivery"
    visibility: ClassVar[Visibility] = Visibility.PARTIES
    order: str
    number: int
    accepted: bool
    rework: int
    order_state: str
    minutes: int
    said_by: str = ""


@dataclass(frozen=True)
class DeliveryThanked(DiaryEvent):
    """ありがとう: the client said thank you; `people` were told, without any name."""

    kind: ClassVar[str] = "work.delivery_thanked"
    noun: ClassVar[str] = "delivery"
    visibility: ClassVar[Visibility] = Visibility.PARTIES
    order: str
    people: int
