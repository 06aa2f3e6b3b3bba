"""An order from the inquiry to the end: who may take which step, and what saying it twice does."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from machikado.town.common.actors import SYSTEM
from machikado.town.common.errors import CannotStep
from machikado.town.common.models import Detail, Event
from machikado.town.people.models import Town
from machikado.town.people.permissions import CannotDo
from machikado.town.work.actions import orders
from machikado.town.work.actions.orders import CannotEstimate, CannotInquire, CannotLink, CannotMove
from machikado.town.work.models import Estimate, Inquiry, Order
from machikado.town.work.queries.orders import newest_estimate, orders_visible_to, progress
from machikado.town.work.tests.makings import (
    LATER,
    NOON,
    agreed_order,
    answered,
    figures,
    inquiry,
    open_job,
    ready_batch,
    resolved,
    table,
    viewer,
)


@pytest.fixture
def order(cast):
    return orders.inquire(inquiry=inquiry(), by=SYSTEM, now=NOON)


@pytest.fixture
def estimate(cast, order):
    orders.link_client(order=order, client=cast.shop, by=cast.actor("momose"), now=NOON)
    return orders.estimate(order=order, estimate=figures(), by=cast.actor("momose"), now=NOON)


def kinds(code):
    return list(Event.objects.filter(code=code).order_by("pk").values_list("kind", flat=True))


def test_a_visitor_asks_and_sending_twice_makes_one_order(cast):
    asked = inquiry()
    first = orders.inquire(inquiry=asked, by=SYSTEM, now=NOON)
    second = orders.inquire(inquiry=asked, by=SYSTEM, now=LATER)
    assert first.pk == second.pk
    assert Order.objects.count() == Inquiry.objects.count() == 1
    assert kinds(first.code) == ["work.order_inquired"]
    assert first.state == "inquiry"
    assert first.client is None
    assert first.title == "納品書を1,000枚、入力してほしい"


def test_names_stand_in_the_erasable_detail_only(order):
    event = Event.objects.get(code=order.code)
    assert event.data == {"channel": "web", "quantity": 1000}
    assert Detail.objects.get(event_id=event.pk).body["organisation"] == "角田商店"


def test_a_double_click_in_the_same_moment(cast, monkeypatch):
    """Both halves find nothing; the second one meets the first one's row and returns its order."""
    asked = inquiry()
    first = orders.inquire(inquiry=asked, by=SYSTEM, now=NOON)
    monkeypatch.setattr(Order.objects, "filter", lambda **_: Order.objects.none())
    assert orders.inquire(inquiry=asked, by=SYSTEM, now=NOON).pk == first.pk
    monkeypatch.undo()
    assert Order.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "code"), [({"email": "", "phone": " "}, "no_contact"), ({"about": "  \n"}, "nothing_asked")]
)
def test_an_inquiry_that_nobody_could_answer(cast, changes, code):
    with pytest.raises(CannotInquire) as refused:
        orders.inquire(inquiry=inquiry(**changes), by=SYSTEM, now=NOON)
    assert refused.value.code == code
    assert not Order.objects.exists()


def test_script_in_an_inquiry_is_kept_as_text(cast):
    order = orders.inquire(inquiry=inquiry(about="<script>alert(1)</script>"), by=SYSTEM, now=NOON)
    assert order.title == "<script>alert(1)</script>"


def test_a_client_asks_for_its_own_shop_only(cast):
    mine = orders.inquire(inquiry=inquiry(client=cast.shop), by=cast.actor("takizawa"), now=NOON)
    assert mine.client == cast.shop
    with pytest.raises(CannotDo):
        orders.inquire(inquiry=inquiry(client=cast.shop), by=cast.actor("furuhata"), now=NOON)


def test_an_estimate_needs_a_client(cast, order):
    with pytest.raises(CannotEstimate) as refused:
        orders.estimate(order=order, estimate=figures(), by=cast.actor("momose"), now=NOON)
    assert refused.value.code == "no_client"


def test_a_client_is_linked_once(cast, order):
    for _ in range(2):
        orders.link_client(order=order, client=cast.shop, by=cast.actor("momose"), now=NOON)
    with pytest.raises(CannotLink):
        orders.link_client(order=order, client=cast.other_shop, by=cast.actor("momose"), now=NOON)
    assert kinds(order.code).count("work.client_linked") == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"items": 0}, "number"),
        ({"unit_yen": 0}, "number"),
        ({"redundancy": 10}, "number"),
        ({"valid_until": date(2026, 11, 23)}, "valid_until_past"),
        ({"due_on": date(2026, 11, 24)}, "due_past"),
    ],
)
def test_an_estimate_that_makes_no_sense(cast, order, changes, code):
    orders.link_client(order=order, client=cast.shop, by=cast.actor("momose"), now=NOON)
    with pytest.raises(CannotEstimate) as refused:
        orders.estimate(order=order, estimate=figures(**changes), by=cast.actor("momose"), now=NOON)
    assert refused.value.code == code
    assert not Estimate.objects.exists()


