"""A client without a click of its own tells the centre what it says of a delivery, and staff enter it."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from machikado.town.common.actors import Actor
from machikado.town.common.models import Detail, Event
from machikado.town.people.models import Message
from machikado.town.people.permissions import CannotDo
from machikado.town.work.actions import deliveries, inquiries
from machikado.town.work.actions.deliveries import CannotDecide, NewDecision, ReworkRow
from machikado.town.work.models import ClientDecision, Delivery, Order, Task
from machikado.town.work.said import Said, SaidBy
from machikado.town.work.tests.makings import LATER, deliver
from tests.examples import Cast

SAID = Said(SaidBy.PHONE, "滝澤さん、きょう10時")
YES = NewDecision(accepted=True)


@pytest.fixture
def delivery(running: Order, momose: Actor) -> Delivery:
    """The delivery of three rows that waits for its client."""
    return deliver(running, momose)


def typed(**changes: Any) -> dict[str, Any]:
    """What staff enter on the page."""
    return {"decision": "accept", "reason": "", "by": "phone", "who": SAID.who, **changes}


def told(cast: Cast, name: str) -> list[str]:
    kinds = Message.objects.filter(person=cast.persons[name]).order_by("pk").values_list("kind", flat=True)
    return [kind for kind in kinds if "delivery" in kind or "rework" in kind]


def test_staff_enter_that_a_client_accepts(cast: Cast, desk: Client, shop: Client, delivery: Delivery):
    where, page = reverse("work:decision_for", args=[delivery.code]), reverse("work:order", args=[delivery.order.code])
    assert where in desk.get(page).content.decode()
    assert desk.get(where).status_code == 200
    for _twice in range(2):
        assert desk.post(where, typed())["Location"] == page
    delivery.order.refresh_from_db()
    assert delivery.order.state == Order.State.ACCEPTED_BY_CLIENT
    event = Event.objects.get(kind="work.delivery_decided")
    assert (event.data["accepted"], event.data["said_by"]) == (True, "phone")
    assert event.actor_person == cast.momose.pk
    assert told(cast, "takizawa") == ["work.delivery_made", "work.delivery_accepted_for"]
    assert told(cast, "momose") == []
    history = unescape(desk.get(page).content.decode())
    assert f"伝えた人：{SAID.who}" in history
    assert "センターが記録" in history
    assert where not in history
    theirs = shop.get(reverse("work:client_order", args=[delivery.order.code])).content.decode()
    assert "電話" in theirs
    assert "百瀬" in theirs
    assert SAID.who not in theirs
    assert desk.get(where)["Location"] == page, "what is decided is not asked for again"


def test_staff_enter_rows_that_a_client_wants_redone(cast: Cast, desk: Client, delivery: Delivery):
    where = reverse("work:decision_for", args=[delivery.code])
    rework = typed(decision="rework", reason="数字がちがう", row=["2", "", ""], clause=["1", "", ""])
    desk.post(where, rework)
    decision = ClientDecision.objects.get()
    assert [(item.task.name, item.clause) for item in decision.items.all()] == [("2", "1")]
    assert Task.objects.get(name="2").state == Task.State.NEEDS_MORE
    assert told(cast, "takizawa") == ["work.delivery_made", "work.rework_asked_for"]
    assert Detail.objects.get(event_id=Event.objects.get(kind="work.delivery_decided").pk).body == {
        "reason": "数字がちがう",
        "who": SAID.who,
    }


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"who": " "}, "だれから、いつ"),
        ({"by": "shout"}, "どのように"),
        ({"decision": "rework", "reason": "x", "row": ["9"], "clause": ["1"]}, "9"),
        ({"decision": "rework", "reason": "", "row": ["2"], "clause": ["1"]}, "直す"),
    ],
)
def test_what_cannot_be_entered_is_said_and_stays(desk: Client, delivery: Delivery, changes: Any, says: str):
    answer = desk.post(reverse("work:decision_for", args=[delivery.code]), typed(**changes))
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert says in page.split('id="error-summary-title"')[1].split("</ul>")[0]
    assert all(f'value="{row}"' in page for row in changes.get("row", []))
    assert not ClientDecision.objects.exists()


@pytest.mark.parametrize("name", ["takizawa", "furuhata", "ozawa", "nakajima"])
def test_only_coordinators_enter_it(cast: Cast, delivery: Delivery, name: str):
    with pytest.raises(CannotDo):
        deliveries.decide_for(delivery=delivery, decision=YES, said=SAID, by=cast.actor(name), now=LATER)


def test_nobody_said_it_is_refused(delivery: Delivery, momose: Actor):
    with pytest.raises(CannotDecide, match="nobody"):
        deliveries.decide_for(delivery=delivery, decision=YES, said=Said(SaidBy.MAIL, " "), by=momose, now=LATER)


def test_what_the_client_decided_first_stands(delivery: Delivery, momose: Actor, takizawa: Actor):
    task = delivery.tasks.order_by("line")[0]
    rework = NewDecision(accepted=False, reason="x", items=[ReworkRow(task.code, "1")])
    deliveries.decide(delivery=delivery, decision=YES, by=takizawa, now=LATER)
    with pytest.raises(CannotDecide, match="decided"):
        deliveries.decide_for(delivery=delivery, decision=rework, said=SAID, by=momose, now=LATER)


def test_who_said_it_goes_when_the_inquirer_is_erased(delivery: Delivery, momose: Actor):
    deliveries.decide_for(delivery=delivery, decision=YES, said=SAID, by=momose, now=LATER)
    inquiries.erase(order=delivery.order, reason="本人から電話", by=momose, now=LATER)
    assert not any(SAID.who in str(each.body) for each in Detail.objects.all())


def test_a_client_decides_about_the_order_as_it_stands_now(cast: Cast, delivery: Delivery):
    """Who holds a row that was read long ago has no right by it."""
    delivery.order.client = cast.other_shop
    with pytest.raises(CannotDo):
        deliveries.decide(delivery=delivery, decision=YES, by=cast.actor("furuhata"), now=LATER)
