"""/api/v1: orders, progress and results for a client's own programs. Written down in docs/api.md.

A token stands for its organisation; its responsible person answers for what it does. Errors: problem+json (RFC 9457).
"""

from datetime import date, datetime
from typing import Any, Literal

from django.db import transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import resolve
from django.utils.translation import gettext as _
from ninja import Header, NinjaAPI, Path, Query, Schema
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from pydantic import Field

from machikado.town.common import clock, files, idempotency
from machikado.town.common.codes import PATTERN
from machikado.town.common.errors import Cannot
from machikado.town.work import problem_json
from machikado.town.work.actions import orders
from machikado.town.work.actions.orders import NewInquiry
from machikado.town.work.models import Delivery, DeliveryFile, Order
from machikado.town.work.queries.client_orders import own_deliveries, own_orders
from machikado.town.work.queries.orders import progress
from machikado.town.work.tokens import ApiRequest, Token, sent_key

PAGE = 50
WORDS = r"^[^\x00]*[^\s\x00][^\x00]*$"  # some word, and no NUL, which PostgreSQL cannot keep


class DescribedAPI(NinjaAPI):
    """An API whose description says that its errors are problem+json."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> OpenAPISchema:
        """The description; the library knows one media type only."""
        schema = super().get_openapi_schema(*args, **kwargs)
        for path in schema["paths"].values():
            for status, response in ((s, r) for method in path.values() for s, r in method["responses"].items()):
                if int(status) >= 400:
                    response["content"] = {problem_json.MEDIA_TYPE: response["content"]["application/json"]}
        return schema


api = DescribedAPI(
    title="Machikado",
    version="1",
    description="Orders, progress and results of one town, for its clients. Errors are problem+json (RFC 9457).",
    docs_url=None,
    urls_namespace="api",
)

# The library's own stubs call these three generic classes; they are functions.
Code: Any = Path(pattern=f"^{PATTERN}$", description="public code")  # type: ignore[type-arg]
First: Any = Query(1, ge=1, le=100_000)  # type: ignore[type-arg]
Key: Any = Header(alias="Idempotency-Key", min_length=1, max_length=120, pattern=r"^[\x20-\x7e]+$")  # type: ignore[type-arg]
PROBLEMS = dict.fromkeys((400, 401, 403, 404, 422), problem_json.Problem)


class Me(Schema):
    """Whom a token speaks for."""

    organisation: str
    scopes: list[str]
    expires_at: datetime


class OrderOut(Schema):
    """An order as its client knows it."""

    code: str
    title: str
    state: str
    due_on: date | None
    made_at: datetime


class OrderPage(Schema):
    """One page of orders, the newest first."""

    orders: list[OrderOut]
    page: int
    pages: int


class InquiryIn(Schema):
    """What you would like the centre to do."""

    about: str = Field(min_length=1, max_length=4000, pattern=WORDS)
    person_name: str = Field(min_length=1, max_length=80, pattern=WORDS)
    email: str = Field(max_length=254, pattern=r"^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,160}\.[A-Za-z]{2,20}$")
    title: str = Field("", max_length=120, pattern=r"^[^\x00]*$")
    quantity: int | None = Field(None, ge=1, le=100_000_000)
    wished_on: date | None = None


class ProgressOut(Schema):
    """How many items stand where."""

    total: int
    finished: int
    disputed: int
    delivered: int
    percent: int


class FileOut(Schema):
    """One file of a delivery."""

    format: str
    name: str
    bytes: int
    sha256: str


class DeliveryOut(Schema):
    """One delivery with its files."""

    code: str
    number: int
    rows: int
    made_at: datetime
    accepted: bool | None
    files: list[FileOut]


@api.get("/me", auth=Token(), response={200: Me, **PROBLEMS}, url_name="me", operation_id="me")
def me(request: ApiRequest) -> Me:
    """Whom this token speaks for and what it opens."""
    token = request.auth
    return Me(organisation=token.organisation.name, scopes=token.scopes, expires_at=token.expires_at)


@api.get(
    "/orders",
    auth=Token("orders:read"),
    response={200: OrderPage, **PROBLEMS},
    url_name="orders",
    operation_id="orders",
)
def order_list(request: ApiRequest, page: int = First) -> OrderPage:
    """Your orders, the newest first, fifty a page."""
    found = own_orders(request.viewer)
    pages = max(1, -(-found.count() // PAGE))
    return OrderPage(orders=[_order(each) for each in found[(page - 1) * PAGE : page * PAGE]], page=page, pages=pages)


@api.post(
    "/orders",
    auth=Token("orders:write"),
    response={201: OrderOut, 409: problem_json.Problem, **PROBLEMS},
    url_name="orders",
    operation_id="inquire",
)
def inquire(
    request: ApiRequest,
    inquiry: InquiryIn,
    key: str = Key,
) -> Any:
    """Ask for work. The same Idempotency-Key with the same body answers the same and asks once."""
    token, now = request.auth, clock.now()
    question = idempotency.asked(token.prefix, key, method="POST", path=request.path, body=request.body)
    with transaction.atomic():
        if (earlier := idempotency.remembered(question)) is not None:
            return api.create_response(request, earlier.body, status=earlier.status)
        new = NewInquiry(
            **inquiry.dict(),
            organisation_name=token.organisation.name,
            sent_key=sent_key(token.prefix, key),
            client=token.organisation,
            channel="api",
        )
        order = orders.inquire(inquiry=new, by=request.viewer.actor, now=now)
        body = _order(order).model_dump(mode="json")
        idempotency.remember(question, idempotency.Answer(201, body), now=now)
    return api.create_response(request, body, status=201)


@api.get(
    "/orders/{code}",
    auth=Token("orders:read"),
    response={200: OrderOut, **PROBLEMS},
    url_name="order",
    operation_id="order",
)
def order(request: ApiRequest, code: str = Code) -> OrderOut:
    """One of your orders."""
    return _order(_own(request, code))


@api.get(
    "/orders/{code}/progress",
    auth=Token("orders:read"),
    response={200: ProgressOut, **PROBLEMS},
    url_name="progress",
    operation_id="progress",
)
def order_progress(request: ApiRequest, code: str = Code) -> ProgressOut:
    """How far an order has come."""
    found = progress(_own(request, code))
    return ProgressOut(
        total=found.total,
        finished=found.finished,
        disputed=found.disputed,
        delivered=found.delivered,
        percent=found.percent,
    )


@api.get(
    "/orders/{code}/deliveries",
    auth=Token("deliveries:read"),
    response={200: list[DeliveryOut], **PROBLEMS},
    url_name="deliveries",
    operation_id="deliveries",
)
def delivery_list(request: ApiRequest, code: str = Code) -> list[DeliveryOut]:
    """The deliveries of an order, the newest first."""
    found = own_deliveries(request.viewer).filter(order=_own(request, code)).select_related("decision")
    return [_delivery(each) for each in found.prefetch_related("files__use__file").order_by("-number")]


@api.get(
    "/deliveries/{code}/files/{format}",
    auth=Token("deliveries:read"),
    response=PROBLEMS,
    url_name="delivery_file",
    operation_id="deliveryFile",
    openapi_extra={"responses": {200: {"description": "the bytes", "content": {"application/octet-stream": {}}}}},
)
def delivery_file(
    request: ApiRequest, format: Literal["csv_utf8", "csv_cp932", "jsonl", "manifest"], code: str = Code
) -> HttpResponseBase:
    """The bytes of one file of a delivery, through the same door as the page's downloads; Range is understood."""
    found = DeliveryFile.objects.filter(delivery__in=own_deliveries(request.viewer), delivery__code=code, format=format)
    use = get_object_or_404(found.select_related("use")).use
    door = resolve(files.url_for(use, account_id=request.viewer.account_id))
    answer: HttpResponseBase = door.func(request, **door.kwargs)
    return answer


