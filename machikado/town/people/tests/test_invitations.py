"""Somebody is invited, gets a link that opens once until its day, and comes in; what can go wrong is said."""

import re
from datetime import timedelta

import pytest
import structlog
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.calendar import town_date
from machikado.town.common.models import Detail, Event
from machikado.town.people import invitation_links, letters, soundness
from machikado.town.people.actions import coming_in, invitations, memberships, persons
from machikado.town.people.actions.coming_in import CannotComeIn, Newcomer
from machikado.town.people.actions.invitations import CannotInvite, NewInvitation
from machikado.town.people.models import Account, ContactPoint, Invitation, Membership, Message, Person, Role
from machikado.town.people.permissions import CannotDo

NOW = clock.real_now()
LAST = town_date(NOW) + timedelta(days=14)
MAIL = "hitori@example.com"
PASSWORD = "そばとりんごとわさび"
NEWCOMER = Newcomer("新人", "ひとり", PASSWORD, "ja")
S = Invitation.State


def invite(cast, by="takizawa", mail=MAIL, name="新人 ひとり", now=NOW) -> Invitation:
    new = NewInvitation(cast.shop, name, mail, "/client/", LAST)
    return invitations.invite(new=new, by=cast.actor(by), now=now)


def send(invitation: Invitation) -> str:
    """Send the letter and return the path of its link."""
    assert invitation.message is not None
    letters.send_message.call(invitation.message.pk)
    found = re.search(r"(/invitation/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def state(invitation: Invitation, days: int = 0) -> Invitation.State:
    return (
        Invitation.objects.select_related("message")
        .get(pk=invitation.pk)
        .state_on(town_date(NOW) + timedelta(days=days))
    )


def filled(**changes: str) -> dict[str, str]:
    return {
        "family_name": "新人",
        "given_name": "ひとり",
        "password": PASSWORD,
        "again": PASSWORD,
        "belongs": "on",
        **changes,
    }


def plain(page: str, address: str) -> str:
    """The page without the address and without what is new each time."""
    return re.sub(r'value="[^"]*"', "", page.replace(address, ""))


# --- the life of an invitation ------------------------------------------------------------------------------------


@pytest.mark.smoke
def test_from_the_letter_to_the_sign_in(cast, client):
    made = invite(cast)
    assert state(made) == S.WAITING
    path = send(made)
    assert state(made) == S.SENT
    assert client.get(path).url == reverse("invitation")
    assert state(made) == S.OPENED
    page = client.get(reverse("invitation")).content.decode()
    assert cast.shop.name in page
    assert 'value="新人"' in page
    answer = client.post(reverse("invitation"), filled(given_name="ふたり"))
    assert answer.url == "/client/"
    assert client.get("/client/").status_code == 200
    assert state(made) == S.USED
    account = Account.objects.get(email=MAIL)
    assert account.password.startswith("argon2")
    assert str(account.person) == "新人 ふたり"
    assert Membership.objects.get(person=account.person).organisation == cast.shop
    assert Client().post(reverse("sign_in"), {"username": MAIL, "password": PASSWORD}).status_code == 302
    assert soundness.problems() == []
    kinds = list(Event.objects.filter(noun="invitation").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["people.person_invited", "people.invitation_opened", "people.invitation_used"]


def test_the_letter_names_the_organisation_the_day_and_no_secret_is_kept(cast, client):
    made = invite(cast)
    path = send(made)
    body = str(mail.outbox[-1].body)
    assert cast.shop.name in body
    assert "1回だけ" in body
    assert mail.outbox[-1].to == [MAIL]
    secret = invitation_links.secret_of(made)
    assert secret in path
    client.get(path)
    assert secret not in str(list(Message.objects.values()))
    assert secret not in str(list(Invitation.objects.values()))
    assert secret not in str(list(Event.objects.values())) + str(list(Detail.objects.values()))


def test_the_link_is_in_no_log(cast, client):
    path = send(invite(cast))
    with structlog.testing.capture_logs() as lines:
        client.get(path)
        client.get(reverse("invitation"))
    assert [line["page"] for line in lines] == ["invitation_open", "invitation"]
    assert path.split("/")[3] not in str(lines)


def test_used_twice_is_a_clear_sentence(cast, client):
    made = invite(cast)
    path = send(made)
    client.get(path)
    client.post(reverse("invitation"), filled())
    other = Client()
    other.get(path)
    page = other.get(reverse("invitation")).content.decode()
    assert "この招待は、もう使われました" in page
    assert reverse("sign_in") in page
    assert other.post(reverse("invitation"), filled(family_name="別人")).status_code == 200
    with pytest.raises(CannotComeIn, match="used"):
        coming_in.come_in(invitation=made, newcomer=NEWCOMER, now=NOW)
    assert Account.objects.filter(email=MAIL).count() == 1
    assert "別人" not in Person.objects.values_list("family_name", flat=True)


def test_it_opens_until_the_end_of_its_last_day_and_not_on_the_next(cast):
    made = invite(cast)
    coming_in.may_use(made, NOW + timedelta(days=14))
    assert state(made, days=15) == S.EXPIRED
    with pytest.raises(CannotComeIn, match="expired"):
        coming_in.come_in(invitation=made, newcomer=NEWCOMER, now=NOW + timedelta(days=15))


def test_an_expired_or_withdrawn_link_says_so_and_changes_nothing(cast, client):
    made = invite(cast)
    path = send(made)
    Invitation.objects.update(valid_until=LAST)  # the secret knows its day
    client.get(path)
    invitations.withdraw(invitation=made, by=cast.actor("takizawa"), now=NOW)
    invitations.withdraw(invitation=made, by=cast.actor("takizawa"), now=NOW)
    assert state(made) == S.WITHDRAWN
    assert "取り消されました" in client.get(reverse("invitation")).content.decode()
    assert Event.objects.filter(kind="people.invitation_withdrawn").count() == 1
    assert Person.objects.get(pk=made.person_id).pseudonymised_at is not None
    assert not ContactPoint.objects.filter(value=MAIL).exists()


def test_a_new_link_puts_the_old_one_out_of_use(cast, client):
    made = invite(cast)
    old = send(made)
    by = cast.actor("takizawa")
    with pytest.raises(CannotInvite, match="soon"):
        invitations.issue_again(invitation=made, valid_until=LAST, by=by, now=NOW + timedelta(seconds=30))
    made = invitations.issue_again(
        invitation=made, valid_until=LAST + timedelta(days=2), by=by, now=NOW + timedelta(minutes=2)
    )
    new = send(made)
    assert new != old
    client.get(old)
    assert "新しい手紙" in client.get(reverse("invitation")).content.decode()
    client.get(new)
    assert client.post(reverse("invitation"), filled()).url == "/client/"


def test_a_letter_that_was_overtaken_is_not_sent(cast):
    made = invite(cast)
    assert made.message is not None
    first = made.message.pk
    invitations.issue_again(invitation=made, valid_until=LAST, by=cast.actor("momose"), now=NOW + timedelta(minutes=2))
    letters.send_message.call(first)
    assert mail.outbox == []
    assert Message.objects.get(pk=first).state == Message.State.FAILED


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"password": "1234567890", "again": "1234567890"}, "パスワード"),
        ({"password": "kurz", "again": "kurz"}, "パスワード"),
        ({"again": "something else"}, "2つのパスワードが違います"),
        ({"belongs": ""}, "必要"),
        ({"family_name": ""}, "名字"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(cast, client, changes, word):
    client.get(send(invite(cast)))
    page = client.post(reverse("invitation"), filled(given_name="のこる", **changes)).content.decode()
    assert 'class="error"' in page
    assert word in page
    assert 'value="のこる"' in page
    assert not Account.objects.filter(email=MAIL).exists()


# --- people who are known already ---------------------------------------------------------------------------------


def test_who_has_a_sign_in_signs_in_and_says_yes(cast, client, client_of):
    made = invite(cast, mail="furuhata@sample.machikado.example")
    path, before = send(made), Person.objects.count()
    client.get(path)
    refused = client.post(reverse("invitation"), filled()).content.decode()
    assert "もうあります" in refused
    known = client_of(cast.furuhata)
    known.get(path)
    page = known.get(reverse("invitation")).content.decode()
    assert "古畑" in page
    assert not Membership.objects.filter(person=cast.furuhata, organisation=cast.shop).exists()
    assert known.post(reverse("invitation")).url == "/client/"
    assert Membership.objects.filter(person=cast.furuhata, organisation=cast.shop, until=None).exists()
    assert Membership.objects.filter(person=cast.furuhata, organisation=cast.other_shop, until=None).exists()
    assert Person.objects.count() == before
    assert Person.objects.get(pk=made.person_id).pseudonymised_at is not None, "the stand-in goes"
    joined = coming_in.join(invitation=made, by=cast.actor("furuhata"), now=NOW)
    assert joined.person == cast.furuhata
    assert soundness.problems() == []


def test_a_colleague_who_signs_in_with_another_mans_link_after_it_was_used_gets_nothing(cast):
    made = invite(cast)
    coming_in.come_in(invitation=made, newcomer=NEWCOMER, now=NOW)
    with pytest.raises(CannotComeIn, match="used"):
        coming_in.join(invitation=made, by=cast.actor("furuhata"), now=NOW)
    assert not Membership.objects.filter(person=cast.furuhata, organisation=cast.shop).exists()


def test_the_pages_of_a_known_and_an_unknown_address_are_the_same(cast):
    pages = []
    for mail_address in ("furuhata@sample.machikado.example", MAIL):
        visitor = Client()
        visitor.get(send(invite(cast, mail=mail_address)))
        pages.append(plain(visitor.get(reverse("invitation")).content.decode(), mail_address))
    assert pages[0] == pages[1]


# --- on paper -----------------------------------------------------------------------------------------------------


def test_with_the_paper_one_names_an_address_and_goes_on_through_its_mail(cast, client, client_of):
    made = invite(cast, by="momose", mail="")
    assert state(made) == S.WRITTEN
    letter = client_of(cast.momose).get(reverse("invitation_letter", args=[made.code])).content.decode()
    secret = invitation_links.spoken_secret(made)
    assert secret in letter
    wrong = client.post(reverse("invitation"), {"number": made.code, "secret": "AAAA-BBBB-CCCC-DDDD"})
    assert "合いません" in wrong.content.decode()
    typed = {"number": f"{made.code[:3]}-{made.code[3:6]}-{made.code[6:]}".lower(), "secret": secret.lower()}
    assert client.post(reverse("invitation"), typed).url == reverse("invitation")
    client.post(reverse("invitation"), {"mail": "new@example.com"})
    made.refresh_from_db()
    client.post(reverse("invitation"), typed)
    assert "新しい手紙" not in client.get(reverse("invitation")).content.decode(), "the paper has served its turn"
    visitor = Client()
    visitor.get(send(made))
    assert visitor.post(reverse("invitation"), filled()).headers["Location"] == "/client/"
    assert Account.objects.filter(email="new@example.com").exists()


def test_whoever_an_address_belongs_to_the_answer_to_the_paper_is_the_same(cast):
    said = []
    for address in ("furuhata@sample.machikado.example", "new@example.com"):
        made, visitor = invite(cast, by="momose", mail=""), Client()
        visitor.post(reverse("invitation"), {"number": made.code, "secret": invitation_links.spoken_secret(made)})
        answer = visitor.post(reverse("invitation"), {"mail": address}).content.decode()
        assert address in answer
        said.append(plain(answer, address))
    assert said[0] == said[1]


def test_the_paper_does_not_prove_an_address_that_staff_typed(cast, client, client_of):
    made = invite(cast, by="momose")
    letter = client_of(cast.momose).get(reverse("invitation_letter", args=[made.code]))
    assert "no-store" in letter["Cache-Control"]
    secret = invitation_links.spoken_secret(made)
    assert secret in letter.content.decode()
    assert "届いたメールのリンクを開いて" in letter.content.decode()
    assert secret.replace("-", "") not in send(made)
    client.post(reverse("invitation"), {"number": made.code, "secret": secret})
    page = client.get(reverse("invitation")).content.decode()
    assert MAIL not in page
    assert 'name="password"' not in page
    client.post(reverse("invitation"), filled())
    assert not Account.objects.filter(email=MAIL).exists()


# --- who may, and how many ----------------------------------------------------------------------------------------


def test_a_client_invites_for_its_own_organisation_only(cast):
    invite(cast, by="takizawa")
    with pytest.raises(CannotDo):
        invite(cast, by="furuhata", mail="other@example.com")
    with pytest.raises(CannotDo):
        invite(cast, by="nakajima", mail="other@example.com")
    made = Invitation.objects.get()
    with pytest.raises(CannotDo):
        invitations.withdraw(invitation=made, by=cast.actor("furuhata"), now=NOW)


def test_the_same_address_is_invited_once_while_it_is_open(cast):
    made = invite(cast)
    assert invite(cast, mail=MAIL.upper()) == made
    assert Invitation.objects.count() == 1
    invitations.withdraw(invitation=made, by=cast.actor("momose"), now=NOW)
    assert invite(cast) != made


def test_so_many_are_open_at_a_time(cast):
    for number in range(invitations.MOST_OPEN):
        invite(cast, mail=f"n{number}@example.com")
    with pytest.raises(CannotInvite, match="many"):
        invite(cast)


def test_pressing_twice_prints_one_letter(cast):
    made = invite(cast, by="momose", mail="")
    assert invite(cast, by="momose", mail="") == made
    assert invite(cast, by="momose", mail="", name="別人 ふたり") != made
    assert invite(cast, by="momose") != made


@pytest.mark.parametrize(("name", "code"), [("  ", "no_name")])
def test_nobody_is_invited_without_a_name(cast, name, code):
    with pytest.raises(CannotInvite, match=code):
        invite(cast, name=name)


def test_a_name_in_one_box_is_split_at_the_first_blank():
    assert invitations.split_name(" 滝澤　みせ ") == ("滝澤", "みせ")
    assert invitations.split_name("Takizawa") == ("Takizawa", "")
    assert invitations.split_name("山田 太郎 二世") == ("山田", "太郎 二世")


# --- the end of personal data -------------------------------------------------------------------------------------


def test_erasing_who_is_invited_closes_the_link(cast, client):
    made = invite(cast)
    path = send(made)
    persons.pseudonymise(person=made.person, by=cast.actor("momose"), now=NOW)
    client.get(path)
    assert "取り消されました" in client.get(reverse("invitation")).content.decode()
    assert soundness.problems() == []


def test_an_invitation_that_was_used_by_nobody_is_found(cast):
    made = invite(cast)
    coming_in.come_in(invitation=made, newcomer=NEWCOMER, now=NOW)
    Membership.objects.filter(person=made.person_id).delete()
    assert any(made.code in problem for problem in soundness.problems())


def test_leaving_forgets_the_link_and_uses_nothing(cast, client):
    made = invite(cast)
    client.get(send(made))
    assert client.post(reverse("invitation_leave")).url == reverse("front")
    assert "招待の手紙をお持ちの方" in client.get(reverse("invitation")).content.decode()
    assert state(made) == S.OPENED
    assert not any("invitation" in session.get_decoded() for session in Session.objects.all())


def test_a_role_that_is_held_already_is_kept(cast):
    made = invite(cast)
    coming_in.join(invitation=made, by=cast.actor("takizawa"), now=NOW)
    assert Membership.objects.filter(person=cast.takizawa, role=Role.CLIENT, until=None).count() == 1
    assert memberships.GIVEN_BY[Role.CLIENT]
