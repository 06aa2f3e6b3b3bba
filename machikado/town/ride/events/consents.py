"""What the diary says about consents to book for somebody: how and until when, never who; that is in the detail."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class ConsentInvited(DiaryEvent):
    """A passenger was given digits to tell to somebody who is to book for them."""

    kind: ClassVar[str] = "ride.consent_invited"
    noun: ClassVar[str] = "consent_invitation"
    visibility: ClassVar[Visibility] = Visibility.SEALED
    relation: str


@dataclass(frozen=True)
class ConsentGiven(DiaryEvent):
    """A passenger lets somebody book for them. `how` it was said, and on which day; `terms`: to what they agreed."""

    kind: ClassVar[str] = "ride.consent_given"
    noun: ClassVar[str] = "consent"
    visibility: ClassVar[Visibility] = Visibility.SEALED
    relation: str
    how: str
    given_on: str
    ends_on: str
    terms: int


@dataclass(frozen=True)
class ConsentEnded(DiaryEvent):
    """A consent ended before its last day. `ended_as` says who ended it."""

    kind: ClassVar[str] = "ride.consent_ended"
    noun: ClassVar[str] = "consent"
    visibility: ClassVar[Visibility] = Visibility.SEALED
    ended_as: str
