"""The first contact of a new client: an estimate invites the inquirer; staff and clients invite others."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM, Actor, ActorKind
from machikado.town.common.calendar import town_date
from machikado.town.common.models import Detail, Event
from machikado.town.law.queries import parameter
from machikado.town.people.actions import coming_in, invitations
from machikado.town.people.models import Channel, Invitation, Membership, Message, Organisation, Person, Role
from machikado.town.people.permissions import CannotDo
from machikado.town.people.queries import grants_of, members
from machikado.town.work.actions import inquiries, inviting, orders, stops
from machikado.town.work.actions.new_clients import link_new_client
from machikado.town.work.models import Order
from machikado.town.work.said import Said, SaidBy
from machikado.town.work.tests.makings import NOON, answered_order, deliver, figures, inquiry

NEW = {"email": "hitori@example.com", "person_name": "新人 ひとり", "organisation_name": "はじめて商店"}


def asked(cast, **changes) -> Order:
    """A newcomer's inquiry, linked to a client that the town did not know."""
    order = orders.inquire(inquiry=inquiry(**{**NEW, **changes}), by=SYSTEM, now=NOON)
    return link_new_client(order=order, name="はじめて商店", by=cast.actor("momose"), now=NOON)


def estimated(cast, **changes) -> Order:
    order = asked(cast, **changes)
    orders.estimate(order=order, estimate=figures(), by=cast.actor("momose"), now=NOON)
    order.refresh_from_db()
    return order


@pytest.mark.smoke
def test_an_estimate_invites_whoever_asked_and_they_accept_it(cast):
    order = estimated(cast)
    made = Invitation.objects.get()
    assert (made.organisation, str(made.person)) == (order.client, "新人 ひとり")
    assert made.url == reverse("work:client_order", args=[order.code])
    assert made.valid_until == town_date(NOON) + timedelta(days=parameter("invitation_days", town_date(NOON)))
    message = Message.objects.get(kind="people.invited")
    assert (message.channel, message.person) == (Channel.MAIL, made.person)
    newcomer = coming_in.Newcomer("新人", "ひとり", "そばとりんごとわさび", "ja")
    account = coming_in.come_in(invitation=made, newcomer=newcomer, now=NOON)
    by = Actor(kind=ActorKind.PERSON, person_id=account.person_id, grants=grants_of(account.person))
    orders.accept_estimate(estimate=order.estimates.get(), by=by, now=NOON)
    order.refresh_from_db()
    assert order.state == Order.State.ACCEPTED


def test_who_can_look_already_is_not_invited(cast):
    order = orders.inquire(inquiry=inquiry(), by=SYSTEM, now=NOON)
    orders.link_client(order=order, client=cast.shop, by=cast.actor("momose"), now=NOON)
    orders.estimate(order=order, estimate=figures(), by=cast.actor("momose"), now=NOON)
    assert not Invitation.objects.exists()


def test_a_second_estimate_does_not_invite_twice(cast):
    order = estimated(cast)
    orders.estimate(order=order, estimate=figures(unit_yen=30), by=cast.actor("momose"), now=NOON)
    assert Invitation.objects.count() == 1


def test_an_estimate_stands_where_nobody_more_can_be_invited(cast):
    order, by = asked(cast), cast.actor("momose")
    for number in range(invitations.MOST_OPEN):
        inviting.invite(order=order, name=f"同僚{number}", mail=f"c{number}@example.com", by=by, now=NOON)
    orders.estimate(order=order, estimate=figures(), by=by, now=NOON)
    order.refresh_from_db()
    assert order.state == Order.State.ESTIMATED
    assert Invitation.objects.count() == invitations.MOST_OPEN


def test_who_left_a_telephone_number_alone_gets_a_letter_from_staff(cast, client_of):
    order = estimated(cast, email="", phone="0263-52-0280")
    assert not Invitation.objects.exists()
    desk = client_of(cast.momose)
    page = desk.get(reverse("work:order", args=[order.code])).content.decode()
    assert "サインインできる人がいません" in page
    form = desk.get(reverse("work:invite", args=[order.code])).content.decode()
    assert 'value="新人 ひとり"' in form
    desk.post(reverse("work:invite", args=[order.code]), {"name": "新人 ひとり", "mail": ""})
    made = Invitation.objects.get()
    page = desk.get(reverse("work:order", args=[order.code])).content.decode()
    assert "紙で渡す" in page
    assert reverse("invitation_letter", args=[made.code]) in page


