"""What must hold about people, asked by `machikado check`; codes only, no names."""

from collections.abc import Iterator

from machikado.town.people.models import Account, Invitation, Membership, Organisation, Role

# Written down a second time on purpose: a check that shares its table with the action cannot contradict it.
_ELSEWHERE_THAN_THE_CENTRE = (Role.CLIENT, Role.OFFICIAL)


def problems() -> list[str]:
    """Roles held where they are not given, more than one centre, erased people who can still sign in or come in."""
    return [*_roles(), *_centres(), *_erased(), *_invited()]


def _roles() -> Iterator[str]:
    held = Membership.objects.filter(until=None).select_related("person", "organisation")
    strays = held.exclude(role__in=_ELSEWHERE_THAN_THE_CENTRE).exclude(organisation__kind=Organisation.Kind.CENTRE)
    insiders = held.filter(role__in=_ELSEWHERE_THAN_THE_CENTRE, organisation__kind=Organisation.Kind.CENTRE)
    for row in [*strays, *insiders]:
        yield f"person {row.person.code} holds {row.role} in {row.organisation.code}, which does not give that role"


def _centres() -> Iterator[str]:
    centres = Organisation.objects.filter(kind=Organisation.Kind.CENTRE).count()
    if centres > 1:
        yield f"there are {centres} centres; one installation serves one"


def _erased() -> Iterator[str]:
    for account in Account.objects.filter(person__pseudonymised_at__isnull=False, is_active=True).select_related(
        "person"
    ):
        yield f"person {account.person.code} was erased and can still sign in"


def _invited() -> Iterator[str]:
    for row in Invitation.objects.filter(used_at__isnull=False).select_related("person", "organisation"):
        if not Membership.objects.filter(person_id=row.person_id, organisation_id=row.organisation_id).exists():
            yield f"invitation {row.code} was used, and person {row.person.code} never got a role by it"
    dead = Invitation.objects.filter(used_at=None, withdrawn_at=None, person__pseudonymised_at__isnull=False)
    for code in dead.values_list("code", flat=True):
        yield f"invitation {code} is open, and whom it invites was erased"
