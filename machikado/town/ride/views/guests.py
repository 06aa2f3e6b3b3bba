"""The way in of a guest: a number, the code that is sent to it, a name; then the same booking as everybody's."""

from functools import wraps

from django.contrib import messages as toasts
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from machikado.town.common import clock
from machikado.town.common.acting import saved, status
from machikado.town.people import guests as sessions
from machikado.town.people.actions import guests
from machikado.town.people.actions.guests import Asking
from machikado.town.people.models import Guest
from machikado.town.people.sign_in import client_ip
from machikado.town.people.telephone import written
from machikado.town.people.viewer import SignedInRequest, Viewer
from machikado.town.ride.forms.guests import CodeForm, NameForm, NumberForm
from machikado.town.ride.queries.guests import rides_of_guest, sms_waiting
from machikado.town.ride.views.acting import View
from machikado.town.ride.views.booking_page import home_page
from machikado.town.ride.views.guest_page import sms_rows
from machikado.town.ride.views.whose import whose


def _for_visitors(view: View) -> View:
    """Lead whoever is signed in to their own bookings: they need no code."""

    @wraps(view)
    def seen(request: HttpRequest) -> HttpResponse:
        viewer: Viewer | None = getattr(request, "viewer", None)
        if viewer is not None and not viewer.is_guest:
            return redirect("ride:home")
        return view(request)

    return never_cache(seen)


def _with_guest(view: View) -> View:
    """Hand a view the guest of this session; without one they begin at the number."""

    @wraps(view)
    def seen(request: HttpRequest) -> HttpResponse:
        guest = sessions.guest_of(request)
        return redirect("ride:guest") if guest is None else view(request, guest)

    return _for_visitors(seen)


@_for_visitors
def guest(request: HttpRequest) -> HttpResponse:
    """A number, to which a code is sent; for whoever typed it, what they booked."""
    here = sessions.guest_of(request)
    if here is not None:
        return _home(request, here) if here.is_named else redirect("ride:guest_name")
    form, numbers = NumberForm(request.POST or None), list[str]()
    if saved(form, lambda: numbers.append(_ask(request, form.cleaned_data["phone"])), "phone"):
        sessions.wait_for_code(request, numbers[0])
        return redirect("ride:guest_code")
    context = {"form": form, "is_over": sessions.was_here(request)}
    return render(request, "ride/guests/number.html", context, status=status(form))


def _ask(request: HttpRequest, typed: str) -> str:
    asking = Asking(typed, client_ip(request))
    return guests.ask_code(asking=asking, now=clock.now(), real=clock.real_now())


def _home(request: HttpRequest, here: Guest) -> HttpResponse:
    now = clock.now()
    theirs = whose(request.viewer, here.person, now)  # type: ignore[attr-defined]  # by the door (config/doors.py)
    context = {"page": home_page(theirs, now), "guest": here, "phone": written(here.number), "whose": theirs}
    return render(request, "ride/guests/home.html", context)


@_for_visitors
def guest_code(request: HttpRequest) -> HttpResponse:
    """The six digits that were sent."""
    number = sessions.number_asked(request)
    if not number:
        return redirect("ride:guest")
    form, now, here = CodeForm(request.POST or None), clock.now(), list[Guest]()

    def come_in() -> None:
        typed = form.cleaned_data["digits"]
        here.append(guests.come_in(number=number, typed=typed, now=now, real=clock.real_now()))

    if saved(form, come_in, "digits"):
        sessions.come_in(request, here[0])
        is_known = here[0].is_named and rides_of_guest(here[0].person, now).exists()
        return redirect("ride:guest" if is_known else "ride:guest_name")
    context = {"form": form, "phone": written(number), "shown": sessions.shown_code(number)}
    return render(request, "ride/guests/code.html", context, status=status(form))


@_with_guest
def guest_name(request: HttpRequest, here: Guest) -> HttpResponse:
    """By which name they are called; then the three steps of a booking."""
    form, by, now = NameForm(request.POST or None), guests.actor_of(here), clock.now()
    if saved(form, lambda: guests.say_name(guest=here, name=form.cleaned_data["name"], by=by, now=now), "name"):
        return redirect("ride:book")
    return render(request, "ride/guests/name.html", {"form": form}, status=status(form))


def guest_leave(request: HttpRequest) -> HttpResponse:
    """This browser forgets the number."""
    sessions.leave(request)
    toasts.success(request, _("This screen has forgotten your number. Your rides stay booked."))
    return redirect("front")


def sms(request: SignedInRequest) -> HttpResponse:
    """What is to be said by SMS and waits, as no sender is plugged in."""
    return render(request, "ride/guests/waiting.html", {"rows": sms_rows(sms_waiting())})
