"""The sample town's one-click links: one made-up person for each role."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.people import sign_in
from machikado.town.people.models import Membership, Role
from machikado.town.people.queries import sample_accounts
from machikado.town.ride.queries.consents import in_force


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A made-up person whom a newcomer may be: name, what they are in the town, short name of the link."""

    name: str
    role: str
    slug: str
    path: str


def people() -> list[DemoPerson]:
    """One made-up person for each role that anybody holds, in the order of Role, a resident, who books for others."""
    if not settings.MACHIKADO_DEMO:
        return []
    accounts = {account.person_id: account for account in sample_accounts()}
    held = Membership.objects.filter(person_id__in=accounts, until=None).order_by("pk").values_list("role", "person_id")
    first: dict[str, int] = {}
    for role, person_id in held:
        if person_id not in first.values():
            first.setdefault(role, person_id)
    chosen = [(str(Role(role).label), accounts[first[role]]) for role in Role.values if role in first]
    residents = [account for person_id, account in accounts.items() if person_id not in {each for _role, each in held}]
    chosen += [(_("Resident"), account) for account in residents[:1]]
    books = set(in_force(clock.now()).filter(proxy_id__in=accounts).values_list("proxy_id", flat=True))
    chosen += [(_("Books for others"), account) for account in residents[1:] if account.person_id in books]
    return [
        DemoPerson(str(account.person), label, sign_in.slug_of(account), sign_in.demo_path(account))
        for label, account in chosen
    ]


def sign_in_links(port: int) -> list[tuple[str, str]]:
    """What `machikado run` prints: who, and the link that signs in as them for a day."""
    return [(f"{person.role} {person.name}", f"http://127.0.0.1:{port}{person.path}") for person in people()]
