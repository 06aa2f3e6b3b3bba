"""What the diary says about receptions and about the rides back that are called there."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class ReceptionOpened(DiaryEvent):
    """The desk of a client may call the bus for whoever is done there. `client` is the code of the organisation."""

    kind: ClassVar[str] = "ride.reception_opened"
    noun: ClassVar[str] = "reception"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    client: str


@dataclass(frozen=True)
class ReceptionClosed(DiaryEvent):
    """The desk of a client calls no bus any more."""

    kind: ClassVar[str] = "ride.reception_closed"
    noun: ClassVar[str] = "reception"
    visibility: ClassVar[Visibility] = Visibility.STAFF


@dataclass(frozen=True)
class RideCalledBack(DiaryEvent):
    """A reception said that somebody is ready. `found` says whether a bus comes earlier than the last one."""

    kind: ClassVar[str] = "ride.called_back"
    noun: ClassVar[str] = "reception"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    found: bool