def _own(request: ApiRequest, code: str) -> Order:
    return get_object_or_404(own_orders(request.viewer), code=code)


def _order(order: Order) -> OrderOut:
    return OrderOut(code=order.code, title=order.title, state=order.state, due_on=order.due_on, made_at=order.made_at)


def _delivery(delivery: Delivery) -> DeliveryOut:
    decision = getattr(delivery, "decision", None)
    assert delivery.made_at is not None  # own_deliveries leaves the others out
    return DeliveryOut(
        code=delivery.code,
        number=delivery.number,
        rows=delivery.total,
        made_at=delivery.made_at,
        accepted=decision.accepted if decision else None,
        files=[
            FileOut(format=each.format, name=each.use.name, bytes=each.use.file.size, sha256=each.use.file.sha256)
            for each in delivery.files.all()
        ],
    )


@api.exception_handler(Cannot)
def _refused(request: HttpRequest, refusal: Cannot) -> HttpResponseBase:
    """A refusal of an action: 422, or 409 where a key was used before."""
    conflict = isinstance(refusal, idempotency.CannotRepeat) and refusal.code != "bad_key"
    return problem_json.answer(409 if conflict else 422, refusal.sentence, code=refusal.code)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponseBase:
    """A request that does not fit the schema: 422 with the places."""
    places = [{"place": ".".join(str(part) for part in each["loc"]), "reason": each["msg"]} for each in error.errors]
    return problem_json.answer(422, _("This request does not fit. Please look at the places."), errors=places)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponseBase:
    """An error that the library raises by itself."""
    return problem_json.answer(error.status_code, error.message)


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponseBase:
    """Nothing here, or not yours: the same answer."""
    return problem_json.answer(404, _("There is nothing here that this token may see."))
