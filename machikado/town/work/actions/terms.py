"""The terms that a worker is shown before starting a task, and their digest."""

import hashlib
from datetime import date, datetime, timedelta

from machikado.town.common.diary import JSON, canonical
from machikado.town.law.queries import parameter
from machikado.town.work.models import Job, ShownTerms


def terms_of(job: Job, on: date) -> dict[str, JSON]:
    """What the terms say on a day: price, clock of payment, procedure and client. No person stands in them.

    `job.order.client` and `job.procedure` are loaded. Raises NoParameter where the law says nothing for that day.
    """
    return {
        "job": job.code,
        "title": job.title,
        "price_yen": job.price_yen,
        "price_items": job.price_items,
        "procedure": job.procedure.code,
        "procedure_name": job.procedure.name,
        "procedure_version": job.procedure.version,
        "client": job.order.client.name if job.order.client else "",
        "received": "the day on which the answer is handed in is day 1",
        "pay_days": parameter("pay_days", on),
        "review_days": parameter("review_days", on),
        "redo": "only with a clause and a second person",
        "reject": "only with a clause, a reason and a second person",
        "sample": job.order.is_sample,
    }


def show(job: Job, on: date, now: datetime) -> str:
    """Keep the terms of a job, once per wording, and return their digest. Runs in the caller's transaction."""
    body = terms_of(job, on)
    digest = hashlib.sha256(canonical(body).encode()).hexdigest()
    ShownTerms.objects.bulk_create([ShownTerms(digest=digest, body=body, made_at=now)], ignore_conflicts=True)
    return digest


def pay_by(received_on: date) -> date:
    """The last lawful day of payment: the day of receipt is day 1 (フリーランス法 art. 4)."""
    return received_on + timedelta(days=parameter("pay_days", received_on) - 1)