def test_the_newest_estimate_counts(cast, estimate):
    second = orders.estimate(order=estimate.order, estimate=figures(unit_yen=20), by=cast.actor("momose"), now=LATER)
    assert (estimate.number, second.number, second.total_yen) == (1, 2, 20_000)
    assert newest_estimate(estimate.order) == second
    with pytest.raises(CannotEstimate) as refused:
        orders.accept_estimate(estimate=estimate, by=cast.actor("takizawa"), now=LATER)
    assert refused.value.code == "replaced"


def test_the_client_accepts_and_twice_is_once(cast, estimate):
    for _ in range(2):
        order = orders.accept_estimate(estimate=estimate, by=cast.actor("takizawa"), now=LATER)
    assert order.state == "accepted"
    assert order.due_on == date(2026, 12, 20)
    assert kinds(order.code).count("work.estimate_accepted") == 1
    assert Event.objects.get(kind="work.estimate_accepted").data == {"number": 1, "yen": 25_000, "said_by": ""}


@pytest.mark.parametrize("name", ["furuhata", "momose", "nakajima"])
def test_nobody_else_accepts(cast, estimate, name):
    with pytest.raises(CannotDo):
        orders.accept_estimate(estimate=estimate, by=cast.actor(name), now=LATER)


def test_validity_ends_with_its_day_in_the_town(cast, estimate):
    last_minute = NOON.replace(month=12, day=1, hour=14, minute=59)  # 23:59 in the town on 1 December
    with pytest.raises(CannotEstimate) as refused:
        orders.accept_estimate(estimate=estimate, by=cast.actor("takizawa"), now=last_minute + timedelta(minutes=1))
    assert refused.value.code == "expired"
    assert "12月1日（火）" in refused.value.sentence
    assert orders.accept_estimate(estimate=estimate, by=cast.actor("takizawa"), now=last_minute).state == "accepted"


def test_work_starts_only_when_there_is_work(cast):
    order = agreed_order(cast)
    job = open_job(cast, order)
    with pytest.raises(CannotMove) as refused:
        orders.step(order=order, to="running", by=cast.actor("momose"), now=NOON)
    assert refused.value.code == "nothing_to_do"
    ready_batch(cast, job, table("name,text\n1,a\n"))
    assert orders.step(order=order, to="running", by=cast.actor("momose"), now=LATER).state == "running"
    stepped = Event.objects.filter(kind="work.order_stepped").latest("pk")
    assert stepped.data == {"before": "preparing", "after": "running", "minutes": 60}


@pytest.mark.parametrize("to", ["estimated", "accepted", "delivered", "rework", "accepted_by_client", "paid"])
def test_steps_that_follow_from_something_are_not_made_by_hand(cast, order, to):
    with pytest.raises(CannotMove) as refused:
        orders.step(order=order, to=to, by=cast.actor("momose"), now=NOON)
    assert refused.value.code == "not_by_hand"


def test_an_illegal_step_raises_and_a_step_already_taken_changes_nothing(cast, order):
    with pytest.raises(CannotStep):
        orders.step(order=order, to="suspended", by=cast.actor("momose"), now=NOON)
    for _ in range(2):
        assert orders.step(order=order, to="declined", by=cast.actor("momose"), now=NOON).state == "declined"
    assert kinds(order.code) == ["work.order_inquired", "work.order_stepped"]
    with pytest.raises(CannotDo):
        orders.step(order=order, to="declined", by=cast.actor("takizawa"), now=NOON)


def test_only_the_sample_town_can_pretend_to_pay(cast):
    assert not orders.inquire(inquiry=inquiry(), by=SYSTEM, now=NOON).cannot_be_paid_yet
    Town.objects.update(is_sample=False)
    assert orders.inquire(inquiry=inquiry(sent_key=uuid4()), by=SYSTEM, now=NOON).cannot_be_paid_yet


def test_who_sees_which_order(cast):
    order = agreed_order(cast)
    for name in ("momose", "ozawa", "takizawa"):
        assert list(orders_visible_to(viewer(cast, name))) == [order]
    for name in ("furuhata", "nakajima"):
        assert not orders_visible_to(viewer(cast, name)).exists()
    assert not orders_visible_to(None).exists()


def test_progress_is_one_query(cast, django_assert_num_queries):
    order = agreed_order(cast)
    job = open_job(cast, order)
    batch = ready_batch(cast, job, table("name,text\n1,a\n2,b\n3,c\n4,d\n"))
    first, second, *_ = batch.tasks.order_by("line")
    answered(first, {"amount": 1}, {"amount": 1})
    resolved(first, {"amount": 1})
    answered(second, {"amount": 1})
    with django_assert_num_queries(1):
        now = progress(order)
    assert (now.total, now.finished, now.deliverable, now.delivered, now.percent) == (4, 1, 1, 0, 25)
    assert (now.answers, now.wanted) == (3, 8)
