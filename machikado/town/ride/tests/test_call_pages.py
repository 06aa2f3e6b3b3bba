"""The pages of a suspension: whom it touches before it is done, the list, one call after the other, the table."""

import csv
import io

import pytest
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.people.models import Message
from machikado.town.ride.actions import area as areas
from machikado.town.ride.actions import calls
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Booking, CallEntry, CallList, Suspension
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import TOMORROW, a_riding_town, booked
from machikado.town.ride.tests.snow import on_the_telephone, snow, suspended

FORM = {
    "reason": "snow",
    "begins_at": "2026-11-25T09:00",
    "ends_at": "2026-11-25T12:00",
    "note": "道がこおっています",
}


@pytest.fixture
def town(cast, monkeypatch):
    """Hana at ten by telephone, Yoda at eleven by message."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    area = a_riding_town(cast, vans=2)
    booked(area, on_the_telephone())
    booked(area, cast.yoda, minute=660)
    return area


@pytest.fixture
def manager(cast, client_of, town):
    return client_of(cast.uehara)


def suspend(client, **more):
    return client.post(reverse("ride:suspend"), {**FORM, **more})


def test_before_it_is_done_the_page_says_whom_it_touches(manager):
    page = suspend(manager).content.decode()
    assert "約束した乗車が2件あります" in page
    assert "百瀬 はな" in page
    assert "9:58" in page
    assert "11月25日（水） 12:00" in page, "when the bus runs again"
    assert "2件を取り消す" in page
    assert not Suspension.objects.exists()
    assert set(Booking.objects.values_list("state", flat=True)) == {"booked"}
    assert 'value="2026-11-25T09:00"' in page, "nothing typed is lost"


def test_one_press_cancels_and_leads_to_the_list(manager):
    answer = suspend(manager, sure="1")
    made = CallList.objects.get()
    assert answer.headers["Location"] == reverse("ride:call_list", args=[made.code])
    page = manager.get(answer.headers["Location"]).content.decode()
    for words in ("2件の乗車を取り消しました", "百瀬 はな", "0263-00-1234", "依田 のる", "1人中0人"):
        assert words in page
    assert suspend(manager, sure="1").headers["Location"] == answer.headers["Location"], "sent twice"
    assert Suspension.objects.count() == 1


def test_without_promised_rides_it_is_done_at_once(manager):
    later = {"begins_at": "2026-11-28T09:00", "ends_at": "2026-11-28T12:00"}
    assert suspend(manager, **later).headers["Location"] == reverse("ride:hours")
    assert Suspension.objects.count() == 1
    assert not CallList.objects.exists()


def test_what_cannot_be_is_said_in_the_form(manager):
    answer = suspend(manager, ends_at="2026-11-25T08:00", sure="1")
    assert answer.status_code == 422
    assert "道がこおっています" in answer.content.decode()
    assert not Suspension.objects.exists()


def test_rides_in_a_suspension_that_was_entered_before_are_cancelled_from_its_own_page(manager, town, cast):
    row = areas.suspend(area=town, new=snow(), by=cast.actor("uehara"), now=NOON)
    where = reverse("ride:call_off", args=[row.code])
    assert where in manager.get(reverse("ride:hours")).content.decode()
    assert "2件を取り消して知らせる" in manager.get(where).content.decode()
    manager.post(where)
    assert set(Booking.objects.values_list("state", flat=True)) == {"cancelled"}
    assert where not in manager.get(reverse("ride:hours")).content.decode()
    areas.lift(suspension=row, by=cast.actor("uehara"), now=NOON)
    page = manager.get(reverse("ride:call_list", args=[CallList.objects.get().code])).content.decode()
    assert "運休は取りやめになりました" in page
    assert "もう終わっていて" in manager.post(where, follow=True).content.decode()


def test_whoever_is_on_the_way_is_shown_and_stays(manager, town, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: moment_at(TOMORROW, 36_060))
    page = suspend(manager).content.decode()
    assert "いま乗車中の人" in page
    assert "百瀬 はな" in page.split("いま乗車中の人")[1]
    assert "約束した乗車が1件あります" in page


def test_one_call_after_the_other(manager, town, cast, client_of):
    made = suspended(town, note="路面がこおっています")
    there = manager.post(reverse("ride:call_next", args=[made.code])).headers["Location"]
    page = manager.get(there).content.decode()
    for words in ("tel:0263-00-1234", "路面がこおっています", "south", "9:58", "お金はかかりません", "つながった"):
        assert words in page
    other = client_of(cast.momose)
    seen = other.get(there).content.decode()
    assert "上原 のりばさんが電話中" in seen
    assert "電話の結果" not in seen
    step = reverse("ride:call_step", args=[CallEntry.objects.get().code])
    refused = other.post(step, {"what": "call"}, follow=True).content.decode()
    assert "上原 のりばさんが百瀬 はなさんに電話しています" in refused
    assert "上原 のりばさんが電話中" in other.get(reverse("ride:call_list", args=[made.code])).content.decode()
    done = manager.post(step, {"what": "reached"}, follow=True).content.decode()
    assert "全員への電話が終わりました" in done
    assert "つながった · 上原 のりば" in done
    assert manager.post(step, {"what": "reopen"}).status_code == 302
    assert CallEntry.objects.get().state == "open"
    assert manager.post(step, {"what": "nonsense"}).status_code == 302


def test_when_nobody_is_left_the_next_one_is_the_list(manager, town, cast):
    made = suspended(town)
    calls.claim_next(call_list=made, by=cast.actor("momose"), now=clock.real_now())
    page = manager.post(reverse("ride:call_next", args=[made.code]), follow=True).content.decode()
    assert "ほかの人が電話しています" in page


def test_a_message_that_failed_is_shown_and_becomes_a_call(manager, town):
    made = suspended(town)
    Message.objects.filter(kind="ride.suspended", person__family_name="依田").update(state="failed")
    where = reverse("ride:call_list", args=[made.code])
    assert "送れませんでした" in manager.get(where).content.decode()
    ride = Booking.objects.get(rider__family_name="依田")
    manager.post(reverse("ride:call_too", args=[made.code]), {"booking": ride.code})
    assert made.entries.count() == 2
    assert manager.post(reverse("ride:call_too", args=[made.code]), {"booking": "XXXX"}).status_code == 404


def test_the_table_has_a_line_for_whoever_is_to_be_called(manager, town, cast):
    made, by = suspended(town), cast.actor("uehara")
    entry = calls.claim_next(call_list=made, by=by, now=clock.real_now())
    calls.note(entry=entry, outcome="again", by=by, now=NOON)
    answer = manager.get(reverse("ride:call_list_csv", args=[made.code]))
    assert answer.content.startswith(b"\xef\xbb\xbf")
    heads, line = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    told = dict(zip(heads, line, strict=True))
    assert told == {
        "順番": "1",
        "氏名": "百瀬 はな",
        "よみがな": "モモセ",
        "電話番号": "0263-00-1234",
        "乗る日時": "11月25日（水） 9:58〜10:10",
        "乗る地点と降りる地点": "south→north",
        "必要なこと": "",
        "状態": "電話する人",
        "電話の記録": "11月24日（火） 12:00 上原 のりば 出ない（かけ直す）",
    }


def test_the_passenger_reads_why_and_the_day_counts_the_calls(manager, town, cast, client_of):
    made = suspended(town)
    ride = Booking.objects.get(rider=cast.yoda)
    page = client_of(cast.yoda).get(reverse("ride:booking", args=[ride.code])).content.decode()
    assert "その時間、バスは運休です" in page
    assert "架電リスト (1)" in manager.get(reverse("ride:day")).content.decode()
    assert made.code in manager.get(reverse("ride:call_lists")).content.decode()
