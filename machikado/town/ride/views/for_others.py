"""The pages of a proxy: for whom they may book, the rides of one of them, and the same booking as everybody's."""

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock, limits
from machikado.town.common.acting import saved, status
from machikado.town.people.models import Person
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.actions import consents
from machikado.town.ride.actions.consents import CannotAgree
from machikado.town.ride.forms.consents import DigitsForm
from machikado.town.ride.models import BookingConsent, ServiceArea
from machikado.town.ride.queries.consents import riders_of, sentences_of
from machikado.town.ride.views.acting import with_bus
from machikado.town.ride.views.booking import wish_page
from machikado.town.ride.views.booking_page import home_page
from machikado.town.ride.views.wait_page import waits
from machikado.town.ride.views.whose import whose

WRONG_PER_HOUR = 10  # of one person; of a hundred million digits


def for_others(request: SignedInRequest) -> HttpResponse:
    """For whom one may book; a box for the digits that somebody told."""
    form, now, made = DigitsForm(request.POST or None), clock.now(), list[BookingConsent]()
    if saved(form, lambda: made.append(_accept(request, form.cleaned_data["digits"])), "digits"):
        toasts.success(request, _("You can book for %(name)s now.") % {"name": made[0].rider})
        return redirect("ride:for_one", made[0].code)
    context = {"form": form, "consents": riders_of(request.viewer.person_id, now)}
    return render(request, "ride/consents/for_others.html", context, status=status(form))


def _accept(request: SignedInRequest, typed: str) -> BookingConsent:
    """Only wrong digits count, so that a care manager takes in all of an afternoon's clients."""
    person = Person.objects.get(pk=request.viewer.person_id)
    place = limits.take("ride.consent", person.code, WRONG_PER_HOUR)
    if place is None:
        raise CannotAgree("many_tries")
    made = consents.accept(typed=typed, proxy=person, by=request.viewer.actor, now=clock.now(), real=clock.real_now())
    limits.give_back(place)
    return made


def for_one(request: SignedInRequest, code: str) -> HttpResponse:
    """The rides of somebody who agreed, of today and later."""
    now = clock.now()
    consent = get_object_or_404(riders_of(request.viewer.person_id, now), code=code)
    theirs = whose(request.viewer, consent.rider, now)
    context = {
        "consent": consent,
        "whose": theirs,
        "page": home_page(theirs, now),
        "sentences": sentences_of(consent.terms),
        "waits": waits(theirs),
    }
    return render(request, "ride/consents/for_one.html", context)


def for_one_book(request: SignedInRequest, code: str) -> HttpResponse:
    """First of three steps for them: from, to, when, who."""
    consent = get_object_or_404(riders_of(request.viewer.person_id, clock.now()), code=code)
    return _book_for(request, consent=consent)


@with_bus
def _book_for(request: SignedInRequest, area: ServiceArea, consent: BookingConsent) -> HttpResponse:
    theirs = whose(request.viewer, consent.rider, clock.now())
    return wish_page(request, area, theirs, "ride/booking/wish.html", {})
