"""The pages of a consent: who may book for me, with an end at one tap; the desk takes one on paper or by telephone."""

from datetime import timedelta

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from machikado.town.common import clock
from machikado.town.common.acting import acted, saved, status
from machikado.town.common.calendar import town_date
from machikado.town.people.models import Person
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.actions import consents
from machikado.town.ride.forms.consents import ConsentForm, DeskConsentForm
from machikado.town.ride.models import ConsentInvitation
from machikado.town.ride.models.consents import TERMS
from machikado.town.ride.queries.consents import consents_visible_to, past_of, proxies_of, sentences_of


@never_cache
def proxies(request: SignedInRequest) -> HttpResponse:
    """Who may book for me; digits for somebody else who is to."""
    rider, by, now, real = (
        Person.objects.get(pk=request.viewer.person_id),
        request.viewer.actor,
        clock.now(),
        clock.real_now(),
    )
    form = ConsentForm(request.POST or None)
    if saved(form, lambda: consents.invite(rider=rider, new=form.new(), by=by, now=now, real=real)):
        return redirect("ride:proxies")
    invitation = ConsentInvitation.objects.filter(rider=rider, consent=None, valid_until__gt=real).first()
    left = -(-(invitation.valid_until - real) // timedelta(minutes=1)) if invitation else 0
    context = {"form": form, "invitation": invitation, "minutes_left": left, **_of(rider)}
    return render(request, "ride/consents/proxies.html", context, status=status(form))


def _of(rider: Person) -> dict[str, object]:
    now = clock.now()
    return {"proxies": proxies_of(rider, now), "past": past_of(rider, now), "sentences": sentences_of(TERMS)}


def consent_end(request: SignedInRequest, code: str) -> HttpResponse:
    """The passenger, the proxy or the desk ends it: one tap."""
    row = get_object_or_404(consents_visible_to(request.viewer), code=code)
    by, now = request.viewer.actor, clock.now()
    acted(
        request, lambda: consents.end(consent=row, by=by, now=now), _("It is ended. Rides that are booked stay booked.")
    )
    if request.viewer.person_id == row.rider_id:
        return redirect("ride:proxies")
    if request.viewer.person_id == row.proxy_id:
        return redirect("ride:for_others")
    return redirect("ride:caller_proxies", row.rider.code)


def caller_proxies(request: SignedInRequest, code: str) -> HttpResponse:
    """The desk sees who may book for a caller, takes a consent, ends one."""
    rider, by, now = get_object_or_404(Person, code=code, pseudonymised_at=None), request.viewer.actor, clock.now()
    form = DeskConsentForm(request.POST or None, today=town_date(now))

    def take() -> None:
        consents.take(rider=rider, new=form.new(), taken=form.taken(), by=by, now=now)

    if saved(form, take):
        toasts.success(request, _("The consent is kept. They can book now."))
        return redirect("ride:caller_proxies", code)
    context = {"form": form, "rider": rider, **_of(rider)}
    return render(request, "ride/consents/caller_proxies.html", context, status=status(form))
