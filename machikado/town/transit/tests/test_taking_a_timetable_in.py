"""The manager takes a timetable in, looks at it, uses it, and comes back to the one before."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from machikado.town.common import chores, worker
from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Event, FileUse, StoredFile
from machikado.town.law import actions as law
from machikado.town.law import retention
from machikado.town.people.permissions import CannotDo
from machikado.town.ride.tests.makings import NOON, an_area
from machikado.town.ride.tests.riding import actor_of
from machikado.town.transit.actions import readings, timetables
from machikado.town.transit.actions.timetables import CannotUse
from machikado.town.transit.models import FeedReading, Timetable
from machikado.town.transit.queries import soundness
from machikado.town.transit.queries.timetables import departures, facts_of, in_use
from machikado.town.transit.tests.makings import FEED, a_feed, a_reading, a_timetable, changed


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
    """Send a feed, let the worker read it, and look at what came of it."""
    upload = SimpleUploadedFile(name, data, content_type="application/zip")
    answer = client.post(reverse("transit:timetables"), {"feed": upload}, follow=True)
    worker.do_waiting_chores()
    return client.get(answer.redirect_chain[-1][0], follow=True) if answer.redirect_chain else answer


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
    assert "stops.txt" in page.content.decode()
    assert "緯度と経度" in page.content.decode()
    assert "読めない行" in page.content.decode()
    assert sent(manager, b"no zip").status_code == 422
    assert manager.post(reverse("transit:timetables")).status_code == 422
    assert Timetable.objects.count() == 0


def test_the_page_says_how_far_it_is_and_the_same_feed_read_twice_is_one_version(manager, monkeypatch):
    lines = [f"t{n},10:00:00,10:00:00,{stop}" for n in range(3000) for stop in ("N,1", "C,2")]
    trips = [f"r,w,t{n},市の駅" for n in range(3000)]
    heads = {name: FEED[f"{name}.txt"].splitlines()[0] for name in ("trips", "stop_times")}
    data = a_feed(trips="\n".join([heads["trips"], *trips]), stop_times="\n".join([heads["stop_times"], *lines]))
    reading = readings.send(name="large.zip", data=data, by=SYSTEM, now=NOON)
    assert "読んでいます" in manager.get(reverse("transit:reading", args=[reading.code])).content.decode()
    told: list[int] = []

    def note(**facts) -> bool:
        told.append(FeedReading.objects.get().done)
        return True

    monkeypatch.setattr(chores, "beat", note)
    readings.read_feed.call(code=reading.code)
    assert told == sorted(told)
    assert len(set(told)) > 3, "it goes on while it is read"
    readings.read_feed.call(code=reading.code)
    reading.refresh_from_db()
    assert (reading.state, reading.done, reading.timetable) == ("done", 100, Timetable.objects.get())
    assert reading.file is None, "the file belongs to the timetable now"
    assert Timetable.objects.get().file is not None
    assert Event.objects.filter(kind="transit.timetable_brought_in").count() == 1


def test_what_was_killed_is_read_once_more_and_what_broke_when_somebody_says_so(manager, monkeypatch):
    reading = readings.send(name="trains.zip", data=a_feed(), by=SYSTEM, now=NOON)
    live = reverse("transit:reading_live", args=[reading.code])
    again = reverse("transit:reading_again", args=[reading.code])
    assert "HX-Refresh" not in manager.get(live)
    manager.post(again)
    assert DBTaskResult.objects.count() == 1, "it waits already"

    def killed(*_args, **_facts):
        raise KeyboardInterrupt  # as nothing of the chore notices a kill

    for place in ("bring_in", "_end"):
        with monkeypatch.context() as patch:
            patch.setattr(readings, place, killed)
            with pytest.raises(KeyboardInterrupt):
                readings.read_feed.call(code=reading.code)
        assert FeedReading.objects.get().state == "reading"
    assert Timetable.objects.count() == 1, "the last one was killed when the timetable was there"
    with monkeypatch.context() as patch:
        patch.setattr(readings, "bring_in", lambda **_facts: 1 / 0)
        worker.do_waiting_chores()
    assert manager.get(live)["HX-Refresh"] == "true"
    page = manager.get(reverse("transit:reading", args=[reading.code])).content.decode()
    assert "最後まで読めませんでした" in page
    manager.post(again)
    worker.do_waiting_chores()
    end = manager.get(reverse("transit:reading", args=[reading.code]))
    assert end["Location"] == reverse("transit:timetable", args=[Timetable.objects.get().code])
    manager.post(again)
    assert Timetable.objects.count() == 1


def test_only_a_manager_may_send_one(cast):
    with pytest.raises(CannotDo):
        readings.send(name="x.zip", data=a_feed(), by=actor_of(cast.yoda), now=NOON)


def test_bad_lines_speak_the_language_of_the_reader_and_go_with_the_row(manager):
    reading = a_reading(a_feed(routes="route_id,route_type\nr,train\n"))
    manager.cookies["django_language"] = "en"
    assert "is no whole number" in manager.get(reverse("transit:reading", args=[reading.code])).content.decode()
    assert FileUse.objects.filter(noun="feed").count() == 0, "nothing is kept of it but why"
    rule = next(rule for rule in retention.rules() if rule.code == "timetable")
    law.apply(rule, NOON + timedelta(days=402))
    assert not FeedReading.objects.exists()
