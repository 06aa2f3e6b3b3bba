"""Positions: swapped degrees, borders, what lies within, how far it is."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from machikado.town.ride.ground import CannotDraw, CannotPlace, Spot, checked, inside, metres, polygon

ELL = {  # an L: the lower left, the lower right and the upper left quarter of a square
    "type": "Polygon",
    "coordinates": [[[137, 36], [139, 36], [139, 37], [138, 37], [138, 38], [137, 38], [137, 36]]],
}


@pytest.mark.parametrize(
    ("lat", "lon", "code"),
    [
        (137.948, 36.1144, "swapped"),
        (51.5, -0.1, "not_japan"),
        (0.0, 0.0, "not_japan"),
        (float("nan"), 137.9, "no_number"),
        (36.1, float("inf"), "no_number"),
    ],
)
def test_a_position_that_is_none_is_refused_with_the_reason(lat, lon, code):
    with pytest.raises(CannotPlace) as refusal:
        checked(lat, lon)
    assert refusal.value.code == code
    assert refusal.value.sentence


def test_swapped_degrees_are_given_back_in_the_right_order():
    with pytest.raises(CannotPlace) as refusal:
        checked(137.948, 36.1144)
    with translation.override("en"):
        assert "Write 36.1144, 137.948." in refusal.value.sentence
    with translation.override("ja"):
        assert "緯度36.1144、経度137.948と入れてください" in refusal.value.sentence


@pytest.mark.parametrize(
    ("lat", "lon", "is_in"),
    [(36.5, 137.5, True), (36.5, 138.5, True), (37.5, 137.5, True), (37.5, 138.5, False), (35.9, 137.5, False)],
)
def test_what_lies_in_an_l(lat, lon, is_in):
    assert inside(ELL, Spot(lat, lon)) is is_in


@pytest.mark.parametrize(
    ("geojson", "code"),
    [
        ({"type": "Point", "coordinates": [137, 36]}, "no_polygon"),
        ("[[137, 36]]", "no_polygon"),
        ({"type": "Polygon", "coordinates": [[[137, 36], [138, 36], [137, 36]]]}, "few_corners"),
        ({"type": "Polygon", "coordinates": [[[36, 137], [36, 138], [37, 138]]]}, "swapped"),
        ({"type": "Polygon", "coordinates": [[[137, 36], [138, 37], [138, 36], [137, 37]]]}, "crosses"),
        (
            {"type": "Polygon", "coordinates": [[[137 + n / 1000, 36 + n * n / 1e7] for n in range(501)]]},
            "many_corners",
        ),
        ({"type": "Polygon", "coordinates": [[[137, 36], [138, float("nan")], [138, 36]]]}, "no_polygon"),
        ({"type": "Polygon", "coordinates": [[[137, 36], [138, 10**400], [138, 36]]]}, "no_polygon"),
        ({"type": "Polygon", "coordinates": [[[137, 36], [138, 36], [139, 36]]]}, "crosses"),  # a line
        ({"type": "Polygon", "coordinates": [[[137, 36], [139, 36], [138, 36], [138, 38]]]}, "crosses"),  # a spike
        (  # two triangles that touch in one corner
            {"type": "Polygon", "coordinates": [[[137, 36], [138, 37], [137, 38], [139, 38], [138, 37], [139, 36]]]},
            "crosses",
        ),
        ({"type": "Polygon", "coordinates": [[[137, 36], [139, 36], [139, 38], [138, 36]]]}, "crosses"),  # on an edge
    ],
)
def test_a_border_that_encloses_nothing_is_refused(geojson, code):
    with pytest.raises(CannotDraw) as refusal:
        polygon(geojson)
    assert refusal.value.code == code
    assert refusal.value.sentence


def test_an_open_border_is_closed_and_a_sound_one_stays_as_it_is():
    assert polygon(ELL) == ELL
    ring = ELL["coordinates"][0]
    assert polygon({"type": "Polygon", "coordinates": [[ring[0], *ring]]}) == ELL, "a corner written twice is one"
    assert polygon({"type": "Polygon", "coordinates": [ring[:-1]]}) == ELL


def test_a_minute_of_latitude_is_a_nautical_mile():
    assert metres(Spot(36.0, 138.0), Spot(36.0 + 1 / 60, 138.0)) == pytest.approx(1853, abs=1)
    assert metres(Spot(36.1144, 137.9480), Spot(36.1480, 137.9496)) == pytest.approx(3739, abs=3)  # 塩尻駅–広丘駅


@given(st.floats(36, 38), st.floats(137, 139))
def test_within_an_l_is_within_one_of_its_two_halves(lat, lon):
    edges = (36.0, 37.0, 38.0, 137.0, 138.0, 139.0)
    if all(abs(value - edge) > 1e-9 for value in (lat, lon) for edge in edges):
        assert inside(ELL, Spot(lat, lon)) is (lat < 37 or lon < 138)
