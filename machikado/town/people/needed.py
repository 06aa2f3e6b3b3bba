"""Why the app people needs somebody: the last coordinator, and whoever answers for a machine or a token."""

from datetime import datetime

from django.utils.translation import gettext as _

from machikado.town.people.models import ApiToken, Machine, Membership, Person, Role
from machikado.town.people.traces import Need


def needs(person: Person, now: datetime) -> list[Need]:
    """The reasons, [] if there are none."""
    coordinators = Membership.objects.filter(role=Role.COORDINATOR, until=None)
    found = []
    if coordinators.filter(person=person).exists() and not coordinators.exclude(person=person).exists():
        found.append(Need(_("They are the only coordinator. Name another one first.")))
    if Machine.objects.filter(responsible=person).exists():
        found.append(Need(_("They are responsible for a machine. Name somebody else first.")))
    if ApiToken.objects.filter(responsible=person, revoked_at=None, expires_at__gt=now).exists():
        found.append(Need(_("They are responsible for an API token that is still valid. Revoke it first.")))
    return found
