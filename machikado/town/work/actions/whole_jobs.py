"""Adds a job with everything that belongs to it, its procedure and its form, or nothing at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from machikado.town.common import chores
from machikado.town.common.actors import Actor
from machikado.town.work.actions import jobs
from machikado.town.work.actions.jobs import CannotAddJob, Clause, NewJob
from machikado.town.work.models import FormSchema, Job, Order, Procedure


@dataclass(frozen=True, slots=True)
class NewProcedure:
    """A procedure to be written down."""

    name: str
    clauses: Sequence[Clause]


@dataclass(frozen=True, slots=True)
class NewSchema:
    """A form to be kept: JSON Schema as text or as the bytes of a file."""

    name: str
    body: str | bytes


@dataclass(frozen=True, slots=True)
class WholeJob:
    """`figures`: the fields of NewJob but procedure and schema, which are there already or are to be made.

    `sent_key` was made with the empty page: sending it twice makes one job.
    """

    sent_key: UUID
    figures: Mapping[str, Any]
    procedure: Procedure | NewProcedure
    schema: FormSchema | NewSchema


@transaction.atomic
def add(*, order: Order, whole: WholeJob, by: Actor, now: datetime) -> Job:
    """Add the job. Raises CannotAddJob, CannotAddProcedure, CannotUseSchema; then nothing of it is kept.

    CannotAddJob("sent") is the other half of a double click: the job is there.
    """
    if not chores.once(f"work.job:{whole.sent_key}", now):
        raise CannotAddJob("sent")
    procedure, schema = whole.procedure, whole.schema
    if isinstance(procedure, NewProcedure):
        procedure = jobs.add_procedure(name=procedure.name, clauses=procedure.clauses, by=by, now=now)
    if isinstance(schema, NewSchema):
        schema = jobs.add_schema(name=schema.name, body=schema.body, by=by, now=now)
    new = NewJob(procedure=procedure, schema=schema, **whole.figures)
    return jobs.add(order=order, job=new, by=by, now=now)
