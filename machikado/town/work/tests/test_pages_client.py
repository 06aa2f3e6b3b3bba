"""What a client does: the estimate, the progress, the files, the decision; and what nobody else may see of it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.people.models import Message
from machikado.town.work.actions import deliveries, orders
from machikado.town.work.actions.delivery_files import make_files
from machikado.town.work.models import Delivery, Job, Order, Procedure, Settlement, Task
from machikado.town.work.tests.makings import (
    NOON,
    agreed_order,
    answered,
    figures,
    inquiry,
    open_job,
    ready_batch,
    resolved,
    table,
)
from tests.examples import Cast

MOST_QUERIES = 25
NASTY = "<script>alert(1)</script>"


@pytest.fixture
def delivery(cast: Cast) -> Delivery:
    """The client's one delivery."""
    return delivered(cast)


def delivered(cast: Cast) -> Delivery:
    """Two rows are delivered; on the second people differed and a leader decided."""
    job = open_job(cast, agreed_order(cast))
    ready_batch(cast, job, table("name,text\nA-1,x\nA-2,y\n"))
    order = orders.step(order=job.order, to="running", by=cast.actor("momose"), now=NOON)
    first, second = Task.objects.filter(job=job).order_by("line")
    answered(first, {"amount": 1}, {"amount": 1})
    answered(second, {"amount": 3000, "kana": NASTY}, {"amount": 30000, "kana": ""})
    Settlement.objects.create(task=second, result={"amount": 30000}, clause="1", by=cast.ozawa, made_at=NOON)
    resolved(first, {"amount": 1})
    resolved(second, {"amount": 30000, "kana": None})
    made = deliveries.ask(order=order, by=cast.actor("momose"), now=clock.now())
    make_files.call(delivery_code=made.code)
    made.refresh_from_db()
    return made


