"""What happens to an organisation: it becomes known to the town."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.events import OrganisationAdded
from machikado.town.people.models import Organisation
from machikado.town.people.permissions import require


class CannotAddOrganisation(Cannot):
    """An organisation without a name, or a second centre."""

    sentences = {
        "no_name": _("Please enter the name of the organisation."),
        "second_centre": _("One installation serves one centre. Other centres are partner towns."),
    }


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """What is known of a new organisation."""

    name: str
    kind: str
    name_kana: str = ""
    is_sample: bool = False


def add(*, new: NewOrganisation, by: Actor, now: datetime) -> Organisation:
    """Make an organisation known. Raises CannotAddOrganisation."""
    require(by, may="people.add_organisation")
    if not new.name.strip():
        raise CannotAddOrganisation("no_name")
    with transaction.atomic():
        if new.kind == Organisation.Kind.CENTRE and Organisation.objects.filter(kind=new.kind).exists():
            raise CannotAddOrganisation("second_centre")
        organisation = Organisation.objects.create(
            name=new.name.strip(), name_kana=new.name_kana, kind=new.kind, is_sample=new.is_sample
        )
        record(OrganisationAdded(code=organisation.code, organisation_kind=organisation.kind), by=by, now=now)
    return organisation
