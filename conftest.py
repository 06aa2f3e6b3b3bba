"""Pytest for both shelves: which tests touch a database, which need a browser, and how hypothesis behaves."""

from collections.abc import Callable, Iterator

import hypothesis
import pytest
from django.conf import settings
from django.contrib.contenttypes.management import create_contenttypes
from django.db.models.signals import post_migrate
from django.test import Client, TransactionTestCase

from demo import cast as sample_cast
from demo.cast import Cast
from machikado.town.common import append_only, clock
from machikado.town.people.models import Person, Town
from machikado.town.people.sign_in import BACKEND
from tests import programs
from tests.laid_again import LaidAgain

DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "admin_user", "admin_client"}
BROWSER_FIXTURES = {"browser", "page", "new_page"}
CAST = LaidAgain(lambda: sample_cast.build(clock.real_now()))

# Two busy cores make one example slow now and then; that is no fault of the code.
hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.load_profile("house")


def _touches_database(item: pytest.Item) -> bool:
    case = getattr(item, "cls", None)
    return (
        item.get_closest_marker("django_db") is not None
        or bool(DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))
        or (isinstance(case, type) and issubclass(case, TransactionTestCase))
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Mark by what a test asks for, so that nobody has to remember the mark; what takes long comes first."""
    for item in items:
        if _touches_database(item):
            item.add_marker("touches_database")
        if BROWSER_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")
    yield  # others choose and shuffle
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A browser test without a browser is skipped at home and is a failure in CI."""
    if item.get_closest_marker("browser") and programs.chromium() is None:
        programs.do_without("chromium is not on this machine: this story was not tried in a browser.")


@pytest.fixture(scope="session", autouse=True)
def flush_lifts_the_triggers() -> Iterator[None]:
    """Tables that nobody may empty are emptied between tests that commit, and nowhere else."""
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def flush_lifted(case: TransactionTestCase) -> None:
        with append_only.lifted():
            flush(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_lifted)
        yield


@pytest.fixture(scope="session", autouse=True)
def nobody_asks_for_djangos_permissions() -> None:
    """They would be written anew after each test that commits, which takes longer than to empty all tables."""
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)


@pytest.fixture(scope="session", autouse=True)
def static_files_are_looked_up_when_asked_for() -> Iterator[None]:
    """Else every test's browser lists all of them at its start, which takes longer than most of the pages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "WHITENOISE_AUTOREFRESH", True, raising=False)
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """The sample town with its nine people; a fresh one for every test, though they came a little while ago."""
    return CAST.lay()


@pytest.fixture
def town(cast: Cast) -> Town:
    """The row of the sample town."""
    return Town.objects.get()


@pytest.fixture
def client_of() -> Callable[[Person], Client]:
    """`client_of(person)`: a browser in which this person is signed in."""

    def sign_in(person: Person) -> Client:
        client = Client()
        client.force_login(person.account, backend=BACKEND)
        return client

    return sign_in