def test_the_order_shows_how_far_the_link_has_come_and_what_can_be_done(cast, client_of):
    order = estimated(cast)
    desk, made = client_of(cast.momose), Invitation.objects.get()
    where = reverse("work:order", args=[order.code])
    assert "メールを送っています" in desk.get(where).content.decode()
    invitations.opened(invitation=made, now=clock.now())
    assert "リンクが開かれました" in desk.get(where).content.decode()
    fields = {"order": order.code}
    assert desk.post(reverse("work:invitation_again", args=[made.code]), fields).url == where
    made.refresh_from_db()
    assert (made.issue, made.opened_at) == (2, None)
    assert made.valid_until == inviting.last_day(clock.now())
    assert desk.post(reverse("work:invitation_withdraw", args=[made.code]), fields).url == where
    page = desk.get(where).content.decode()
    assert "取り消しました" in page
    assert "hitori@example.com" not in page.partition('id="insiders"')[2].partition("</section>")[0]


def test_a_client_invites_a_colleague_who_lands_on_the_list(cast, client_of):
    shop = client_of(cast.takizawa)
    where = reverse("work:colleagues")
    page = shop.get(where).content.decode()
    assert "滝澤 みせ" in page
    typed = {"organisation": cast.shop.code, "name": "同僚", "mail": "doryo@example.com"}
    assert shop.post(where, typed).url == where
    made = Invitation.objects.get()
    assert (made.organisation, made.url) == (cast.shop, reverse("work:client_orders"))
    assert "doryo@example.com" in shop.get(where).content.decode()
    assert "doryo@example.com" not in client_of(cast.furuhata).get(where).content.decode()


def test_what_is_wrong_is_said_and_stays(cast, client_of):
    page = client_of(cast.takizawa).post(reverse("work:colleagues"), {"name": "同僚", "mail": "no address"})
    assert page.status_code == 422
    assert 'value="同僚"' in page.content.decode()
    assert not Invitation.objects.exists()


def test_an_inquiry_without_a_client_invites_nobody(cast, client_of):
    order = orders.inquire(inquiry=inquiry(**NEW), by=SYSTEM, now=NOON)
    answer = client_of(cast.momose).get(reverse("work:invite", args=[order.code]))
    assert answer.url == reverse("work:order", args=[order.code])


def test_declining_leaves_the_inquirer_a_way_to_read_why(cast):
    order = estimated(cast)
    stops.stop(order=order, to="declined", reason="人が足りません", by=cast.actor("momose"), now=NOON)
    coming_in.may_use(Invitation.objects.get(), NOON)
    assert not members(Organisation.objects.get(name="はじめて商店"), Role.CLIENT).exists()
    assert Person.objects.filter(family_name="新人").exists()


def test_a_colleague_is_not_invited_for_an_organisation_that_is_not_ones_own(cast, client_of):
    typed = {"name": "同僚 ふたり", "mail": "doryo@example.com", "organisation": cast.other_shop.code}
    assert client_of(cast.takizawa).post(reverse("work:colleagues"), typed).status_code == 404
    assert not Invitation.objects.exists()


# --- who says yes without a page --------------------------------------------------------------------------------------


def test_staff_enter_the_yes_of_a_client_who_telephones(cast, client_of):
    order = estimated(cast, email="", phone="0263-52-0280")
    desk, where = client_of(cast.momose), reverse("work:yes_for", args=[order.code])
    assert where in desk.get(reverse("work:order", args=[order.code])).content.decode()
    refused = desk.post(where, {"number": "1", "by": "phone", "who": " "})
    assert refused.status_code == 422
    assert desk.post(where, {"number": "1", "by": "shout", "who": "新人さん"}).status_code == 422
    order.refresh_from_db()
    assert order.state == Order.State.ESTIMATED
    typed = {"number": "1", "by": "phone", "who": "新人さん、きょう10時"}
    desk.post(where, typed)
    desk.post(where, typed)
    order.refresh_from_db()
    assert order.state == Order.State.ACCEPTED
    event = Event.objects.get(kind="work.estimate_accepted")
    assert (event.data["said_by"], event.actor_person) == ("phone", cast.momose.pk)
    assert Detail.objects.get(event_id=event.pk).body == {"who": "新人さん、きょう10時"}
    page = desk.get(reverse("work:order", args=[order.code])).content.decode()
    assert "電話" in page
    assert "伝えた人：新人さん、きょう10時" in page


