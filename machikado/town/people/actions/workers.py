"""What happens to a worker: registered, takes a pause, rests today."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people import lives
from machikado.town.people.actions import memberships
from machikado.town.people.events import WorkerRegistered, WorkerRests, WorkerStepped
from machikado.town.people.models import Membership, Person, Role, Worker
from machikado.town.people.permissions import require
from machikado.town.people.queries import centre

MOST_MINUTES = 600


class CannotRegister(Cannot):
    """A person who is a worker already."""

    sentences = {
        "is_worker": _("This person is registered already."),
        "erased": _("The data of this person were erased. They cannot be registered."),
    }


def register(*, person: Person, by: Actor, now: datetime) -> Worker:
    """Let a person hold assignments, with the role that opens the worker's pages. Raises CannotRegister."""
    require(by, may="people.register_worker")
    if person.pseudonymised_at is not None:
        raise CannotRegister("erased")
    with transaction.atomic():
        worker, made = Worker.objects.get_or_create(person=person, defaults={"state": Worker.State.ACTIVE})
        if not made:
            raise CannotRegister("is_worker")
        if not Membership.objects.filter(person=person, role=Role.WORKER, until=None).exists():
            memberships.grant(person=person, organisation=centre(), role=Role.WORKER, by=by, now=now)
        record(WorkerRegistered(code=worker.code, state=worker.state), by=by, now=now)
    return worker


@transaction.atomic
def step(*, worker: Worker, to: str, by: Actor, now: datetime) -> None:
    """Move a worker along their life. Raises CannotStep."""
    require(by, may="people.step_worker")
    row = Worker.objects.select_for_update().get(pk=worker.pk)
    before = row.state
    row.state = Worker.State(lives.WORKER.step(before, to))
    row.save(update_fields=["state"])
    record(WorkerStepped(code=row.code, before=before, after=row.state), by=by, now=now)
    worker.state = row.state


@transaction.atomic
def rest(*, worker: Worker, on: date, by: Actor, now: datetime) -> None:
    """Offer nothing to this worker on this day. Costs nothing and is never counted."""
    require(by, may="people.rest", on=worker)
    worker.resting_on = on
    worker.save(update_fields=["resting_on"])
    record(WorkerRests(code=worker.code, on=on.isoformat()), by=by, now=now)


def remember_minutes(*, worker: Worker, minutes: int, by: Actor, now: datetime) -> None:
    """Keep the answer to 今、何分ありますか for the next time. A habit of the page, so not a row of the diary."""
    require(by, may="people.rest", on=worker)
    worker.usual_minutes = max(1, min(minutes, MOST_MINUTES))
    worker.save(update_fields=["usual_minutes"])
