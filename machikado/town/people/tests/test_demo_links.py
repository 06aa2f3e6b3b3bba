"""One click shows the sample town as one of its people; nowhere else, and as nobody else."""

import os
import subprocess
import sys

import pytest
from django.test import Client
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.people import sign_in
from machikado.town.people.actions import accounts, persons

SIGNED_IN = "_auth_user_id"


@pytest.fixture
def demo(settings, cast):
    settings.MACHIKADO_DEMO = True
    return cast


def where(slug: str = "nakajima") -> str:
    return reverse("demo_sign_in", args=[slug])


@pytest.mark.smoke
def test_the_button_and_the_printed_link_sign_in(client, demo):
    assert client.post(where())["Location"] == reverse("front")
    assert client.session[SIGNED_IN] == str(demo.account("nakajima").pk)
    other = Client()
    other.get(sign_in.demo_path(demo.account("hara")))
    assert other.session[SIGNED_IN] == str(demo.account("hara").pk)


def test_changing_the_person_leaves_nothing_of_the_first(client, demo):
    client.post(where())
    session = client.session
    session["kept"] = "nakajima"
    session.save()
    client.post(where("hara"))
    assert "kept" not in client.session


@pytest.mark.parametrize("key", ["", "nakajima", "nakajima:1:x"])
def test_a_get_without_the_printed_key_shows_nothing(client, demo, key):
    assert client.get(where(), {"key": key}).status_code == 404


def test_the_key_of_one_person_opens_for_nobody_else_and_not_for_ever(client, demo, monkeypatch):
    key = sign_in.demo_path(demo.account("hara")).partition("key=")[2]
    assert client.get(where("nakajima") + f"?key={key}").status_code == 404
    monkeypatch.setattr(sign_in, "DEMO_LINK_SECONDS", -1)
    assert client.get(where("hara") + f"?key={key}").status_code == 404
    assert SIGNED_IN not in client.session


def test_outside_the_demo_there_is_no_such_page(client, cast):
    assert client.post(where()).status_code == 404
    assert client.get(sign_in.demo_path(cast.account("nakajima"))).status_code == 404
    assert where() not in client.get(reverse("front")).content.decode()


def test_a_person_who_is_not_made_up_is_never_opened(client, demo):
    demo.hara.is_sample = False
    demo.hara.save()
    assert client.post(where("hara")).status_code == 404
    person = persons.add(new=persons.NewPerson("見本", is_sample=True), by=SYSTEM, now=clock.real_now())
    accounts.open_account(person=person, email="real@example.com", password=None, by=SYSTEM, now=clock.real_now())
    assert client.post(where("real")).status_code == 404
    assert SIGNED_IN not in client.session


def test_a_town_that_is_served_by_https_does_not_start_as_a_demo(tmp_path):
    environment = {
        **os.environ,
        "MACHIKADO_DEMO": "1",
        "MACHIKADO_ORIGINS": "https://town.example",
        "MACHIKADO_HOME": str(tmp_path),
    }
    started = subprocess.run(
        [sys.executable, "-c", "import machikado.town.config.settings"], env=environment, capture_output=True, text=True
    )
    assert started.returncode != 0
    assert "MACHIKADO_DEMO" in started.stderr
