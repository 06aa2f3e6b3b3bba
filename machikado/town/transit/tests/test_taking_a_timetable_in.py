"""The manager takes a timetable in, looks at it, uses it, and comes back to the one before."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from machikado.town.common import worker
from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Event, StoredFile
from machikado.town.law import actions as law
from machikado.town.law import retention
from machikado.town.people.permissions import CannotDo
from machikado.town.ride.tests.makings import NOON, an_area
from machikado.town.ride.tests.riding import actor_of
from machikado.town.transit.actions import timetables
from machikado.town.transit.actions.timetables import CannotUse
from machikado.town.transit.models import Timetable
from machikado.town.transit.queries import soundness
from machikado.town.transit.queries.timetables import departures, facts_of, in_use
from machikado.town.transit.tests.makings import FEED, a_feed, a_timetable, changed


def newer():
    return changed("stop_times", "11:30:00,11:30:00", "11:35:00,11:35:00")


def test_a_newer_version_takes_the_place_of_the_older_which_can_come_back(cast):
    first = a_timetable()
    second = a_timetable(newer(), used=False)
    assert (second.number, list(in_use())) == (2, [first])
    timetables.use(timetable=second, by=SYSTEM, now=NOON + timedelta(hours=1))
    assert list(in_use()) == [second]
    timetables.use(timetable=first, by=SYSTEM, now=NOON + timedelta(hours=2))
    timetables.use(timetable=first, by=SYSTEM, now=NOON + timedelta(hours=2))
    assert list(in_use()) == [first]
    told = list(Event.objects.filter(kind="transit.timetable_used").order_by("pk").values_list("code", flat=True))
    assert told == [first.code, second.code, first.code]
    assert soundness.problems() == []


def test_two_operators_are_in_use_side_by_side(cast):
    a_timetable()
    a_timetable(changed("agency", "見本鉄道", "見本バス"))
    assert [row.operator for row in in_use()] == ["見本バス", "見本鉄道"]


def test_the_same_bytes_are_the_same_version(cast):
    assert a_timetable().pk == a_timetable().pk
    assert Timetable.objects.count() == 1
    assert Event.objects.filter(kind="transit.timetable_brought_in").count() == 1


def test_what_is_ended_is_used_no_longer(cast):
    row = a_timetable()
    timetables.end(timetable=row, by=SYSTEM, now=NOON)
    assert list(in_use()) == []
    with pytest.raises(CannotUse, match="not_used"):
        timetables.end(timetable=row, by=SYSTEM, now=NOON)


def test_only_a_manager_may(cast):
    with pytest.raises(CannotDo):
        timetables.bring_in(name="x.zip", data=a_feed(), by=actor_of(cast.yoda), now=NOON)


def test_what_leaves_includes_what_began_the_evening_before(cast):
    facts = facts_of(a_timetable())
    at_m = [(each.second // 60, each.towards) for each in departures(facts, {2}, date(2026, 11, 25))]
    assert at_m == [(12, "市の駅"), (640, "市の駅"), (24 * 60 + 12, "市の駅")]
    assert [each.second // 60 for each in departures(facts, {2}, date(2026, 11, 26))] == [12]  # Thursday is taken out


def test_old_files_go_and_their_rows_stay(cast):
    old, kept = a_timetable(), a_timetable(newer())
    rule = next(rule for rule in retention.rules() if rule.code == "timetable")
    assert law.apply(rule, NOON + timedelta(days=399)) == 0
    assert law.apply(rule, NOON + timedelta(days=402)) == 1
    worker.do_waiting_chores()
    old.refresh_from_db()
    kept.refresh_from_db()
    assert (old.file, kept.file is None) == (None, False)
    assert StoredFile.objects.get(sha256=old.sha256).removed_at is not None
    with pytest.raises(CannotUse, match="gone"):
        timetables.use(timetable=old, by=SYSTEM, now=NOON)
    again = a_timetable()  # the same bytes bring the file back
    assert (again.pk, again.is_in_use) == (old.pk, True)
    assert soundness.problems() == []


@pytest.fixture
def manager(cast, client_of):
    return client_of(cast.uehara)


def sent(client, data, name="trains.zip"):
    upload = SimpleUploadedFile(name, data, content_type="application/zip")
    return client.post(reverse("transit:timetables"), {"feed": upload}, follow=True)


def test_the_page_shows_it_first_and_uses_it_when_told(manager):
    an_area()
    page = sent(manager, a_feed())
    row = Timetable.objects.get()
    assert page.redirect_chain[-1][0] == reverse("transit:timetable", args=[row.code])
    text = page.content.decode()
    assert "まだ使っていません" in text
    assert "北の駅" in text
    assert "市の駅</li>" not in text, "only what lies in the area of the bus"
    day = manager.get(reverse("transit:timetable", args=[row.code]) + "?day=2026-11-25").content.decode()
    assert "10:30" in day
    assert "23:50" in day
    manager.post(reverse("transit:timetable_use", args=[row.code]))
    assert [each.pk for each in in_use()] == [row.pk]
    assert "使っています" in manager.get(reverse("transit:timetables")).content.decode()
    manager.post(reverse("transit:timetable_end", args=[row.code]))
    assert list(in_use()) == []


def test_bad_lines_stand_in_a_table_and_nothing_is_kept(manager):
    page = sent(manager, a_feed(stops=FEED["stops.txt"].replace("36.12300,137.94175", "137.94175,36.12300")))
    assert page.status_code == 422
    assert "stops.txt" in page.content.decode()
    assert "緯度と経度" in page.content.decode()
    assert sent(manager, b"no zip").status_code == 422
    assert manager.post(reverse("transit:timetables")).status_code == 422
    assert Timetable.objects.count() == 0
