"""A job is written down, priced and opened; procedures and schemas are versions that never change."""

from dataclasses import replace

import pytest

from machikado.town.common.actors import SYSTEM
from machikado.town.common.errors import CannotStep
from machikado.town.common.models import Event
from machikado.town.people.permissions import CannotDo
from machikado.town.work.actions import jobs, orders
from machikado.town.work.actions.jobs import (
    CannotAddJob,
    CannotAddProcedure,
    CannotCloseJob,
    CannotOpenJob,
    Clause,
    NewJob,
)
from machikado.town.work.form import FormKind
from machikado.town.work.form_schema import CannotUseSchema
from machikado.town.work.kinds import kind_of
from machikado.town.work.models import FormSchema, Job, Order
from machikado.town.work.queries.orders import jobs_visible_to
from machikado.town.work.tests.makings import (
    CLAUSES,
    NOON,
    SCHEMA,
    agreed_order,
    inquiry,
    open_job,
    procedure_for,
    ready_batch,
    table,
    viewer,
)


@pytest.fixture
def new(cast, momose):
    schema = jobs.add_schema(name="納品書", body=SCHEMA, by=momose, now=NOON)
    return NewJob(title="納品書", procedure=procedure_for(cast), schema=schema, price_yen=13, expected_seconds=40)


def test_the_same_schema_is_kept_once_and_another_is_the_next_version(momose):
    first = jobs.add_schema(name="納品書", body=SCHEMA, by=momose, now=NOON)
    assert jobs.add_schema(name="納品書", body=SCHEMA, by=momose, now=NOON) == first
    second = jobs.add_schema(name="納品書", body={**SCHEMA, "required": []}, by=momose, now=NOON)
    assert (first.version, second.version) == (1, 2)
    assert first.digest != second.digest
    assert Event.objects.filter(kind="work.schema_added").count() == 2


def test_the_order_of_fields_comes_back_from_the_database(momose):
    kept = jobs.add_schema(
        name="順",
        body={**SCHEMA, "properties": {"z": {"type": "string"}, "a": {"type": "string"}}, "required": []},
        by=momose,
        now=NOON,
    )
    again = FormSchema.objects.get(pk=kept.pk)
    assert FormKind().columns(again.body) == ["z", "a"]


def test_a_schema_that_is_none_leaves_nothing(momose):
    with pytest.raises(CannotUseSchema):
        jobs.add_schema(name="x", body="{", by=momose, now=NOON)
    assert not FormSchema.objects.exists()


@pytest.mark.parametrize(
    ("name", "clauses", "code"),
    [
        (" ", CLAUSES, "no_name"),
        ("x", [], "no_clauses"),
        ("x", [Clause("1", "", "text")], "clause_empty"),
        ("x", [Clause("1" * 21, "t", "text")], "clause_empty"),
        ("x", [*CLAUSES, CLAUSES[0]], "clause_twice"),
    ],
)
def test_a_procedure_into_which_nobody_could_point(momose, name, clauses, code):
    with pytest.raises(CannotAddProcedure) as refused:
        jobs.add_procedure(name=name, clauses=clauses, by=momose, now=NOON)
    assert refused.value.code == code
    assert refused.value.sentence


def test_a_procedure_gets_versions(cast, momose):
    assert [procedure_for(cast).version, procedure_for(cast).version] == [1, 2]
    assert procedure_for(cast).clause("4-2") == {"number": "4-2", "title": "フリガナ", "text": "カタカナで入れます。"}


def test_a_job_is_added_as_a_draft_with_the_day_of_the_order(cast, momose, new):
    order = agreed_order(cast)
    job = jobs.add(order=order, job=new, by=momose, now=NOON)
    assert job.state == "draft"
    assert job.due_on == order.due_on
    assert isinstance(kind_of(job), FormKind)
    assert Event.objects.get(kind="work.job_added").data["price_yen"] == 13


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": " "}, "no_title"),
        ({"price_yen": 0}, "number"),
        ({"redundancy": 0}, "number"),
        ({"redundancy": 10}, "number"),
        ({"expected_seconds": 0}, "number"),
        ({"kind": "magic"}, "unknown_kind"),
    ],
)
def test_a_job_that_makes_no_sense(cast, momose, new, changes, code):
    with pytest.raises(CannotAddJob) as refused:
        jobs.add(order=agreed_order(cast), job=replace(new, **changes), by=momose, now=NOON)
    assert refused.value.code == code
    assert not Job.objects.exists()


def test_an_inquiry_takes_no_jobs(cast, momose, new):
    order = orders.inquire(inquiry=inquiry(), by=SYSTEM, now=NOON)
    with pytest.raises(CannotAddJob) as refused:
        jobs.add(order=order, job=new, by=momose, now=NOON)
    assert refused.value.code == "order_state"


def test_a_job_opens_pauses_and_closes(cast, momose):
    job = open_job(cast)
    assert jobs.open_job(job=job, by=momose, now=NOON).state == "open"
    assert jobs.pause(job=job, by=momose, now=NOON).state == "paused"
    assert jobs.open_job(job=job, by=momose, now=NOON).state == "open"
    assert jobs.close(job=job, by=momose, now=NOON).state == "closed"
    with pytest.raises(CannotStep):
        jobs.open_job(job=job, by=momose, now=NOON)
    steps = Event.objects.filter(kind="work.job_stepped").order_by("pk").values_list("data", flat=True)
    assert [step["after"] for step in steps] == ["open", "paused", "open", "closed"]


def test_a_job_opens_only_in_an_order_under_way(cast, momose, new):
    order = agreed_order(cast)
    job = jobs.add(order=order, job=new, by=momose, now=NOON)
    orders.step(order=order, to="cancelled", by=momose, now=NOON)
    with pytest.raises(CannotOpenJob):
        jobs.open_job(job=Job.objects.get(pk=job.pk), by=momose, now=NOON)


@pytest.mark.parametrize("name", ["takizawa", "nakajima", "ozawa"])
def test_only_coordinators_make_jobs(cast, new, name):
    with pytest.raises(CannotDo):
        jobs.add(order=agreed_order(cast), job=new, by=cast.actor(name), now=NOON)


def test_clients_see_no_jobs(cast):
    open_job(cast)
    assert jobs_visible_to(viewer(cast, "momose")).count() == 1
    assert not jobs_visible_to(viewer(cast, "takizawa")).exists()


@pytest.mark.parametrize(("act", "error"), [(jobs.open_job, CannotOpenJob), (jobs.close, CannotCloseJob)])
def test_a_job_looks_at_its_order_as_it_stands_now(cast, momose, act, error):
    """The page was opened before the order moved; and whoever may not step a job learns nothing of its order."""
    job = open_job(cast)
    ready_batch(cast, job, table("name,店\n1,a\n"))
    states = {jobs.open_job: ("preparing", "cancelled"), jobs.close: ("cancelled", "preparing")}
    job.order.state, now = states[act]
    Order.objects.filter(pk=job.order_id).update(state=now)
    with pytest.raises(error):
        act(job=job, by=momose, now=NOON)
    with pytest.raises(CannotDo):
        act(job=job, by=cast.actor("nakajima"), now=NOON)
