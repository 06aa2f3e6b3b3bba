"""What happens to a sign-in: opened, its password changed, a forgotten one replaced by mail."""

from datetime import datetime

from axes.utils import reset as forget_failures
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common import chores
from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people import letters
from machikado.town.people.actions import messages
from machikado.town.people.events import AccountOpened, PasswordChanged
from machikado.town.people.models import Account, Person
from machikado.town.people.permissions import require


class CannotOpenAccount(Cannot):
    """A sign-in that would be unsafe or would belong to two people."""

    sentences = {
        "email_taken": _("This e-mail address is already in use. Please use another one."),
        "has_account": _("This person can sign in already."),
        "erased": _("The data of this person were erased. No sign-in can be opened."),
        "weak_password": _("This password is too easy to guess. Please use at least 10 characters."),
    }


def open_account(*, person: Person, email: str, password: str | None, by: Actor, now: datetime) -> Account:
    """Let a person sign in. Without a password only a reset by mail, or the demo's link, opens it.

    Raises CannotOpenAccount.
    """
    require(by, may="people.open_account")
    if person.pseudonymised_at is not None:
        raise CannotOpenAccount("erased")
    account = Account(person=person, email=email.strip().lower(), made_at=now)
    _choose(account, password)
    if Account.objects.filter(person=person).exists():
        raise CannotOpenAccount("has_account")
    try:
        with transaction.atomic():
            account.save()
            record(AccountOpened(code=person.code), by=by, now=now)
    except IntegrityError as error:  # by the constraint, so that two people at one moment cannot both have it
        raise CannotOpenAccount("email_taken") from error
    return account


def _choose(account: Account, password: str | None) -> None:
    """Hash the password; before the transaction, since argon2 takes its time on purpose."""
    account.password = hashed(password)


def hashed(password: str | None) -> str:
    """A password as it is kept; None can never be typed. Raises CannotOpenAccount."""
    if password is not None:
        try:
            validate_password(password)
        except ValidationError as error:
            raise CannotOpenAccount("weak_password") from error
    return make_password(password)


def change_password(*, account: Account, password: str, by: Actor, now: datetime) -> None:
    """Give an account a new password, tell its holder, and open a sign-in that was locked. Raises CannotOpenAccount."""
    require(by, may="people.change_password", on=account)
    _choose(account, password)
    with transaction.atomic():
        account.save(update_fields=["password"])
        _tell_change(account, by, now)


def _tell_change(account: Account, by: Actor, now: datetime) -> None:
    record(PasswordChanged(code=account.person.code), by=by, now=now)
    messages.tell(account.person, messages.NewMessage("people.password_changed"), now=now)
    forget_failures(username=account.email)


def ask_reset(*, email: str, now: datetime) -> None:
    """Send a letter with a link to choose a new password, if this address signs somebody in.

    The same work is done for an unknown address, so that nobody learns from the answer or its time who is registered.
    """
    account = Account.objects.filter(email=email.strip().lower(), is_active=True).first()
    with transaction.atomic():
        chores.later(letters.send_reset, account_id=account.pk if account else None, asked_at=now.isoformat())
