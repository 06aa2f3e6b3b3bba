"""What the bus keeps for a time: the clock moves, what is too old goes, nothing younger goes."""

from datetime import timedelta

from machikado.town.common.models import Event
from machikado.town.law import actions as law
from machikado.town.law import retention
from machikado.town.ride.models import DayPlan, RideVehicle, ShiftBreak, ShiftQuarter, TravelTable, VehicleShift
from machikado.town.ride.planning import soundness as plan_soundness
from machikado.town.ride.queries import soundness
from machikado.town.ride.tests.makings import NOON, TODAY, a_shift, a_van, an_area
from machikado.town.ride.tests.riding import TOMORROW, a_rider, a_riding_town, another_driver, asked, booked


def apply(now) -> int:
    return law.apply(next(rule for rule in retention.rules() if rule.code == "shift"), now)


def test_who_drove_when_goes_after_three_years(cast):
    van = a_van(an_area())
    a_shift(cast, van, day=TODAY)
    young = a_shift(cast, van, day=TODAY + timedelta(days=1))
    three_years = NOON.replace(year=2029)
    assert apply(three_years) == 0, "on the day itself it is kept"
    assert apply(three_years + timedelta(days=1)) == 1
    assert list(VehicleShift.objects.all()) == [young]
    assert (ShiftBreak.objects.count(), ShiftQuarter.objects.count()) == (1, 36)
    assert Event.objects.filter(kind="ride.shift_planned").count() == 2
    assert soundness.problems() == []


def test_travel_times_on_which_no_plan_stands_go_after_a_month(cast):
    """Somebody asked for one day and booked on another: only what the plan stands on is kept, bytes too."""
    area = a_riding_town(cast)
    booked(area, a_rider())
    driver = another_driver()
    a_shift(cast, RideVehicle.objects.get(), driver=driver, day=TOMORROW + timedelta(days=1))
    asked(area, a_rider("二"), day=TOMORROW + timedelta(days=1))
    assert TravelTable.objects.count() == 2
    rule = next(rule for rule in retention.rules() if rule.code == "travel")
    assert law.apply(rule, NOON + timedelta(days=29)) == 0
    assert law.apply(rule, NOON + timedelta(days=32)) == 2, "its row and its file"
    assert TravelTable.objects.get() == DayPlan.objects.get().table
    assert plan_soundness.problems() == []
