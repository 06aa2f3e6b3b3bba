"""今日の街角: a day of the town begins and ends at its own midnight, on the front page as on a worker's home."""

from datetime import UTC, datetime

import pytest

from machikado.town.work.queries import corner as street
from machikado.town.work.queries.corner import Corner
from machikado.town.work.tests.corner import make_corner

pytestmark = pytest.mark.django_db


def test_today_and_yesterday_are_counted_alike():
    """One worker hands in a second before the town's midnight, and at midnight, 15:00 in UTC; another after it."""
    corner = make_corner(tasks=3)
    worker = corner.worker()
    corner.now = datetime(2026, 11, 24, 14, 59, 59, tzinfo=UTC)
    corner.do(worker, name="岡")
    corner.later(seconds=1)
    corner.do(worker, name="岡")
    corner.do(corner.worker("原"), name="丘")
    assert street.today(corner.now) == Corner(items=2, people=2, yen=130)
    assert street.yesterday(corner.now) == Corner(items=1, people=1, yen=65)
