"""The tablet on the road: the sheet, presses that come late or twice, a clock that is wrong, what a driver may see."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.drive import presses
from machikado.town.drive.presses import BadPresses, Clocks
from machikado.town.drive.queries import soundness
from machikado.town.drive.queries.sheet import sheet_of
from machikado.town.drive.tests.driving import a_shift_of_tomorrow, at, out
from machikado.town.people.models import ContactPoint
from machikado.town.ride.actions import bookings
from machikado.town.ride.models import Booking, RunStep, StopNote, VehiclePosition, VehicleShift
from machikado.town.ride.queries import booking_soundness, run_soundness
from machikado.town.ride.tests.riding import a_rider, booked, people

HOUR_MS = 3_600_000


@pytest.fixture
def shift(cast) -> VehicleShift:
    shift = a_shift_of_tomorrow(cast)
    out(shift, cast)
    return shift


@pytest.fixture
def yoda(shift, cast) -> Booking:
    """Yoda from the south to the north at ten."""
    ContactPoint.objects.create(person=cast.yoda, kind=ContactPoint.Kind.PHONE, value="090-0000-0412")
    return booked(shift.vehicle.area, cast.yoda)


@pytest.fixture
def hara(shift) -> Booking:
    """Somebody with a stick from the south to the east at ten."""
    return booked(shift.vehicle.area, a_rider("原"), goal="east", riding=people(1, slow=True))


@pytest.fixture
def tablet(shift, cast, client_of, monkeypatch):
    """`tablet(second, press, …)`: what the driver's tablet sends at a second of the day."""
    client = client_of(cast.futaki)
    moment = {"now": at(36000)}
    monkeypatch.setattr(clock, "now", lambda: moment["now"])
    monkeypatch.setattr(clock, "real_now", lambda: moment["now"])

    def send(second: int, *rows: dict):
        moment["now"] = at(second)
        return client.post(reverse("drive:tell", args=[shift.code]), {"presses": json.dumps(rows)})

    send.client, send.moment = client, moment  # type: ignore[attr-defined]
    return send


def press(kind: str, on: str, second: int, **more) -> dict:
    """A press at a second of the day on a tablet whose clock is right."""
    usual = {"key": str(uuid4()), "kind": kind, "on": on, "at": round(at(second).timestamp() * 1000), "offset": 0}
    return {**usual, **more}


def whole_ride(booking: Booking, second: int) -> list[dict]:
    promise = booking.promise
    return [
        press("arrive", promise.pickup_stop.code, second),
        press("aboard", booking.code, second + 20),
        press("fare", booking.code, second + 40, yen=promise.yen, paid="cash"),
        press("arrive", promise.arrival_stop.code, second + 500),
        press("alight", booking.code, second + 520),
    ]


def refusals(answer) -> list[str]:
    return [each["refusal"] for each in answer.json()["done"]]


def test_a_stop_that_is_only_passed_is_none_of_the_drivers(shift, yoda):
    """Cancelled while the bus is on its way: nobody is to be fetched there any more."""
    now = at(yoda.steps.get(action="pickup").begins - 60)
    assert [visit.stop.name for visit in sheet_of(shift, now).ahead if visit.stop] == ["south", "north"]
    bookings.cancel(booking=yoda, by=SYSTEM, now=now)
    assert shift.steps.get(break_number=None).action == "pass"
    assert [visit for visit in sheet_of(shift, now).ahead if not visit.is_break] == []


def test_a_queue_after_twenty_minutes_is_done_once_and_in_order(tablet, yoda):
    """Pressed from 10:00 to 10:09, sent at 10:29, and sent again because the answer was lost."""
    queue = whole_ride(yoda, 36000)
    for _again in range(3):
        answer = tablet(36000 + 29 * 60, *queue)
        assert answer.status_code == 200
        assert refusals(answer) == [""] * 5
    steps = RunStep.objects.order_by("pk").values_list("kind", "at")
    kinds = ["arrive", "aboard", "fare", "arrive", "alight"]
    assert list(steps) == [(kind, at(36000 + s)) for kind, s in zip(kinds, (0, 20, 40, 500, 520), strict=True)]
    assert set(RunStep.objects.values_list("received_at", flat=True)) == {at(36000 + 29 * 60)}
    yoda.refresh_from_db()
    assert yoda.state == "done"
    assert [*soundness.problems(), *run_soundness.problems(), *booking_soundness.problems()] == []


