"""What happens to a delivery: asked for, its files made in the background, decided by the client (検収)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from machikado.town.common import chores
from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.permissions import require
from machikado.town.work import lives
from machikado.town.work.actions.delivery_files import make_files
from machikado.town.work.actions.orders import DELIVERS, locked, set_state
from machikado.town.work.actions.telling_orders import tell_client, tell_coordinator
from machikado.town.work.events.deliveries import DeliveryAsked, DeliveryDecided
from machikado.town.work.models import ClientDecision, Delivery, Order, ReworkItem, Task
from machikado.town.work.queries.deliveries import checked
from machikado.town.work.said import Said

# Files that are not there by then were lost with their chore: asking again queues it again.
LOST_AFTER = timedelta(minutes=10)
MOST_WANTED = 9


class CannotDeliver(Cannot):
    """A delivery that cannot be made now."""

    sentences = {
        "order_state": _("Only a running order can be delivered. Please look at its state."),
        "nothing_new": _(
            "No checked result waits for delivery. Results that wait for a leader's check are never delivered."
        ),
    }


class CannotDecide(Cannot):
    """A decision that does not fit the delivery."""

    sentences = {
        "withdrawn": _("This delivery was withdrawn before it was made. There is nothing to decide."),
        "not_made": _("The files of this delivery are still being made. Please wait a moment."),
        "replaced": _("There is a newer delivery of this order. Please decide about that one."),
        "decided": _("This delivery has been decided already. Please reload the page."),
        "no_reason": _("Please write what is to be mended."),
        "no_rows": _("Please mark at least one row that is to be done again."),
        "unknown_row": _("The row %(task)s is not part of this delivery."),
        "no_clause": _("Please choose for each row the clause that it does not meet."),
        "nobody": _("Please write who said so, and when."),
        "unknown_clause": _("The procedure has no clause %(clause)s. Please choose one from the list."),
    }


@dataclass(frozen=True, slots=True)
class ReworkRow:
    """A row to be done again: the code of its task, and the clause of the procedure that it does not meet."""

    task: str
    clause: str


@dataclass(frozen=True, slots=True)
class NewDecision:
    """What the client says of a delivery; rework needs a reason and at least one row."""

    accepted: bool
    reason: str = ""
    items: Sequence[ReworkRow] = ()


@transaction.atomic
def ask(*, order: Order, by: Actor, now: datetime) -> Delivery:
    """Ask for the files of all checked results; while one delivery is being made, asking again returns that one.

    Raises CannotDeliver.
    """
    require(by, may="work.make_delivery", on=order)
    order = locked(order)
    making = order.deliveries.filter(made_at=None, withdrawn_at=None).first()
    if making is not None:
        if making.asked_at < now - LOST_AFTER:
            chores.later(make_files, delivery_code=making.code)
        return making
    if order.state not in DELIVERS:
        raise CannotDeliver("order_state")
    tasks = checked(order)
    if not tasks.filter(state=Task.State.RESOLVED).exists():
        raise CannotDeliver("nothing_new")
    assert by.person_id is not None  # `require` lets no actor without a person deliver
    delivery = Delivery.objects.create(
        order=order,
        number=(order.deliveries.aggregate(last=Max("number"))["last"] or 0) + 1,
        total=tasks.count(),
        asked_by_id=by.person_id,
        asked_at=now,
    )
    event = DeliveryAsked(code=delivery.code, order=order.code, number=delivery.number, tasks=delivery.total)
    record(event, by=by, now=now)
    chores.later(make_files, delivery_code=delivery.code)
    return delivery


@transaction.atomic
def decide(*, delivery: Delivery, decision: NewDecision, by: Actor, now: datetime) -> ClientDecision:
    """Let the client accept the newest delivery, or ask for some rows to be done again. Saying the same twice is once.

    Raises CannotDecide.
    """
    delivery = _held(delivery)
    require(by, may="work.decide_delivery", on=delivery)
    row, is_new = _decide(delivery, decision, None, by=by, now=now)
    if is_new:
        tell_coordinator(delivery.order, "work.delivery_accepted" if row.accepted else "work.rework_asked", now)
    return row


@transaction.atomic
def decide_for(*, delivery: Delivery, decision: NewDecision, said: Said, by: Actor, now: datetime) -> ClientDecision:
    """Enter what a client told the centre of the newest delivery; whoever acts for the client is told. Twice is once.

    Raises CannotDecide.
    """
    delivery = _held(delivery)
    require(by, may="work.decide_delivery_for", on=delivery)
    if not said.who.strip():
        raise CannotDecide("nobody")
    row, is_new = _decide(delivery, decision, said, by=by, now=now)
    if is_new:
        tell_client(delivery.order, "work.delivery_accepted_for" if row.accepted else "work.rework_asked_for", now)
    return row


def _held(delivery: Delivery) -> Delivery:
    """The delivery as it stands now, with its order held until the transaction ends."""
    order = locked(delivery.order)
    fresh = Delivery.objects.get(pk=delivery.pk)
    fresh.order = order
    return fresh


def _decide(
    delivery: Delivery, decision: NewDecision, said: Said | None, *, by: Actor, now: datetime
) -> tuple[ClientDecision, bool]:
    """Let a decision about a held delivery stand; say whether it did not stand before. Raises CannotDecide."""
    earlier = ClientDecision.objects.filter(delivery=delivery).first()
    if earlier is not None:
        if _is_same(earlier, decision):
            return earlier, False
        raise CannotDecide("decided")
    tasks = _checked_decision(delivery.order, delivery, decision)
    assert by.person_id is not None  # `require` lets no actor without a person decide
    row = ClientDecision.objects.create(
        delivery=delivery, accepted=decision.accepted, reason=decision.reason.strip(), by_id=by.person_id, made_at=now
    )
    ReworkItem.objects.bulk_create(
        ReworkItem(decision=row, task=tasks[item.task], clause=item.clause) for item in decision.items
    )
    for task in tasks.values():
        _reopen(task)
    _move_order(delivery.order, decision, now)
    detail = {"reason": row.reason} | ({"who": said.who.strip()} if said else {})
    record(_decided(delivery, row, len(tasks), said), by=by, now=now, detail=detail)
    return row, True


def _is_same(earlier: ClientDecision, decision: NewDecision) -> bool:
    """Whether this is the second half of a double click."""
    rows = set(earlier.items.values_list("task__code", "clause"))
    return earlier.accepted == decision.accepted and rows == {(item.task, item.clause) for item in decision.items}


def _checked_decision(order: Order, delivery: Delivery, decision: NewDecision) -> dict[str, Task]:
    """Return the tasks to be done again, by code and held. Raises CannotDecide."""
    if delivery.withdrawn_at is not None:
        raise CannotDecide("withdrawn")
    if delivery.made_at is None:
        raise CannotDecide("not_made")
    if order.deliveries.filter(number__gt=delivery.number, made_at__isnull=False).exists():
        raise CannotDecide("replaced")
    if decision.accepted:
        return {}
    if not decision.reason.strip():
        raise CannotDecide("no_reason")
    if not decision.items:
        raise CannotDecide("no_rows")
    wanted = delivery.tasks.filter(code__in=[item.task for item in decision.items])
    held = Task.objects.select_for_update(of=("self",)).filter(pk__in=list(wanted.values_list("pk", flat=True)))
    tasks = {task.code: task for task in held.select_related("job__procedure").order_by("pk")}
    for item in decision.items:
        if item.task not in tasks:
            raise CannotDecide("unknown_row", task=item.task)
        if tasks[item.task].job.procedure.clause(item.clause) is None:
            raise CannotDecide("unknown_clause" if item.clause else "no_clause", clause=item.clause)
    return tasks


def _reopen(task: Task) -> None:
    """Want as many fresh answers again, from people who had not seen the item.

    The earlier answers stay and count, but cannot outvote equally many fresh ones: unless the new people agree with
    the old ones, a leader decides. Where nine people have answered already, a leader decides at once.
    """
    more = min(task.job.redundancy, MOST_WANTED - task.wanted)
    task.state = lives.TASK.step(task.state, Task.State.NEEDS_MORE if more > 0 else Task.State.DISPUTED)
    task.wanted += max(more, 0)
    task.open_slots += max(more, 0)
    task.resolved_at = None
    task.save(update_fields=["state", "wanted", "open_slots", "resolved_at"])


def _move_order(order: Order, decision: NewDecision, now: datetime) -> None:
    """The order follows where it was fully delivered; a decision about a part of it leaves it running."""
    if order.state == Order.State.DELIVERED:
        after = Order.State.ACCEPTED_BY_CLIENT if decision.accepted else Order.State.REWORK
        set_state(order, lives.ORDER.step(order.state, after), now)


def _decided(delivery: Delivery, row: ClientDecision, rework: int, said: Said | None) -> DeliveryDecided:
    """The diary's words for a decision; `minutes` since the files were there."""
    assert delivery.made_at is not None  # checked before
    return DeliveryDecided(
        code=delivery.code,
        order=delivery.order.code,
        number=delivery.number,
        accepted=row.accepted,
        rework=rework,
        order_state=delivery.order.state,
        minutes=int((row.made_at - delivery.made_at).total_seconds()) // 60,
        said_by=said.by.value if said else "",
    )
