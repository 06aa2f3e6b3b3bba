"""What happens to an order: asked for, priced, agreed, moved along its life."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.calendar import town_date, weekday_date
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.models import Organisation, Town
from machikado.town.people.permissions import require
from machikado.town.work import lives
from machikado.town.work.actions.inviting import invite_inquirer
from machikado.town.work.actions.telling_orders import tell_client, tell_coordinator
from machikado.town.work.events.deliveries import DeliveryWithdrawn
from machikado.town.work.events.orders import (
    ClientLinked,
    EstimateAccepted,
    OrderEstimated,
    OrderInquired,
    OrderStepped,
)
from machikado.town.work.models import Batch, Estimate, Inquiry, Job, Order
from machikado.town.work.said import Said

# Where staff may send an order by hand. Estimates, deliveries and the client's decisions make the other steps.
BY_HAND = frozenset({"declined", "cancelled", "preparing", "running", "suspended", "closed"})
# In these states results may be handed over.
DELIVERS = lives.ORDER.before("delivered")


class CannotInquire(Cannot):
    """An inquiry that nobody could answer."""

    sentences = {
        "no_contact": _("Please write an e-mail address or a telephone number, so that we can answer you."),
        "nothing_asked": _("Please write in a few words what you would like us to do."),
        "wished_past": _("This day has passed. Please choose today or a later day."),
    }


class CannotEstimate(Cannot):
    """An estimate that cannot be made, or cannot be accepted any more."""

    sentences = {
        "no_client": _("Say first which client this order is for. Then the estimate can be made."),
        "number": _(
            "Items, price and number of people must be at least 1 (people at most 9). Please check the figures."
        ),
        "valid_until_past": _("The estimate must be valid until today or later. Please choose a later day."),
        "due_past": _("The day of delivery must lie in the future. Please choose a later day."),
        "expired": _("This estimate was valid until %(valid_until)s. Please ask us for a new one."),
        "replaced": _("There is a newer estimate for this order. Please look at that one."),
        "other_client": _("Only the client of this order can accept its estimate."),
        "nobody": _("Please write who said so, and when."),
    }


class CannotMove(Cannot):
    """An order that may not take this step yet."""

    sentences = {
        "not_by_hand": _(
            "This step is not made by hand: it follows from an estimate, a delivery or the client's decision."
        ),
        "nothing_to_do": _("Open a job and a batch of this order first. Then the work can start."),
    }


class CannotLink(Cannot):
    """An order that already belongs to somebody."""

    sentences = {
        "other_client": _("This order already belongs to another client."),
        "not_a_client": _("Please choose an organisation that can be a client."),
    }


@dataclass(frozen=True, slots=True)
class NewInquiry:
    """What somebody wrote on the public page. `client` and `title` are known only if they are signed in."""

    organisation_name: str
    person_name: str
    about: str
    sent_key: UUID
    email: str = ""
    phone: str = ""
    quantity: int | None = None
    wished_on: date | None = None
    title: str = ""
    client: Organisation | None = None
    channel: str = "web"


@dataclass(frozen=True, slots=True)
class NewEstimate:
    """The figures of an estimate; `unit_yen` per item without tax, `redundancy` people per item (1–9)."""

    items: int
    unit_yen: int
    redundancy: int
    due_on: date
    valid_until: date
    note: str = ""


def inquire(*, inquiry: NewInquiry, by: Actor, now: datetime) -> Order:
    """Take an inquiry in and return its order; sending the same page twice returns the same order.

    Raises CannotInquire.
    """
    if not (inquiry.email.strip() or inquiry.phone.strip()):
        raise CannotInquire("no_contact")
    if not inquiry.about.strip():
        raise CannotInquire("nothing_asked")
    if inquiry.wished_on is not None and inquiry.wished_on < town_date(now):
        raise CannotInquire("wished_past")
    if inquiry.client is not None:
        require(by, may="work.inquire_for", on=inquiry.client)
    if (order := Order.objects.filter(inquiry__sent_key=inquiry.sent_key).first()) is not None:
        return order
    try:
        return _take_in(inquiry, by, now)
    except IntegrityError:  # the other half of a double click was quicker
        return Order.objects.get(inquiry__sent_key=inquiry.sent_key)


@transaction.atomic
def _take_in(inquiry: NewInquiry, by: Actor, now: datetime) -> Order:
    """Write the order, what was asked, and the diary row."""
    order = Order.objects.create(
        client=inquiry.client,
        title=(inquiry.title.strip() or inquiry.about.strip()).splitlines()[0][:120],
        due_on=inquiry.wished_on,
        is_sample=Town.objects.filter(is_sample=True).exists(),
        made_at=now,
        stepped_at=now,
    )
    Inquiry.objects.create(order=order, sent_key=inquiry.sent_key, **_written(inquiry))
    event = OrderInquired(code=order.code, channel=inquiry.channel, quantity=inquiry.quantity)
    record(event, by=by, now=now, detail={"title": order.title, "organisation": inquiry.organisation_name})
    tell_coordinator(order, "work.inquiry_came", now)
    return order


def _written(inquiry: NewInquiry) -> dict[str, Any]:
    """The columns of the Inquiry row."""
    return {
        "organisation_name": inquiry.organisation_name.strip(),
        "person_name": inquiry.person_name.strip(),
        "email": inquiry.email.strip(),
        "phone": inquiry.phone.strip(),
        "about": inquiry.about.strip(),
        "quantity": inquiry.quantity,
        "wished_on": inquiry.wished_on,
    }


@transaction.atomic
def link_client(*, order: Order, client: Organisation, by: Actor, now: datetime) -> Order:
    """Say which organisation an inquiry comes from; saying the same again changes nothing. Raises CannotLink."""
    require(by, may="work.link_client", on=order)
    order = locked(order)
    if order.client_id == client.pk:
        return order
    if order.client_id is not None:
        raise CannotLink("other_client")
    if client.kind == Organisation.Kind.CENTRE:
        raise CannotLink("not_a_client")
    order.client = client
    order.is_sample = order.is_sample or client.is_sample
    order.coordinator_id = order.coordinator_id or by.person_id
    order.save(update_fields=["client", "is_sample", "coordinator"])
    record(ClientLinked(code=order.code, client=client.code), by=by, now=now)
    return order


@transaction.atomic
def estimate(*, order: Order, estimate: NewEstimate, by: Actor, now: datetime) -> Estimate:
    """Answer an inquiry with a price; a later estimate replaces an earlier one. Raises CannotEstimate, CannotStep.

    An inquirer whose organisation has nobody who could look at it is invited to come in.
    """
    require(by, may="work.estimate", on=order)
    order = locked(order)
    _check_figures(order, estimate, town_date(now))
    after = lives.ORDER.step(order.state, Order.State.ESTIMATED)
    last = order.estimates.aggregate(last=Max("number"))["last"] or 0
    assert by.person_id is not None  # `require` lets no actor without a person price anything
    row = Estimate.objects.create(
        order=order,
        number=last + 1,
        items=estimate.items,
        unit_yen=estimate.unit_yen,
        redundancy=estimate.redundancy,
        due_on=estimate.due_on,
        valid_until=estimate.valid_until,
        note=estimate.note.strip(),
        made_by_id=by.person_id,
        made_at=now,
    )
    order.coordinator_id = order.coordinator_id or by.person_id
    set_state(order, after, now)
    record(_estimated(order, row), by=by, now=now, detail={"note": row.note})
    tell_client(order, "work.estimate_made", now)
    invite_inquirer(order=order, by=by, now=now)
    return row


def _check_figures(order: Order, estimate: NewEstimate, today: date) -> None:
    """Raise CannotEstimate where the figures make no sense."""
    if order.client_id is None:
        raise CannotEstimate("no_client")
    if estimate.items < 1 or estimate.unit_yen < 1 or not 1 <= estimate.redundancy <= 9:
        raise CannotEstimate("number")
    if estimate.valid_until < today:
        raise CannotEstimate("valid_until_past")
    if estimate.due_on <= today:
        raise CannotEstimate("due_past")


def _estimated(order: Order, row: Estimate) -> OrderEstimated:
    """The diary's words for an estimate."""
    return OrderEstimated(
        code=order.code,
        number=row.number,
        items=row.items,
        unit_yen=row.unit_yen,
        yen=row.total_yen,
        redundancy=row.redundancy,
        due_on=row.due_on.isoformat(),
        valid_until=row.valid_until.isoformat(),
    )


