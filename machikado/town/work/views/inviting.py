"""Inviting people of a client: staff from the page of an order, a client from the page of its own people."""

from django.contrib import messages as toasts
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.acting import acted, saved, status
from machikado.town.people.actions import invitations
from machikado.town.people.models import Invitation, Organisation, Role
from machikado.town.people.queries import invitations_visible_to, organisations_visible_to
from machikado.town.people.viewer import SignedInRequest
from machikado.town.work.actions import inviting
from machikado.town.work.forms.inviting import InviteColleagueForm, InviteForm
from machikado.town.work.models import Order
from machikado.town.work.views.invitation_rows import insiders
from machikado.town.work.views.orders import one_order


def invite(request: SignedInRequest, code: str) -> HttpResponse:
    """Invite somebody to see an order as its client."""
    order = one_order(request, code)
    if order.client is None:
        toasts.warning(request, _("Say first which client this order is for. Then somebody can be invited."))
        return redirect("work:order", code)
    form = InviteForm(request.POST or None, initial=_inquirer(order))
    by, now = request.viewer.actor, clock.now()
    if saved(form, lambda: inviting.invite(order=order, **form.cleaned_data, by=by, now=now)):
        toasts.success(request, _said(form.cleaned_data["mail"]))
        return redirect("work:order", code)
    return render(request, "work/inviting/invite.html", {"order": order, "form": form}, status=status(form))


def _inquirer(order: Order) -> dict[str, str]:
    """Whom the form begins with: whoever inquired, while that is known."""
    asked = getattr(order, "inquiry", None)
    return {} if asked is None or asked.is_erased else {"name": asked.person_name, "mail": asked.email}


def colleagues(request: SignedInRequest) -> HttpResponse:
    """Who acts for the viewer's organisation; invite one more."""
    organisation = _own(request, request.POST.get("organisation", ""))
    form, by, now = InviteColleagueForm(request.POST or None), request.viewer.actor, clock.now()
    if saved(form, lambda: inviting.invite_colleague(organisation=organisation, **form.cleaned_data, by=by, now=now)):
        toasts.success(request, _said(form.cleaned_data["mail"]))
        return redirect("work:colleagues")
    inside = [insiders(each, now) for each in _organisations(request)]
    page = {"all": inside, "form": form, "chosen": organisation}
    return render(request, "work/inviting/colleagues.html", page, status=status(form))


def again(request: SignedInRequest, code: str) -> HttpResponse:
    """Make a new link, and send it where there is an address."""
    here = _seen(request, code)
    done = _("There is a new link. The old one no longer works.")
    acted(request, lambda: inviting.issue_again(invitation=here, by=request.viewer.actor, now=clock.now()), done)
    return _back(request, here)


def withdraw(request: SignedInRequest, code: str) -> HttpResponse:
    """Take an invitation back."""
    here = _seen(request, code)
    done = _("The invitation is withdrawn. Name and address are erased.")
    acted(request, lambda: invitations.withdraw(invitation=here, by=request.viewer.actor, now=clock.now()), done)
    return _back(request, here)


def _said(mail: str) -> str:
    if mail:
        return _("The invitation is on its way by e-mail.")
    return _("The invitation is made. Print the letter and hand it over.")


def _seen(request: SignedInRequest, code: str) -> Invitation:
    return get_object_or_404(invitations_visible_to(request.viewer), code=code)


def _organisations(request: SignedInRequest) -> list[Organisation]:
    own = request.viewer.organisation_ids(Role.CLIENT)
    return list(organisations_visible_to(request.viewer).filter(pk__in=own).order_by("pk"))


def _own(request: SignedInRequest, code: str) -> Organisation:
    """The organisation that was meant, of those for which the viewer acts, else 404; the first where none was said."""
    own = _organisations(request)
    found = [each for each in own if code in ("", each.code)]
    if not found:
        raise Http404
    return found[0]


def _back(request: SignedInRequest, here: Invitation) -> HttpResponse:
    """Where it was pressed: the page of one's own people, or the order's."""
    if here.organisation_id in request.viewer.organisation_ids(Role.CLIENT):
        return redirect("work:colleagues")
    order = here.organisation.orders.filter(code=request.POST.get("order", "")).first()
    return redirect("work:order", order.code) if order else redirect("work:orders")
