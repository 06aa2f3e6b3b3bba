"""Somebody guesses the secret of an invitation, on the page for the paper or by links: ten tries an hour."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from machikado.town.people import invitation_links
from machikado.town.people.models import Invitation
from machikado.town.people.tests.test_invitations import invite

PAPER = reverse("invitation")
WRONG = "AAAA-AAAA-AAAA-AAAA"


@pytest.fixture
def made(cast) -> Invitation:
    """An invitation on paper; nothing was tried yet."""
    cache.clear()
    return invite(cast, mail="")


@pytest.fixture
def right(made) -> dict[str, str]:
    """What stands on the paper."""
    return {"number": made.code, "secret": invitation_links.spoken_secret(made)}


def test_wrong_words_are_tried_ten_times_an_hour_and_what_was_typed_stays(client, made, right):
    answers = [client.post(PAPER, {**right, "secret": WRONG}).status_code for _number in range(11)]
    assert answers == [422] * 10 + [429]
    closed = client.post(PAPER, right)
    assert closed.status_code == 429
    assert closed.content.decode().count("1時間") == 1, "said in the summary, and not a second time above the fields"
    assert f'value="{made.code}"' in closed.content.decode()
    assert Client(REMOTE_ADDR="192.0.2.9").post(PAPER, right).status_code == 302


def test_a_room_full_of_newcomers_comes_in_from_one_address(right):
    assert [Client().post(PAPER, right).status_code for _newcomer in range(15)] == [302] * 15


def test_links_are_counted_with_the_paper(client, made, right):
    wrong = reverse("invitation_open", args=[made.code, WRONG])
    assert [client.get(wrong).status_code for _number in range(10)] == [302] * 10
    closed = client.get(wrong)
    assert closed.status_code == 429
    assert "1時間" in closed.content.decode()
    assert client.post(PAPER, right).status_code == 200, (
        "the session keeps the wrong link: the page of one that is over"
    )
    assert Client().post(PAPER, right).status_code == 429
