"""The coordinator's pages of orders: the list, one order, its client, its price, its steps, its deliveries."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.acting import acted, saved, status
from machikado.town.common.calendar import town_date
from machikado.town.common.live import live
from machikado.town.people.viewer import SignedInRequest
from machikado.town.work.actions import deliveries, orders, stops
from machikado.town.work.actions.new_clients import link_new_client
from machikado.town.work.forms.decision import plain
from machikado.town.work.forms.orders import EstimateForm, LinkForm, first_figures
from machikado.town.work.models import Delivery, Order
from machikado.town.work.queries.deliveries import deliveries_visible_to
from machikado.town.work.queries.orders import orders_visible_to
from machikado.town.work.queries.staff_orders import as_csv, count_by_state, found_orders
from machikado.town.work.views.moves_of_order import done
from machikado.town.work.views.order_page import order_page

PAGE = 30


def one_order(request: SignedInRequest, code: str) -> Order:
    """The order with this code, or 404."""
    orders_here = orders_visible_to(request.viewer).select_related("client", "inquiry", "coordinator")
    return get_object_or_404(orders_here, code=code)


def order_list(request: SignedInRequest) -> HttpResponse:
    """All orders, filtered, and searched by POST alone; as a table for a spreadsheet with format=csv."""
    asked = request.POST if request.method == "POST" else request.GET
    state, words = asked.get("state", ""), request.POST.get("q", "").replace("\0", "")[:120]
    found = found_orders(request.viewer, state, words)
    if asked.get("format") == "csv":
        name = {"Content-Disposition": 'attachment; filename="orders.csv"'}
        return HttpResponse(as_csv(found), content_type="text/csv; charset=utf-8", headers=name)
    counts = count_by_state(request.viewer)
    states = [(value, label, counts[value]) for value, label in Order.State.choices if value in counts]
    page = Paginator(found, PAGE).get_page(asked.get("page"))
    context = {"page": page, "states": states, "state": state, "words": words, "total": sum(counts.values())}
    return render(request, "work/orders/list.html", context)


def order(request: SignedInRequest, code: str) -> HttpResponse:
    """One order with everything that belongs to it."""
    page = order_page(one_order(request, code), LinkForm(), clock.now())
    return render(request, "work/orders/order.html", {"page": page})


def order_step(request: SignedInRequest, code: str) -> HttpResponse:
    """Move an order along its life, or stop it with a reason."""
    here, to = one_order(request, code), request.POST.get("to", "")
    reason = plain(request.POST.get("reason", ""))
    acted(request, lambda: _step(request, here, to, reason), done(here.state, to))
    return redirect("work:order", code)


def _step(request: SignedInRequest, here: Order, to: str, reason: str) -> None:
    by, now = request.viewer.actor, clock.now()
    if to in stops.STOPS:
        stops.stop(order=here, to=to, reason=reason, by=by, now=now)
    else:
        orders.step(order=here, to=to, by=by, now=now)


def order_link(request: SignedInRequest, code: str) -> HttpResponse:
    """Say which client an inquiry comes from, a known or a new one."""
    here, form = one_order(request, code), LinkForm(request.POST)
    if not form.is_valid():
        return render(request, "work/orders/order.html", {"page": order_page(here, form, clock.now())}, status=422)
    acted(request, lambda: _link(request, here, form), _("The client is linked. Now make the estimate."))
    return redirect("work:order", code)


def _link(request: SignedInRequest, here: Order, form: LinkForm) -> None:
    by, now = request.viewer.actor, clock.now()
    if (client := form.cleaned_data["client"]) is not None:
        orders.link_client(order=here, client=client, by=by, now=now)
    else:
        link_new_client(order=here, name=form.cleaned_data["new_name"], by=by, now=now)


def estimate(request: SignedInRequest, code: str) -> HttpResponse:
    """Make an estimate; it goes to the client at once."""
    here = one_order(request, code)
    form = EstimateForm(request.POST or None, initial=first_figures(here, town_date(clock.now())))
    by, now = request.viewer.actor, clock.now()
    if saved(form, lambda: orders.estimate(order=here, estimate=form.estimate(), by=by, now=now)):
        return redirect("work:order", code)
    return render(request, "work/orders/estimate.html", {"order": here, "form": form}, status=status(form))


def deliver(request: SignedInRequest, code: str) -> HttpResponse:
    """Ask for the files of all checked results."""
    here = one_order(request, code)
    done = _("The files are being made. The client sees them when they are ready.")
    acted(request, lambda: deliveries.ask(order=here, by=request.viewer.actor, now=clock.now()), done)
    return redirect("work:order", code)


def delivery_live(request: SignedInRequest, code: str) -> HttpResponse:
    """How far the files of a delivery are."""
    delivery: Delivery = get_object_or_404(deliveries_visible_to(request.viewer), code=code)
    return live(request, "work/orders/making.html", {"delivery": delivery})
