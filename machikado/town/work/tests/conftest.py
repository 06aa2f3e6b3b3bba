"""What tests of work share: who acts, the coordinator's browser, an agreed order, an open job, an order that runs."""

from collections.abc import Callable

import pytest
from django.test import Client

from machikado.town.common.actors import Actor
from machikado.town.people.models import Person
from machikado.town.work.models import Job, Order
from machikado.town.work.tests.makings import agreed_order, answered_order, open_job
from tests.examples import Cast


@pytest.fixture
def momose(cast: Cast) -> Actor:
    """The coordinator as one who acts."""
    return cast.actor("momose")


@pytest.fixture
def takizawa(cast: Cast) -> Actor:
    """The client as one who acts."""
    return cast.actor("takizawa")


@pytest.fixture
def desk(cast: Cast, client_of: Callable[[Person], Client]) -> Client:
    """The coordinator's browser."""
    return client_of(cast.momose)


@pytest.fixture
def shop(cast: Cast, client_of: Callable[[Person], Client]) -> Client:
    """The client's browser."""
    return client_of(cast.takizawa)


@pytest.fixture
def order(cast: Cast) -> Order:
    """An order that is agreed, in preparation."""
    return agreed_order(cast)


@pytest.fixture
def job(cast: Cast) -> Job:
    """An open job."""
    return open_job(cast)


@pytest.fixture
def running(cast: Cast) -> Order:
    """A running order with three tasks, all answered the same by two people."""
    return answered_order(cast)
