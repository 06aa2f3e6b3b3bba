"""The API's memory: one key, one request, one answer."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from machikado.town.common.idempotency import Answer, CannotRepeat, asked, remember, remembered
from machikado.town.common.models import Answered

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def request(key: str = "one", *, holder: str = "mk_1", path: str = "/api/v1/orders", body: bytes = b"{}"):
    return asked(holder, key, method="POST", path=path, body=body)


def test_the_same_request_gets_the_same_answer(db):
    assert remembered(request()) is None
    remember(request(), Answer(201, {"code": "KX74RDM2P9"}), now=NOW)
    assert remembered(request()) == Answer(201, {"code": "KX74RDM2P9"})


def test_keys_belong_to_their_holder(db):
    remember(request(), Answer(201, {}), now=NOW)
    assert remembered(request(holder="mk_2")) is None
    assert remembered(request("two")) is None


@pytest.mark.parametrize("other", [{"body": b"[]"}, {"path": "/api/v1/me"}])
def test_the_same_key_for_another_request_is_refused(db, other):
    remember(request(), Answer(201, {}), now=NOW)
    with pytest.raises(CannotRepeat) as refused:
        remembered(request(**other))
    assert refused.value.code == "other_request"
    assert refused.value.sentence


@pytest.mark.parametrize("key", ["", "x" * 121, "鍵", "a\nb"])
def test_what_is_no_key_is_refused(key):
    with pytest.raises(CannotRepeat) as refused:
        request(key)
    assert refused.value.code == "bad_key"


def test_answered_at_the_same_moment_the_second_action_is_undone(transactional_db):
    remember(request(), Answer(201, {}), now=NOW)
    with pytest.raises(CannotRepeat) as refused, transaction.atomic():
        remember(request(), Answer(201, {}), now=NOW)
    assert refused.value.code == "at_once"
    assert Answered.objects.count() == 1
