"""One click shows the sample town as one of its people; nowhere else, and as nobody else."""

import os
import subprocess
import sys
from pathlib import Path

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


def started(home: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The settings, read by a process of their own; it prints whether the demo is on."""
    alone = {name: value for name, value in os.environ.items() if not name.startswith("MACHIKADO_")}
    return subprocess.run(
        [sys.executable, "-c", "from machikado.town.config import settings; print(settings.MACHIKADO_DEMO)"],
        env={**alone, "MACHIKADO_HOME": str(home), **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    "served",
    [
        {"MACHIKADO_ORIGINS": "https://town.example"},
        {"MACHIKADO_ORIGINS": "http://town.example"},
        {"MACHIKADO_HOSTS": "town.example"},
        {"MACHIKADO_HOSTS": "127.0.0.1,localhost,town.example"},
        {"MACHIKADO_HOSTS": "*"},
        {"MACHIKADO_HOSTS": ".town.example"},
        {"MACHIKADO_HOSTS": "192.0.2.7"},
    ],
    ids=str,
)
def test_a_town_that_is_served_to_others_does_not_start_as_a_demo(tmp_path, served):
    refused = started(tmp_path, MACHIKADO_DEMO="1", **served)
    assert refused.returncode != 0
    assert "MACHIKADO_DEMO signs anybody in" in refused.stderr
    assert started(tmp_path, **served).stdout == "False\n"


@pytest.mark.parametrize("hosts", ["127.0.0.1", "localhost", "127.0.0.1,localhost,[::1]"])
def test_on_this_machine_alone_it_does(tmp_path, hosts):
    assert started(tmp_path, MACHIKADO_DEMO="1", MACHIKADO_HOSTS=hosts).stdout == "True\n"


@pytest.mark.parametrize("switch", ["", "0", "no", "off", "false"])
def test_the_demo_is_off_unless_it_was_switched_on(tmp_path, switch):
    assert started(tmp_path, MACHIKADO_DEMO=switch).stdout == "False\n"


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("host", ["town.example", "192.0.2.7", "127.0.0.1.town.example"])
def test_a_request_by_another_name_is_refused(client, settings, host):
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
    assert client.post(where(), headers={"host": host}).status_code == 400
    assert SIGNED_IN not in client.session
