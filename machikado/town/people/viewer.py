"""Who looks at a page: an account, its person, worker and grants, as loaded once when the request began."""

from dataclasses import dataclass

from django.http import HttpRequest

from machikado.town.common.actors import Actor, ActorKind, Grant
from machikado.town.people.models import Role

STAFF = frozenset({Role.COORDINATOR.value, Role.LEADER.value, Role.ACCOUNTANT.value})


@dataclass(frozen=True, slots=True)
class Viewer:
    """The signed-in person of this request, with the roles that hold now; or a guest, who has no account and no role.

    A guest is seen only behind the doors that name guests (`doors.Door.guests`).
    """

    account_id: int
    person_id: int
    worker_id: int | None
    name: str
    language: str
    grants: frozenset[Grant]
    is_guest: bool = False

    @property
    def actor(self) -> Actor:
        """The viewer as one who acts."""
        kind = ActorKind.GUEST if self.is_guest else ActorKind.PERSON
        return Actor(kind=kind, person_id=self.person_id, grants=self.grants)

    @property
    def initial(self) -> str:
        """The first letter of the name, for the round picture."""
        return self.name[:1]

    @property
    def roles(self) -> frozenset[str]:
        """The roles held in whatever organisation."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def is_staff(self) -> bool:
        """Whether the viewer holds a staff role; only the centre gives those (`memberships.grant`)."""
        return not STAFF.isdisjoint(self.roles)

    def organisation_ids(self, role: str) -> frozenset[int]:
        """The organisations (ids) in which the viewer holds `role`."""
        return frozenset(grant.organisation_id for grant in self.grants if grant.role == role)


class SignedInRequest(HttpRequest):
    """A request behind a door that lets in signed-in people only: its viewer is there. For type hints of views."""

    viewer: Viewer