def test_a_tablet_that_is_an_hour_ahead_and_knows_it_is_right_by_the_town(tablet, yoda):
    queue = [{**row, "at": row["at"] + HOUR_MS, "offset": -HOUR_MS} for row in whole_ride(yoda, 36000)]
    tablet(37000, *queue)
    first = RunStep.objects.order_by("pk")[0]
    assert (first.at, first.told_at) == (at(36000), at(39600))


def test_a_press_that_does_not_fit_stops_none_behind_it(tablet, yoda, hara):
    bookings.cancel(booking=yoda, by=SYSTEM, now=at(35000))
    mine = [press("aboard", yoda.code, 36020), press("nothing", "", 0)]
    assert tablet(36100, *mine).status_code == 400, "what no tablet sends is refused as a whole"
    answer = tablet(36100, mine[0], press("aboard", hara.code, 36030), press("aboard", "AAAAAAAAAA", 36040))
    said = refusals(answer)
    assert (bool(said[0]), said[1], bool(said[2])) == (True, "", True)
    assert Booking.objects.get(pk=hara.pk).state == "aboard"


def test_the_sheet_goes_on_with_what_was_told(tablet, shift, yoda, hara):
    """Both are fetched in the south; then the north and the east, in the order of the plan."""
    first = sheet_of(shift, at(35000)).ahead[0]
    assert (str(first.stop), first.people_on, first.has_arrived) == ("south", 2, False)
    tablet(36000, press("arrive", yoda.promise.pickup_stop.code, 36000))
    first = sheet_of(shift, at(36000)).ahead[0]
    assert first.has_arrived
    assert {rider.no_show_at for rider in first.on} == {at(rider.promise.pickup_by) for rider in first.on}
    tablet(36060, press("aboard", yoda.code, 36050), press("fare", yoda.code, 36052, yen=50, paid="ticket"))
    assert len(sheet_of(shift, at(36060)).ahead) == 3, "Hara has not come yet"
    tablet(36070, press("aboard", hara.code, 36065))
    ahead = sheet_of(shift, at(36070)).ahead
    assert str(ahead[0].stop) == "south", "her fare is still to be taken"
    tablet(36080, press("fare", hara.code, 36075, yen=50, paid="cash"))
    sheet = sheet_of(shift, at(36080))
    assert sorted(str(visit.stop) for visit in sheet.ahead) == ["east", "north"]
    assert sheet.aboard == 2


def test_the_page_shows_reading_digits_and_needs_and_no_name(tablet, shift, yoda, hara):
    page = tablet.client.get(reverse("drive:run", args=[shift.code])).content.decode()
    for words in ("0412", "よだ さま", "ゆっくり", "着きました", "south", f"aboard|{yoda.code}"):
        assert words in page
    for hidden in ("依田", "南の店", "090-0000"):
        assert hidden not in page
    assert 'class="line" d="M' in page


