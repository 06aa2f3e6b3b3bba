"""A tablet says where its bus is: what is believed, what is kept out with a remark, and who may say so."""

from datetime import timedelta

import pytest

from machikado.town.common.actors import SYSTEM
from machikado.town.law import parameters
from machikado.town.law.actions import end_retention
from machikado.town.people.actions import persons
from machikado.town.people.permissions import CannotDo
from machikado.town.ride.actions import shifts
from machikado.town.ride.actions.positions import report_position
from machikado.town.ride.fixes import FASTEST_MS, REMARKS, FixFacts, Word, off_metres, whole_heading, whole_speed
from machikado.town.ride.ground import Spot
from machikado.town.ride.hours import moment_of
from machikado.town.ride.models import FixRemark, TrackPoint, VehiclePosition
from machikado.town.ride.tests.makings import SQUARE, TODAY, a_shift, a_van, an_area
from machikado.town.ride.tests.riding import actor_of, another_driver

DAY = TODAY + timedelta(days=1)
TEN = moment_of(DAY, 600)
HERE = (36.11, 137.94)  # in the square, at the depot
NORTH_M = 1 / 111_195


@pytest.fixture
def shift(cast):
    return a_shift(cast, a_van(an_area()), day=DAY)


@pytest.fixture
def say(shift, cast):
    """Futaki's tablet says where it is."""

    def said(lat=HERE[0], lon=HERE[1], at=TEN, now=None, **more):
        facts = {"heading_deg": 90.0, "speed_kmh": 30.0, **more}
        by = cast.actor("futaki")
        return report_position(shift=shift, at=at, lat=lat, lon=lon, by=by, now=now or at, **facts)

    return said


def facts_at(lat: float, lon: float) -> FixFacts:
    return {"at": TEN, "lat": lat, "lon": lon, "heading_deg": None, "speed_kmh": None}


def known() -> tuple[float, float]:
    row = VehiclePosition.objects.get()
    return row.lat, row.lon


def remarks() -> dict[str, int]:
    return dict(FixRemark.objects.values_list("code", "times"))


def test_the_last_place_of_a_shift_is_known_and_its_track_is_kept(say, shift):
    assert say() is Word.NEW
    assert say(36.112, at=TEN + timedelta(seconds=30)) is Word.NEW
    row = shift.position
    row.refresh_from_db()
    assert (row.lat, row.lon, row.heading_deg, row.speed_kmh) == (36.112, 137.94, 90, 30)
    assert [(point.at, point.lat) for point in TrackPoint.objects.all()] == [
        (TEN, 36.11),
        (TEN + timedelta(seconds=30), 36.112),
    ]
    assert remarks() == {}


def test_only_whoever_drives_the_shift_may_say_where_it_is(shift, cast):
    facts = facts_at(*HERE)
    for slug in ("uehara", "momose", "yoda", "nakajima"):
        with pytest.raises(CannotDo):
            report_position(shift=shift, by=cast.actor(slug), now=TEN, **facts)
    assert VehiclePosition.objects.count() == 0


def test_the_same_action_three_times_is_one(say):
    for _time in range(3):
        say()
    assert (VehiclePosition.objects.count(), TrackPoint.objects.count()) == (1, 1)


def test_newer_wins_and_what_was_queued_in_a_dead_zone_goes_into_the_track(say):
    say(36.115, at=TEN + timedelta(minutes=10))
    late = say(36.112, at=TEN, now=TEN + timedelta(minutes=15))
    assert late is Word.LATE
    assert known() == (36.115, 137.94)
    assert [point.lat for point in TrackPoint.objects.all()] == [36.112, 36.115]


def test_a_point_every_twenty_seconds_is_enough(say):
    for second in range(0, 61, 5):
        say(at=TEN + timedelta(seconds=second))
    assert [(point.at - TEN).seconds for point in TrackPoint.objects.all()] == [0, 20, 40, 60]


@pytest.mark.parametrize(
    ("word", "facts"),
    [
        (Word.SWAPPED, {"lat": 137.94, "lon": 36.11}),
        (Word.NO_NUMBER, {"lat": float("nan")}),
        (Word.NOT_JAPAN, {"lat": 0.0, "lon": 0.0}),
        (Word.OFF_AREA, {"lat": 36.7, "lon": 137.3}),  # Toyama Bay
        (Word.CLOCK, {"at": TEN + timedelta(hours=1), "now": TEN}),
        (Word.CLOCK, {"at": TEN - timedelta(hours=1), "now": TEN}),
        (Word.OFF_DUTY, {"at": moment_of(DAY, 7 * 60)}),  # the shift begins at eight
        (Word.OFF_DUTY, {"at": moment_of(DAY, 18 * 60 + 1)}),  # it ended at 17:00
    ],
)
def test_what_cannot_be_is_kept_out_with_a_remark(say, word, facts):
    assert say(**facts) is word
    assert remarks() == {word: 1}
    assert (VehiclePosition.objects.count(), TrackPoint.objects.count()) == (0, 0)
    say(**facts)
    assert remarks() == {word: 2}
    assert str(REMARKS[word])


