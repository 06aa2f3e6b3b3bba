"""What the staff's page of SMS shows: to whom, and what; of a code its digits only in the sample town."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from machikado.town.people.models import Message
from machikado.town.people.sentences import sentence, title
from machikado.town.ride.queries.callers import phone_of
from machikado.town.ride.queries.guests import CODE


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits, as the staff may read it."""

    message: Message
    phone: str
    title: str
    words: str


def sms_rows(messages: Iterable[Message]) -> Sequence[Waiting]:
    """The messages as rows. The digits of a code open a guest's door, so nobody but the guest reads them."""
    return [Waiting(row, phone_of(row.person), title(row.kind, row.params), _words(row)) for row in messages]


def _words(row: Message) -> str:
    if row.kind == CODE and not (settings.MACHIKADO_DEMO and row.person.is_sample):
        return _("The digits are for the guest alone.")
    return sentence(row.kind, row.params)