def test_a_newer_estimate_is_shown_and_the_yes_can_then_be_entered_for_it(cast, client_of):
    order = estimated(cast, email="", phone="0263-52-0280")
    desk, where = client_of(cast.momose), reverse("work:yes_for", args=[order.code])
    orders.estimate(order=order, estimate=figures(unit_yen=30), by=cast.actor("momose"), now=NOON)
    typed = {"number": "1", "by": "phone", "who": "新人さん、きょう10時"}
    refused = desk.post(where, typed)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "新しい見積" in page
    assert 'name="number" value="2"' in page
    assert 'value="新人さん、きょう10時"' in page
    assert desk.post(where, typed | {"number": "2"}).status_code == 302
    order.refresh_from_db()
    assert order.state == Order.State.ACCEPTED


def test_the_people_of_a_client_are_told_what_staff_entered(cast, client_of):
    order = orders.inquire(inquiry=inquiry(), by=SYSTEM, now=NOON)
    orders.link_client(order=order, client=cast.shop, by=cast.actor("momose"), now=NOON)
    made = orders.estimate(order=order, estimate=figures(), by=cast.actor("momose"), now=NOON)
    said = Said(SaidBy.LETTER, "滝澤さん、11月20日の手紙")
    with pytest.raises(CannotDo):
        orders.accept_estimate_for(estimate=made, said=said, by=cast.actor("takizawa"), now=NOON)
    orders.accept_estimate_for(estimate=made, said=said, by=cast.actor("momose"), now=NOON)
    orders.accept_estimate_for(estimate=made, said=said, by=cast.actor("momose"), now=NOON)
    assert Message.objects.filter(kind="work.estimate_accepted_for", person=cast.takizawa).count() == 1
    page = client_of(cast.takizawa).get(reverse("work:client_order", args=[order.code])).content.decode()
    assert "手紙" in page
    assert "百瀬" in page


def test_who_said_yes_goes_when_the_inquirer_is_erased(cast, client_of):
    order = estimated(cast, email="", phone="0263-52-0280")
    said = Said(SaidBy.PHONE, "新人さん")
    orders.accept_estimate_for(estimate=order.estimates.get(), said=said, by=cast.actor("momose"), now=NOON)
    inquiries.erase(order=order, reason="本人から電話", by=cast.actor("momose"), now=NOON)
    assert not any("新人さん" in str(each.body) for each in Detail.objects.all())
    assert "伝えた人" not in client_of(cast.momose).get(reverse("work:order", args=[order.code])).content.decode()


def test_the_paper_for_an_inquirer_is_withdrawn_when_they_are_erased(cast):
    order = estimated(cast, email="", phone="0263-52-0280")
    by = cast.actor("momose")
    theirs = inviting.invite(order=order, name="新人 ひとり", mail="", by=by, now=NOON)
    other = inviting.invite(order=order, name="別人 ふたり", mail="", by=by, now=NOON)
    orders.accept_estimate_for(estimate=order.estimates.get(), said=Said(SaidBy.PHONE, "新人さん"), by=by, now=NOON)
    inquiries.erase(order=order, reason="本人から電話", by=by, now=NOON)
    theirs.refresh_from_db()
    other.refresh_from_db()
    assert theirs.withdrawn_at is not None
    assert other.withdrawn_at is None
    assert not Person.objects.filter(family_name="新人").exists()


# --- what the page of an order says while nobody can look -------------------------------------------------------------


@pytest.fixture
def unseen(cast) -> Order:
    """A delivered order whose client has nobody with a sign-in (any more)."""
    order = answered_order(cast)
    deliver(order, cast.actor("momose"))
    Membership.objects.filter(organisation=cast.shop).update(until=clock.now())
    return order


def test_results_that_nobody_at_the_client_can_see_are_pointed_out(cast, client_of, unseen):
    where = reverse("work:order", args=[unseen.code])
    desk = client_of(cast.momose)
    page = desk.get(where).content.decode()
    assert "サインインできる人がいません" in page
    assert "発注者が結果を見ています" not in page
    inviting.invite(order=unseen, name="新人", mail="hitori@example.com", by=cast.actor("momose"), now=clock.now())
    assert "まだ、だれも招待を受けていません" in desk.get(where).content.decode()


def test_the_page_asks_once_who_is_inside_and_who_is_invited(cast, client_of):
    desk, order = client_of(cast.momose), estimated(cast)
    with CaptureQueriesContext(connection) as asked_for:
        desk.get(reverse("work:order", args=[order.code]))
    told = [query["sql"] for query in asked_for if 'FROM "people_invitation"' in query["sql"]]
    looked = [query["sql"] for query in asked_for if "'client'" in query["sql"] and "people_membership" in query["sql"]]
    assert (len(told), len(looked)) == (1, 1)
