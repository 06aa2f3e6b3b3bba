"""Persons, accounts, roles and workers come, change and go through their actions."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth import authenticate
from django.db import transaction
from django.test import RequestFactory

from machikado.town.common import clock, diary, diary_check
from machikado.town.common.actors import SYSTEM, Actor, ActorKind, Grant
from machikado.town.common.errors import CannotStep
from machikado.town.common.models import Detail, Event
from machikado.town.people import soundness
from machikado.town.people.actions import accounts, memberships, organisations, persons, tokens, town, workers
from machikado.town.people.events import PersonAdded
from machikado.town.people.models import Channel, ContactPoint, Membership, Organisation, Person, Role, Town, Worker
from machikado.town.people.permissions import MAY, CannotDo, require
from machikado.town.people.queries import centre, mail_address
from machikado.town.people.traces import ERASED, Need

NOW = clock.real_now() + timedelta(hours=1)  # after the cast came in


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def test_a_person_is_added_with_ways_to_reach_them_and_one_row_in_the_diary(cast):
    before = len(kinds())
    new = persons.NewPerson("見本", "たろう", channel=Channel.MAIL, mail="taro@example.com", phone="0263000000")
    person = persons.add(new=new, by=cast.actor("momose"), now=NOW)
    assert str(person) == "見本 たろう"
    assert set(person.contact_points.values_list("kind", "value")) == {
        ("mail", "taro@example.com"),
        ("phone", "0263000000"),
    }
    assert kinds()[before:] == ["people.person_added"]
    assert "見本" not in str(Event.objects.order_by("-pk").values().first())


def test_a_person_needs_a_name(cast):
    with pytest.raises(persons.CannotAddPerson, match="no_name"):
        persons.add(new=persons.NewPerson("  "), by=SYSTEM, now=NOW)


@pytest.mark.parametrize("slug", ["ozawa", "nakajima", "takizawa"])
def test_only_a_coordinator_adds_people(cast, slug):
    with pytest.raises(CannotDo, match="not_allowed"):
        persons.add(new=persons.NewPerson("見本"), by=cast.actor(slug), now=NOW)
    assert not Person.objects.filter(family_name="見本").exists()


def test_an_account_opens_with_its_password_whatever_the_capitals_of_the_address(cast):
    person = persons.add(new=persons.NewPerson("見本"), by=SYSTEM, now=NOW)
    account = accounts.open_account(
        person=person, email=" Taro@Example.COM", password="correct horse 7", by=SYSTEM, now=NOW
    )
    assert account.email == "taro@example.com"
    assert account.password.startswith("argon2")
    request = RequestFactory().post("/sign-in/")
    assert authenticate(request, username="TARO@example.com", password="correct horse 7") == account
    assert authenticate(request, username="taro@example.com", password="wrong horse 77") is None


def test_an_account_is_refused_twice_for_a_person_or_an_address_and_for_a_weak_password(cast):
    person = persons.add(new=persons.NewPerson("見本"), by=SYSTEM, now=NOW)
    for email, password, code in [
        (cast.account("hara").email.upper(), "correct horse 7", "email_taken"),
        ("new@example.com", "1234567890", "weak_password"),
        ("new@example.com", "short7", "weak_password"),
    ]:
        with pytest.raises(accounts.CannotOpenAccount, match=code):
            accounts.open_account(person=person, email=email, password=password, by=SYSTEM, now=NOW)
    with pytest.raises(accounts.CannotOpenAccount, match="has_account"):
        accounts.open_account(person=cast.hara, email="new@example.com", password=None, by=SYSTEM, now=NOW)


def test_staff_roles_come_from_the_centre_only(cast):
    for role in (Role.COORDINATOR, Role.LEADER, Role.WORKER, Role.ACCOUNTANT):
        with pytest.raises(memberships.CannotGrant, match="not_from_here"):
            memberships.grant(person=cast.takizawa, organisation=cast.shop, role=role, by=SYSTEM, now=NOW)
    with pytest.raises(memberships.CannotGrant, match="not_from_here"):
        memberships.grant(person=cast.hara, organisation=centre(), role=Role.CLIENT, by=SYSTEM, now=NOW)


def test_a_role_is_held_once_ends_and_can_be_given_again(cast):
    give = {"person": cast.hara, "organisation": centre(), "role": Role.LEADER, "by": cast.actor("momose"), "now": NOW}
    held = memberships.grant(**give)
    with pytest.raises(memberships.CannotGrant, match="held"):
        memberships.grant(**give)
    memberships.end(membership=held, by=cast.actor("momose"), now=NOW)
    with pytest.raises(memberships.CannotEndRole, match="ended"):
        memberships.end(membership=held, by=cast.actor("momose"), now=NOW)
    memberships.grant(**give)
    assert Membership.objects.filter(person=cast.hara, role=Role.LEADER).count() == 2


def test_the_last_coordinator_stays(cast):
    only = Membership.objects.get(role=Role.COORDINATOR)
    with pytest.raises(memberships.CannotEndRole, match="last_coordinator"):
        memberships.end(membership=only, by=cast.actor("momose"), now=NOW)


def test_there_is_one_centre_and_one_town(cast):
    second = organisations.NewOrganisation("もう一つの街角", Organisation.Kind.CENTRE)
    with pytest.raises(organisations.CannotAddOrganisation, match="second_centre"):
        organisations.add(new=second, by=SYSTEM, now=NOW)
    new = town.NewTown("隣町", "となりまち", "202153", "隣町の街角")
    with pytest.raises(town.CannotFound, match="exists"):
        town.found(new, email="x@example.com", password="correct horse 7", now=NOW)


@pytest.mark.django_db
def test_a_town_is_founded_with_its_first_coordinator_or_not_at_all():
    new = town.NewTown("隣町", "となりまち", "202153", "隣町の街角")
    with pytest.raises(accounts.CannotOpenAccount, match="weak_password"):
        town.found(new, email="first@example.com", password="password", now=NOW)
    assert not Town.objects.exists()
    person = town.found(new, email="first@example.com", password="correct horse 7", now=NOW)
    assert person.account.email == "first@example.com"
    assert person.memberships.get().role == Role.COORDINATOR
    with pytest.raises(town.CannotFound, match="municipality_code"):
        town.lay(town.NewTown("町", "まち", "12a456", "街角"), now=NOW)


def test_a_worker_is_active_at_once_and_takes_only_steps_of_the_life(cast):
    person = persons.add(new=persons.NewPerson("見本"), by=SYSTEM, now=NOW)
    worker = workers.register(person=person, by=cast.actor("momose"), now=NOW)
    assert worker.state == Worker.State.ACTIVE
    assert person.memberships.get().role == Role.WORKER
    with pytest.raises(workers.CannotRegister, match="is_worker"):
        workers.register(person=person, by=cast.actor("momose"), now=NOW)
    workers.step(worker=worker, to="paused", by=cast.actor("momose"), now=NOW)
    with pytest.raises(CannotStep):
        workers.step(worker=worker, to="certified", by=cast.actor("momose"), now=NOW)
    worker.refresh_from_db()
    assert worker.state == Worker.State.PAUSED


def test_a_worker_rests_by_their_own_word_and_nobody_elses_but_the_desks(cast):
    worker = cast.worker("nakajima")
    with pytest.raises(CannotDo):
        workers.rest(worker=worker, on=NOW.date(), by=cast.actor("hara"), now=NOW)
    workers.rest(worker=worker, on=NOW.date(), by=cast.actor("nakajima"), now=NOW)
    worker.refresh_from_db()
    assert worker.resting_on == NOW.date()
    row = Event.objects.order_by("-pk").first()
    assert row is not None
    assert (row.kind, row.visibility) == ("people.worker_rests", "sealed")
    workers.remember_minutes(worker=worker, minutes=100_000, by=cast.actor("nakajima"), now=NOW)
    worker.refresh_from_db()
    assert worker.usual_minutes == workers.MOST_MINUTES


def test_a_person_chooses_how_to_be_told(cast):
    choices = persons.Choices(channel=Channel.LETTER, language="en")
    with pytest.raises(CannotDo):
        persons.choose(person=cast.nakajima, choices=choices, by=cast.actor("hara"), now=NOW)
    persons.choose(person=cast.nakajima, choices=choices, by=cast.actor("nakajima"), now=NOW)
    cast.nakajima.refresh_from_db()
    assert cast.nakajima.channel == Channel.LETTER
    assert cast.account("nakajima").language == "en"


def test_mail_is_refused_where_no_address_is_known(cast):
    person = persons.add(new=persons.NewPerson("見本"), by=SYSTEM, now=NOW)
    with pytest.raises(persons.CannotChangePerson, match="no_address"):
        persons.choose(person=person, choices=persons.Choices("mail", "ja"), by=SYSTEM, now=NOW)


def test_erasing_takes_name_contact_sign_in_and_details_and_leaves_the_chain_sound(cast):
    person = cast.nakajima
    ContactPoint.objects.create(person=person, kind="phone", value="0263000000")
    with transaction.atomic():
        row = diary.record(
            PersonAdded(code=person.code, channel="screen"), by=SYSTEM, now=NOW, detail={"name": "中島 あかり"}
        )
    code = person.code
    persons.pseudonymise(person=person, by=cast.actor("momose"), now=NOW)
    assert (person.family_name, person.given_name, person.family_kana) == (ERASED, "", "")
    assert person.code == code
    assert not person.contact_points.exists()
    account = cast.account("nakajima")
    assert not account.is_active
    assert not account.has_usable_password()
    assert "nakajima" not in account.email
    assert mail_address(person) == ""
    assert not Detail.objects.filter(event_id=row.pk).exists()
    assert not person.memberships.filter(until=None).exists()
    while diary.seal():
        pass
    assert diary_check.problems() == []
    assert soundness.problems() == []
    with pytest.raises(persons.CannotErase, match="already"):
        persons.pseudonymise(person=person, by=cast.actor("momose"), now=NOW)


def needs_everybody(person: Person, now: datetime) -> list[Need]:
    return [Need("報酬がまだ支払われていません。")]


def test_erasing_waits_while_the_law_needs_the_person(cast, settings):
    settings.NEEDED_BY = [f"{__name__}.needs_everybody"]
    with pytest.raises(persons.CannotErase) as refusal:
        persons.pseudonymise(person=cast.hara, by=cast.actor("momose"), now=NOW)
    assert "報酬がまだ支払われていません" in refusal.value.sentence
    cast.hara.refresh_from_db()
    assert cast.hara.family_name == "原"


def test_a_token_is_shown_once_and_kept_as_a_digest(cast):
    later = NOW + timedelta(days=90)
    new = tokens.NewToken(cast.shop, cast.takizawa, frozenset({"orders:read"}), later)
    issued = tokens.issue(new=new, by=cast.actor("momose"), now=NOW)
    assert issued.secret.startswith(f"mk_{issued.token.prefix}_")
    assert issued.token.digest == tokens.digest_of(issued.secret)
    assert issued.secret not in str(Event.objects.order_by("-pk").values().first())
    tokens.revoke(token=issued.token, by=cast.actor("momose"), now=NOW)
    tokens.revoke(token=issued.token, by=cast.actor("momose"), now=later)
    assert issued.token.revoked_at == NOW
    for wrong, code in [
        (tokens.NewToken(cast.shop, cast.takizawa, frozenset({"everything"}), later), "scope"),
        (tokens.NewToken(cast.shop, cast.takizawa, frozenset({"orders:read"}), clock.real_now()), "past"),
        (tokens.NewToken(cast.other_shop, cast.takizawa, frozenset({"orders:read"}), later), "not_theirs"),
    ]:
        with pytest.raises(tokens.CannotIssueToken, match=code):
            tokens.issue(new=wrong, by=cast.actor("momose"), now=NOW)


class Thing:
    """Something that belongs to a client, as an order does."""

    def __init__(self, client_id: int) -> None:
        self.client_id = client_id


class Part:
    """Something that belongs to an order, as an estimate or a delivery does."""

    def __init__(self, order: Thing) -> None:
        self.order = order


def test_a_client_acts_only_for_the_own_organisation(cast):
    own, other = Thing(cast.shop.pk), Thing(cast.other_shop.pk)
    takizawa = cast.actor("takizawa")
    require(takizawa, may="work.accept_estimate", on=own)
    require(takizawa, may="work.accept_estimate", on=Part(own))
    require(takizawa, may="work.inquire_for", on=cast.shop)
    for on in (other, Part(other), cast.other_shop, None, object()):
        with pytest.raises(CannotDo):
            require(takizawa, may="work.accept_estimate", on=on)
    with pytest.raises(CannotDo):
        require(cast.actor("momose"), may="work.accept_estimate", on=own)


def test_a_machine_may_work_and_nothing_else(cast):
    grants = frozenset({Grant(role, centre().pk) for role in (Role.WORKER, Role.COORDINATOR, Role.LEADER)})
    machine = Actor(kind=ActorKind.MACHINE, person_id=cast.ozawa.pk, machine_id=1, grants=grants)
    require(machine, may="work.do")
    for verb in MAY.keys() - {"work.do"}:
        with pytest.raises(CannotDo):
            require(machine, may=verb, on=cast.ozawa)


def test_an_unknown_verb_is_a_mistake_of_the_program_not_a_refusal(cast):
    with pytest.raises(KeyError):
        require(cast.actor("momose"), may="work.unheard_of")


def test_soundness_names_what_is_written_past_the_actions(cast):
    assert soundness.problems() == []
    Membership.objects.create(person=cast.takizawa, organisation=cast.shop, role=Role.COORDINATOR, since=NOW)
    Organisation.objects.create(name="もう一つの街角", kind=Organisation.Kind.CENTRE)
    Person.objects.filter(pk=cast.hara.pk).update(pseudonymised_at=NOW)
    found = "\n".join(soundness.problems())
    assert f"{cast.takizawa.code} holds coordinator" in found
    assert "2 centres" in found
    assert f"{cast.hara.code} was erased and can still sign in" in found
    assert "中島" not in found
