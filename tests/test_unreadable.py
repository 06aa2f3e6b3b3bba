"""A NUL or half a character, wherever it comes in, is a sentence and never a fault of the server."""

import json

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from machikado.town.common.unreadable import UNREADABLE

NUL = "a\0b"

COMING_IN = {
    "a part of the address": lambda: Client().get("/work/terms/a%00b/"),
    "a page that is not there": lambda: Client().get("/%00/"),
    "a question": lambda: Client().get("/", {"q": NUL}),
    "the name of a question": lambda: Client().get("/", {NUL: "q"}),
    "a field": lambda: Client().post(reverse("sign_in"), {"username": NUL, "password": "x"}),
    "a field of a form with files": lambda: Client().post(reverse("work:inquire"), {"about": NUL}),
    "a field that is sent by htmx": lambda: Client(headers={"hx-request": "true"}).post(
        reverse("work:inquire"), {"about": NUL}
    ),
    "a header": lambda: Client(headers={"user-agent": NUL}).get("/"),
    "half a character in a header": lambda: Client(headers={"user-agent": "\ud83d"}).get("/"),
    "a cookie": lambda: Client(headers={"cookie": r'sessionid="\000aaaaaaaaaaaaaaaa"'}).get("/"),
}


@pytest.mark.parametrize("way", COMING_IN)
def test_it_is_refused_with_a_sentence_in_the_page(way, town):
    answer = COMING_IN[way]()
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "保存できない文字" in page
    assert "<h1>" in page
    assert "common.css" in page or "stylesheet" in page


def test_the_sentence_speaks_english_too(town):
    answer = Client(headers={"accept-language": "en"}).get("/", {"q": NUL})
    assert "cannot be stored" in answer.content.decode()


@pytest.mark.parametrize("path", ["/api/v1/orders?page=%00", "/api/v1/orders/%00"])
def test_a_program_gets_a_problem(town, path):
    answer = Client().get(path)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["detail"]


@pytest.mark.parametrize("digest", ["0" * 63, "0" * 65, "G" * 64, "A" * 64])
def test_what_is_no_digest_is_not_found(cast, client_of, digest):
    assert client_of(cast.momose).get(f"/work/terms/{digest}/").status_code == 404


def test_whole_characters_of_every_kind_pass(town):
    assert not UNREADABLE.search("角田 𠮷野家 👍 \t\n\ufffd")
    answer: HttpResponse = Client().get("/", {"q": "𠮷👍"})  # type: ignore[assignment]
    assert answer.status_code == 200