def test_every_remark_has_its_sentence():
    assert set(REMARKS) == set(Word) - {Word.NEW, Word.LATE}


def test_a_jump_is_kept_out(say):
    """2 km in ten seconds: a bus drives 333 m in ten seconds at 120 km/h, and a fix may be 150 m off."""
    say()
    assert say(36.11 + 2000 * NORTH_M, at=TEN + timedelta(seconds=10)) is Word.JUMP
    assert known() == HERE
    assert say(36.11 + 450 * NORTH_M, at=TEN + timedelta(seconds=10)) is Word.NEW, "450 m are possible"
    assert remarks() == {"jump": 1}


def test_three_jumps_that_agree_are_believed(say):
    """Then it was the first place that was wrong; two that agree are still kept out."""
    say()
    far = 36.11 + 2000 * NORTH_M
    words = [say(far + number * 1e-4, at=TEN + timedelta(seconds=10 * (number + 1))) for number in range(3)]
    assert words == [Word.JUMP, Word.JUMP, Word.NEW]
    row = VehiclePosition.objects.get()
    assert (row.lat, row.doubts, row.doubt_at) == (far + 2e-4, 0, None)


def test_jumps_hither_and_thither_are_never_believed(say):
    say()
    for number in range(8):
        up = 2000 if number % 2 else -1000
        assert say(36.11 + up * NORTH_M, at=TEN + timedelta(seconds=2 * number + 1)) is Word.JUMP
    assert known() == HERE


def test_with_time_a_bus_comes_everywhere(say):
    say()
    two_minutes = TEN + timedelta(minutes=2)
    assert 120 * FASTEST_MS > 2000
    assert say(36.11 + 2000 * NORTH_M, at=two_minutes) is Word.NEW


def test_a_shift_that_was_dropped_has_nobody_on_duty(say, shift):
    shifts.drop(shift=shift, by=SYSTEM, now=TEN - timedelta(hours=5))
    shift.refresh_from_db()
    assert say() is Word.OFF_DUTY


def test_how_far_outside_the_area_a_place_lies():
    """The square ends at 36.10 in the south and at 137.96 in the east."""
    assert off_metres(SQUARE, Spot(36.11, 137.94)) == 0
    assert off_metres(SQUARE, Spot(36.10 - 1000 * NORTH_M, 137.94)) == pytest.approx(1000, abs=1)
    assert off_metres(SQUARE, Spot(36.11, 137.97)) == pytest.approx(111_195 * 0.01 * 0.8079, abs=2)  # cos 36.11°


@pytest.mark.parametrize(("said", "kept"), [(359.7, 0), (-90.0, 270), (None, None), (float("nan"), None), (12.2, 12)])
def test_headings_are_whole_degrees(said, kept):
    assert whole_heading(said) == kept


@pytest.mark.parametrize(
    ("said", "kept"), [(31.6, 32), (-1.0, None), (900.0, None), (None, None), (float("inf"), None)]
)
def test_speeds_are_whole(said, kept):
    assert whole_speed(said) == kept


def test_where_a_bus_was_goes_after_a_month_and_nothing_younger(say, shift):
    parameters.load()
    say()
    say(lat=137.94, lon=36.11)
    end_retention(moment_of(DAY + timedelta(days=31), 600))
    assert (VehiclePosition.objects.count(), TrackPoint.objects.count(), FixRemark.objects.count()) == (1, 1, 1)
    end_retention(moment_of(DAY + timedelta(days=32), 600))
    assert (VehiclePosition.objects.count(), TrackPoint.objects.count(), FixRemark.objects.count()) == (0, 0, 0)
    shift.refresh_from_db()
    assert shift.dropped_at is None, "the shift stays for three years"


def test_whoever_drove_and_is_erased_leaves_no_track(cast):
    driver = another_driver()
    shift = a_shift(cast, a_van(an_area()), driver=driver, day=DAY)
    report_position(shift=shift, by=actor_of(driver), now=TEN, **facts_at(*HERE))
    after = moment_of(DAY + timedelta(days=2), 600)
    persons.pseudonymise(person=driver, by=cast.actor("momose"), now=after)
    assert (VehiclePosition.objects.count(), TrackPoint.objects.count()) == (0, 0)