@transaction.atomic
def accept_estimate(*, estimate: Estimate, by: Actor, now: datetime) -> Order:
    """Let the client say yes to the newest estimate while it is valid. Saying yes twice is one yes.

    Raises CannotEstimate, CannotStep.
    """
    order = locked(estimate.order)
    require(by, may="work.accept_estimate", on=order)
    if not by.has_in(order.client_id, "client"):
        raise CannotEstimate("other_client")
    if _agree(order, estimate, None, by=by, now=now):
        tell_coordinator(order, "work.estimate_accepted", now)
    return order


@transaction.atomic
def accept_estimate_for(*, estimate: Estimate, said: Said, by: Actor, now: datetime) -> Order:
    """Enter the yes of a client who said it to the centre; whoever acts for the client is told. Twice is one yes.

    Raises CannotEstimate, CannotStep.
    """
    order = locked(estimate.order)
    require(by, may="work.accept_estimate_for", on=order)
    if not said.who.strip():
        raise CannotEstimate("nobody")
    if _agree(order, estimate, said, by=by, now=now):
        tell_client(order, "work.estimate_accepted_for", now)
    return order


def _agree(order: Order, estimate: Estimate, said: Said | None, *, by: Actor, now: datetime) -> bool:
    """Let the newest estimate of a locked order stand while it is valid; say whether it did not stand before."""
    if order.estimates.filter(number__gt=estimate.number).exists():
        raise CannotEstimate("replaced")
    if order.state == Order.State.ACCEPTED:
        return False
    after = lives.ORDER.step(order.state, Order.State.ACCEPTED)
    if estimate.valid_until < town_date(now):
        raise CannotEstimate("expired", valid_until=weekday_date(estimate.valid_until))
    order.due_on = estimate.due_on
    set_state(order, after, now)
    event = EstimateAccepted(order.code, estimate.number, estimate.total_yen, said_by=said.by.value if said else "")
    record(event, by=by, now=now, detail={"who": said.who.strip()} if said else None)
    return True