def test_the_sheet_is_asked_again_and_again_for_nothing(tablet, shift, yoda):
    where = reverse("drive:sheet", args=[shift.code])
    first = tablet.client.get(where)
    town, real, speed = first.headers["X-Clocks"].split()
    assert (int(town), int(real), speed) == (at(36000).timestamp() * 1000,) * 2 + ("1",)
    same = tablet.client.get(where, headers={"if-none-match": first.headers["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    tablet(36000, press("arrive", yoda.promise.pickup_stop.code, 36000))
    assert tablet.client.get(where, headers={"if-none-match": first.headers["ETag"]}).status_code == 200


def test_a_note_comes_to_the_editor_of_the_stop(tablet, shift, yoda, cast, client_of):
    stop = yoda.promise.pickup_stop
    wrong = press("note", stop.code, 36000, what="wrong_side")
    for _again in range(2):
        tablet(36000, wrong)
    assert StopNote.objects.count() == 1
    manager = client_of(cast.uehara)
    page = manager.get(reverse("ride:stop", args=[stop.code])).content.decode()
    assert "乗降地点が、道の反対側にある" in page
    manager.post(reverse("ride:stop_note_settle", args=[StopNote.objects.get().code]))
    assert "道の反対側にある" not in manager.get(reverse("ride:stop", args=[stop.code])).content.decode()


def test_the_tablet_says_where_it_is_and_a_manager_who_looks_on_does_not(tablet, shift, cast, client_of):
    """Ten metres up the street, by a clock that is an hour behind and knows it."""
    fix = {"at": round(at(36000).timestamp() * 1000) - HOUR_MS, "offset": HOUR_MS, "lat": 36.105, "lon": 137.945}
    where = reverse("drive:position", args=[shift.code])
    assert client_of(cast.uehara).post(where, {**fix, "kmh": "", "heading": ""}).status_code == 204
    assert VehiclePosition.objects.count() == 0
    for bad in ({}, {**fix, "lat": "x"}, {**fix, "lat": 137.945, "lon": 36.105}, {**fix, "kmh": 999}):
        assert tablet.client.post(where, bad).status_code == 204
    assert VehiclePosition.objects.count() == 0
    tablet.client.post(where, {**fix, "kmh": "18", "heading": "90"})
    known = VehiclePosition.objects.get()
    assert (known.shift, known.at, known.speed_kmh, known.heading_deg) == (shift, at(36000), 18, 90)


def test_without_a_script_one_press_is_one_form(tablet, shift, yoda):
    stop = yoda.promise.pickup_stop.code
    answer = tablet.client.post(reverse("drive:tell", args=[shift.code]), {"press": f"arrive|{stop}", "key": uuid4()})
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("drive:run", args=[shift.code]))
    assert RunStep.objects.get().kind == "arrive"


def test_before_the_vehicle_went_out_there_is_no_road(cast, client_of):
    shift = a_shift_of_tomorrow(cast)
    client = client_of(cast.futaki)
    answer = client.get(reverse("drive:run", args=[shift.code]))
    assert answer.headers["Location"] == reverse("drive:shift", args=[shift.code])
    sent = client.post(reverse("drive:tell", args=[shift.code]), {"presses": json.dumps([press("arrive", "X", 36000)])})
    assert sent.json()["done"][0]["refusal"]
    assert RunStep.objects.count() == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[1]",
        '[{"kind": "aboard"}]',
        "[" * 2000,
        json.dumps([{}] * 501),
        '[{"key":"x","kind":"arrive","at":1}]',
    ],
)
def test_what_no_tablet_sends_is_refused(text: str):
    with pytest.raises(BadPresses):
        presses.read(text)


@given(offset=st.integers(-(10**10), 10**10), age=st.integers(-(10**10), 10**10))
def test_no_clock_of_a_tablet_leads_out_of_the_last_day(offset: int, age: int):
    now = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    moment = Clocks(now, now).moment_of(now - timedelta(milliseconds=age), timedelta(milliseconds=offset))
    assert now - timedelta(days=1) <= moment <= now
    if 0 <= age - offset <= 86_400_000:
        assert now - moment == timedelta(milliseconds=age - offset)


def test_in_a_town_that_lives_faster_a_press_is_older_there():
    """Ten real seconds ago are ten minutes of a town that lives sixty times as fast."""
    now = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    town = datetime(2027, 1, 1, tzinfo=UTC)
    assert Clocks(town, now, 60).moment_of(now - timedelta(seconds=10), timedelta(0)) == town - timedelta(minutes=10)
