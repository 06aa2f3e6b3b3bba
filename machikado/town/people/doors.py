"""What a door is: one address of the site, who may come in, with which verbs. The table is `config/doors.py`."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

PUBLIC = frozenset({"*"})  # everybody, signed in or not
SIGNED_IN = frozenset({"+"})  # everybody who is signed in
TOKEN = frozenset({"#"})  # programs: the API checks its token itself


@dataclass(frozen=True, slots=True)
class Door:
    """One address: its URL name, the roles it opens for, its verbs, and the example that tests walk in with.

    `example` is a key of the examples that the six questions use (each app's `tests/examples.py`); "" for an address
    without codes in it. HEAD comes with GET. `guests`: it opens for somebody who showed a telephone number, too.
    """

    name: str
    roles: frozenset[str]
    verbs: frozenset[str]
    example: str = ""
    guests: bool = False

    def opens_for(self, roles: Iterable[str]) -> bool:
        """Say whether a signed-in person with these roles may come in."""
        return self.roles in (PUBLIC, SIGNED_IN, TOKEN) or not self.roles.isdisjoint(roles)

    @property
    def allowed(self) -> list[str]:
        """The verbs as they stand in an Allow header."""
        return sorted(self.verbs | ({"HEAD"} if "GET" in self.verbs else set()))


@cache
def doors() -> dict[str, Door]:
    """The whole table by URL name. Raises ValueError if a name stands in it twice."""
    table: tuple[Door, ...] = import_string(settings.DOORS)
    by_name = {door.name: door for door in table}
    if len(by_name) != len(table):
        raise ValueError("a door stands twice in config/doors.py")
    return by_name
