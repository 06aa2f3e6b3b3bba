"""An order is stopped with a reason that its client reads; each step says in its own sentence what came of it."""

import pytest
from django.test import Client
from django.urls import reverse

from machikado.town.common.actors import SYSTEM
from machikado.town.common.errors import CannotStep
from machikado.town.common.models import Detail, Event
from machikado.town.people.models import Message
from machikado.town.people.permissions import CannotDo
from machikado.town.work.actions import orders, stops
from machikado.town.work.actions.stops import CannotStop
from machikado.town.work.models import Order
from machikado.town.work.tests.makings import LATER, NOON, agreed_order, answered_order, inquiry, open_job
from tests.examples import Cast

REASON = "名札を作る道具がありません。"
NASTY = "<script>alert(1)</script>"


@pytest.fixture
def asked(cast: Cast) -> Order:
    return orders.inquire(inquiry=inquiry(), by=SYSTEM, now=NOON)


def step(client: Client, order: Order, to: str, reason: str = "") -> str:
    answer = client.post(reverse("work:order_step", args=[order.code]), {"to": to, "reason": reason}, follow=True)
    return answer.content.decode()


def test_an_order_is_not_declined_without_a_reason(desk: Client, asked: Order):
    assert "理由を書いてください" in step(desk, asked, "declined", "  ")
    assert Order.objects.get().state == "inquiry"
    assert "受注を断りました。" in step(desk, asked, "declined", REASON)
    assert Order.objects.get().state == "declined"


def test_the_reason_is_erasable_and_stands_not_in_the_chain(cast: Cast, asked: Order):
    stops.stop(order=asked, to="declined", reason=f" {REASON}\n", by=cast.actor("momose"), now=NOON)
    event = Event.objects.get(kind="work.order_stepped")
    assert event.data == {"before": "inquiry", "after": "declined", "minutes": 0}
    assert Detail.objects.get(event_id=event.pk).body == {"reason": REASON}


def test_a_client_is_told_once_and_reads_why(cast: Cast, client_of):
    order = answered_order(cast)
    for _ in range(2):
        stops.stop(order=order, to="suspended", reason=NASTY + REASON, by=cast.actor("momose"), now=NOON)
    assert Message.objects.filter(kind="work.order_suspended").count() == 1
    page = client_of(cast.takizawa).get(reverse("work:client_order", args=[order.code])).content.decode()
    assert "作業を中断しています" in page
    assert "再開したら、お知らせします。" in page
    assert REASON in page
    assert NASTY not in page
    orders.step(order=order, to="running", by=cast.actor("momose"), now=LATER)
    assert Message.objects.filter(kind="work.order_resumed", person=cast.takizawa).count() == 1
    assert REASON not in client_of(cast.takizawa).get(reverse("work:client_order", args=[order.code])).content.decode()


def test_an_order_that_rests_without_a_kept_reason_is_still_a_page(cast: Cast, client_of):
    order = answered_order(cast)
    orders.step(order=order, to="suspended", by=SYSTEM, now=NOON)
    page = client_of(cast.takizawa).get(reverse("work:client_order", args=[order.code])).content.decode()
    assert "作業を中断しています" in page


def test_nobody_is_told_while_no_client_is_known(cast: Cast, desk: Client, asked: Order):
    page = desk.get(reverse("work:order", args=[asked.code])).content.decode()
    assert "メールか電話でもお伝えください" in page
    told = Message.objects.count()
    stops.stop(order=asked, to="declined", reason=REASON, by=cast.actor("momose"), now=NOON)
    assert Message.objects.count() == told


def test_only_a_coordinator_stops_an_order_and_only_where_its_life_allows(cast: Cast, asked: Order):
    with pytest.raises(CannotDo):
        stops.stop(order=asked, to="declined", reason=REASON, by=cast.actor("takizawa"), now=NOON)
    with pytest.raises(CannotStep):
        stops.stop(order=asked, to="suspended", reason=REASON, by=cast.actor("momose"), now=NOON)
    with pytest.raises(CannotStop):
        stops.stop(order=asked, to="declined", reason="", by=cast.actor("momose"), now=NOON)


def test_the_page_asks_before_it_declines_and_names_the_next_step(desk: Client, asked: Order, cast: Cast):
    where = reverse("work:order", args=[asked.code])
    page = desk.get(where).content.decode()
    assert 'data-opens="stop-declined"' in page
    dialog = page.split('<dialog class="dialog" id="stop-declined"')[1].split("</dialog>")[0]
    assert 'name="reason"' in dialog
    assert "danger" in dialog
    assert 'href="#link"' in page
    orders.link_client(order=asked, client=cast.shop, by=cast.actor("momose"), now=NOON)
    next_step = desk.get(where).content.decode().split('id="moves"')[1].split("</section>")[0]
    assert reverse("work:estimate", args=[asked.code]) in next_step
    assert "断る" not in next_step


def test_an_order_in_preparation_says_what_is_missing(desk: Client, cast: Cast):
    order = agreed_order(cast)
    where = reverse("work:order", args=[order.code])
    assert reverse("work:job_add", args=[order.code]) in desk.get(where).content.decode().split('id="moves"')[1]
    job = open_job(cast, order)
    page = desk.get(where).content.decode().split('id="moves"')[1].split("</section>")[0]
    assert reverse("work:job", args=[job.code]) in page
    assert 'value="running"' not in page


def test_each_step_has_a_sentence_of_its_own(desk: Client, cast: Cast):
    order = answered_order(cast)
    said = {
        ("suspended", REASON): "受注を中断しました。発注者に知らせました。",
        ("running", ""): "作業を再開しました。",
        ("cancelled", REASON): "受注を取り消しました。発注者に知らせました。",
    }
    for (to, reason), sentence in said.items():
        assert sentence in step(desk, order, to, reason)
