"""Somebody signs in, fails to, forgets the password, and signs out."""

import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Event
from machikado.town.people import letters, sign_in
from machikado.town.people.actions import accounts, persons
from machikado.town.people.models import Account, Message

EMAIL, PASSWORD, WRONG = "taro@example.com", "correct horse 7", "wrong horse 77"


@pytest.fixture
def account(cast) -> Account:
    """Somebody with a password and without a role."""
    person = persons.add(new=persons.NewPerson("見本", "たろう"), by=SYSTEM, now=clock.real_now())
    return accounts.open_account(person=person, email=EMAIL, password=PASSWORD, by=SYSTEM, now=clock.real_now())


def attempt(client: Client, email: str = EMAIL, password: str = PASSWORD, **where: str):
    return client.post(reverse("sign_in"), {"username": email, "password": password, **where})


@pytest.mark.smoke
def test_the_right_password_opens_whatever_the_capitals_and_the_session_gets_a_new_key(client, account):
    client.get(reverse("sign_in"))
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    client.cookies[django_settings.SESSION_COOKIE_NAME] = before
    response = attempt(client, "Taro@Example.com")
    assert response.status_code == 302
    assert response["Location"] == reverse("front")
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()
    assert client.get(reverse("inbox")).status_code == 200


@pytest.mark.parametrize(
    ("where", "leads_to"),
    [("/me/", "/me/"), ("https://evil.example/", "/"), ("//evil.example/", "/"), ("javascript:alert(1)", "/")],
)
def test_next_leads_only_to_this_house(client, account, where, leads_to):
    assert attempt(client, next=where)["Location"] == leads_to


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, account):
    known, unknown = attempt(client, password=WRONG), attempt(client, "nobody@example.com")
    pages = [
        re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.content.decode()).replace(email, "")
        for page, email in ((known, EMAIL), (unknown, "nobody@example.com"))
    ]
    assert known.status_code == unknown.status_code == 200
    assert pages[0] == pages[1]


def test_an_unknown_address_costs_a_hash_too(client, account, monkeypatch):
    hashed: list[str | None] = []
    monkeypatch.setattr(Account, "set_password", lambda self, raw: hashed.append(raw))
    attempt(client, "nobody@example.com")
    assert hashed == [PASSWORD]


def test_five_failures_close_the_door_for_a_quarter_of_an_hour_from_here_only(client, account):
    answers = [attempt(client, password=WRONG).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    locked = attempt(client)
    assert locked.status_code == 429
    assert "15" in locked.content.decode()
    assert EMAIL not in locked.content.decode()
    assert client.get(reverse("inbox")).status_code == 303
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert attempt(elsewhere).status_code == 302
    assert attempt(client, "nobody@example.com", WRONG).status_code == 200


def test_the_door_opens_again_after_a_quarter_of_an_hour_even_if_somebody_kept_knocking(client, account):
    for _ in range(8):
        attempt(client, password=WRONG)
    counted = AccessAttempt.objects.get()
    assert counted.failures_since_start == 5
    assert PASSWORD not in counted.post_data
    assert WRONG not in counted.post_data
    AccessAttempt.objects.update(attempt_time=clock.real_now() - timedelta(minutes=15, seconds=1))
    assert attempt(client).status_code == 302


def test_signing_in_forgets_earlier_failures(client, account):
    for _ in range(4):
        attempt(client, password=WRONG)
    attempt(client)
    assert not AccessAttempt.objects.exists()


def test_unknown_addresses_are_locked_like_known_ones(client, account):
    assert [attempt(client, "nobody@example.com").status_code for _ in range(5)][-1] == 429


def test_behind_the_towns_proxy_the_callers_address_is_the_one_the_proxy_saw(rf, settings):
    request = rf.get("/", HTTP_X_FORWARDED_FOR="198.51.100.9, 192.0.2.1", REMOTE_ADDR="127.0.0.1")
    assert sign_in.client_ip(request) == "127.0.0.1"
    settings.BEHIND_TLS = True
    assert sign_in.client_ip(request) == "192.0.2.1"


def test_signing_out_is_a_post_and_ends_the_session(client, account):
    attempt(client)
    assert client.get(reverse("sign_out")).status_code == 405
    assert client.get(reverse("inbox")).status_code == 200
    client.post(reverse("sign_out"))
    assert client.get(reverse("inbox")).status_code == 303


def test_an_erased_person_is_out_at_once(client, account, cast):
    attempt(client)
    persons.pseudonymise(person=account.person, by=cast.actor("momose"), now=clock.real_now())
    assert client.get(reverse("inbox")).status_code == 303
    assert attempt(client).status_code == 200


def run_chores() -> None:
    for row in DBTaskResult.objects.filter(task_path=f"{letters.__name__}.send_reset"):
        letters.send_reset.call(**row.args_kwargs["kwargs"])


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(client, account):
    for _ in range(5):
        attempt(client, password=WRONG)
    assert client.post(reverse("password_forgotten"), {"email": EMAIL.upper()})["Location"] == reverse("password_sent")
    assert mail.outbox == []  # nothing is sent while somebody waits for the page
    run_chores()
    run_chores()
    (letter,) = mail.outbox
    assert letter.to == [EMAIL]
    (link,) = re.findall(r"http://\S+", str(letter.body))
    path = link.removeprefix(django_settings.SITE_URL)
    fresh = client.get(path, follow=True)
    new = {"new_password1": "another horse 8", "new_password2": "another horse 8"}
    assert client.post(fresh.redirect_chain[-1][0], new)["Location"] == reverse("password_done")
    assert attempt(client, password="another horse 8").status_code == 302
    assert Message.objects.get().kind == "people.password_changed"
    assert Event.objects.filter(kind="people.password_changed").count() == 1
    assert attempt(Client()).status_code == 200
    again = Client().get(path, follow=True)
    assert "new_password1" not in again.content.decode()


def test_asking_for_an_unknown_address_does_the_same_work_and_sends_nothing(client, account):
    def ask(email: str) -> tuple[str, list[str]]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            where = client.post(reverse("password_forgotten"), {"email": email})["Location"]
        return where, [query["sql"].split(" ")[0] for query in queries]

    assert ask(EMAIL) == ask("nobody@example.com")
    DBTaskResult.objects.exclude(args_kwargs__kwargs__account_id=None).delete()
    run_chores()
    assert mail.outbox == []


def test_a_changed_password_ends_the_other_sessions(client, account):
    other = Client()
    attempt(client)
    attempt(other)
    fields = {"old_password": PASSWORD, "new_password1": "another horse 8", "new_password2": "another horse 8"}
    assert client.post(reverse("password_change"), fields)["Location"] == reverse("me")
    assert client.get(reverse("me")).status_code == 200
    assert other.get(reverse("me")).status_code == 303


def test_a_viewer_costs_one_query_and_a_visitor_none(client, account, django_assert_max_num_queries):
    attempt(client)
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("components"))
    # The last two are what the navigation shows: news, and whether somebody agreed to be booked for.
    others = ("django_session", "people_town", "people_message", "ride_bookingconsent")
    asked = [query["sql"] for query in queries if not any(table in query["sql"] for table in others)]
    assert len(asked) == 1, asked
    with CaptureQueriesContext(connection) as queries:
        Client().get(reverse("sign_in"))
    assert [query["sql"] for query in queries if "people_account" in query["sql"]] == []
