"""What the simulated staff do: bring an order from an inquiry to work, settle differences, deliver, decide."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from demo import hands
from demo.crowd import CLIENTS, Crowd, actor_of
from demo.recipes import Recipe
from machikado.town.common import clock
from machikado.town.common.actors import Actor
from machikado.town.common.calendar import town_date
from machikado.town.people.actions import messages
from machikado.town.people.models import Message, Organisation
from machikado.town.work.actions import batches, deliveries, jobs, orders, settlements
from machikado.town.work.actions.deliveries import NewDecision, ReworkRow
from machikado.town.work.actions.jobs import NewJob
from machikado.town.work.actions.orders import NewEstimate, NewInquiry
from machikado.town.work.actions.settlements import NewSettlement
from machikado.town.work.models import Batch, Delivery, Job, Order, Task

READ_AT_ONCE = 10  # messages, so that a moment stays short


@dataclass(frozen=True, slots=True)
class Desk:
    """Who sits in the office, and their dice."""

    crowd: Crowd
    chance: Random

    def inquire(self, recipe: Recipe, client: Organisation, items: int, now: datetime) -> Order:
        """The client asks, by the public page."""
        inquiry = NewInquiry(
            organisation_name=client.name,
            person_name=" ".join(CLIENTS[client.name][:2]),
            about=recipe.about,
            title=recipe.title,
            sent_key=uuid.UUID(int=self.chance.getrandbits(128)),
            phone="0263-00-0000",
            quantity=items,
            wished_on=town_date(now) + timedelta(days=14),
        )
        return orders.inquire(inquiry=inquiry, by=self.crowd.clients[client.name], now=now)

    def estimate(self, order: Order, recipe: Recipe, client: Organisation, now: datetime) -> None:
        """The coordinator says what it costs."""
        orders.link_client(order=order, client=client, by=self.crowd.coordinator, now=now)
        today = town_date(now)
        estimate = NewEstimate(
            items=order.inquiry.quantity or 1,
            unit_yen=recipe.unit_yen,
            redundancy=recipe.redundancy,
            due_on=today + timedelta(days=10),
            valid_until=today + timedelta(days=14),
            note="用紙は、できるだけ平らにしてスキャンしてください。",
        )
        orders.estimate(order=order, estimate=estimate, by=self.crowd.coordinator, now=now)

    def accept(self, order: Order, now: datetime) -> None:
        """The client says yes."""
        newest = order.estimates.order_by("-number")[0]
        orders.accept_estimate(estimate=newest, by=self._client_of(order), now=now)

    def prepare(self, order: Order, recipe: Recipe, now: datetime) -> Job:
        """The coordinator writes procedure, form and price."""
        by = self.crowd.coordinator
        orders.step(order=order, to=Order.State.PREPARING, by=by, now=now)
        job = NewJob(
            title=recipe.title,
            procedure=jobs.add_procedure(name=recipe.title, clauses=recipe.clauses, by=by, now=now),
            schema=jobs.add_schema(name=recipe.title, body=dict(recipe.schema), by=by, now=now),
            price_yen=recipe.price_yen,
            expected_seconds=recipe.seconds,
            redundancy=recipe.redundancy,
            due_on=Order.objects.get(pk=order.pk).due_on,
        )
        return jobs.add(order=order, job=job, by=by, now=now)

    def fill(self, job: Job, recipe: Recipe, count: int, now: datetime) -> Batch:
        """The client's papers come in, and are looked at."""
        upload = recipe.papers(self.chance, count)
        return batches.preview(job=job, upload=upload, by=self.crowd.coordinator, now=now)

    def open(self, batch: Batch, now: datetime) -> None:
        """The papers, once the worker has imported them, become tasks that people may take, and the order runs."""
        by, now = self.crowd.coordinator, lately(now)
        batches.open_batch(batch=batch, by=by, now=now)
        jobs.open_job(job=batch.job, by=by, now=now)
        orders.step(order=batch.job.order, to=Order.State.RUNNING, by=by, now=now)

    def bring_on(self, order: Order, recipe: Recipe, now: datetime) -> None:
        """Take an order one step further, from wherever it stands; each step is an action of its own.

        While the worker imports the papers there is nothing to do.
        """
        if order.state == Order.State.INQUIRY:
            assert order.inquiry.quantity is not None  # `inquire` says how many
            self.estimate(order, recipe, Organisation.objects.get(name=order.inquiry.organisation_name), now)
        elif order.state == Order.State.ESTIMATED:
            self.accept(order, now)
        elif (job := order.jobs.first()) is None:
            self.prepare(order, recipe, now)
        elif (batch := job.batches.exclude(state=Batch.State.CANCELLED).order_by("-pk").first()) is None:
            self.fill(job, recipe, order.inquiry.quantity or 1, now)
        elif batch.state in (Batch.State.PREVIEWED, Batch.State.FAILED):
            batches.start(batch=batch, by=self.crowd.coordinator, now=now)
        elif batch.state != Batch.State.IMPORTING:
            self.open(batch, now)

    def settle(self, tasks: Iterable[Task], now: datetime) -> int:
        """The leader reads the paper, with slips of their own, and says which value stands.

        What a visitor brought in without a known answer is for visitors: nobody here can read it.
        """
        count = 0
        for task in (each for each in tasks if each.known):
            answer, unreadable = hands.keyed(task, self.crowd.leader_habit, self.chance)
            settlement = NewSettlement(
                result={**answer, **dict.fromkeys(unreadable)},
                clause=task.job.procedure.clauses[0]["number"],
                reason="画像を大きくして確かめました。",
            )
            settlements.settle(task=task, settlement=settlement, by=self.crowd.leader, now=now)
            count += 1
        return count

    def deliver(self, order: Order, now: datetime) -> Delivery:
        """The coordinator asks for what is checked to be handed over; the worker makes the files."""
        return deliveries.ask(order=order, by=self.crowd.coordinator, now=now)

    def decide(self, delivery: Delivery, rework: Iterable[Task], now: datetime) -> None:
        """The client accepts, or asks for some rows to be done again."""
        rows = [ReworkRow(task=task.code, clause=task.job.procedure.clauses[0]["number"]) for task in rework]
        reason = "手順書と合わない行があります。" if rows else ""
        decision = NewDecision(accepted=not rows, reason=reason, items=rows)
        deliveries.decide(delivery=delivery, decision=decision, by=self._client_of(delivery.order), now=now)

    def close(self, order: Order, now: datetime) -> None:
        """The coordinator puts an accepted order away."""
        orders.step(order=order, to=Order.State.CLOSED, by=self.crowd.coordinator, now=now)

    def read_messages(self, before: datetime, now: datetime) -> None:
        """The simulated people read what they were told before a moment, some at a time."""
        unread = Message.objects.filter(person_id__in=self.crowd.persons, read_at=None, made_at__lt=before)
        for message in unread.select_related("person").order_by("pk")[:READ_AT_ONCE]:
            messages.read(message=message, by=actor_of(message.person), now=now)

    def _client_of(self, order: Order) -> Actor:
        """The one who asked."""
        return self.crowd.clients[order.inquiry.organisation_name]


def lately(now: datetime) -> datetime:
    """The town's time, read after what was seen: no step tells an earlier time than what it waited for."""
    return max(now, clock.now())


def disputed(job: Job) -> list[Task]:
    """The tasks on which people differ, oldest first."""
    waiting = Task.objects.filter(job=job, state=Task.State.DISPUTED)
    return list(waiting.select_related("job__schema", "job__procedure").order_by("pk"))
