"""How Django finds the account of a session: with its person, worker and roles in one query."""

from django.contrib.auth.backends import ModelBackend

from machikado.town.common import statements
from machikado.town.common.actors import Grant
from machikado.town.common.statements import Columns
from machikado.town.people.models import Account, Person, Worker

_ACCOUNT, _PERSON, _WORKER = Columns(Account), Columns(Person), Columns(Worker)
# One row for each role that is held now, or a single one without a role; without a worker its columns are NULL.
_SIGNED_IN = (
    "SELECT people_membership.role, people_membership.organisation_id, people_worker.id,"  # noqa: S608  our own columns
    f" {_ACCOUNT}, {_PERSON}, {_WORKER}"
    " FROM people_account"
    " JOIN people_person ON people_person.id = people_account.person_id"
    " LEFT JOIN people_worker ON people_worker.person_id = people_person.id"
    " LEFT JOIN people_membership ON people_membership.person_id = people_person.id"
    " AND people_membership.until IS NULL"
    " WHERE people_account.id = %s"
)


class AccountBackend(ModelBackend):
    """E-mail and password; an unknown address costs as much time as a wrong password (Django hashes anyway)."""

    def get_user(self, user_id: int) -> Account | None:
        """Return the active account with this id, ready for `viewer_of`."""
        found = statements.rows(_SIGNED_IN, user_id)
        if not found:
            return None
        worker_id, *rest = found[0][2:]
        values = iter(rest)
        account, person, worker = _ACCOUNT.made(values), _PERSON.made(values), _WORKER.made(values)
        # That there is no worker is remembered too, so that nobody asks again.
        Person._meta.get_field("worker").set_cached_value(person, worker if worker_id else None)
        account.person = person
        account.grants = frozenset(Grant(role, organisation_id) for role, organisation_id, *_ in found if role)
        return account if self.user_can_authenticate(account) else None
