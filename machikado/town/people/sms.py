"""SMS out of the house: one function that a town plugs in (settings.SMS_SENDER); without it what is told waits."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.utils import translation
from django.utils.module_loading import import_string

from machikado.town.common import clock
from machikado.town.people.models import ContactPoint, Guest, Message, Person
from machikado.town.people.queries import language_of
from machikado.town.people.sentences import sentence
from machikado.town.people.telephone import mobile_number

# What waited longer, as no sender was plugged in, is no news any more: its ride is over, or somebody telephoned.
OLD = timedelta(hours=12)

log = structlog.get_logger()


def is_plugged_in() -> bool:
    """Whether this town sends SMS."""
    return bool(settings.SMS_SENDER)


def send(message: Message, now: datetime) -> str:
    """Send a message and return nothing, or why not; a failure by its kind, never its text, which may hold a number."""
    number = number_of(message.person)
    if not number:
        return "no_address"
    if message.made_at < now - OLD or _opens_nothing(message):
        return "over"
    with translation.override(language_of(message.person)):
        text = sentence(message.kind, message.params)
    sender: Callable[[str, str], object] = import_string(settings.SMS_SENDER)
    try:
        sender(number, text)
    except Exception as error:  # whatever a sender does, the message stays and is tried again
        log.warning("sms_failed", failure=type(error).__name__)
        return type(error).__name__
    return ""


def _opens_nothing(message: Message) -> bool:
    """Whether it tells a code whose ten minutes passed while nobody sent it."""
    return Guest.objects.filter(message=message, valid_until__lte=clock.real_now()).exists()


def number_of(person: Person) -> str:
    """The mobile number of a person, or ""."""
    points = person.contact_points.filter(kind=ContactPoint.Kind.PHONE).order_by("pk")
    return next((number for point in points if (number := mobile_number(point.value))), "")
