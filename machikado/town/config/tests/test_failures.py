"""A page that is not there, not yours, or broken says so with the whole navigation, and tells nothing else."""

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from machikado.town.people import queries

SECRET = "中身は言わない"


@pytest.fixture
def broken(monkeypatch):
    """The page of one's own choices breaks, with words that nobody may read."""

    def fail(viewer):
        raise RuntimeError(SECRET)

    monkeypatch.setattr(queries, "sign_in_address", fail)


def page_of(client: Client, path: str, status: int) -> str:
    client.raise_request_exception = False
    answer = client.get(path)
    assert answer.status_code == status
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    return answer.content.decode()


def test_404_has_the_navigation_of_whoever_is_signed_in_and_the_way_in_for_others(cast, client_of):
    page = page_of(client_of(cast.nakajima), "/nothing/", 404)
    assert reverse("work:mine") in page
    assert reverse("work:board") not in page
    assert "メニューからさがすか" in page
    page = page_of(Client(), "/nothing/", 404)
    assert reverse("sign_in") in page
    assert reverse("work:mine") not in page


def test_403_says_whom_to_ask(cast, client_of, town):
    page = page_of(client_of(cast.nakajima), reverse("work:board"), 403)
    assert reverse("work:mine") in page
    assert town.desk_phone in page
    assert "センターに話してください" in page


def test_a_form_from_elsewhere_is_refused_with_the_navigation(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.account("nakajima"), backend="machikado.town.people.backends.AccountBackend")
    answer = client.post(reverse("messages_read"))
    assert answer.status_code == 403
    assert reverse("work:mine") in answer.content.decode()


def test_500_has_the_navigation_and_no_word_of_the_fault(cast, client_of, broken):
    page = page_of(client_of(cast.nakajima), reverse("me"), 500)
    assert reverse("work:mine") in page
    assert "何が起きたかは、記録しました" in page
    assert SECRET not in page


def test_500_comes_also_where_the_navigation_is_what_is_broken(cast, client_of, broken, monkeypatch):
    def no_database(viewer):
        raise OperationalError(SECRET)

    browser = client_of(cast.nakajima)
    monkeypatch.setattr(queries, "unread", no_database)
    page = page_of(browser, reverse("me"), 500)
    assert "何が起きたかは、記録しました" in page
    assert reverse("work:mine") not in page
    assert SECRET not in page
