"""What staff do with an order next: the one thing it waits for, the steps by hand, and how it is stopped."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from machikado.town.work import lives
from machikado.town.work.actions.orders import BY_HAND, has_work
from machikado.town.work.actions.stops import STOPS
from machikado.town.work.models import Job, Order
from machikado.town.work.views.invitation_rows import Insiders

S = Order.State
FOR_THE_CLIENT = (S.ESTIMATED, S.DELIVERED)  # somebody of the client must look at it


@dataclass(frozen=True, slots=True)
class Next:
    """What an order waits for, as a sentence, and where that is done; `url` is "" where others do it."""

    sentence: str
    label: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """One step forward by hand: where it leads and how its button reads."""

    to: str
    label: str
    kind: str
    icon: str


@dataclass(frozen=True, slots=True)
class Stop:
    """One way to stop: its button, what is asked before, and what becomes of the order."""

    to: str
    label: str
    kind: str
    question: str
    note: str


def next_of(order: Order, jobs: list[Job], insiders: Insiders | None) -> Next:
    """The one thing that an order waits for; `insiders` are those of its client, if it has one."""
    if order.state == S.INQUIRY:
        return _first(order)
    if order.state == S.PREPARING and not has_work(order):
        return _to_prepare(order, jobs)
    if order.state in FOR_THE_CLIENT and insiders is not None and insiders.nobody_yet:
        return _to_invite(order, insiders)
    sentences = {
        S.ESTIMATED: _("The client is looking at the estimate."),
        S.ACCEPTED: _("The client has agreed. You can begin to prepare."),
        S.PREPARING: _("Everything is ready. The work can begin."),
        S.RUNNING: _("The workers are working on it. Checked results can be delivered at any time."),
        S.SUSPENDED: _("No tasks are offered while the order is on hold."),
        S.DELIVERED: _("The client is looking at the results."),
        S.REWORK: _("The client wants some rows redone. When they are checked, deliver again."),
        S.ACCEPTED_BY_CLIENT: _("The client has accepted the results. The order can be closed."),
    }
    return Next(sentences.get(S(order.state), _("Nothing is left to do.")))


def _to_invite(order: Order, insiders: Insiders) -> Next:
    """An estimate and a delivery need somebody who can look at them."""
    if any(row.opens for row in insiders.rows):
        return Next(_("The client is invited, and nobody there has accepted yet. The link’s state is shown below."))
    url = reverse("work:invite", args=[order.code])
    return Next(_("Nobody at the client can sign in yet. Invite somebody."), _("Invite somebody"), url)


def _first(order: Order) -> Next:
    """An inquiry needs its client, then a price."""
    if order.client_id is None:
        return Next(_("First choose the client this order is for."), _("Choose the client"), "#link")
    url = reverse("work:estimate", args=[order.code])
    return Next(_("The client waits for your estimate."), _("Make an estimate"), url)


def _to_prepare(order: Order, jobs: list[Job]) -> Next:
    """Work needs a job, and a job that is open with an open import."""
    if not jobs:
        return Next(_("Work needs a job first."), _("Add a job"), reverse("work:job_add", args=[order.code]))
    url = reverse("work:job", args=[jobs[-1].code])
    return Next(_("Open the job and an import of tasks. Then the work can begin."), _("To the job"), url)


def moves(order: Order) -> list[Move]:
    """The steps forward that staff may take now. The action checks it again."""
    labels = {
        S.PREPARING: (_("Begin to prepare"), "primary", "arrow"),
        S.RUNNING: (_("Go on") if order.state == S.SUSPENDED else _("Let the work begin"), "primary", "play"),
        S.CLOSED: (_("Close the order"), "", "check"),
    }
    allowed = lives.ORDER.steps[order.state] & BY_HAND
    if order.state == S.PREPARING and not has_work(order):
        allowed = allowed - {S.RUNNING}
    return [Move(to, *words) for to, words in labels.items() if to in allowed]


def stops(order: Order) -> list[Stop]:
    """The ways to stop that are open now."""
    told = _("The client gets a message and reads your reason.")
    if order.client_id is None:
        told = _(
            "No message is sent automatically, since no client is linked yet. Please also reply by e-mail or telephone."
        )
    labels = {
        S.SUSPENDED: (_("Put on hold"), "", _("Put this order on hold?"), _("No tasks are offered until it resumes.")),
        S.DECLINED: (_("Decline"), "danger", _("Decline this order?"), _("It cannot be reopened.")),
        S.CANCELLED: (_("Cancel the order"), "danger", _("Cancel this order?"), _("It cannot be reopened.")),
    }
    allowed = lives.ORDER.steps[order.state] & STOPS.keys()
    return [
        Stop(to, label, kind, question, _("%(what)s %(told)s") % {"what": what, "told": told})
        for to, (label, kind, question, what) in labels.items()
        if to in allowed
    ]


def done(before: str, to: str) -> str:
    """What came of a step, in one sentence."""
    sentences = {
        S.PREPARING: _("Preparation has begun."),
        S.RUNNING: _("Work has resumed.") if before == S.SUSPENDED else _("The work has begun: its tasks are offered."),
        S.CLOSED: _("The order is closed."),
        S.SUSPENDED: _("The order is on hold. The client was told."),
        S.DECLINED: _("The order is declined."),
        S.CANCELLED: _("The order is cancelled. The client was told."),
    }
    return sentences.get(S(to), "") if to in S.values else ""
