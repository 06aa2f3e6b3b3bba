"""The town that is measured: its people, their sessions, an order with its job, and uploads of any size."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex
from typing import Any
from uuid import uuid4

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from demo import cast as sample_cast
from demo.cast import Cast
from machikado import processes
from machikado.bench.load import Session
from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.common.calendar import town_date
from machikado.town.people.actions import accounts, persons, workers
from machikado.town.people.models import Account, Person, Worker
from machikado.town.work.actions import assignments, batches, jobs, orders
from machikado.town.work.actions.batches import Upload
from machikado.town.work.actions.jobs import Clause, NewJob
from machikado.town.work.actions.orders import NewEstimate, NewInquiry
from machikado.town.work.models import Batch, Job, Order, Task

BACKEND = "machikado.town.people.backends.AccountBackend"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "amount": {"type": "integer", "title": "金額", "minimum": 0, "x-unit": "円"},
        "shop": {"type": "string", "title": "店の名", "maxLength": 60},
    },
    "required": ["amount"],
}
COLUMNS = ("name", "店の名", "住所", "品目", "金額")


@dataclass(frozen=True, slots=True)
class Hand:
    """A worker with the session that signs them in."""

    worker: Worker
    session: Session


def found() -> Cast:
    """An empty database becomes a town with its cast."""
    processes.prepare_database()
    return sample_cast.build(clock.now())


def hire(count: int) -> list[Hand]:
    """Bring in workers, each signed in."""
    hired = []
    for _ in range(count):
        person, session = enter()
        hired.append(Hand(workers.register(person=person, by=SYSTEM, now=clock.now()), session))
    return hired


def enter() -> tuple[Person, Session]:
    """Bring in a resident, signed in."""
    now = clock.now()
    person = persons.add(new=persons.NewPerson(family_name="計測", is_sample=True), by=SYSTEM, now=now)
    email = f"{person.code.lower()}@bench.machikado.example"
    account = accounts.open_account(person=person, email=email, password=None, by=SYSTEM, now=now)
    return person, sign_in(account)


def sign_in(account: Account) -> Session:
    """A session as signing in writes it."""
    store = SessionStore()
    store[SESSION_KEY] = str(account.pk)
    store[BACKEND_SESSION_KEY] = BACKEND
    store[HASH_SESSION_KEY] = account.get_session_auth_hash()
    store.create()
    assert store.session_key is not None  # `create` gave it
    return Session(store.session_key, token_hex(16))


def open_job(cast: Cast, rows: int) -> Job:
    """An open job of two answers a task, in an order of its own."""
    by, now = cast.actor("momose"), clock.now()
    job = jobs.add(order=_agreed_order(cast, rows), job=_new_job(cast), by=by, now=now)
    jobs.open_job(job=job, by=by, now=now)
    return Job.objects.select_related("order", "schema").get(pk=job.pk)


def _agreed_order(cast: Cast, rows: int) -> Order:
    by, now = cast.actor("momose"), clock.now()
    today = town_date(now)
    inquiry = NewInquiry(
        organisation_name=cast.shop.name,
        person_name="滝澤",
        about="納品書の入力",
        sent_key=uuid4(),
        phone="0263-00-0000",
    )
    order = orders.inquire(inquiry=inquiry, by=SYSTEM, now=now)
    orders.link_client(order=order, client=cast.shop, by=by, now=now)
    estimate = NewEstimate(
        items=rows,
        unit_yen=25,
        redundancy=2,
        due_on=today + timedelta(days=30),
        valid_until=today + timedelta(days=14),
    )
    given = orders.estimate(order=order, estimate=estimate, by=by, now=now)
    orders.accept_estimate(estimate=given, by=cast.actor("takizawa"), now=now)
    return orders.step(order=order, to=Order.State.PREPARING, by=by, now=now)


def _new_job(cast: Cast) -> NewJob:
    by, now = cast.actor("momose"), clock.now()
    clauses = [Clause("1", "金額", "数字だけを入れます。"), Clause("2", "店の名", "見えるとおりに入れます。")]
    return NewJob(
        title="納品書の入力",
        procedure=jobs.add_procedure(name="納品書の入力", clauses=clauses, by=by, now=now),
        schema=jobs.add_schema(name="納品書", body=SCHEMA, by=by, now=now),
        price_yen=13,
        expected_seconds=40,
    )


def table(rows: int) -> Upload:
    """A client's table of made-up delivery slips, about ninety bytes a line."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(
        (f"N-{row:07}", f"見本商店{row % 97}号", f"塩尻市大門{row % 31}番町", f"品{row % 13}", row % 90_000)
        for row in range(rows)
    )
    return Upload("納品書", io.BytesIO(text.getvalue().encode()))


def preview_and_start(cast: Cast, job: Job, upload: Upload) -> Batch:
    """The coordinator's two steps; the rows are written by the worker process."""
    by = cast.actor("momose")
    batch = batches.preview(job=job, upload=upload, by=by, now=clock.now())
    return batches.start(batch=batch, by=by, now=clock.now())


def let_people_in(cast: Cast, batch: Batch) -> None:
    """Open an imported batch, and let its order run."""
    by = cast.actor("momose")
    batches.open_batch(batch=batch, by=by, now=clock.now())
    orders.step(order=batch.job.order, to=Order.State.RUNNING, by=by, now=clock.now())


def give_back(hands: Sequence[Hand]) -> None:
    """Let these workers hold nothing any more."""
    for hand in hands:
        assignments.release_all(worker=hand.worker, by=SYSTEM, now=clock.now())


def resolve_all(job: Job) -> int:
    """Write two answers' worth of result into every task, row by row in the database: only the export is measured."""
    done = {"state": Task.State.RESOLVED, "answers": 2, "open_slots": 0, "resolved_at": timezone.now()}
    return Task.objects.filter(job=job).update(result={"amount": 1200, "shop": "見本商店"}, **done)
