"""The session of a guest: short, bound to one number, never a sign-in. It holds a code, so that the number can go."""

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils.translation import get_language

from machikado.town.common import clock
from machikado.town.people.models import Guest
from machikado.town.people.viewer import Viewer

KEY, ASKED = "guest", "guest_asked"
IDLE_SECONDS = 3600
NOTED_SECONDS = 60  # so often it is noted at most that a guest is still there


def wait_for_code(request: HttpRequest, number: str) -> None:
    """Keep to whom a code was sent, until it is typed."""
    request.session[ASKED] = Guest.objects.values_list("person__code", flat=True).get(number=number)


def number_asked(request: HttpRequest) -> str:
    """The number to which a code was sent from this browser, or ""."""
    asked = Guest.objects.filter(person__code=request.session.get(ASKED, ""))
    return asked.values_list("number", flat=True).first() or ""


def come_in(request: HttpRequest, guest: Guest) -> None:
    """Begin a guest's session, under a new key."""
    request.session.pop(ASKED, None)
    request.session.cycle_key()
    rotate_token(request)
    request.session[KEY] = [guest.person.code, _seconds()]


def leave(request: HttpRequest) -> None:
    """End it: this browser forgets the number."""
    request.session.pop(ASKED, None)
    request.session.pop(KEY, None)


def was_here(request: HttpRequest) -> bool:
    """Whether a guest came in here before, whose hour may be over."""
    return KEY in request.session


def guest_of(request: HttpRequest) -> Guest | None:
    """The guest of this session; None where there is none, or an hour has passed since the last page they opened."""
    held = request.session.get(KEY)
    if held is None or not 0 <= _seconds() - held[1] < IDLE_SECONDS:
        return None
    code, seen = held
    found = Guest.objects.select_related("person").filter(person__code=code).first()
    # A page that asks again and again by itself, for where the bus is, is nobody who is there.
    by_itself = "HX-Request" in request.headers or settings.MACHIKADO_READ_ONLY
    if found is not None and not by_itself and _seconds() - seen >= NOTED_SECONDS:
        request.session[KEY] = [code, _seconds()]
    return found


def viewer_of(request: HttpRequest) -> Viewer | None:
    """The guest as a viewer, once they said how they are called."""
    guest = guest_of(request)
    if guest is None or not guest.is_named:
        return None
    return Viewer(
        account_id=0,
        person_id=guest.person_id,
        worker_id=None,
        name=str(guest.person),
        language=(get_language() or settings.LANGUAGE_CODE)[:2],
        grants=frozenset(),
        is_guest=True,
    )


def _seconds() -> int:
    return int(clock.real_now().timestamp())


def shown_code(number: str) -> str:
    """The code that was sent to a number, as the sample town shows it, which sends no SMS; "" in every other town."""
    if not settings.MACHIKADO_DEMO:
        return ""
    guest = Guest.objects.select_related("message").filter(number=number, person__is_sample=True).first()
    if guest is None or guest.message is None or not guest.digest:
        return ""
    return str(guest.message.params.get("digits", ""))
