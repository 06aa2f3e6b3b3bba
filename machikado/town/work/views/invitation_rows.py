"""The invitations of a client as pages list them: whom, how far, and what can be done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from machikado.town.common.calendar import town_date
from machikado.town.people.models import ContactPoint, Invitation, Organisation, Person, Role
from machikado.town.people.queries import invitations_of, members

MOST = 20
KINDS = {
    Invitation.State.USED: "good",
    Invitation.State.OPENED: "key",
    Invitation.State.FAILED: "bad",
    Invitation.State.EXPIRED: "care",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One invitation on its day."""

    invitation: Invitation
    state: Invitation.State
    mail: str

    @property
    def kind(self) -> str:
        """The colour of its chip; the word says the same."""
        return KINDS.get(self.state, "")

    @property
    def is_over(self) -> bool:
        """Whether nothing can be done with it any more."""
        return self.state in (Invitation.State.USED, Invitation.State.WITHDRAWN)

    @property
    def opens(self) -> bool:
        """Whether its newest link still opens, so that a letter can be printed."""
        return not self.is_over and self.state != Invitation.State.EXPIRED


@dataclass(frozen=True, slots=True)
class Insiders:
    """Who sees the orders of a client, and who is invited to."""

    organisation: Organisation
    people: list[Person]
    rows: list[Row]

    @property
    def nobody_yet(self) -> bool:
        """Whether nobody of the client could look at anything."""
        return not self.people


def insiders(organisation: Organisation, now: datetime) -> Insiders:
    """Ask for both, the newest invitations first."""
    found = invitations_of(organisation).prefetch_related("person__contact_points")[:MOST]
    return Insiders(organisation, list(members(organisation, Role.CLIENT)), list(_rows(found, now)))


def _rows(found: Iterable[Invitation], now: datetime) -> Iterable[Row]:
    today = town_date(now)
    for each in found:
        mails = [point.value for point in each.person.contact_points.all() if point.kind == ContactPoint.Kind.MAIL]
        yield Row(each, each.state_on(today), mails[0] if mails and each.used_at is None else "")
