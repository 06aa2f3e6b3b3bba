"""What the app people keeps for a time: messages, tries to sign in, people who have gone or never came."""

from datetime import datetime

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import SYSTEM
from machikado.town.common.calendar import town_date
from machikado.town.common.retention import Retention
from machikado.town.people.actions import persons
from machikado.town.people.models import Invitation, Message, Person
from machikado.town.people.traces import served


def _remove_messages(before: datetime, now: datetime) -> int:
    """Remove messages with the results of sending them. Returns how many messages went."""
    old = Message.objects.filter(made_at__lt=before)
    count = old.count()
    old.delete()
    return count


def _remove_sign_ins(before: datetime, now: datetime) -> int:
    """Remove failed tries, which hold addresses, and sessions that ended long ago."""
    tries: int = AccessAttempt.objects.filter(attempt_time__lt=before).delete()[0]
    return tries + Session.objects.filter(expire_date__lt=before).delete()[0]


def _pseudonymise_gone(before: datetime, now: datetime) -> int:
    """Erase those whose last role ended before, unless something needs or serves them still."""
    known = Person.objects.filter(pseudonymised_at=None).exclude(memberships__until=None)
    gone = known.annotate(last=Max("memberships__until")).filter(last__lt=before).order_by("pk")
    in_use = served()
    return persons.pseudonymise_unneeded((person for person in gone if person.pk not in in_use), now)


def _pseudonymise_invited(before: datetime, now: datetime) -> int:
    """Erase those who were invited and did not come; whoever holds or held a role goes by the rule of people."""
    ended = Invitation.objects.filter(used_at=None, withdrawn_at=None, valid_until__lt=town_date(before))
    gone = Person.objects.filter(pseudonymised_at=None, memberships=None, invitations__in=ended).distinct()
    found = list(gone.order_by("pk"))
    for person in found:
        persons.pseudonymise(person=person, by=SYSTEM, now=now)
    return len(found)


RULES = [
    Retention(
        code="message",
        parameter="keep_dealings_years",
        what=_("Messages to people"),
        counted_from=_("the day of the message"),
        stays=_("The diary row: that a message of this kind was sent, and on which channel."),
        remove=_remove_messages,
    ),
    Retention(
        code="sign_in",
        parameter="keep_sign_in_days",
        what=_("Failed attempts to sign in, with e-mail and network address; ended sessions"),
        counted_from=_("the last attempt, the end of the session"),
        stays=_("Nothing."),
        remove=_remove_sign_ins,
    ),
    Retention(
        code="person",
        parameter="keep_person_days",
        what=_("Name, contact details and sign-in of people who no longer hold a role"),
        counted_from=_("the end of the last role; longer while the person is still needed"),
        stays=_("Roles, diary rows, answers and earnings, under a code."),
        remove=_pseudonymise_gone,
    ),
    Retention(
        code="invitation",
        parameter="keep_inquiry_days",
        what=_("Name and address of people who were invited and did not come"),
        counted_from=_("the last day of the link; at once when the invitation is withdrawn"),
        stays=_("The invitation with its days, without name and address."),
        remove=_pseudonymise_invited,
    ),
]
