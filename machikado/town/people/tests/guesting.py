"""Makes guests: a code is sent to a number, read from the queue, and typed."""

from datetime import datetime

from machikado.town.people.actions import guests
from machikado.town.people.actions.guests import Asking
from machikado.town.people.models import Guest

PHONE = "080-0000-0415"
NUMBER = "08000000415"


def sent_to(typed: str = PHONE, *, now: datetime, address: str = "192.0.2.1") -> str:
    """The digits that stand in the queue after somebody asked for them."""
    number = guests.ask_code(asking=Asking(typed, address), now=now, real=now)
    message = Guest.objects.select_related("message").get(number=number).message
    assert message is not None
    return str(message.params["digits"])


def typed(digits: str, number: str = NUMBER, *, now: datetime) -> Guest:
    """Somebody types them."""
    return guests.come_in(number=number, typed=digits, now=now, real=now)


def a_guest(phone: str = PHONE, name: str = "見本", *, now: datetime) -> Guest:
    """Somebody who came in and said their name."""
    digits = sent_to(phone, now=now)
    guest = typed(digits, "".join(filter(str.isdigit, phone)), now=now)
    guests.say_name(guest=guest, name=name, by=guests.actor_of(guest), now=now)
    return Guest.objects.select_related("person").get(pk=guest.pk)
