"""The words on the pages of jobs and orders fit their state, and whoever reads them."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.people.models import Message, Person
from machikado.town.people.sentences import sentence, title
from machikado.town.work.actions import orders, stops
from machikado.town.work.models import Batch, FormSchema, Job, Order, Procedure
from machikado.town.work.tests.makings import (
    agreed_order,
    answered_order,
    deliver,
    inquiry,
    open_job,
    ready_batch,
    table,
)
from tests.examples import Cast


@pytest.mark.parametrize(
    ("state", "leads_to"),
    [("draft", {"open"}), ("open", {"paused", "closed"}), ("paused", {"open", "closed"}), ("closed", set())],
)
def test_a_job_says_that_it_is_closed_only_when_it_is(cast: Cast, client_of, state: str, leads_to: set[str]):
    job = open_job(cast)
    Job.objects.update(state=state)
    page = client_of(cast.momose).get(reverse("work:job", args=[job.code])).content.decode()
    assert {to for to in ("open", "paused", "closed") if f'name="to" value="{to}"' in page} == leads_to
    assert ("この業務は終わりました。" in page) == (state == "closed")


def test_a_job_names_the_kinds_of_its_fields_in_words(cast: Cast, client_of):
    page = client_of(cast.momose).get(reverse("work:job", args=[open_job(cast).code])).content.decode()
    assert "整数 円" in page
    assert "文字" in page
    assert "integer" not in page


def test_an_upload_that_was_looked_at_waits_to_be_confirmed(cast: Cast, client_of):
    job = open_job(cast)
    ready_batch(cast, job, table("name,text\nA,x\n"))
    Batch.objects.update(state=Batch.State.PREVIEWED)
    assert "確認待ち" in client_of(cast.momose).get(reverse("work:job", args=[job.code])).content.decode()


def test_a_client_reads_the_state_in_its_own_words(cast: Cast, client_of):
    order = agreed_order(cast)
    Order.objects.update(state=Order.State.ACCEPTED)
    takizawa = client_of(cast.takizawa)
    for name, args in (("work:client_orders", []), ("work:client_order", [order.code])):
        assert "ご発注済み" in takizawa.get(reverse(name, args=args)).content.decode()


def test_a_job_offers_the_newest_version_of_each_procedure_and_takes_it(cast: Cast, client_of):
    order = open_job(cast).order
    open_job(cast, order)
    newest = Procedure.objects.order_by("-version")[0]
    momose, where = client_of(cast.momose), reverse("work:job_add", args=[order.code])
    page = momose.get(where).content.decode()
    menu = page.split('name="procedure"')[1].split("</select>")[0]
    assert menu.count("納品書の入力") == 1
    assert f'value="{newest.pk}"' in menu
    figures = {
        "redundancy": "2",
        "price_yen": "13",
        "price_items": "1",
        "expected_seconds": "40",
        "lease_minutes": "30",
    }
    chosen = {"procedure": newest.pk, "schema": FormSchema.objects.get().pk, "title": "二回め", "sent_key": uuid4()}
    assert momose.post(where, figures | chosen).status_code == 302
    assert Job.objects.get(title="二回め").procedure == newest


def test_an_empty_row_of_a_rework_names_no_clause(cast: Cast, client_of):
    delivery = deliver(answered_order(cast), cast.actor("momose"))
    takizawa = client_of(cast.takizawa)
    page = takizawa.get(reverse("work:client_order", args=[delivery.order.code])).content.decode()
    assert '<option value="">' in page.split('id="clause_1"')[1].split("</select>")[0]
    fields = {"decision": "rework", "reason": "x", "row": ["1"], "clause": [""]}
    refused = takizawa.post(reverse("work:client_decide", args=[delivery.code]), fields)
    assert "条項番号を行ごとに選んでください" in refused.content.decode()


def test_one_is_one_in_english_too(cast: Cast, client_of):
    """One inquiry waits: one thing, no order, nobody at work."""
    orders.inquire(inquiry=inquiry(), by=SYSTEM, now=clock.now() - timedelta(days=2))
    desk = client_of(cast.momose)
    desk.cookies["django_language"] = "en"
    page = " ".join(desk.get(reverse("work:board")).content.decode().split())
    assert "<h1>Board" in page
    figures = re.findall(r"<dd>(\d+)<small>(\w+)</small></dd>", page)
    assert figures == [("0", "orders"), ("1", "thing"), ("0", "people"), ("0", "tasks")]


def test_a_client_reads_of_its_own_requests_and_never_of_what_the_centre_received(cast: Cast, client_of):
    """受注 is the centre's word. One order runs, one was delivered, one has come to its end."""
    delivered = deliver(answered_order(cast), cast.actor("momose")).order
    stopped = agreed_order(cast)
    stops.stop(order=stopped, to="cancelled", reason="都合", by=cast.actor("momose"), now=clock.now())
    shop = client_of(cast.takizawa)
    codes = [[agreed_order(cast).code], [delivered.code], [stopped.code]]
    pages = [("work:client_orders", []), ("work:colleagues", []), *(("work:client_order", code) for code in codes)]
    for name, code in pages:
        page = shop.get(reverse(name, args=code)).content.decode()
        assert "受注" not in page, name
        assert "ご依頼" in page
    messages = " ".join(_told(cast.takizawa))
    assert "受注" not in messages


def _told(person: Person) -> list[str]:
    kinds = Message.objects.filter(person=person).values_list("kind", "params")
    return [title(kind, params) + sentence(kind, params) for kind, params in kinds]
