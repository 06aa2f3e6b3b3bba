"""Around every request: one line in the log without personal data, read-only mode, preferences."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from machikado.town.common import middleware, views
from machikado.town.common.codes import new_code
from machikado.town.common.errors import CannotStep


@pytest.fixture
def lines():
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logged:
        yield logged


def answered(request, response: HttpResponse | None = None) -> HttpResponseBase:
    return middleware.log_request(lambda _: response or HttpResponse("ok"))(request)


def matched(request, **kwargs):
    request.resolver_match = SimpleNamespace(view_name="work:task", kwargs=kwargs)
    return request


def test_a_request_is_one_line_of_codes_and_numbers(lines):
    code = new_code()
    request = matched(RequestFactory().post("/work/a/x/?q=角田花", {"name": "角田花"}), code=code, name="角田花")
    request.viewer = SimpleNamespace(account_id=7, name="角田花")
    response = answered(request)
    (line,) = lines
    assert line["request_id"] == response["X-Request-ID"]
    assert (line["method"], line["page"], line["codes"], line["status"]) == ("POST", "work:task", [code], 200)
    assert line["account"] == 7
    assert line["ms"] >= 0
    assert "角田花" not in json.dumps(line, ensure_ascii=False)


def test_the_id_of_a_proxy_is_taken_over_if_it_is_one(lines):
    given = RequestFactory().get("/", headers={"X-Request-ID": "abcdef-123456"})
    assert answered(matched(given))["X-Request-ID"] == "abcdef-123456"
    forged = RequestFactory().get("/", headers={"X-Request-ID": 'x"}\n{"forged'})
    assert answered(matched(forged))["X-Request-ID"] != 'x"}\n{"forged'


def test_a_static_file_is_no_line_and_a_missing_page_is_one(lines):
    answered(RequestFactory().get("/static/x.css"))
    assert lines == []
    answered(RequestFactory().get("/nowhere/"), HttpResponse(status=404))
    assert [line["status"] for line in lines] == [404]


def test_an_exception_is_logged_by_type_and_place_without_its_words(lines):
    handler = middleware.log_request(lambda _: HttpResponse())
    try:
        raise ValueError("角田花")
    except ValueError as fault:
        handler.process_exception(  # type: ignore[attr-defined]
            RequestFactory().get("/"), fault
        )
    (line,) = lines
    assert line["type"] == "builtins.ValueError"
    assert "test_requests.py" in line["places"][-1]
    assert "角田花" not in json.dumps(line, ensure_ascii=False)


@pytest.mark.parametrize("refusal", [Http404(), PermissionDenied(), CannotStep("lamp", "on", "on")])
def test_a_refusal_is_no_fault(lines, refusal):
    handler: Any = middleware.log_request(lambda _: HttpResponse())
    assert handler.process_exception(RequestFactory().get("/"), refusal) is None
    assert lines == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/", 200),
        ("head", "/", 200),
        ("post", "/", 503),
        ("delete", "/look/", 503),
        ("post", "/preferences/", 200),
        ("post", "/no-such-page/", 200),
    ],
)
def test_a_read_only_town_can_be_read(settings, method, path, status):
    settings.MACHIKADO_READ_ONLY = True
    handler = middleware.read_only(lambda _: HttpResponse("ok"))
    response = handler(getattr(RequestFactory(), method)(path))
    assert response.status_code == status
    if status == 503:
        assert response["Retry-After"] == "600"
        assert isinstance(response, HttpResponse)
        assert b"<h1>" in response.content


def test_a_town_that_is_not_read_only_can_be_changed(settings):
    settings.MACHIKADO_READ_ONLY = False
    assert middleware.read_only(lambda _: HttpResponse("ok"))(RequestFactory().post("/")).status_code == 200


@pytest.mark.parametrize(
    ("fields", "cookies"),
    [
        ({"theme": "dark"}, {"theme": "dark"}),
        ({"letters": "big", "language": "en"}, {"letters": "big", "django_language": "en"}),
        ({"theme": "<script>", "language": "xx", "other": "1"}, {}),
    ],
)
def test_preferences_are_kept_if_they_are_known(fields, cookies):
    response = views.preferences(RequestFactory().post("/preferences/", fields))
    assert response.status_code == 303
    assert {name: morsel.value for name, morsel in response.cookies.items()} == cookies


@pytest.mark.parametrize(
    ("next_", "where"),
    [("/work/?a=1", "/work/?a=1"), ("https://elsewhere.example/", "/"), ("//elsewhere.example", "/"), ("", "/")],
)
def test_the_way_back_never_leads_out(next_, where):
    response = views.preferences(RequestFactory().post("/preferences/", {"next": next_}))
    assert response["Location"] == where