def page_of(client: Client, delivery: Delivery) -> str:
    answer = client.get(reverse("work:client_order", args=[delivery.order.code]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_shows_results_files_and_where_people_differed(shop: Client, delivery: Delivery):
    page = page_of(shop, delivery)
    for file in delivery.files.all():
        assert file.use.file.sha256 in page
    assert "30000" in page
    assert "3000" in page
    assert NASTY not in page
    assert "&lt;script&gt;" in page
    link = page.split('href="/files/')[1].split('"')[0]
    assert shop.get(f"/files/{link}").status_code == 200


def test_another_clients_codes_lead_nowhere(delivery: Delivery, cast: Cast, client_of, shop: Client):
    stranger = client_of(cast.furuhata)
    code = [delivery.order.code]
    for name in ("work:client_order", "work:client_live"):
        assert stranger.get(reverse(name, args=code)).status_code == 404
    assert stranger.post(reverse("work:client_accept_estimate", args=code)).status_code == 404
    for name in ("work:client_decide", "work:client_thank"):
        assert stranger.post(reverse(name, args=[delivery.code]), {"decision": "accept"}).status_code == 404
    link = page_of(shop, delivery).split('href="/files/')[1].split('"')[0]
    assert stranger.get(f"/files/{link}").status_code == 404
    assert not hasattr(Delivery.objects.get(), "decision")


def test_accepting_twice_is_once_and_thanks_reach_everybody_once(shop: Client, delivery: Delivery):
    for _ in range(2):
        shop.post(reverse("work:client_decide", args=[delivery.code]), {"decision": "accept"})
    assert Order.objects.get().state == Order.State.ACCEPTED_BY_CLIENT
    for _ in range(2):
        shop.post(reverse("work:client_thank", args=[delivery.code]))
    assert Message.objects.filter(kind="work.thanks").count() == 4
    assert reverse("work:client_decide", args=[delivery.code]) not in page_of(shop, delivery)


def test_a_row_is_asked_for_by_its_code_since_its_name_may_be_a_person(shop: Client, delivery: Delivery):
    row = delivery.tasks.get(settlements__isnull=False)
    page = shop.get(reverse("work:client_order", args=[delivery.order.code])).content.decode()
    assert f'href="?rework={row.code}#decide"' in page
    where = reverse("work:client_order", args=[delivery.order.code])
    filled = shop.get(where, {"rework": row.code}).content.decode()
    assert f'value="{row.name}"' in filled
    assert 'value="角田花"' not in shop.get(where, {"rework": "角田花"}).content.decode()


def test_rework_names_rows_by_number_or_line(shop: Client, delivery: Delivery):
    where = reverse("work:client_decide", args=[delivery.code])
    shop.post(where, {"decision": "rework", "reason": "桁が違う", "row": ["A-2", "", ""], "clause": ["4-2", "1", "1"]})
    decision = Delivery.objects.get().decision
    assert [(item.task.name, item.clause) for item in decision.items.all()] == [("A-2", "4-2")]
    assert Order.objects.get().state == Order.State.REWORK


def test_of_two_procedures_with_a_clause_1_the_row_goes_by_its_own(shop: Client, delivery: Delivery, cast: Cast):
    """The order has a second job with a procedure of its own, whose clauses say nothing of the first job's rows."""
    own = delivery.tasks.get(name="A-2").job.procedure
    Job.objects.filter(pk=open_job(cast).pk).update(order=delivery.order)
    other = Procedure.objects.exclude(pk=own.pk).get()
    page = shop.get(reverse("work:client_order", args=[delivery.order.code])).content.decode()
    assert page.split('id="clause_1"')[1].split("</select>")[0].count("<optgroup") == 2
    where, sent = (
        reverse("work:client_decide", args=[delivery.code]),
        {"decision": "rework", "reason": "x", "row": "A-2"},
    )
    refused = shop.post(where, {**sent, "clause": f"{other.code}:1"})
    assert refused.status_code == 422
    assert f"1 ({other.name})" in refused.content.decode()
    assert f'value="{other.code}:1" selected' in refused.content.decode()
    shop.post(where, {**sent, "clause": f"{own.code}:4-2"})
    assert Delivery.objects.get().decision.items.get().clause == "4-2"


@pytest.mark.parametrize(
    "sent",
    [
        {"decision": "rework", "reason": "", "row": ["A-2"], "clause": ["1"]},
        {"decision": "rework", "reason": NASTY, "row": ["Z-9"], "clause": ["1"]},
        {"decision": "rework", "reason": "x", "row": [], "clause": []},
        {"decision": "rework", "reason": "x", "row": [NASTY], "clause": ["99"]},
        {"decision": "maybe"},
        {},
    ],
)
def test_a_decision_that_does_not_fit_is_kept_with_a_sentence(shop: Client, delivery: Delivery, sent):
    answer = shop.post(reverse("work:client_decide", args=[delivery.code]), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "error-summary" in page
    assert NASTY not in page
    assert all(f'value="{row}"' in page for row in sent.get("row", []) if row != NASTY)
    assert Order.objects.get().state == Order.State.DELIVERED


def test_an_estimate_is_accepted_once_and_not_when_it_has_ended(shop: Client, cast: Cast):
    order = orders.inquire(inquiry=inquiry(), by=SYSTEM, now=NOON)
    orders.link_client(order=order, client=cast.shop, by=cast.actor("momose"), now=NOON)
    orders.estimate(order=order, estimate=figures(note=NASTY), by=cast.actor("momose"), now=NOON)
    where = reverse("work:client_accept_estimate", args=[order.code])
    page = shop.get(reverse("work:client_order", args=[order.code])).content.decode()
    assert NASTY not in page
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("machikado.town.work.views.clients.clock.now", lambda: NOON.replace(year=2027))
        late = shop.get(reverse("work:client_order", args=[order.code])).content.decode()
        shop.post(where, {"number": "1"})
    assert where not in late
    assert Order.objects.get().state == Order.State.ESTIMATED
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("machikado.town.work.views.clients.clock.now", lambda: NOON)
        for _ in range(2):
            shop.post(where, {"number": "1"})
    assert Order.objects.get().state == Order.State.ACCEPTED


def test_workers_are_never_named_to_the_client(shop: Client, delivery: Delivery, cast: Cast):
    page = page_of(shop, delivery)
    for name in ("働く人", "中島", "原 みち", "小沢"):
        assert name not in page


@pytest.mark.parametrize("count", [1, 6])
def test_pages_ask_a_bounded_number_of_questions(shop: Client, cast: Cast, count: int):
    codes = [delivered(cast).order.code for _ in range(count)]
    for name, code in (("work:client_orders", []), ("work:client_order", codes[:1]), ("work:client_live", codes[:1])):
        with CaptureQueriesContext(connection) as asked:
            answer = shop.get(reverse(name, args=code))
        assert answer.status_code == 200
        assert name != "work:client_orders" or all(code in answer.content.decode() for code in codes)
        assert len(asked) <= MOST_QUERIES, f"{name}: {len(asked)} queries"


def test_the_live_part_is_short_while_nothing_changes(shop: Client, delivery: Delivery):
    where = reverse("work:client_live", args=[delivery.order.code])
    first = shop.get(where)
    assert shop.get(where, headers={"if-none-match": first.headers["ETag"]}).status_code == 304
