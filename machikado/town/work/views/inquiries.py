"""The public page on which anybody asks the centre for work, the thanks, and how it is erased when they ask."""

from typing import Any

from django.contrib import messages as toasts
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock, limits
from machikado.town.common.acting import saved, status
from machikado.town.common.actors import SYSTEM
from machikado.town.common.errors import Cannot
from machikado.town.people.models import Organisation, Role
from machikado.town.people.queries import organisations_visible_to, sign_in_address
from machikado.town.people.sign_in import client_ip
from machikado.town.people.viewer import SignedInRequest, Viewer
from machikado.town.work.actions import inquiries as erasing
from machikado.town.work.actions import orders
from machikado.town.work.forms.inquiry import InquiryForm
from machikado.town.work.forms.inviting import EraseInquiryForm
from machikado.town.work.models import Order
from machikado.town.work.views.orders import one_order

PER_HOUR = 10  # inquiries from one address
# Which field of the form a refusal is about.
_FIELDS = {"no_contact": "email", "nothing_asked": "about", "wished_past": "wished_on"}


def inquire(request: HttpRequest) -> HttpResponse:
    """Take an inquiry in; sent twice it is one."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    form = InquiryForm(request.POST or None, organisation=_organisation(viewer), initial=_known(viewer))
    if form.is_valid() and (order := _sent(request, form, viewer)) is not None:
        return redirect("work:inquired", order.code)
    return render(request, "work/inquiry/inquire.html", {"form": form}, status=status(form))


def _sent(request: HttpRequest, form: InquiryForm, viewer: Viewer | None) -> Order | None:
    """The order that was made of it; None with a sentence in the form if it was refused."""
    if form.is_from_a_program:
        form.add_error(None, _("This could not be sent. Please telephone us."))
    elif limits.take("work.inquiry", client_ip(request), PER_HOUR) is None:
        form.add_error(
            None,
            _(
                "Many inquiries came from here within an hour. Please wait a little, or telephone us."
                " What you wrote is still here."
            ),
        )
    else:
        try:
            return orders.inquire(inquiry=form.inquiry(), by=viewer.actor if viewer else SYSTEM, now=clock.now())
        except Cannot as refusal:
            form.add_error(_FIELDS.get(refusal.code), refusal.sentence)
    return None


def inquired(request: HttpRequest, code: str) -> HttpResponse:
    """Thank, and say the code and what happens next. It tells nothing of what was asked."""
    order = get_object_or_404(Order.objects.only("code", "made_at"), code=code)
    return render(request, "work/inquiry/inquired.html", {"code": order.code})


def inquiry_erase(request: SignedInRequest, code: str) -> HttpResponse:
    """Erase what an inquirer wrote, with the reason; the page says first what goes."""
    order, form = one_order(request, code), EraseInquiryForm(request.POST or None)
    by, now = request.viewer.actor, clock.now()
    if saved(form, lambda: erasing.erase(order=order, reason=form.cleaned_data["reason"], by=by, now=now)):
        toasts.success(request, _("The data were erased."))
        return redirect("work:order", code)
    page = {"order": order, "form": form, "whole": order.state in erasing.LED_TO_NOTHING}
    return render(request, "work/inquiry/erase.html", page, status=status(form))


def _organisation(viewer: Viewer | None) -> Organisation | None:
    """The organisation for which a signed-in client asks."""
    if viewer is None or Role.CLIENT not in viewer.roles:
        return None
    return organisations_visible_to(viewer).filter(pk__in=viewer.organisation_ids(Role.CLIENT)).order_by("pk").first()


def _known(viewer: Viewer | None) -> dict[str, Any]:
    """What need not be typed again by somebody who is signed in."""
    if viewer is None:
        return {}
    organisation = _organisation(viewer)
    known = {"person_name": viewer.name, "email": sign_in_address(viewer)}
    return known | ({"organisation_name": organisation.name} if organisation else {})
