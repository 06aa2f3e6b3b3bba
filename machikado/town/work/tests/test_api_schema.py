"""schemathesis walks /api/v1 as its description says: no answer may surprise whoever has read the description."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import APIOperation, Case
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from machikado.town.work.models import Delivery
from machikado.town.work.tests import test_api
from machikado.town.work.tests.test_api import issued
from tests.examples import Cast

EXAMPLES = 15
delivery = test_api.delivery


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The test's transaction lives in its connection, which a real request would put away."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def described(cast: Cast, delivery: Delivery, one_connection: None) -> schemathesis.BaseSchema:
    """The description, asked for through WSGI, with one token for all requests."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    schema.config.update(headers={"Authorization": f"Bearer {issued(cast).secret}"})
    return schema


def test_every_answer_is_as_described(described: schemathesis.BaseSchema) -> None:
    operations = [found.ok() for found in described.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) == 7
    for operation in operations:
        walk(operation)


def walk(operation: APIOperation[Any, Any, Any, Any]) -> None:
    """Send what the description allows, and what it does not."""

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy())
    def answered(case: Case) -> None:
        # That a wrong token is refused is tried in test_api; here every request carries a good one.
        answer = case.call()
        # Which days have passed no description can say.
        passed = answer.status_code == 422 and answer.json().get("code") == "wished_past"
        excluded = [ignored_auth, *[positive_data_acceptance] * passed]
        case.validate_response(answer, excluded_checks=excluded)

    answered()
