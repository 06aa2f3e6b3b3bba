"""Plain functions that later work replaces one by one: who may start a job, whose work it is."""

from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor, ActorKind
from machikado.town.common.errors import Cannot
from machikado.town.people.models import Worker
from machikado.town.people.permissions import require
from machikado.town.work.models import Job, Order

# Who may look at every task, its answers and its procedure.
SEES_TASKS = ("leader", "coordinator")


class CannotStart(Cannot):
    """A worker may not take this job now; the sentence says why, and it never is a reproach."""

    sentences = {
        "not_active": _("Your registration is not finished yet. Please talk to the centre; we will help you."),
        "job_not_open": _("This work is not being offered at the moment. Please choose another one."),
        "order_not_running": _("This work is resting at the moment. What you handed in stays yours."),
    }


class CannotAct(Cannot):
    """Somebody tried to act on another person's work."""

    sentences = {"not_yours": _("This is another person's work. Please open your own page.")}


def may_start(worker: Worker, job: Job) -> str | None:
    """Return None when this worker may take tasks of this job, else a code of CannotStart. Needs `job.order`."""
    if worker.state != Worker.State.ACTIVE:
        return "not_active"
    if job.state != Job.State.OPEN:
        return "job_not_open"
    return None if job.order.state in (Order.State.RUNNING, Order.State.REWORK) else "order_not_running"


def require_own(worker: Worker, by: Actor) -> None:
    """Raise unless `by` is this worker (a machine never acts as a person, nor a person as a machine) or the system."""
    require(by, may="work.do")
    own = {
        ActorKind.SYSTEM: True,
        ActorKind.PERSON: worker.person_id is not None and worker.person_id == by.person_id,
        ActorKind.MACHINE: worker.machine_id is not None and worker.machine_id == by.machine_id,
    }
    if not own.get(by.kind, False):
        raise CannotAct("not_yours")
