"""Makes what tests of work begin with: an agreed order, a job with its form, uploads."""

import zipfile
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

from PIL import Image

from machikado.town.common.actors import SYSTEM, Actor
from machikado.town.people.actions import persons
from machikado.town.people.actions.persons import NewPerson
from machikado.town.people.models import Worker
from machikado.town.people.queries import viewer_of
from machikado.town.people.viewer import Viewer
from machikado.town.work.actions import batches, deliveries, jobs, orders
from machikado.town.work.actions.batch_rows import import_rows
from machikado.town.work.actions.batches import Upload
from machikado.town.work.actions.delivery_files import make_files
from machikado.town.work.actions.jobs import Clause, NewJob
from machikado.town.work.actions.orders import NewEstimate, NewInquiry
from machikado.town.work.imports.pictures import UploadedImage
from machikado.town.work.models import Assignment, Batch, Delivery, Job, Order, Procedure, ShownTerms, Submission, Task

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # 12:00 in the town
LATER = NOON + timedelta(hours=1)
# The known answer of every task of `answered_order`: so long that no code and no digest holds it by chance.
KNOWN = 987654321

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "amount": {"type": "integer", "title": "金額", "minimum": 0, "x-unit": "円"},
        "kana": {"type": "string", "title": "フリガナ", "maxLength": 60, "x-kana": True},
    },
    "required": ["amount"],
}
CLAUSES = [Clause("1", "金額", "数字だけを入れます。"), Clause("4-2", "フリガナ", "カタカナで入れます。")]


def inquiry(**changes: Any) -> NewInquiry:
    return NewInquiry(
        **{
            "organisation_name": "角田商店",
            "person_name": "滝澤",
            "about": "納品書を1,000枚、入力してほしい",
            "sent_key": uuid4(),
            "email": "takizawa@example.com",
            "quantity": 1000,
            **changes,
        }
    )


def figures(**changes: Any) -> NewEstimate:
    return NewEstimate(
        **{
            "items": 1000,
            "unit_yen": 25,
            "redundancy": 2,
            "due_on": date(2026, 12, 20),
            "valid_until": date(2026, 12, 1),
            **changes,
        }
    )


def viewer(cast: Any, name: str) -> Viewer:
    """Somebody of the cast as one who looks."""
    return viewer_of(cast.account(name))


def agreed_order(cast: Any) -> Order:
    """An order that the client has accepted, in preparation."""
    order = orders.inquire(inquiry=inquiry(), by=SYSTEM, now=NOON)
    orders.link_client(order=order, client=cast.shop, by=cast.actor("momose"), now=NOON)
    estimate = orders.estimate(order=order, estimate=figures(), by=cast.actor("momose"), now=NOON)
    orders.accept_estimate(estimate=estimate, by=cast.actor("takizawa"), now=NOON)
    return orders.step(order=order, to="preparing", by=cast.actor("momose"), now=NOON)


def procedure_for(cast: Any) -> Procedure:
    return jobs.add_procedure(name="納品書の入力", clauses=CLAUSES, by=cast.actor("momose"), now=NOON)


def open_job(cast: Any, order: Order | None = None, schema: dict[str, Any] = SCHEMA, redundancy: int = 2) -> Job:
    """An open job in an order in preparation."""
    kept = jobs.add_schema(name="納品書", body=schema, by=cast.actor("momose"), now=NOON)
    new = NewJob(
        title="納品書の入力",
        procedure=procedure_for(cast),
        schema=kept,
        price_yen=13,
        expected_seconds=40,
        redundancy=redundancy,
    )
    job = jobs.add(order=order or agreed_order(cast), job=new, by=cast.actor("momose"), now=NOON)
    return jobs.open_job(job=job, by=cast.actor("momose"), now=NOON)


def table(text: str, encoding: str = "utf-8") -> Upload:
    return Upload("納品書.csv", BytesIO(text.encode(encoding)))


def png(size: tuple[int, int] = (4, 3)) -> bytes:
    out = BytesIO()
    Image.new("L", size, 200).save(out, "PNG")
    return out.getvalue()


def loose(name: str, content: bytes | None = None) -> UploadedImage:
    return UploadedImage(name, BytesIO(png() if content is None else content))


def archive(files: dict[str, bytes], name: str = "scans.zip") -> UploadedImage:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for inside, content in files.items():
            packed.writestr(inside, content)
    return UploadedImage(name, BytesIO(out.getvalue()))


def ready_batch(cast: Any, job: Job, upload: Upload) -> Batch:
    """A batch that is imported and opened."""
    batch = batches.preview(job=job, upload=upload, by=cast.actor("momose"), now=NOON)
    batches.start(batch=batch, by=cast.actor("momose"), now=NOON)
    import_rows.call(batch_code=batch.code)
    return batches.open_batch(batch=batch, by=cast.actor("momose"), now=NOON)


def new_worker() -> Worker:
    person = persons.add(new=NewPerson(family_name="働く人"), by=SYSTEM, now=NOON)
    return Worker.objects.create(person=person, state=Worker.State.ACTIVE)


def answered(task: Task, *answers: dict[str, Any]) -> None:
    """Write what people answered as rows, so that tests of deliveries stand without the actions of workers."""
    terms, _ = ShownTerms.objects.get_or_create(digest="0" * 64, defaults={"body": {}, "made_at": NOON})
    for second, answer in enumerate(answers):
        at = NOON + timedelta(seconds=second)
        assignment = Assignment.objects.create(
            task=task,
            worker=new_worker(),
            job_id=task.job_id,
            state="submitted",
            accepted_at=at,
            terms=terms,
            submitted_at=at,
        )
        Submission.objects.create(
            assignment=assignment,
            sent_key=uuid4(),
            answer=answer,
            seconds=30,
            yen=13,
            submitted_at=at,
            received_on=date(2026, 11, 24),
            pay_by=date(2027, 1, 22),
        )
    task.answers += len(answers)
    task.open_slots -= len(answers)
    task.state = Task.State.SUBMITTED
    task.save()


def resolved(task: Task, result: dict[str, Any], at: datetime = NOON) -> None:
    """Let a result stand."""
    task.state, task.result, task.resolved_at = Task.State.RESOLVED, result, at
    task.save()


def answered_order(cast: Any) -> Order:
    """A running order with three tasks (lines 2 to 4), all answered the same by two people."""
    order = agreed_order(cast)
    batch = ready_batch(
        cast, open_job(cast, order), table(f"name,店,known:amount\n1,a,{KNOWN}\n2,b,{KNOWN}\n3,c,{KNOWN}\n")
    )
    orders.step(order=order, to="running", by=cast.actor("momose"), now=NOON)
    for number, task in enumerate(batch.tasks.order_by("line"), start=1):
        answered(task, {"amount": number}, {"amount": number})
        resolved(task, {"amount": number})
    return Order.objects.get(pk=order.pk)


def deliver(order: Order, by: Actor, now: datetime = LATER) -> Delivery:
    """A delivery that was asked for and made."""
    delivery = deliveries.ask(order=order, by=by, now=now)
    make_files.call(delivery_code=delivery.code)
    return Delivery.objects.select_related("order").get(pk=delivery.pk)