@transaction.atomic
def step(*, order: Order, to: str, by: Actor, now: datetime, reason: str = "") -> Order:
    """Take an order one step along its life; a step already taken changes nothing.

    People stop an order with `stops.stop`, which asks for the reason. Raises CannotMove, CannotStep.
    """
    require(by, may="work.step_order", on=order)
    order = locked(order)
    if order.state == to:
        return order
    if to not in BY_HAND:
        raise CannotMove("not_by_hand")
    before, since = order.state, order.stepped_at
    after = lives.ORDER.step(before, to)
    if before == Order.State.PREPARING and after == Order.State.RUNNING and not has_work(order):
        raise CannotMove("nothing_to_do")
    set_state(order, after, now)
    if after not in DELIVERS:
        withdraw_unmade(order, by, now)
    event = OrderStepped(code=order.code, before=before, after=after, minutes=int((now - since).total_seconds()) // 60)
    record(event, by=by, now=now, detail={"reason": reason} if reason else None)
    if (before, after) == (Order.State.SUSPENDED, Order.State.RUNNING):
        tell_client(order, "work.order_resumed", now)
    return order


def has_work(order: Order) -> bool:
    """Say whether the order has an open job with a ready batch: something that people can take."""
    return Batch.objects.filter(
        job__order=order, job__state=Job.State.OPEN, state=Batch.State.READY, total__gt=0
    ).exists()


def withdraw_unmade(order: Order, by: Actor, now: datetime) -> None:
    """Withdraw the deliveries that were asked for and are not made: their order does not run any more. It is held."""
    for delivery in order.deliveries.select_for_update().filter(made_at=None, withdrawn_at=None):
        delivery.withdrawn_at = now
        delivery.save(update_fields=["withdrawn_at"])
        event = DeliveryWithdrawn(delivery.code, order=order.code, number=delivery.number, order_state=order.state)
        record(event, by=by, now=now)


def locked(order: Order) -> Order:
    """The order's row as it stands now, held until the transaction ends."""
    return Order.objects.select_for_update().get(pk=order.pk)


def set_state(order: Order, after: str, now: datetime) -> None:
    """Write a step that `lives.ORDER` allowed."""
    order.state = after
    order.stepped_at = now
    order.save(update_fields=["client", "due_on", "coordinator", "state", "stepped_at"])
