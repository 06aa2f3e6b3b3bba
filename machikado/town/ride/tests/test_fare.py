"""What a ride costs: worked out by hand, and what holds for every party."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikado.town.ride.fare import CannotPrice, Line, Party, Rider, Tariff, Why, fare
from machikado.town.ride.tests.makings import SHARES, TARIFF

ONE_ADULT = Party({Rider.ADULT: 1})
ZONES = sorted({zone for pair in TARIFF.pairs for zone in pair})


@pytest.mark.parametrize(
    ("ride", "riders", "yen"),
    [
        (("A", "C"), {Rider.ADULT: 1}, 200),  # AA
        (("C", "A"), {Rider.ADULT: 1}, 200),  # back costs the same
        (("A", "B"), {Rider.ADULT: 1}, 100),  # BB
        (("A", "A"), {Rider.ADULT: 1}, 50),  # CC
        (("A", "C"), {Rider.CHILD: 1}, 100),
        (("A", "C"), {Rider.DISABLED: 1}, 100),
        (("A", "C"), {Rider.PRESCHOOL: 1}, 0),
        (("A", "B"), {Rider.CHILD: 1}, 50),
        (("A", "A"), {Rider.CHILD: 1}, 30),  # 25, rounded up to a ten-yen coin
        (("A", "C"), {Rider.ADULT: 1, Rider.CHILD: 2, Rider.PRESCHOOL: 1}, 400),  # 200 + 2 × 100 + 0
        (("A", "C"), {Rider.DISABLED: 1, Rider.COMPANION: 1}, 200),  # 100 + 100
        (("A", "C"), {Rider.DISABLED: 1, Rider.COMPANION: 2}, 400),  # the second companion pays as an adult
    ],
)
def test_a_fare_that_was_worked_out_by_hand(ride, riders, yen):
    assert fare(TARIFF, ride, Party(riders)).yen == yen


def test_each_line_says_why():
    found = fare(TARIFF, ("A", "C"), Party({Rider.ADULT: 3, Rider.CHILD: 1, Rider.PRESCHOOL: 1}, {Rider.ADULT: 1}))
    assert found.section == "AA"
    assert found.section_yen == 200
    assert found.lines == (
        Line(Rider.ADULT, 1, 0, Why.PASS),
        Line(Rider.ADULT, 2, 200, Why.FULL, 100),
        Line(Rider.CHILD, 1, 100, Why.SHARE, 50),
        Line(Rider.PRESCHOOL, 1, 0, Why.FREE, 0),
    )
    assert found.yen == 500
    assert all(found.sentence(line) for line in found.lines)


def test_in_a_free_period_nobody_pays_and_the_line_says_so():
    found = fare(TARIFF, ("A", "C"), Party({Rider.ADULT: 2, Rider.CHILD: 1}), "お試し期間")
    assert found.yen == 0
    assert [line.why for line in found.lines] == [Why.PERIOD, Why.PERIOD]
    assert "お試し期間" in found.sentence(found.lines[0])


@pytest.mark.parametrize(
    ("ride", "party", "code"),
    [
        (("A", "D"), ONE_ADULT, "no_pair"),
        (("A", "A"), Party({}), "nobody"),
        (("A", "A"), Party({Rider.ADULT: 0}), "nobody"),
        (("A", "A"), Party({Rider.ADULT: 2, Rider.CHILD: -1}), "nobody"),
        (("A", "A"), Party({Rider.ADULT: 61}), "too_many"),
        (("A", "A"), Party({Rider.ADULT: 1}, {Rider.ADULT: 2}), "passes"),
        (("A", "A"), Party({Rider.ADULT: 1}, {Rider.CHILD: 1}), "passes"),
    ],
)
def test_what_has_no_fare_is_refused_with_a_sentence(ride, party, code):
    with pytest.raises(CannotPrice) as refusal:
        fare(TARIFF, ride, party)
    assert refusal.value.code == code
    assert refusal.value.sentence


parties = st.dictionaries(st.sampled_from(list(Rider)), st.integers(0, 9), min_size=1).filter(
    lambda riders: sum(riders.values()) > 0
)
steps = st.sampled_from([1, 10, 50, 100])


@given(parties, st.sampled_from(sorted(TARIFF.pairs)), steps)
def test_a_fare_is_made_of_its_lines_and_of_every_rider_once(riders, ride, step):
    tariff = Tariff(TARIFF.sections, TARIFF.pairs, SHARES, step)
    found = fare(tariff, ride, Party(riders))
    assert found == fare(tariff, ride[::-1], Party(riders))
    for rider, people in riders.items():
        assert sum(line.people for line in found.lines if line.rider is rider) == people
    section = tariff.sections[tariff.pairs[ride]]
    assert all(0 <= line.yen_each <= section for line in found.lines)
    assert all(line.yen_each % step == 0 or line.yen_each == section for line in found.lines)


@pytest.mark.parametrize(
    ("section_yen", "step", "yen"),
    [
        (50, 100, 50),  # half is 25; a hundred-yen coin would be more than the adult's 50
        (150, 100, 100),  # half is 75
        (250, 100, 200),  # half is 125
        (200, 1, 100),
        (35, 10, 20),  # half is 17.5
    ],
)
def test_a_child_never_pays_more_than_an_adult(section_yen, step, yen):
    tariff = Tariff({"AA": section_yen}, {("A", "A"): "AA"}, SHARES, step)
    assert fare(tariff, ("A", "A"), Party({Rider.CHILD: 1})).yen == yen


@given(parties, st.data())
def test_a_pass_never_makes_a_ride_dearer(riders, data):
    rider = data.draw(st.sampled_from(sorted(each for each, count in riders.items() if count)))
    held = data.draw(st.integers(1, riders[rider]))
    without = fare(TARIFF, ("A", "C"), Party(riders))
    having = fare(TARIFF, ("A", "C"), Party(riders, {rider: held}))
    assert having.yen <= without.yen
