"""A coordinator erases somebody's data: finds them, sees what goes and what stays, types the code."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.models import Event
from machikado.town.people.actions import memberships, messages, persons, tokens
from machikado.town.people.models import Machine, Role
from machikado.town.people.queries import centre
from machikado.town.people.traces import ERASED, needs

NOW = clock.real_now() + timedelta(hours=1)


def page(client, person) -> str:
    return str(client.get(reverse("erasure", args=[person.code])).content.decode())


def test_the_person_is_found_by_name_reading_address_or_code_and_the_name_is_in_no_address(cast, client_of):
    client = client_of(cast.momose)
    hara = cast.hara
    for words in ("原", "はら みち", "hara@sample.machikado.example", hara.code.lower()):
        found = client.post(reverse("erasures"), {"q": words}).content.decode()
        assert reverse("erasure", args=[hara.code]) in found, words
        assert reverse("erasure", args=[cast.nakajima.code]) not in found
    assert "見つかりません" in client.post(reverse("erasures"), {"q": "だれでもない"}).content.decode()
    assert reverse("erasure", args=[hara.code]) not in client.get(reverse("erasures") + "?q=原").content.decode()


def test_the_page_says_what_goes_and_what_stays_and_why(cast, client_of):
    messages.tell(cast.hara, messages.NewMessage("people.password_changed"), now=NOW)
    said = page(client_of(cast.momose), cast.hara)
    for words in (
        "サインインのアドレス",
        "この人への知らせの中身",
        "権限のある人が行ったことを示す",
        "元にもどせません",
    ):
        assert words in said
    assert "下書き" not in said  # there are none


def test_nothing_is_erased_without_the_right_code(cast, client_of):
    client = client_of(cast.momose)
    for typed in ("", cast.nakajima.code, "原"):
        answer = client.post(reverse("erasure", args=[cast.hara.code]), {"code": typed})
        assert answer.status_code == 422
        assert "error-summary" in answer.content.decode()
    cast.hara.refresh_from_db()
    assert cast.hara.pseudonymised_at is None


def test_with_the_code_the_data_go_and_the_page_says_so(cast, client_of):
    told = messages.tell(cast.hara, messages.NewMessage("work.thanks", {"title": "原さんの本"}, "/mine/"), now=NOW)
    AccessAttempt.objects.create(username=cast.account("hara").email, ip_address="192.0.2.1", failures_since_start=1)
    client = client_of(cast.momose)
    answer = client.post(
        reverse("erasure", args=[cast.hara.code]), {"code": f" {cast.hara.code.lower()} "}, follow=True
    )
    said = answer.content.decode()
    assert f"{NOW.year}年" in said
    assert "に消去しました" in said
    assert "原" not in said
    assert 'name="code"' not in said
    told.refresh_from_db()
    assert (told.params, told.url) == ({"title": ERASED}, "")
    assert not AccessAttempt.objects.exists()
    assert cast.worker("hara").state == "left"
    assert Event.objects.get(kind="people.person_pseudonymised").actor_person == cast.momose.pk


def test_the_only_coordinator_cannot_be_erased(cast, client_of):
    with pytest.raises(persons.CannotErase, match="needed"):
        persons.pseudonymise(person=cast.momose, by=cast.actor("momose"), now=NOW)
    assert "ディレクターがこの人だけです" in page(client_of(cast.momose), cast.momose)
    memberships.grant(person=cast.ozawa, organisation=centre(), role=Role.COORDINATOR, by=cast.actor("momose"), now=NOW)
    persons.pseudonymise(person=cast.momose, by=cast.actor("ozawa"), now=NOW)


def test_whoever_answers_for_a_machine_or_a_token_cannot_be_erased(cast):
    Machine.objects.create(name="読み取り機", responsible=cast.ozawa)
    new = tokens.NewToken(cast.shop, cast.takizawa, frozenset({"orders:read"}), NOW + timedelta(days=90))
    issued = tokens.issue(new=new, by=cast.actor("momose"), now=NOW)
    assert len(needs(cast.ozawa, NOW)) == len(needs(cast.takizawa, NOW)) == 1
    assert needs(cast.takizawa, NOW + timedelta(days=91)) == []
    tokens.revoke(token=issued.token, by=cast.actor("momose"), now=NOW)
    assert needs(cast.takizawa, NOW) == []
