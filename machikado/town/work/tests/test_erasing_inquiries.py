"""An inquirer asks to have erased what they wrote: it goes before its time, with a reason."""

import pytest
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Detail, Event
from machikado.town.people.actions import persons
from machikado.town.people.models import Invitation, Person
from machikado.town.people.permissions import CannotDo
from machikado.town.work.actions import inquiries, orders
from machikado.town.work.actions.inquiries import CannotEraseInquiry
from machikado.town.work.models import Inquiry, Order
from machikado.town.work.tests.makings import LATER, NOON, figures, inquiry
from machikado.town.work.tests.test_inviting import NEW, asked, estimated

REASON = "電話で頼まれた。折り返して確かめた"


def erase(cast, order, who="momose", reason=REASON):
    inquiries.erase(order=order, reason=reason, by=cast.actor(who), now=LATER)


def test_what_led_to_nothing_goes_whole(cast):
    order = orders.inquire(inquiry=inquiry(**NEW), by=SYSTEM, now=NOON)
    erase(cast, order)
    order.refresh_from_db()
    assert (order.state, order.title) == (Order.State.DECLINED, "—")
    assert not Inquiry.objects.exists()
    kept = str(list(Detail.objects.values_list("body", flat=True)))
    assert "はじめて商店" not in kept
    assert REASON in kept
    event = Event.objects.get(kind="work.inquiry_erased")
    assert (event.data["whole"], event.actor_person) == (True, cast.momose.pk)


def test_where_an_order_stands_who_asked_goes_and_what_was_asked_stays(cast):
    order = estimated(cast)
    with pytest.raises(CannotEraseInquiry, match="estimated"):
        erase(cast, order)
    Order.objects.update(state=Order.State.PREPARING)
    invited = Invitation.objects.get()
    erase(cast, order)
    left = Inquiry.objects.get()
    assert "納品書" in left.about
    assert (left.person_name, left.phone) == ("—", "")
    assert left.email.endswith("@erased.invalid")
    invited.refresh_from_db()
    assert invited.withdrawn_at == LATER
    assert Person.objects.get(pk=invited.person_id).pseudonymised_at == LATER
    with pytest.raises(CannotEraseInquiry, match="gone"):
        erase(cast, order)


def test_a_reason_is_needed_and_a_coordinator(cast):
    order = asked(cast)
    with pytest.raises(CannotEraseInquiry, match="no_reason"):
        erase(cast, order, reason="  ")
    for who in ("ozawa", "takizawa", "nakajima"):
        with pytest.raises(CannotDo):
            erase(cast, order, who=who)
    assert Inquiry.objects.exists()


def test_the_page_says_what_goes_and_does_it(cast, client_of):
    order = orders.inquire(inquiry=inquiry(**NEW), by=SYSTEM, now=NOON)
    desk, where = client_of(cast.momose), reverse("work:inquiry_erase", args=[order.code])
    assert where in desk.get(reverse("work:order", args=[order.code])).content.decode()
    assert "消えるもの" in desk.get(where).content.decode()
    assert desk.post(where, {"reason": ""}).status_code == 422
    assert Inquiry.objects.exists()
    assert desk.post(where, {"reason": REASON}).url == reverse("work:order", args=[order.code])
    page = desk.get(reverse("work:order", args=[order.code])).content.decode()
    assert "はじめて商店" not in page
    assert "消去しました" in page


def test_the_pages_offer_nothing_of_an_inquirer_who_is_erased(cast, client_of):
    """No mail to a dead address, no dash as the name of somebody to invite, no second erasing."""
    order = estimated(cast, phone="0263-52-0280")
    Order.objects.update(state=Order.State.PREPARING)
    erase(cast, order)
    desk = client_of(cast.momose)
    page = desk.get(reverse("work:order", args=[order.code])).content.decode()
    assert "erased.invalid" not in page
    assert reverse("work:inquiry_erase", args=[order.code]) not in page
    assert "名前・メールアドレス・電話番号は消去しました" in page
    form = desk.get(reverse("work:invite", args=[order.code])).content.decode()
    assert "erased.invalid" not in form
    assert 'value="—"' not in form


def test_nobody_is_invited_at_the_address_of_somebody_who_is_erased(cast):
    """A client's only person asked while signed in and was erased since; the price still comes."""
    by = cast.actor("takizawa")
    order = orders.inquire(inquiry=inquiry(client=cast.shop), by=by, now=NOON)
    persons.pseudonymise(person=cast.takizawa, by=SYSTEM, now=clock.now())
    assert Inquiry.objects.get().is_erased
    orders.estimate(order=order, estimate=figures(), by=cast.actor("momose"), now=NOON)
    assert not Invitation.objects.exists()
