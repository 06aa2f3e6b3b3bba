"""Script in every text that people can write comes out as text, on every page where it is shown."""

import csv
from io import BytesIO, StringIO

import pytest
from playwright.sync_api import Page

from demo.cast import Cast
from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.work.actions import assignments, jobs, orders, questions, submissions
from machikado.town.work.actions.assignments import Draft
from machikado.town.work.actions.batches import Upload
from machikado.town.work.actions.jobs import Clause, NewJob
from machikado.town.work.models import Assignment, Order, Submission
from machikado.town.work.tests.corner import new_answer
from machikado.town.work.tests.makings import figures, inquiry, ready_batch
from tests.stories.eyes import Eyes

DESK = {"width": 1280, "height": 900}
TAG = "<script>alert(1)</script>"
SCRIPT = TAG + "<img src=x onerror=alert(2)>\"'{{7*7}}"
SCHEMA = {
    "type": "object",
    "properties": {
        "note": {"type": "string", "title": SCRIPT, "x-hint": SCRIPT, "maxLength": 200},
        "way": {"type": "string", "title": "支払い", "enum": [SCRIPT, "b"], "x-labels": [SCRIPT, "カード"]},
    },
}


@pytest.fixture
def order(transactional_db, cast: Cast) -> Order:
    """An order whose every text is a script: inquiry, estimate, job, procedure, form, table, draft, question …"""
    by, now = cast.actor("momose"), clock.real_now()
    written = inquiry(organisation_name=SCRIPT, person_name=SCRIPT[:80], about=SCRIPT)
    order = orders.inquire(inquiry=written, by=SYSTEM, now=now)
    orders.link_client(order=order, client=cast.shop, by=by, now=now)
    estimate = orders.estimate(order=order, estimate=figures(note=SCRIPT), by=by, now=now)
    orders.accept_estimate(estimate=estimate, by=cast.actor("takizawa"), now=now)
    order = orders.step(order=order, to="preparing", by=by, now=now)
    prepare(cast, order)
    orders.step(order=order, to="running", by=by, now=now)
    hers = begin(cast, "nakajima")
    draft = Draft({"note": SCRIPT}, [], 5)
    assignments.keep(assignment=hers, draft=draft, by=cast.actor("nakajima"), now=now)
    questions.ask(assignment=hers, text=SCRIPT, by=cast.actor("nakajima"), now=now)
    answer = new_answer(note=SCRIPT, way=SCRIPT)
    submissions.submit(assignment=begin(cast, "hara"), answer=answer, by=cast.actor("hara"), now=now)
    return Order.objects.get()


def prepare(cast: Cast, order: Order) -> None:
    """A job with procedure, form and table."""
    by, now = cast.actor("momose"), clock.real_now()
    new = NewJob(
        title=SCRIPT,
        procedure=jobs.add_procedure(name=SCRIPT, clauses=[Clause("1", SCRIPT, SCRIPT)], by=by, now=now),
        schema=jobs.add_schema(name=SCRIPT, body=SCHEMA, by=by, now=now),
        price_yen=13,
        expected_seconds=40,
        redundancy=1,
    )
    job = jobs.open_job(job=jobs.add(order=order, job=new, by=by, now=now), by=by, now=now)
    lines = StringIO()
    csv.writer(lines).writerows([["name", TAG], *([f"{number} {SCRIPT}", SCRIPT] for number in range(4))])
    ready_batch(cast, job, Upload(SCRIPT, BytesIO(lines.getvalue().encode())))


def begin(cast: Cast, slug: str) -> Assignment:
    by, now = cast.actor(slug), clock.real_now()
    taken = assignments.claim(worker=cast.worker(slug), job=None, by=by, now=now)
    assert taken is not None
    return assignments.start(assignment=taken, by=by, now=now)


def paths(order: Order) -> dict[str, list[str]]:
    """Where the texts are shown, and to whom."""
    job, held = order.jobs.get(), Assignment.objects.get(state=Assignment.State.STARTED)
    sent = Submission.objects.get().assignment
    return {
        "momose": [
            "/board/",
            "/orders/",
            f"/orders/{order.code}/",
            f"/orders/{order.code}/jobs/add/",
            f"/jobs/{job.code}/",
            f"/jobs/{job.code}/batches/add/",
            f"/batches/{job.batches.get().code}/",
            f"/procedures/{job.procedure.code}/",
        ],
        "ozawa": ["/reviews/?tab=alone", f"/reviews/{sent.task.code}/", f"/reviews/{held.task.code}/"],
        "nakajima": ["/work/", f"/work/a/{held.code}/", f"/work/terms/{held.terms_id}/"],
        "hara": ["/work/mine/", f"/work/a/{sent.code}/done/"],
        "takizawa": ["/client/", f"/client/{order.code}/"],
    }


def test_script_in_every_text_is_only_text(order: Order, visit, live_server, eyes: Eyes):
    for slug, shown in paths(order).items():
        page = visit(slug, **DESK)
        for path in shown:
            answer = page.goto(f"{live_server.url}{path}")
            assert answer is not None
            assert answer.status == 200, path
            assert eyes.look(page) == []
            assert page.locator("main :is(script, img[src=x])").count() == 0, path
            assert TAG in page.locator("main").inner_text() + values(page), path


def values(page: Page) -> str:
    """What stands in the boxes and choices of the page."""
    texts: str = page.evaluate(
        "[...document.querySelectorAll('main :is(input, textarea, option)')].map(b => b.value + b.text).join(' ')"
    )
    return texts
