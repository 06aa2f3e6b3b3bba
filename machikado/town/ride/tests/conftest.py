"""What several tests of the bus begin with; each makes an `area` of its own."""

import pytest

from machikado.town.ride.tests.riding import booked


@pytest.fixture
def outward(area, cast):
    """Yoda rides from the south to the north on Wednesday at ten; promised there by 10:22:12."""
    return booked(area, cast.yoda)
