"""What the diary says about people: codes and roles, never names."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class TownFounded(DiaryEvent):
    """The town's one row and its centre were made. `code` is the centre's."""

    kind: ClassVar[str] = "people.town_founded"
    noun: ClassVar[str] = "organisation"
    visibility: ClassVar[Visibility] = Visibility.PUBLIC
    municipality_code: str


@dataclass(frozen=True)
class PersonAdded(DiaryEvent):
    """A person became known to the town."""

    kind: ClassVar[str] = "people.person_added"
    noun: ClassVar[str] = "person"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    channel: str


@dataclass(frozen=True)
class PersonChanged(DiaryEvent):
    """A person chose how to be told and in which language pages speak."""

    kind: ClassVar[str] = "people.person_changed"
    noun: ClassVar[str] = "person"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    channel: str
    language: str


@dataclass(frozen=True)
class PersonPseudonymised(DiaryEvent):
    """Names, contact points and sign-in of a person were erased; what happened stays, without a name."""

    kind: ClassVar[str] = "people.person_pseudonymised"
    noun: ClassVar[str] = "person"
    visibility: ClassVar[Visibility] = Visibility.SEALED


@dataclass(frozen=True)
class AccountOpened(DiaryEvent):
    """A person can sign in from now on."""

    kind: ClassVar[str] = "people.account_opened"
    noun: ClassVar[str] = "person"
    visibility: ClassVar[Visibility] = Visibility.STAFF


@dataclass(frozen=True)
class PasswordChanged(DiaryEvent):
    """A password was changed, by its holder or through a letter for a forgotten one."""

    kind: ClassVar[str] = "people.password_changed"
    noun: ClassVar[str] = "person"
    visibility: ClassVar[Visibility] = Visibility.SEALED


@dataclass(frozen=True)
class OrganisationAdded(DiaryEvent):
    """A client, a city office or a partner town became known to the town."""

    kind: ClassVar[str] = "people.organisation_added"
    noun: ClassVar[str] = "organisation"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    organisation_kind: str


@dataclass(frozen=True)
class RoleGranted(DiaryEvent):
    """A person holds a role in an organisation from now on."""

    kind: ClassVar[str] = "people.role_granted"
    noun: ClassVar[str] = "person"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    role: str
    organisation: str


@dataclass(frozen=True)
class RoleEnded(DiaryEvent):
    """A person holds a role no more."""

    kind: ClassVar[str] = "people.role_ended"
    noun: ClassVar[str] = "person"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    role: str
    organisation: str


@dataclass(frozen=True)
class WorkerRegistered(DiaryEvent):
    """A person can hold assignments from now on."""

    kind: ClassVar[str] = "people.worker_registered"
    noun: ClassVar[str] = "worker"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    state: str


@dataclass(frozen=True)
class WorkerStepped(DiaryEvent):
    """A worker went from one state of their life to another."""

    kind: ClassVar[str] = "people.worker_stepped"
    noun: ClassVar[str] = "worker"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    before: str
    after: str


@dataclass(frozen=True)
class WorkerRests(DiaryEvent):
    """A worker said 今日は無理. It is written so that nobody is offered work that day, and for nothing else."""

    kind: ClassVar[str] = "people.worker_rests"
    noun: ClassVar[str] = "worker"
    visibility: ClassVar[Visibility] = Visibility.SEALED
    on: str


@dataclass(frozen=True)
class MessageTold(DiaryEvent):
    """Something was told to a person, on the channel that the person chose."""

    kind: ClassVar[str] = "people.message_told"
    noun: ClassVar[str] = "message"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    message_kind: str
    channel: str


@dataclass(frozen=True)
class MessageRead(DiaryEvent):
    """A person read a message on the screen."""

    kind: ClassVar[str] = "people.message_read"
    noun: ClassVar[str] = "message"
    visibility: ClassVar[Visibility] = Visibility.STAFF


@dataclass(frozen=True)
class TokenIssued(DiaryEvent):
    """An organisation got a token for the API. `code` is the organisation's."""

    kind: ClassVar[str] = "people.token_issued"
    noun: ClassVar[str] = "organisation"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    prefix: str
    scopes: list[str]


@dataclass(frozen=True)
class TokenRevoked(DiaryEvent):
    """A token of an organisation opens nothing any more."""

    kind: ClassVar[str] = "people.token_revoked"
    noun: ClassVar[str] = "organisation"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    prefix: str


@dataclass(frozen=True)
class PersonInvited(DiaryEvent):
    """Somebody may come in for a client, with a link that opens once, until the end of a day."""

    kind: ClassVar[str] = "people.person_invited"
    noun: ClassVar[str] = "invitation"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    organisation: str
    person: str
    valid_until: str


@dataclass(frozen=True)
class InvitationIssued(DiaryEvent):
    """A new link took the place of the one before; `by_mail` says whether it was sent."""

    kind: ClassVar[str] = "people.invitation_issued"
    noun: ClassVar[str] = "invitation"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    issue: int
    valid_until: str
    by_mail: bool


@dataclass(frozen=True)
class InvitationOpened(DiaryEvent):
    """The newest link of an invitation was opened for the first time."""

    kind: ClassVar[str] = "people.invitation_opened"
    noun: ClassVar[str] = "invitation"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    issue: int


@dataclass(frozen=True)
class InvitationUsed(DiaryEvent):
    """Somebody came in by an invitation, with a new sign-in or (`known`) with the one they had."""

    kind: ClassVar[str] = "people.invitation_used"
    noun: ClassVar[str] = "invitation"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    organisation: str
    person: str
    known: bool


@dataclass(frozen=True)
class InvitationWithdrawn(DiaryEvent):
    """An invitation was taken back before it was used: its link opens nothing any more."""

    kind: ClassVar[str] = "people.invitation_withdrawn"
    noun: ClassVar[str] = "invitation"
    visibility: ClassVar[Visibility] = Visibility.STAFF


@dataclass(frozen=True)
class GuestCameIn(DiaryEvent):
    """Somebody showed that a telephone number is theirs, by the code that was sent to it."""

    kind: ClassVar[str] = "people.guest_came_in"
    noun: ClassVar[str] = "person"
    visibility: ClassVar[Visibility] = Visibility.STAFF


@dataclass(frozen=True)
class GuestNamed(DiaryEvent):
    """A guest said how they are called; the name itself stands on their row."""

    kind: ClassVar[str] = "people.guest_named"
    noun: ClassVar[str] = "person"
    visibility: ClassVar[Visibility] = Visibility.STAFF
