"""Staff enter the yes of a client who said it by telephone, by letter or in person."""

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.acting import saved, status
from machikado.town.people.viewer import SignedInRequest
from machikado.town.work.actions import orders
from machikado.town.work.forms.said import YesForForm
from machikado.town.work.models import Order
from machikado.town.work.queries.orders import newest_estimate
from machikado.town.work.views.orders import one_order


def yes_for(request: SignedInRequest, code: str) -> HttpResponse:
    """Enter it for the estimate that the page showed."""
    order = one_order(request, code)
    newest = newest_estimate(order)
    if newest is None:
        toasts.warning(request, _("There is no estimate yet. Make one first."))
        return redirect("work:order", code)
    form = YesForForm(request.POST or None, initial={"number": newest.number})
    if saved(form, lambda: _enter(request, order, form)):
        toasts.success(request, _("The order is agreed. You can begin to prepare."))
        return redirect("work:order", code)
    form.show(newest.number)
    page = {"order": order, "estimate": newest, "form": form}
    return render(request, "work/orders/yes_for.html", page, status=status(form))


def _enter(request: SignedInRequest, order: Order, form: YesForForm) -> None:
    estimate = get_object_or_404(order.estimates.select_related("order"), number=form.cleaned_data["number"])
    orders.accept_estimate_for(estimate=estimate, said=form.said(), by=request.viewer.actor, now=clock.now())
