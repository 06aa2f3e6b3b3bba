"""Staff enter what a client said of a delivery by telephone, by letter or in person."""

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.acting import saved, status
from machikado.town.people.viewer import SignedInRequest
from machikado.town.work.actions import deliveries
from machikado.town.work.forms.decision import rework_rows, typed_rows
from machikado.town.work.forms.said import DecisionForForm
from machikado.town.work.models import Delivery
from machikado.town.work.queries.deliveries import deliveries_visible_to
from machikado.town.work.views.deciding import Asked, deciding


def decision_for(request: SignedInRequest, code: str) -> HttpResponse:
    """Enter it: the results are accepted, or some rows are to be done again."""
    seen = deliveries_visible_to(request.viewer).select_related("order__client", "decision")
    delivery = get_object_or_404(seen, code=code)
    if request.method == "GET" and not delivery.waits_for_client:
        toasts.info(request, _("There is nothing to decide about this delivery now."))
        return redirect("work:order", delivery.order.code)
    form, typed = DecisionForForm(request.POST or None), typed_rows(request.POST)
    if saved(form, lambda: _enter(request, delivery, form, typed)):
        toasts.success(request, _("The client’s decision is entered."))
        return redirect("work:order", delivery.order.code)
    jobs = list(delivery.order.jobs.select_related("procedure").order_by("pk"))
    page = {"delivery": delivery, "deciding": deciding(form, [Asked(*row) for row in typed], jobs)}
    return render(request, "work/orders/decision_for.html", page, status=status(form))


def _enter(request: SignedInRequest, delivery: Delivery, form: DecisionForForm, typed: list[tuple[str, str]]) -> None:
    decision, by = form.new_decision(rework_rows(delivery, typed)), request.viewer.actor
    deliveries.decide_for(delivery=delivery, decision=decision, said=form.said(), by=by, now=clock.now())
