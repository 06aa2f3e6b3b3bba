"""/api/v1: what a client's program can do with its token, and what it cannot."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.people.actions import memberships, tokens
from machikado.town.people.models import ApiToken, Membership
from machikado.town.work.actions import deliveries, orders
from machikado.town.work.actions.delivery_files import make_files
from machikado.town.work.models import Delivery, Order, Task
from machikado.town.work.tests.makings import NOON, agreed_order, open_job, ready_batch, resolved, table
from tests.examples import Cast

ALL = frozenset({"orders:read", "orders:write", "deliveries:read"})
ASK = {"about": "納品書を1,000枚、入力してほしい", "person_name": "滝澤", "email": "takizawa@example.com"}


def issued(cast: Cast, scopes: frozenset[str] = ALL, who: str = "takizawa") -> tokens.Issued:
    shop = cast.shop if who == "takizawa" else cast.other_shop
    new = tokens.NewToken(shop, cast.persons[who], scopes, clock.real_now() + timedelta(days=30))
    return tokens.issue(new=new, by=cast.actor("momose"), now=clock.now())


def program(secret: str) -> Client:
    return Client(headers={"authorization": f"Bearer {secret}"})


@pytest.fixture
def api(cast: Cast) -> Client:
    return program(issued(cast).secret)


@pytest.fixture
def delivery(cast: Cast) -> Delivery:
    job = open_job(cast, agreed_order(cast))
    ready_batch(cast, job, table("name,text\nA-1,x\n"))
    order = orders.step(order=job.order, to="running", by=cast.actor("momose"), now=NOON)
    resolved(Task.objects.get(), {"amount": 1})
    Task.objects.update(answers=2)
    made = deliveries.ask(order=order, by=cast.actor("momose"), now=clock.now())
    make_files.call(delivery_code=made.code)
    return made


def ask(api: Client, key: str = "one", **changes):
    return api.post(
        "/api/v1/orders", json.dumps(ASK | changes), content_type="application/json", headers={"idempotency-key": key}
    )


def is_problem(answer, status: int) -> bool:
    body = json.loads(answer.content)
    return (
        answer.status_code == body["status"] == status and answer.headers["Content-Type"] == "application/problem+json"
    )


def test_a_program_asks_looks_and_fetches(api: Client, delivery: Delivery, cast: Cast):
    assert api.get("/api/v1/me").json()["organisation"] == cast.shop.name
    order = ask(api).json()
    assert {each["code"] for each in api.get("/api/v1/orders").json()["orders"]} == {order["code"], delivery.order.code}
    assert api.get(f"/api/v1/orders/{order['code']}").json()["state"] == "inquiry"
    assert api.get(f"/api/v1/orders/{delivery.order.code}/progress").json()["delivered"] == 1
    [listed] = api.get(f"/api/v1/orders/{delivery.order.code}/deliveries").json()
    for file in listed["files"]:
        answer = api.get(f"/api/v1/deliveries/{listed['code']}/files/{file['format']}")
        assert len(answer.getvalue()) == file["bytes"]
        assert answer.headers["ETag"] == f'"{file["sha256"]}"'
    part = api.get(f"/api/v1/deliveries/{listed['code']}/files/jsonl", headers={"range": "bytes=0-3"})
    assert part.status_code == 206


def test_the_same_key_asks_once(api: Client):
    first, second = ask(api), ask(api)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert Order.objects.count() == 1
    assert is_problem(ask(api, about="something else"), 409)
    assert ask(api, key="two").status_code == 201
    assert Order.objects.count() == 2


def test_a_blank_title_is_none(api: Client):
    assert ask(api, about="領収書の入力", title="  ").json()["title"] == "領収書の入力"


@pytest.mark.parametrize(
    "changes", [{"about": ""}, {"about": "\x00"}, {"email": "no"}, {"quantity": 0}, {"wished_on": "soon"}]
)
def test_a_request_that_does_not_fit_says_where(api: Client, changes):
    answer = ask(api, **changes)
    assert is_problem(answer, 422)
    assert next(iter(changes)) in answer.json()["errors"][0]["place"]
    assert not Order.objects.exists()


def test_every_error_is_a_problem(api: Client, delivery: Delivery, settings):
    assert is_problem(Client().get("/api/v1/me"), 401)
    assert is_problem(program("mk_nothing_here").get("/api/v1/me"), 401)
    assert is_problem(api.get("/api/v1/nowhere"), 404)
    assert is_problem(api.get("/api/v1/orders/nocode"), 422)
    wrong = api.delete("/api/v1/orders")
    assert is_problem(wrong, 405)
    assert "GET" in wrong.headers["Allow"]
    assert is_problem(api.post("/api/v1/orders", "{", content_type="application/json"), 400)
    settings.MACHIKADO_READ_ONLY = True
    assert is_problem(ask(api), 503)


def test_another_clients_things_are_not_there(delivery: Delivery, cast: Cast):
    other = program(issued(cast, who="furuhata").secret)
    assert other.get("/api/v1/orders").json()["orders"] == []
    for path in ("", "/progress", "/deliveries"):
        assert is_problem(other.get(f"/api/v1/orders/{delivery.order.code}{path}"), 404)
    assert is_problem(other.get(f"/api/v1/deliveries/{delivery.code}/files/csv_utf8"), 404)


def test_a_token_opens_its_scopes_only_and_ends(cast: Cast):
    reading = issued(cast, frozenset({"orders:read"}))
    api = program(reading.secret)
    assert api.get("/api/v1/orders").status_code == 200
    assert is_problem(ask(api), 403)
    tokens.revoke(token=reading.token, by=cast.actor("momose"), now=clock.now())
    assert is_problem(api.get("/api/v1/orders"), 401)


@pytest.mark.parametrize("shift", [timedelta(days=90), -timedelta(days=90)])
def test_a_token_ends_in_real_time_however_fast_the_town_lives(cast: Cast, settings, tmp_path, shift: timedelta):
    held = issued(cast)  # for thirty days
    settings.MACHIKADO_DEMO, settings.MACHIKADO_TOWN_SPEED, settings.MACHIKADO_HOME = True, 60, tmp_path
    clock.begin(clock.real_now() + shift)
    assert program(held.secret).get("/api/v1/me").status_code == 200
    assert program(issued(cast).secret).get("/api/v1/me").status_code == 200
    ApiToken.objects.update(expires_at=clock.real_now() - timedelta(minutes=1))
    assert is_problem(program(held.secret).get("/api/v1/me"), 401)


def test_a_token_ends_with_the_membership_of_its_person(cast: Cast):
    api = program(issued(cast).secret)
    membership = Membership.objects.get(person=cast.takizawa)
    memberships.end(membership=membership, by=SYSTEM, now=clock.now())
    assert is_problem(api.get("/api/v1/me"), 401)


def test_the_description_needs_nobody_else(api: Client):
    answer = Client().get("/api/v1/openapi.json")
    assert set(answer.json()["paths"]) >= {"/api/v1/orders", "/api/v1/deliveries/{code}/files/{format}"}
    assert is_problem(Client().get("/api/v1/docs"), 404)


@pytest.mark.parametrize("about", [b'"\\u0000"', b'"\\ud83d"', b'"\x00"', b'"\xed\xa0\x80"', b'"\xff"'])
def test_a_body_that_cannot_be_stored_is_a_problem(api: Client, about: bytes):
    body = b'{"person_name": "a", "email": "a@example.com", "about": ' + about + b"}"
    answer = api.post("/api/v1/orders", body, content_type="application/json", headers={"idempotency-key": "one"})
    assert is_problem(answer, 400) or is_problem(answer, 422)
    assert not Order.objects.exists()
