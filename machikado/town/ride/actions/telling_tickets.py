"""What the holder of a card is told: that what is on it ends soon. How much it is stands on their page alone."""

from datetime import date, datetime

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from machikado.town.common.calendar import weekday_date
from machikado.town.people.actions.messages import NewMessage, tell
from machikado.town.people.models import Person
from machikado.town.people.queries import languages_of
from machikado.town.people.sentences import Words

ENDS = "ride.card_ends"
SENTENCES: dict[str, Words] = {
    ENDS: Words(
        _("Your bus card ends on %(day)s"),
        _(
            "You can pay with what is on your bus card until %(day)s. After that day it is gone. "
            "If you charge the card before, you can use it longer."
        ),
    ),
}


def tell_end(holder: Person, last_day: date, now: datetime) -> None:
    """Tell a holder the last day of their card, in their own language."""
    with translation.override(languages_of([holder.pk]).get(holder.pk, "ja")):
        params = {"day": weekday_date(last_day)}
    tell(holder, NewMessage(ENDS, params, reverse("ride:my_tickets")), now=now)
