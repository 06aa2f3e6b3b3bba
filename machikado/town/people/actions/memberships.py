"""What happens to a role: given by an organisation to a person, and taken back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.events import RoleEnded, RoleGranted
from machikado.town.people.models import Membership, Organisation, Person, Role
from machikado.town.people.permissions import require

# Staff roles come from the centre alone; therefore a role that is held says by itself where.
GIVEN_BY: dict[str, frozenset[str]] = {
    Role.COORDINATOR: frozenset({Organisation.Kind.CENTRE.value}),
    Role.LEADER: frozenset({Organisation.Kind.CENTRE.value}),
    Role.WORKER: frozenset({Organisation.Kind.CENTRE.value}),
    Role.TRANSPORT: frozenset({Organisation.Kind.CENTRE.value}),
    Role.DRIVER: frozenset({Organisation.Kind.CENTRE.value}),
    Role.ACCOUNTANT: frozenset({Organisation.Kind.CENTRE.value}),
    Role.CLIENT: frozenset({Organisation.Kind.CLIENT.value, Organisation.Kind.CITY.value}),
    Role.OFFICIAL: frozenset({Organisation.Kind.CITY.value}),
}


class CannotGrant(Cannot):
    """A role that this organisation cannot give to this person."""

    sentences = {
        "not_from_here": _("This kind of organisation does not give this role."),
        "held": _("This person holds this role already."),
        "erased": _("The data of this person were erased. No role can be given."),
    }


class CannotEndRole(Cannot):
    """A role that has ended, or that nobody else holds."""

    sentences = {
        "ended": _("This role has already ended."),
        "last_coordinator": _("The centre needs at least one coordinator. Please name another one first."),
    }


def grant(*, person: Person, organisation: Organisation, role: str, by: Actor, now: datetime) -> Membership:
    """Give a role. Raises CannotGrant."""
    require(by, may="people.grant_role")
    if organisation.kind not in GIVEN_BY[role]:
        raise CannotGrant("not_from_here")
    if person.pseudonymised_at is not None:
        raise CannotGrant("erased")
    with transaction.atomic():
        held, made = Membership.objects.get_or_create(
            person=person, organisation=organisation, role=role, until=None, defaults={"since": now}
        )
        if not made:
            raise CannotGrant("held")
        record(RoleGranted(code=person.code, role=role, organisation=organisation.code), by=by, now=now)
    return held


def end(*, membership: Membership, by: Actor, now: datetime) -> None:
    """Take a role back; at once, since every request loads the roles anew. Raises CannotEndRole."""
    require(by, may="people.grant_role")
    with transaction.atomic():
        # All coordinators are locked, so that two of them cannot dismiss each other at the same moment.
        held = {row.pk: row for row in Membership.objects.select_for_update().filter(role=membership.role, until=None)}
        row = held.get(membership.pk)
        if row is None:
            raise CannotEndRole("ended")
        if row.role == Role.COORDINATOR and len(held) == 1:
            raise CannotEndRole("last_coordinator")
        row.until = now
        row.save(update_fields=["until"])
        codes = {"code": row.person.code, "organisation": row.organisation.code}
        record(RoleEnded(role=row.role, **codes), by=by, now=now)
    membership.refresh_from_db()
