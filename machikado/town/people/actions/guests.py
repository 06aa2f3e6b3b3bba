"""What happens to a guest: a code is sent to a number, typed, and over; they say how they are called."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from machikado.town.common import clock, limits
from machikado.town.common.actors import SYSTEM, Actor, ActorKind
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.actions import persons
from machikado.town.people.actions.messages import NewMessage, tell
from machikado.town.people.events import GuestCameIn, GuestNamed
from machikado.town.people.models import Channel, Guest, Message, Town
from machikado.town.people.permissions import require
from machikado.town.people.telephone import digits_of, mobile_number, written

KIND = "people.guest_code"
DIGITS = 6
VALID = timedelta(minutes=10)
ANEW = timedelta(minutes=1)  # asked again so soon, the code that was sent stands
TRIES = 5
CLOSED = timedelta(hours=1)
CODES_PER_HOUR = 5  # to one number
CODES_PER_HOUR_OF_ADDRESS = 20
GONE = "•" * DIGITS  # what stands in the message for a code that opens nothing any more


class CannotComeAsGuest(Cannot):
    """A number or a code with which nobody comes in. None of it says whether a number is known."""

    sentences = {
        "no_mobile": _(
            "A number can be sent to a mobile telephone only: 11 digits, like 090-1234-5678. "
            "With another telephone, please call the centre."
        ),
        "many_codes": _("Too many numbers were sent. Please wait an hour, or telephone the centre."),
        "wrong": _(
            "This number is not right, or it is too old. Please look at the message once more, or have a new one sent."
        ),
        "many_tries": _("There were too many wrong tries. Please wait an hour, or telephone the centre."),
        "no_name": _("Please write how you are called. The family name is enough."),
    }


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for a code: the number as typed, and the network address from which they ask."""

    typed: str
    address: str | None


def ask_code(*, asking: Asking, now: datetime, real: datetime) -> str:
    """Send a code to a mobile number, known or not; returns its digits. Asked twice within a minute, it is sent once.

    Raises CannotComeAsGuest.
    """
    number = mobile_number(asking.typed)
    if number is None:
        raise CannotComeAsGuest("no_mobile")
    places = _places(number, asking.address)
    with transaction.atomic():
        is_sent = _send(number, now, real)
    if not is_sent:
        for place in places:
            limits.give_back(place)
    return number


def _places(number: str, address: str | None) -> list[str]:
    """One of the hour's places of the address, and one of the number. Raises CannotComeAsGuest."""
    of_address = limits.take("people.guest_address", address, CODES_PER_HOUR_OF_ADDRESS)
    if of_address is None:
        raise CannotComeAsGuest("many_codes")
    of_number = limits.take("people.guest_number", number, CODES_PER_HOUR)
    if of_number is None:
        raise CannotComeAsGuest("many_codes")
    return [of_address, of_number]


def _send(number: str, now: datetime, real: datetime) -> bool:
    """In the caller's transaction: a fresh code, whose text waits or goes out; False where one was just sent."""
    town = Town.objects.select_for_update().first()  # of two first askers one makes the guest
    guest = Guest.objects.select_for_update().filter(number=number).first()
    if guest is not None:
        if guest.closed_until is not None and guest.closed_until > real:
            raise CannotComeAsGuest("many_tries")
        if guest.digest and guest.sent_at > real - ANEW:
            return False
        if guest.valid_until < real - CLOSED:
            guest.tries = 0
        _end(guest)
    else:
        guest = _stranger(number, now, real, is_sample=town is not None and town.is_sample)
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    guest.message = tell(guest.person, NewMessage(KIND, {"digits": digits}), now=now)
    guest.digest, guest.asked_at, guest.sent_at, guest.valid_until = _digest(guest, digits), now, real, real + VALID
    guest.save()
    return True


def _stranger(number: str, now: datetime, real: datetime, *, is_sample: bool) -> Guest:
    """Somebody of whom nothing but the number is known, whoever else has it."""
    new: dict[str, Any] = {"channel": Channel.SMS, "phone": written(number), "is_sample": is_sample}
    person = persons.add(new=persons.NewPerson(f"…{number[-4:]}", **new), by=SYSTEM, now=now)
    return Guest.objects.create(person=person, number=number, asked_at=now, sent_at=real, valid_until=real)


def _digest(guest: Guest, digits: str) -> str:
    return salted_hmac("machikado.guest", f"{guest.pk}:{digits}", algorithm="sha256").hexdigest()


def _end(guest: Guest) -> None:
    """The code opens nothing any more, and its text goes; the caller saves the guest."""
    guest.digest = ""
    if guest.message_id is not None:
        told = Message.objects.filter(pk=guest.message_id)
        told.update(params={"digits": GONE})
        told.filter(state=Message.State.WAITING).update(state=Message.State.FAILED)


def come_in(*, number: str, typed: str, now: datetime, real: datetime) -> Guest:
    """Somebody types the code that was sent to their number. It opens once. Raises CannotComeAsGuest."""
    with transaction.atomic():
        rows = Guest.objects.select_for_update(of=("self",)).select_related("person")
        guest = rows.filter(number=number).first()
        refusal = "wrong" if guest is None else _tried(guest, digits_of(typed), real)
        if guest is not None and not refusal:
            record(GuestCameIn(code=guest.person.code), by=actor_of(guest).unnamed, now=now)
    if guest is None or refusal:
        raise CannotComeAsGuest(refusal)
    return guest


def _tried(guest: Guest, digits: str, real: datetime) -> str:
    """The code of the refusal, or "". What it counts is kept, so nothing is raised here."""
    if guest.closed_until is not None and guest.closed_until > real:
        return "many_tries"
    if not guest.digest or guest.valid_until <= real:
        return "wrong"
    if constant_time_compare(guest.digest, _digest(guest, digits)):
        _end(guest)
        guest.tries, guest.closed_until = 0, None
        guest.save()
        return ""
    guest.tries += 1
    if guest.tries >= TRIES:
        _end(guest)
        guest.tries, guest.closed_until = 0, real + CLOSED
    guest.save()
    return "many_tries" if guest.closed_until is not None and guest.closed_until > real else "wrong"


def say_name(*, guest: Guest, name: str, by: Actor, now: datetime) -> None:
    """A guest says how they are called; the family name is enough. Raises CannotComeAsGuest."""
    require(by, may="people.name_guest", on=guest)
    said = " ".join(name.split())[:60]
    if not said:
        raise CannotComeAsGuest("no_name")
    with transaction.atomic():
        held = Guest.objects.select_for_update(of=("self",)).select_related("person").get(pk=guest.pk)
        if held.is_named and held.person.family_name == said:
            return
        held.person.family_name = said
        held.person.save(update_fields=["family_name"])
        held.is_named = True
        held.save(update_fields=["is_named"])
        record(GuestNamed(code=held.person.code), by=by.unnamed, now=now)


def end_codes(_town: datetime) -> int:
    """Tick: the text of a code goes when its ten minutes (of real time) are over. Returns how many went."""
    over = Guest.objects.exclude(digest="").filter(valid_until__lte=clock.real_now())
    count = 0
    for pk in list(over.values_list("pk", flat=True)):
        with transaction.atomic():
            guest = over.select_for_update().filter(pk=pk).first()  # a fresh one may have been sent meanwhile
            if guest is not None:
                _end(guest)
                guest.save(update_fields=["digest"])
                count += 1
    return count


def actor_of(guest: Guest) -> Actor:
    """A guest as one who acts."""
    return Actor(kind=ActorKind.GUEST, person_id=guest.person_id)
