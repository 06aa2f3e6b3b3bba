"""An order that stops takes the delivery back that was asked for; it can be asked for again when it runs again."""

import pytest
from django.urls import reverse

from machikado.town.common.models import Event
from machikado.town.work.actions import deliveries, delivery_files, orders
from machikado.town.work.actions.deliveries import CannotDecide, NewDecision
from machikado.town.work.actions.delivery_files import make_files
from machikado.town.work.models import Order, Task
from machikado.town.work.queries.story import sentence_of, story_for_staff
from machikado.town.work.tests.makings import LATER, NOON, deliver


@pytest.mark.parametrize("states", [["suspended"], ["cancelled"], ["suspended", "cancelled"]])
def test_an_order_that_stops_takes_its_asked_for_delivery_back(running, momose, takizawa, states):
    delivery = deliveries.ask(order=running, by=momose, now=NOON)
    for state in states:
        orders.step(order=running, to=state, by=momose, now=NOON)
    make_files.call(delivery_code=delivery.code)
    delivery.refresh_from_db()
    assert (delivery.made_at, delivery.withdrawn_at, delivery.files.count()) == (None, NOON, 0)
    assert set(Task.objects.values_list("state", flat=True)) == {"resolved"}
    told = Event.objects.get(kind="work.delivery_withdrawn")
    assert told.data == {"order": running.code, "number": 1, "order_state": states[0]}
    assert [each for each in story_for_staff(running) if each.sentence == sentence_of(told)]
    with pytest.raises(CannotDecide) as refused:
        deliveries.decide(delivery=delivery, decision=NewDecision(True), by=takizawa, now=LATER)
    assert refused.value.code == "withdrawn"


def test_files_that_are_ready_when_the_order_has_stopped_are_not_handed_over(running, momose, monkeypatch):
    """The order stops while the files are written: the hand-over looks at its state once more, under the lock."""
    delivery = deliveries.ask(order=running, by=momose, now=NOON)
    write = delivery_files._write_files

    def write_and_stop(delivery, now):
        made = write(delivery, now)
        Order.objects.filter(pk=running.pk).update(state="suspended")
        return made

    monkeypatch.setattr(delivery_files, "_write_files", write_and_stop)
    make_files.call(delivery_code=delivery.code)
    delivery.refresh_from_db()
    assert delivery.made_at is None
    assert delivery.withdrawn_at is not None
    assert not Task.objects.filter(state="delivered").exists()


def test_what_was_withdrawn_can_be_asked_for_again(client, cast, running, momose):
    deliveries.ask(order=running, by=momose, now=NOON)
    orders.step(order=running, to="suspended", by=momose, now=NOON)
    client.force_login(cast.account("momose"))
    page = client.get(reverse("work:order", args=[running.code])).content.decode()
    assert "取り下げ" in page
    assert "作成中" not in page
    running = orders.step(order=running, to="running", by=momose, now=NOON)
    delivery = deliver(running, momose)
    assert (delivery.number, delivery.order.state) == (2, "delivered")
