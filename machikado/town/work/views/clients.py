"""The client's pages: their orders, one order, the estimate, the decision about a delivery, thanks."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.acting import acted, saved
from machikado.town.common.live import live
from machikado.town.people.viewer import SignedInRequest
from machikado.town.work.actions import deliveries, orders, thanks
from machikado.town.work.forms.decision import REWORK, DecisionForm, is_number, rework_rows, typed_rows
from machikado.town.work.models import Delivery, Order
from machikado.town.work.queries.client_orders import (
    own_deliveries,
    own_estimates,
    own_orders,
    row_of_task,
    with_progress,
)
from machikado.town.work.queries.orders import progress
from machikado.town.work.views.client_page import AskedFor, client_page
from machikado.town.work.views.deciding import Asked

PAGE = 20


def client_orders(request: SignedInRequest) -> HttpResponse:
    """All orders of the client."""
    page = Paginator(own_orders(request.viewer), PAGE).get_page(request.GET.get("page"))
    return render(request, "work/client/orders.html", {"page": page, "rows": with_progress(list(page.object_list))})


def client_order(request: SignedInRequest, code: str) -> HttpResponse:
    """One order; ?rework=CODE (of a task) fills that row into the form for rework."""
    order = _own(request, code)
    row = row_of_task(order, request.GET.get("rework", ""))
    form = DecisionForm(initial={"decision": REWORK} if row else None)
    asked = AskedFor(form, [Asked(row)] if row else [], request.GET.get("page"))
    return render(request, "work/client/order.html", {"page": client_page(order, request.viewer, asked, clock.now())})


def client_live(request: SignedInRequest, code: str) -> HttpResponse:
    """How far the order has come by now."""
    order = _own(request, code)
    return live(request, "work/client/live.html", {"order": order, "progress": progress(order)})


def client_accept_estimate(request: SignedInRequest, code: str) -> HttpResponse:
    """Say yes to the estimate that the page showed."""
    number = request.POST.get("number", "")
    found = own_estimates(request.viewer).filter(order__code=code).order_by("-number")
    estimate = get_object_or_404(found, number=number) if is_number(number) and len(number) < 5 else found.first()
    if estimate is not None:
        done = _("Thank you. We begin to prepare your order.")
        acted(
            request, lambda: orders.accept_estimate(estimate=estimate, by=request.viewer.actor, now=clock.now()), done
        )
    return redirect("work:client_order", _own(request, code).code)


def client_decide(request: SignedInRequest, code: str) -> HttpResponse:
    """Accept a delivery, or ask for rows to be done again; what was typed is kept if it cannot be."""
    delivery = _own_delivery(request, code)
    form, typed = DecisionForm(request.POST), typed_rows(request.POST)
    if saved(form, lambda: _decide(request, delivery, form.new_decision(rework_rows(delivery, typed)))):
        return redirect("work:client_order", delivery.order.code)
    page = client_page(delivery.order, request.viewer, AskedFor(form, [Asked(*row) for row in typed]), clock.now())
    return render(request, "work/client/order.html", {"page": page}, status=422)


def _decide(request: SignedInRequest, delivery: Delivery, decision: deliveries.NewDecision) -> None:
    deliveries.decide(delivery=delivery, decision=decision, by=request.viewer.actor, now=clock.now())


def client_thank(request: SignedInRequest, code: str) -> HttpResponse:
    """Let everybody who worked on a delivery know that the client is thankful."""
    delivery = _own_delivery(request, code)
    done = _("Your thanks are on their way to everybody who worked on it.")
    acted(request, lambda: thanks.thank(delivery=delivery, by=request.viewer.actor, now=clock.now()), done)
    return redirect("work:client_order", delivery.order.code)


def _own(request: SignedInRequest, code: str) -> Order:
    return get_object_or_404(own_orders(request.viewer).select_related("client", "inquiry", "coordinator"), code=code)


def _own_delivery(request: SignedInRequest, code: str) -> Delivery:
    return get_object_or_404(
        own_deliveries(request.viewer).select_related("order__client", "order__inquiry"), code=code
    )
