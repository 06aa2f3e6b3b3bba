"""Who does something: a person, a guest, a machine with its responsible person, a partner town, the system itself."""

from dataclasses import dataclass, replace
from enum import StrEnum


class ActorKind(StrEnum):
    """The kinds of actor that may stand in the diary. A guest has shown a telephone number, and signs in nowhere."""

    PERSON = "person"
    GUEST = "guest"
    MACHINE = "machine"
    PARTNER = "partner"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Grant:
    """One role held in one organisation (ids), as loaded when the request began."""

    role: str
    organisation_id: int


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts. `person_id` of a machine is the human who answers for it; the system has none."""

    kind: ActorKind
    person_id: int | None = None
    machine_id: int | None = None
    organisation_id: int | None = None
    grants: frozenset[Grant] = frozenset()
    for_person_id: int | None = None

    @property
    def unnamed(self) -> "Actor":
        """The same kind of actor, as the diary may hold it for ever; who it was stands in an erasable detail."""
        return replace(self, person_id=None, for_person_id=None)

    def has(self, *roles: str) -> bool:
        """Say whether the actor holds any of `roles`, in whatever organisation."""
        return any(grant.role in roles for grant in self.grants)

    def has_in(self, organisation_id: int | None, *roles: str) -> bool:
        """Say whether the actor holds any of `roles` in this organisation."""
        return any(grant.role in roles and grant.organisation_id == organisation_id for grant in self.grants)


SYSTEM = Actor(kind=ActorKind.SYSTEM)
