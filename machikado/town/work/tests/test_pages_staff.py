"""What a coordinator does on the pages of orders, jobs and imports, with good input and bad."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.common.calendar import town_date
from machikado.town.people.models import Organisation
from machikado.town.work.actions import orders
from machikado.town.work.actions.batch_rows import import_rows
from machikado.town.work.actions.delivery_files import make_files
from machikado.town.work.imports import problems
from machikado.town.work.models import Batch, Job, Order, Task
from machikado.town.work.queries.burndown import course_of
from machikado.town.work.tests.makings import (
    NOON,
    SCHEMA,
    agreed_order,
    inquiry,
    open_job,
    png,
    ready_batch,
    resolved,
    table,
)
from machikado.town.work.views import orders as orders_pages
from tests.examples import Cast

MOST_QUERIES = 25
NASTY = "<script>alert(1)</script>"


@pytest.fixture
def asked(cast: Cast) -> Order:
    return orders.inquire(inquiry=inquiry(), by=SYSTEM, now=clock.now())


def days(number: int) -> str:
    return (town_date(clock.now()) + timedelta(days=number)).isoformat()


def job_fields(**changes: Any) -> dict[str, Any]:
    return {
        "sent_key": uuid4(),
        "title": "納品書の入力",
        "procedure_name": "納品書",
        "clause_title": ["金額", "フリガナ", ""],
        "clause_text": ["数字だけ", "カタカナで", ""],
        "schema_name": "納品書",
        "schema_text": json.dumps(SCHEMA),
        "redundancy": "2",
        "price_yen": "13",
        "price_items": "1",
        "expected_seconds": "40",
        "lease_minutes": "30",
        **changes,
    }


def test_a_job_sent_twice_is_one_job(desk: Client, cast: Cast):
    """The page carries a key of its own; a mistake does not use it up, and the other half of a double click is told."""
    order = agreed_order(cast)
    where, key = reverse("work:job_add", args=[order.code]), uuid4()
    assert 'name="sent_key" value="' in desk.get(where).content.decode()
    assert desk.post(where, job_fields(sent_key=key, schema_text="{")).status_code == 422
    desk.post(where, job_fields(sent_key=key))
    again = desk.post(where, job_fields(sent_key=key), follow=True)
    assert "もう追加してあります" in again.content.decode()
    assert Job.objects.count() == 1
    assert Job.objects.get().procedure.version == 1
    desk.post(where, job_fields())
    assert Job.objects.count() == 2


def upload(desk: Client, job: Job, *files: SimpleUploadedFile):
    return desk.post(reverse("work:batch_add", args=[job.code]), {"chosen": list(files), "name": ""})


def csv_file(content: bytes | str, name: str = "納品書.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())


def test_from_an_inquiry_to_an_open_batch(desk: Client, cast: Cast, asked: Order, client_of):
    code = [asked.code]
    desk.post(reverse("work:order_link", args=code), {"client": cast.shop.pk, "new_name": ""})
    figures = {"items": 2, "unit_yen": 25, "redundancy": 2, "due_on": days(20), "valid_until": days(10), "note": ""}
    desk.post(reverse("work:estimate", args=code), figures)
    client_of(cast.takizawa).post(reverse("work:client_accept_estimate", args=code), {"number": "1"})
    desk.post(reverse("work:order_step", args=code), {"to": "preparing"})
    desk.post(reverse("work:job_add", args=code), job_fields())
    job = Job.objects.get()
    assert [clause["number"] for clause in job.procedure.clauses] == ["1", "2"]
    upload(desk, job, csv_file("name,text\nA,x\nB,y\n"))
    batch = Batch.objects.get()
    desk.post(reverse("work:batch_start", args=[batch.code]))
    assert "0 / 2" in desk.get(reverse("work:batch", args=[batch.code])).content.decode()
    import_rows.call(batch_code=batch.code)
    live = desk.get(reverse("work:batch_live", args=[batch.code]))
    assert live.headers["HX-Refresh"] == "true"
    desk.post(reverse("work:batch_open", args=[batch.code]))
    desk.post(reverse("work:job_step", args=[job.code]), {"to": "open"})
    desk.post(reverse("work:order_step", args=code), {"to": "running"})
    asked.refresh_from_db()
    assert asked.state == Order.State.RUNNING
    assert Task.objects.filter(batch__state="ready").count() == 2


def test_a_step_that_is_not_allowed_is_a_sentence(desk: Client, asked: Order):
    page = desk.post(reverse("work:order_step", args=[asked.code]), {"to": "running"}, follow=True).content.decode()
    assert 'role="alert"' in page
    asked.refresh_from_db()
    assert asked.state == Order.State.INQUIRY
    assert 'value="declined"' in page
    assert 'value="running"' not in page, "only steps of the life have a button"


def test_a_new_client_is_made_with_the_link_or_not_at_all(desk: Client, cast: Cast, asked: Order):
    where = reverse("work:order_link", args=[asked.code])
    assert desk.post(where, {"client": "", "new_name": " "}).status_code == 422
    before = Organisation.objects.count()
    desk.post(where, {"client": "", "new_name": "新しい店"})
    desk.post(where, {"client": "", "new_name": "もう一つの店"})
    asked.refresh_from_db()
    assert asked.client is not None
    assert asked.client.name == "新しい店"
    assert Organisation.objects.count() == before + 1


@pytest.mark.parametrize("wrong", [{"items": "0"}, {"valid_until": "2020-01-01"}, {"due_on": ""}, {"redundancy": "4"}])
def test_an_estimate_with_wrong_figures_keeps_them(desk: Client, cast: Cast, asked: Order, wrong):
    orders.link_client(order=asked, client=cast.shop, by=cast.actor("momose"), now=clock.now())
    figures = {"items": 2, "unit_yen": 25, "redundancy": 2, "due_on": days(20), "valid_until": days(10), "note": NASTY}
    answer = desk.post(reverse("work:estimate", args=[asked.code]), figures | wrong)
    assert answer.status_code == 422
    assert "&lt;script&gt;" in answer.content.decode()
    assert NASTY not in answer.content.decode()
    assert not asked.estimates.exists()


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"type": "object", "properties": {"a": {"$ref": "#"}}}', r'{"\u0000": 1}']
)
def test_a_schema_that_is_none_gets_a_sentence_and_keeps_nothing(desk: Client, cast: Cast, text: str):
    order = agreed_order(cast)
    answer = desk.post(reverse("work:job_add", args=[order.code]), job_fields(schema_text=text))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "error-summary" in page
    assert 'value="フリガナ"' in page
    assert not Job.objects.exists()
    assert not order.jobs.exists()


def test_the_preview_draws_the_form_and_names_the_place_of_a_fault(desk: Client, cast: Cast):
    where = reverse("work:schema_preview")
    assert "フリガナ" in desk.post(where, {"schema_text": json.dumps(SCHEMA)}).content.decode()
    file = SimpleUploadedFile("form.json", json.dumps(SCHEMA).encode())
    assert "フリガナ" in desk.post(where, {"schema_file": file}).content.decode()
    broken = json.dumps({"type": "object", "properties": {"amount": {"type": "array"}}})
    assert "$.properties.amount" in desk.post(where, {"schema_text": broken}).content.decode()


def test_more_files_than_one_upload_takes_get_a_sentence_and_keep_what_was_typed(desk: Client, cast: Cast):
    job = open_job(cast)
    files = [SimpleUploadedFile(f"{number}.png", b"x") for number in range(2_003)]
    where = reverse("work:batch_add", args=[job.code])
    answer = desk.post(where, {"chosen": files, "name": "秋の納品書"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "2,003" in page
    assert "ZIP" in page
    assert 'value="秋の納品書"' in page
    assert not job.batches.exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"name,text\nA,\xff\xfe\x81\n", "encoding"),
        (b"", None),
        (b"name,text\n", "only_header"),
        (b"name,name\nA,B\n", "header_twice"),
        (b"name,text\nA,\x00\n", "nul"),
    ],
)
def test_a_table_that_cannot_be_read_is_a_sentence(desk: Client, job: Job, content: bytes, code: str | None):
    answer = upload(desk, job, csv_file(content))
    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()
    assert code is None or str(problems.CannotRead.sentences[code]).split("%")[0][:8] in answer.content.decode()
    assert not Batch.objects.exists()


def test_a_huge_table_is_refused_with_a_sentence(desk: Client, job: Job, monkeypatch):
    monkeypatch.setattr("machikado.town.work.imports.tables.BYTES", 64)
    answer = upload(desk, job, csv_file("name,text\n" + "A,long enough to be too big\n" * 10))
    assert answer.status_code == 422
    assert "200" in answer.content.decode()
    assert not Batch.objects.exists()


def test_faults_stand_by_line_and_nothing_can_be_started(desk: Client, job: Job):
    upload(desk, job, csv_file(f"name,text\nA,x\nA,y\nB\nC,{NASTY}\n"))
    batch = Batch.objects.get()
    page = desk.get(reverse("work:batch", args=[batch.code])).content.decode()
    assert NASTY not in page
    assert batch.problem_count == 2
    assert reverse("work:batch_start", args=[batch.code]) not in page
    desk.post(reverse("work:batch_start", args=[batch.code]))
    batch.refresh_from_db()
    assert batch.state == Batch.State.PREVIEWED


def test_images_that_are_none_and_names_that_climb_are_named(desk: Client, job: Job):
    files = [
        SimpleUploadedFile("good.png", png()),
        SimpleUploadedFile("bad.png", b"no image"),
        csv_file("name,image\nA,../x.png\n"),
    ]
    upload(desk, job, *files)
    batch = Batch.objects.get()
    assert {row["code"] for row in batch.problems} >= {"image_none", "image_unsafe"}
    assert desk.get(reverse("work:batch", args=[batch.code])).status_code == 200


def test_the_same_table_twice_is_pointed_out_and_a_double_click_starts_once(desk: Client, job: Job):
    text = "name,text\nA,x\n"
    upload(desk, job, csv_file(text))
    upload(desk, job, csv_file(text, "again.csv"))
    first, second = Batch.objects.order_by("pk")
    assert (
        reverse("work:batch", args=[first.code]) in desk.get(reverse("work:batch", args=[second.code])).content.decode()
    )
    for _ in range(2):
        desk.post(reverse("work:batch_start", args=[first.code]))
    first.refresh_from_db()
    assert first.state == Batch.State.IMPORTING
    desk.post(reverse("work:batch_cancel", args=[first.code]))
    first.refresh_from_db()
    assert first.state == Batch.State.CANCELLED
    assert desk.get(reverse("work:batch", args=[first.code])).status_code == 200


def test_a_delivery_is_asked_for_and_made(desk: Client, cast: Cast, job: Job):
    ready_batch(cast, job, table("name,text\nA,x\n"))
    orders.step(order=job.order, to="running", by=cast.actor("momose"), now=clock.now())
    task = Task.objects.get()
    resolved(task, {"amount": 1})
    Task.objects.update(answers=2)
    where = reverse("work:order", args=[job.order.code])
    assert reverse("work:deliver", args=[job.order.code]) in desk.get(where).content.decode()
    for _ in range(2):
        desk.post(reverse("work:deliver", args=[job.order.code]))
    delivery = job.order.deliveries.get()
    live = reverse("work:delivery_live", args=[delivery.code])
    assert f'hx-get="{live}"' in desk.get(live).content.decode()
    make_files.call(delivery_code=delivery.code)
    assert "hx-get" not in desk.get(live).content.decode()


def test_the_list_finds_what_is_typed_on_any_keyboard(desk: Client, cast: Cast, asked: Order):
    wide = "".join(chr(ord(one) + 0xFEE0) for one in asked.code.lower())
    for words in ("納品書", asked.code.lower(), wide, f"{asked.code[:3]}-{asked.code[3:6]}-{asked.code[6:]}", "角田"):
        page = desk.post(reverse("work:orders"), {"q": words}).content.decode()
        assert reverse("work:order", args=[asked.code]) in page, words
    assert asked.code not in desk.post(reverse("work:orders"), {"q": "無いもの"}).content.decode()
    assert asked.code not in desk.get(reverse("work:orders"), {"state": "running"}).content.decode()
    rows = desk.get(reverse("work:orders"), {"format": "csv"}).content.decode("utf-8-sig").splitlines()
    assert rows[1].startswith(asked.code)
    assert len(desk.post(reverse("work:orders"), {"format": "csv", "q": "無いもの"}).content.splitlines()) == 1


def test_the_table_of_orders_says_the_day_of_the_town(desk: Client, asked: Order):
    Order.objects.update(made_at=datetime(2026, 11, 24, 20, 0, tzinfo=UTC))  # 05:00 of the 25th in the town
    sheet = desk.get(reverse("work:orders"), {"format": "csv"}).content.decode("utf-8-sig")
    assert sheet.splitlines()[1].endswith("2026-11-25")


def test_what_is_searched_for_stands_in_no_address(desk: Client, cast: Cast, monkeypatch):
    """Neither is it read from one, nor does a link or a form of the answer put it there."""
    monkeypatch.setattr(orders_pages, "PAGE", 1)
    for _ in range(2):
        orders.inquire(inquiry=inquiry(), by=SYSTEM, now=NOON)
    page = desk.post(reverse("work:orders"), {"q": "角田"}).content.decode()
    assert 'form="search" name="page" value="2"' in page
    assert 'method="get"' not in page
    assert all("%E8" not in link and "角田" not in link for link in re.findall(r'(?:href|action)="([^"]*)"', page))
    assert "2" in desk.post(reverse("work:orders"), {"q": "角田", "page": "2"}).content.decode()
    unread = desk.get(reverse("work:orders"), {"q": "無いもの"}).content.decode()
    assert "無いもの" not in unread
    assert reverse("work:order", args=[Order.objects.latest("pk").code]) in unread


def test_the_board_answers_304_until_something_changes(desk: Client, cast: Cast, job: Job, settings):
    where = reverse("work:board_live")
    batch = ready_batch(cast, job, table("name,text\nA,x\n"))
    now = clock.now()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("machikado.town.work.views.board.clock.now", lambda: now)
        first = desk.get(where)
        assert desk.get(where, headers={"if-none-match": first.headers["ETag"]}).status_code == 304
        Batch.objects.filter(pk=batch.pk).update(state=Batch.State.FAILED)
        changed = desk.get(where, headers={"if-none-match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert reverse("work:batch", args=[batch.code]) in changed.content.decode()


@pytest.mark.parametrize("rows", [1, 6])
def test_pages_ask_a_bounded_number_of_questions(desk: Client, cast: Cast, rows: int):
    jobs = [open_job(cast) for _ in range(rows)]
    for job in jobs:
        batch = ready_batch(cast, job, table("name,text\nA,x\nB,y\n"))
        orders.step(order=job.order, to="running", by=cast.actor("momose"), now=clock.now())
    pages = {
        "work:board": [],
        "work:orders": [],
        "work:order": [jobs[0].order.code],
        "work:job": [jobs[0].code],
        "work:batch": [batch.code],
        "work:job_add": [jobs[0].order.code],
        "work:estimate": [jobs[0].order.code],
    }
    for name, code in pages.items():
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(reverse(name, args=code)).status_code == 200
        assert len(asked) <= MOST_QUERIES, f"{name}: {len(asked)} queries"


def test_known_days_of_the_burn_down(cast: Cast, job: Job):
    ready_batch(cast, job, table("name,text\nA,x\nB,y\nC,z\nD,w\n"))
    now = Batch.objects.get().ready_at
    assert now is not None
    first, second, *_rest = Task.objects.order_by("line")
    resolved(first, {"amount": 1}, now)
    resolved(second, {"amount": 1}, now + timedelta(days=2))
    course = course_of([job], town_date(now) + timedelta(days=3), now + timedelta(days=2))
    assert course is not None
    assert course.left == (4, 3, 3, 2, None)
    assert course.plan == (4, 3, 2, 1, 0)
    assert course.due == 4
    assert course.left_now == 2
