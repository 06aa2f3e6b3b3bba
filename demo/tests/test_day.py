"""The simulated day goes on, whatever is refused or broken, and touches nothing of a visitor's."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from random import Random

import pytest

from demo import crowd, day, office
from demo.recipes import GOODS
from machikado.town.common import clock, worker
from machikado.town.common.models import Event
from machikado.town.people.actions import messages
from machikado.town.people.actions.messages import NewMessage
from machikado.town.people.models import Person
from machikado.town.work.actions import batches, orders
from machikado.town.work.actions.batches import Upload
from machikado.town.work.models import Batch, Submission, Task
from machikado.town.work.tests.makings import agreed_order, open_job

SECOND = timedelta(minutes=1)  # of the town, which lives at sixty times


@pytest.fixture
def play(cast, settings, tmp_path) -> day.Day:
    """The day of a sample town in which nothing is ordered yet."""
    settings.MACHIKADO_DEMO = True
    settings.MACHIKADO_HOME = tmp_path
    clock.begin(clock.real_now())
    return day.Day(crowd.build(clock.now()), Random(1))


def seconds(play: day.Day, count: int, start=None) -> None:
    """Play so many real seconds."""
    begin = start or clock.now()
    for number in range(count):
        play.step(begin + SECOND * number)


def brought() -> Counter[str]:
    """The states of what the simulated clients asked for."""
    return Counter(day.lots().values_list("state", flat=True))


def visitors_import(cast) -> Batch:
    """A visitor's own import, which waits for the worker; no answer is known of it."""
    order = agreed_order(cast)
    job = open_job(cast, order)
    by, now = cast.actor("momose"), clock.now()
    upload = Upload("納品書.csv", BytesIO("no,品名\n1,りんご\n2,ぶどう\n".encode()))
    batch = batches.preview(job=job, upload=upload, by=by, now=now)
    return batches.start(batch=batch, by=by, now=now)


def test_the_papers_of_an_order_are_imported_by_the_worker_alone(play, cast):
    """The day waits for it, begins no second order meanwhile, and does no chore of a visitor."""
    visitors = visitors_import(cast)
    seconds(play, 12)
    assert brought() == {"preparing": 1}
    assert set(Batch.objects.values_list("state", flat=True)) == {"importing"}
    worker.do_waiting_chores()
    visitors.refresh_from_db()
    assert visitors.state == "imported"
    seconds(play, 6)
    assert brought()["running"] == 1
    assert Submission.objects.exists()


def test_an_order_that_was_refused_midway_is_taken_up_again_by_the_next_day(play):
    """While the coordinator may not price anything there is one inquiry, not one a second."""
    refused = day.Day(replace(play.crowd, coordinator=play.crowd.leader), Random(2))
    seconds(refused, 5)
    assert brought() == {"inquiry": 1}
    seconds(play, 6)
    worker.do_waiting_chores()
    seconds(play, 3)
    assert brought() == {"running": 1}


def test_one_who_stumbles_leaves_and_the_others_go_on(play, cast):
    """Nobody knows the habits of somebody who is not of the crowd."""
    now = clock.now()
    play.seats = [day.Seat(cast.worker("nakajima"), now + timedelta(days=1), now)]
    seconds(play, 3, now)
    assert cast.worker("nakajima") not in [seat.worker for seat in play.seats]
    assert sum(brought().values()) == 1


def test_papers_of_which_nothing_is_known_are_left_to_visitors(play, cast):
    batch = visitors_import(cast)
    worker.do_waiting_chores()
    by, now = cast.actor("momose"), clock.now()
    batches.open_batch(batch=batch, by=by, now=now)
    orders.step(order=batch.job.order, to="running", by=by, now=now)
    seconds(play, 8)
    worker.do_waiting_chores()
    seconds(play, 10)
    assert not Submission.objects.filter(assignment__task__batch=batch).exists()
    assert Submission.objects.exists()


def test_what_is_brought_differs_in_title_and_client_and_little_is_under_way(play):
    """Two days and nights without anybody at the table: what was brought waits, and no more comes."""
    play.crowd = replace(play.crowd, workers=play.crowd.workers[:0])
    begin = clock.now()
    for hour in range(40):
        play._office(begin + timedelta(hours=hour))
        worker.do_waiting_chores()
        Task.objects.update(open_slots=0)  # as if it was all in hand
    found = list(day.lots().values_list("title", "client__name"))
    assert len(found) == day.AT_A_TIME
    assert len({title for title, _client in found}) == len(found)
    assert {client for _title, client in found} == set(crowd.LIVING)


def test_what_the_sample_client_has_is_for_a_visitor_to_decide(play, cast):
    """Neither the delivery nor the estimate of the client that a newcomer can be is decided by the day."""
    desk, now = office.Desk(play.crowd, Random(3)), clock.now()
    asked = desk.inquire(GOODS.called(f"{GOODS.title}{day.LOT}1便）"), cast.shop, 3, now)
    desk.estimate(asked, GOODS, cast.shop, now)
    for hour in range(30):
        play._office(now + timedelta(hours=hour))
    asked.refresh_from_db()
    assert asked.state == "estimated"


def test_the_simulated_people_read_their_messages(play, cast):
    person = Person.objects.get(pk=play.crowd.coordinator.person_id)
    told = messages.tell(person, NewMessage("work.question", {"title": "商品"}), now=clock.now())
    visitors = messages.tell(cast.takizawa, NewMessage("work.question", {"title": "商品"}), now=clock.now())
    play._office(clock.now() + day.READS_AFTER + SECOND)
    told.refresh_from_db()
    visitors.refresh_from_db()
    assert told.read_at is not None
    assert visitors.read_at is None


def test_no_step_is_earlier_than_the_import_it_waited_for(play):
    """The worker reads a clock that is ahead of the moment at which the day looked up."""
    late = clock.now()
    seconds(play, 8, late)
    clock.begin(late + timedelta(hours=1))
    worker.do_waiting_chores()
    seconds(play, 3, late + SECOND * 9)
    kinds = {"work.batch_imported", "work.batch_opened", "work.order_stepped"}
    told = list(Event.objects.filter(kind__in=kinds).order_by("pk").values_list("at", flat=True))
    assert told == sorted(told)
    assert brought()["running"] == 1
