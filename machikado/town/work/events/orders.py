"""What the diary says about orders and estimates."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class OrderInquired(DiaryEvent):
    """Somebody asked the centre for work, on the public page or through the desk."""

    kind: ClassVar[str] = "work.order_inquired"
    noun: ClassVar[str] = "order"
    visibility: ClassVar[Visibility] = Visibility.PARTIES
    channel: str
    quantity: int | None


@dataclass(frozen=True)
class ClientLinked(DiaryEvent):
    """An inquiry was found to come from this client."""

    kind: ClassVar[str] = "work.client_linked"
    noun: ClassVar[str] = "order"
    visibility: ClassVar[Visibility] = Visibility.PARTIES
    client: str


@dataclass(frozen=True)
class OrderEstimated(DiaryEvent):
    """The centre named a price. `yen` is without tax."""

    kind: ClassVar[str] = "work.order_estimated"
    noun: ClassVar[str] = "order"
    visibility: ClassVar[Visibility] = Visibility.PARTIES
    number: int
    items: int
    unit_yen: int
    yen: int
    redundancy: int
    due_on: str
    valid_until: str


@dataclass(frozen=True)
class EstimateAccepted(DiaryEvent):
    """The client said yes to an estimate: the order stands. `said_by`: how, where staff entered it for the client."""

    kind: ClassVar[str] = "work.estimate_accepted"
    noun: ClassVar[str] = "order"
    visibility: ClassVar[Visibility] = Visibility.PARTIES
    number: int
    yen: int
    said_by: str = ""


@dataclass(frozen=True)
class OrderStepped(DiaryEvent):
    """An order went from one state of its life to another."""

    kind: ClassVar[str] = "work.order_stepped"
    noun: ClassVar[str] = "order"
    visibility: ClassVar[Visibility] = Visibility.PARTIES
    before: str
    after: str
    minutes: int


@dataclass(frozen=True)
class InquiryErased(DiaryEvent):
    """What an inquirer wrote was erased on request: the `whole` of it, or who asked alone."""

    kind: ClassVar[str] = "work.inquiry_erased"
    noun: ClassVar[str] = "order"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    whole: bool
