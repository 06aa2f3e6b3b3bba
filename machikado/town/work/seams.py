"""Plain functions that later work replaces one by one: who may start a job, who may open a task, whose work it is."""

from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor, ActorKind
from machikado.town.common.errors import Cannot
from machikado.town.people.models import Worker
from machikado.town.people.permissions import require
from machikado.town.people.viewer import Viewer
from machikado.town.work.models import Job, Order, Task

# Where a leader or coordinator may look at a task; a worker may look at what they hold or did.
SEES_TASKS = ("leader", "coordinator")
# States in which a task is no longer, or not yet, somebody's.
GONE = ("offered", "declined", "released", "expired", "rejected")


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


def may_open(viewer: Viewer, task: Task) -> bool:
    """Say whether this viewer may see the source of a task: staff who check, and whoever holds it or did it."""
    if viewer.actor.has(*SEES_TASKS):
        return True
    held = task.assignments.exclude(state__in=GONE)
    return viewer.worker_id is not None and held.filter(worker_id=viewer.worker_id).exists()


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
