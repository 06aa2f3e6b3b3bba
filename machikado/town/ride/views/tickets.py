"""The desk's pages of cards and passes: sell, charge, block, replace, give back; a caller's; receipts."""

from collections.abc import Callable
from uuid import uuid4

from django.contrib import messages as toasts
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from machikado.town.common import clock
from machikado.town.common.acting import acted, status
from machikado.town.common.calendar import town_date
from machikado.town.people.models import Person, Role
from machikado.town.people.queries import town
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.actions import cards, open_fares, passes, sale_receipts
from machikado.town.ride.actions.cards import NewCard
from machikado.town.ride.actions.open_fares import card_said
from machikado.town.ride.actions.passes import Undoing
from machikado.town.ride.forms.tickets import KeyForm, MoneyForm, PassForm, UndoForm
from machikado.town.ride.models import Card, CardEntry, SaleReceipt, ServiceArea, SoldPass
from machikado.town.ride.queries.tickets import fares_to_settle, ledger_of
from machikado.town.ride.views.acting import saved, with_bus
from machikado.town.ride.views.card_qr import qr_of
from machikado.town.ride.views.ticket_page import caller_page


@with_bus
@never_cache
def tickets(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """Look for a card by its number (a search is a POST), sell one, go to what is open."""
    typed = request.POST.get("q", "").replace("\0", "")[:80]
    found = card_said(typed) if typed else None
    if found is not None:
        return redirect("ride:card", found.code)
    return _tickets(request, MoneyForm(), typed)


@with_bus
def card_sell(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """Sell a card without a name."""
    form, by, made = MoneyForm(request.POST), request.viewer.actor, list[Card]()

    def sell() -> None:
        new = NewCard(area, form.parts())
        made.append(cards.sell(new=new, key=form.cleaned_data["key"], by=by, now=clock.now()))

    if saved(form, sell):
        toasts.success(request, _("The card is sold. Please print its sheet."))
        return redirect("ride:card", made[0].code)
    return _tickets(request, form)


def _tickets(request: SignedInRequest, form: MoneyForm, typed: str = "") -> HttpResponse:
    context = {"form": form, "typed": typed, "open": fares_to_settle().count()}
    return render(request, "ride/tickets/tickets.html", context, status=status(form))


@never_cache
def caller_tickets(request: SignedInRequest, code: str) -> HttpResponse:
    """A caller's cards and passes; sell them one."""
    return _sell_to(request, holder=get_object_or_404(Person, code=code, pseudonymised_at=None))


@with_bus
def _sell_to(request: SignedInRequest, area: ServiceArea, holder: Person) -> HttpResponse:
    now = clock.now()
    what, by = request.POST.get("what"), request.viewer.actor
    money = MoneyForm(request.POST if what == "card" else None)
    sale = PassForm(area, town_date(now), request.POST if what == "pass" else None)

    def sell_card() -> None:
        cards.sell(new=NewCard(area, money.parts(), holder), key=money.cleaned_data["key"], by=by, now=now)

    def sell_pass() -> None:
        passes.sell(sale=sale.sale(holder), key=sale.cleaned_data["key"], by=by, now=now)

    if saved(money, sell_card) or saved(sale, sell_pass):
        toasts.success(request, _("It is sold. You can print the receipt."))
        return redirect("ride:caller_tickets", holder.code)
    context = {"page": caller_page(holder, now), "money": money, "sale": sale}
    return render(request, "ride/tickets/caller.html", context, status=max(status(money), status(sale)))


@never_cache
def card(request: SignedInRequest, code: str) -> HttpResponse:
    """One card with its ledger; charge it."""
    here, by = get_object_or_404(Card.objects.select_related("holder", "replaced_by"), code=code), request.viewer.actor
    form = MoneyForm(request.POST or None)

    def charge() -> None:
        cards.charge(card=here, parts=form.parts(), key=form.cleaned_data["key"], by=by, now=clock.now())

    if saved(form, charge):
        toasts.success(request, _("The card is charged."))
        return redirect("ride:card", code)
    context = {"card": here, "lines": ledger_of(here), "form": form, "key": uuid4()}
    context["can_undo"] = Role.TRANSPORT in request.viewer.roles
    return render(request, "ride/tickets/card.html", context, status=status(form))


def card_step(request: SignedInRequest, code: str) -> HttpResponse:
    """Block a lost card, replace it, give back what is on it; take a fare back to it."""
    here, form, by, now = get_object_or_404(Card, code=code), KeyForm(request.POST), request.viewer.actor, clock.now()
    key = form.cleaned_data["key"] if form.is_valid() else None
    what = request.POST.get("what")
    acts: dict[str | None, tuple[Callable[[], object], str]] = {
        "block": (lambda: cards.block(card=here, by=by, now=now), _("The card is blocked. It pays no more.")),
        "unblock": (lambda: cards.unblock(card=here, by=by, now=now), _("The card pays again.")),
    }
    if key is not None:
        entry = CardEntry.objects.filter(key=key, card=here.code).first()
        acts["replace"] = (lambda: cards.replace(card=here, key=key, by=by, now=now), _("What was on it moved."))
        acts["refund"] = (lambda: cards.refund(card=here, key=key, by=by, now=now), _("The card is closed."))
        if entry is not None:
            back = _("The fare went back to the card. It is open again.")
            acts["back"] = (lambda: open_fares.take_back(entry=entry, by=by, now=now), back)
    if what in acts:
        acted(request, *acts[what])
    return redirect("ride:card", code)


@never_cache
def card_sheet(request: SignedInRequest, code: str) -> HttpResponse:
    """A sheet to print: the card with its number and QR, to cut out."""
    here = get_object_or_404(Card, code=code, state=Card.State.ACTIVE)
    context = {"card": here, "qr": qr_of(request, here), "centre": town()}
    return render(request, "ride/tickets/sheet.html", context)


def card_receipt(request: SignedInRequest, code: str) -> HttpResponse:
    """The receipt of a line of the ledger."""
    here, form = get_object_or_404(Card, code=code), KeyForm(request.POST)
    key = form.cleaned_data["key"] if form.is_valid() else None
    entry = get_object_or_404(CardEntry, key=key, card=here.code)
    return _receipt(request, lambda: sale_receipts.of_entry(entry=entry, by=request.viewer.actor, now=clock.now()))


def pass_receipt(request: SignedInRequest, code: str) -> HttpResponse:
    """The receipt of a pass."""
    sold = get_object_or_404(SoldPass, code=code)
    return _receipt(request, lambda: sale_receipts.of_pass(sold=sold, by=request.viewer.actor, now=clock.now()))


def _receipt(request: SignedInRequest, issue: Callable[[], SaleReceipt]) -> HttpResponse:
    made: list[SaleReceipt] = []
    if acted(request, lambda: made.append(issue())):
        return redirect("ride:sale_receipt", made[0].code)
    return redirect("ride:tickets")


@never_cache
def sale_receipt(request: SignedInRequest, code: str) -> HttpResponse:
    """A receipt to print; from the second time on it says so."""
    rows = SaleReceipt.objects.select_related("entry", "sold_pass__holder", "sold_pass__fare_pass")
    row = get_object_or_404(rows, code=code)
    card = get_object_or_404(Card.objects.select_related("holder"), code=row.entry.card) if row.entry else None
    holder = card.holder if card else row.sold_pass.holder if row.sold_pass else None
    context = {"receipt": row, "card": card, "holder": holder, "issuer": town()}
    return render(request, "ride/tickets/receipt.html", context)


def pass_undo(request: SignedInRequest, code: str) -> HttpResponse:
    """Undo a wrong pass."""
    sold, form = get_object_or_404(SoldPass.objects.select_related("holder"), code=code), UndoForm(request.POST)
    if sold.holder is None:
        raise Http404
    if form.is_valid():
        undoing, by = Undoing(form.cleaned_data["why"], form.cleaned_data["refunded_yen"]), request.viewer.actor
        done = _("The pass is undone. Please give the money back.")
        acted(request, lambda: passes.undo(sold=sold, undoing=undoing, by=by, now=clock.now()), done)
    else:
        toasts.error(request, _("Please write the yen in digits."))
    return redirect("ride:caller_tickets", sold.holder.code)
