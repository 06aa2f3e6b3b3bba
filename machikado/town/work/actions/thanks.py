"""ありがとう: a client's thanks reach everybody whose answers stand in a delivery, without a name on either side."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from machikado.town.common import chores
from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.people.actions.messages import NewMessage, tell
from machikado.town.people.models import Person
from machikado.town.people.permissions import require
from machikado.town.work.events.deliveries import DeliveryThanked
from machikado.town.work.models import Assignment, Delivery


@transaction.atomic
def thank(*, delivery: Delivery, by: Actor, now: datetime) -> int:
    """Tell everybody who worked on a delivery that its client is thankful, once. Returns how many were told."""
    require(by, may="work.decide_delivery", on=delivery)
    if not chores.once(f"work.thanks:{delivery.code}", now):
        return 0
    worked = Assignment.objects.filter(task__deliveries=delivery, state__in=Assignment.ANSWERED)
    people = list(Person.objects.filter(worker__in=worked.values("worker")).order_by("pk"))
    # The job's title is what workers saw; the order's may be the client's own words.
    title = delivery.order.jobs.order_by("pk")[0].title
    message = NewMessage(kind="work.thanks", params={"title": title}, url=reverse("work:mine"))
    for person in people:
        tell(person, message, now=now)
    record(DeliveryThanked(code=delivery.code, order=delivery.order.code, people=len(people)), by=by, now=now)
    return len(people)
