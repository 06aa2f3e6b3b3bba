"""Web and worker are killed with -9 in the middle of imports, hand-ins and reviews; afterwards everything agrees."""

import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils.crypto import get_random_string
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from demo.cast import Cast
from machikado import processes
from machikado.bench.load import Session, sent_key
from machikado.town.common import chores, clock, diary, soundness
from machikado.town.common.models import ChoreBeat, Event, Ticked
from machikado.town.people.models import Person
from machikado.town.people.sign_in import BACKEND
from machikado.town.work.actions import batches, orders
from machikado.town.work.actions.batches import Upload
from machikado.town.work.models import Assignment, Batch, Job, Review, Submission, Task
from machikado.town.work.tests.makings import agreed_order, open_job, ready_batch, table
from tests.stories.town_processes import Insistent, Process, Web, environment, wait_until

KILLS = 6  # of each, web and worker
ITEMS = 6_000  # more than the three can do meanwhile
ROWS = 16_000  # of each import: eight chunks
ANSWERS = 10  # at least so many are confirmed between two kills of the web
SEED = 20261124
TASK = re.compile(r"/work/a/([0-9A-Z]{10})/$")
SUBMISSION = re.compile(rb'name="submission" value="([0-9A-Z]{10})"')
REVIEW = re.compile(rb'href="/reviews/([0-9A-Z]{10})/')


@dataclass
class Heard:
    """What the people at the other end were told: keys whose hand-in was confirmed, and what each had sent."""

    confirmed: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)


@dataclass
class Town:
    """A town on a database of its own, with its two processes and what its people heard."""

    cast: Cast
    job: Job
    web: Web
    worker: Process
    heard: Heard = field(default_factory=Heard)
    over: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def town(own_database: str, cast: Cast) -> Iterator[Town]:
    order = agreed_order(cast)
    job = open_job(cast, order, redundancy=1)  # a leader looks at every answer
    ready_batch(cast, job, table("no,品名\n" + "".join(f"{number},りんご\n" for number in range(ITEMS))))
    orders.step(order=order, to="running", by=cast.actor("momose"), now=clock.real_now())
    env = environment(own_database, settings.MACHIKADO_HOME)
    web, worker = Web(env), Process(processes.own_command("worker"), env)
    try:
        wait_until(web.answers)
        yield Town(cast, job, web, worker)
    finally:
        web.kill()
        worker.kill()


def session_of(person: Person) -> Session:
    client = Client()
    client.force_login(person.account, backend=BACKEND)
    return Session(client.cookies["sessionid"].value, get_random_string(32))


class Hand(Insistent):
    """One of the people who work and review."""

    def __init__(self, town: Town, session: Session) -> None:
        super().__init__(town.web, session)
        self.town = town

    def work(self) -> None:
        """Take tasks and hand them in, until it is over."""
        number = 0
        while not self.town.over.is_set():
            number += 1
            led_to = TASK.search(self.ask("/work/next/", {}).location)
            assert led_to is not None
            path = f"/work/a/{led_to[1]}/"
            page = self.ask(path)
            assert page.status == 200, page.status
            form = {"f-amount": str(1200 + number % 5), "f-kana": "ミホン", "seconds": "9"}
            key = sent_key(page.body)
            answer = self.ask(f"{path}submit/", {**form, "sent_key": key})
            assert answer.is_redirect, (answer.status, answer.body[:300])
            self.town.heard.confirmed[key] = (f"{path}submit/", form)

    def review(self) -> None:
        """Accept each answer that waits, until it is over."""
        while not self.town.over.is_set():
            for code in dict.fromkeys(REVIEW.findall(self.ask("/reviews/?tab=alone").body)):
                page = self.ask(f"/reviews/{code.decode()}/")
                for found in dict.fromkeys(SUBMISSION.findall(page.body)):
                    form = {"decision": "accept", "submission": found.decode(), "tab": "alone"}
                    answer = self.ask(f"/reviews/{code.decode()}/", form)
                    if answer.is_redirect:
                        self.town.heard.accepted.add(found.decode())
            time.sleep(0.05)


def new_import(town: Town, number: int) -> Batch:
    """One more table, looked at and started: its rows are written by the worker."""
    by, now = town.cast.actor("momose"), clock.real_now()
    lines = "name,text\n" + "".join(f"{number}-{line},x{line}\n" for line in range(ROWS))
    upload = Upload(f"{number}.csv", BytesIO(lines.encode()))
    return batches.start(batch=batches.preview(job=town.job, upload=upload, by=by, now=now), by=by, now=now)


def let_silence_pass() -> None:
    """A chore whose worker died is handed out again after some silence; here it has passed at once."""
    ago = clock.real_now() - 2 * chores.SILENCE - timedelta(seconds=1)
    DBTaskResult.objects.running().update(started_at=ago)
    ChoreBeat.objects.update(beat_at=ago)
    Ticked.objects.filter(name=chores.REAPER).update(at=ago)


def kill_now_and_then(town: Town, chance: random.Random) -> list[int]:
    """Kill web and worker by turns; return how far the import was at each kill of the worker."""
    found = []
    for number in range(KILLS):
        batch = new_import(town, number)
        here = chance.randrange(0, ROWS, 1_000)
        wait_until(lambda batch=batch, here=here: written(batch) >= here, pause=0.002)  # type: ignore[misc]
        time.sleep(chance.uniform(0, 0.03))
        town.worker.kill()
        found.append(written(batch))
        town.worker.start_again()
        before = len(town.heard.confirmed)
        wait_until(lambda before=before: len(town.heard.confirmed) > before + ANSWERS)  # type: ignore[misc]
        time.sleep(chance.uniform(0, 0.5))
        town.web.kill()
        town.web.start_again()
        let_silence_pass()
        wait_until(lambda batch=batch: is_imported(batch))  # type: ignore[misc]
    return found


def written(batch: Batch) -> int:
    return Batch.objects.values_list("done", flat=True).get(pk=batch.pk)


def is_imported(batch: Batch) -> bool:
    return Batch.objects.values_list("state", flat=True).get(pk=batch.pk) == Batch.State.IMPORTED


def closing(task: Callable[[], None]) -> Callable[[], None]:
    """Threads give their connections back."""

    def run() -> None:
        try:
            task()
        finally:
            connections.close_all()

    return run


@pytest.mark.long
def test_killed_again_and_again_the_town_agrees_with_its_diary(town: Town):
    chance = random.Random(SEED)
    people = {slug: session_of(town.cast.persons[slug]) for slug in ("nakajima", "hara", "ozawa", "momose")}
    workers = [Hand(town, people[slug]) for slug in ("nakajima", "hara", "ozawa")]
    leader = Hand(town, people["momose"])
    with ThreadPoolExecutor(4) as pool:
        busy = [pool.submit(closing(lambda hand=hand: hand.work())) for hand in workers]  # type: ignore[misc]
        busy.append(pool.submit(closing(leader.review)))
        try:
            progress = kill_now_and_then(town, chance)
        finally:
            town.over.set()
        for each in busy:
            each.result()
    assert any(0 < done < ROWS for done in progress), f"no import was killed in the middle: {progress}"
    assert sum(hand.broken for hand in (*workers, leader)) > 0
    assert len(town.heard.confirmed) > KILLS * ANSWERS
    assert town.heard.accepted
    wait_until(lambda: not DBTaskResult.objects.exclude(status=TaskResultStatus.SUCCESSFUL).exists())
    wait_until(lambda: diary.head()[0] == Event.objects.count())
    check_imports()
    check_answers(town)
    check_reviews(town)
    retry_everything(town, workers[0])
    assert list(soundness.all_problems()) == []


def check_imports() -> None:
    """Every line of every table stands once, in its order."""
    for batch in Batch.objects.filter(total=ROWS):
        rows = list(Task.objects.filter(batch=batch).order_by("line").values_list("name", "source"))
        number = batch.name.removesuffix(".csv")
        assert rows == [(f"{number}-{line}", {"text": f"x{line}"}) for line in range(ROWS)]


def check_answers(town: Town) -> None:
    """What was confirmed stands exactly once, as it was sent, with its row in the diary."""
    stored = {str(key): answer for key, answer in Submission.objects.values_list("sent_key", "answer")}
    for key, (_path, form) in town.heard.confirmed.items():
        assert stored[key] == {"amount": int(form["f-amount"]), "kana": "ミホン"}
    assert len(stored) == Submission.objects.values("assignment").distinct().count()
    assert Event.objects.filter(kind="work.task_submitted").count() == len(stored)
    assert Submission.objects.count() == Assignment.objects.exclude(submitted_at=None).count()


def check_reviews(town: Town) -> None:
    """What was said to be accepted is, once, with its row in the diary."""
    rows = list(Review.objects.values_list("submission__code", flat=True))
    assert len(rows) == len(set(rows))
    assert town.heard.accepted <= set(rows)
    assert Event.objects.filter(kind="work.submission_accepted").count() == len(rows)


def retry_everything(town: Town, hand: Hand) -> None:
    """The same keys once more change nothing."""
    before = (Submission.objects.count(), Event.objects.count())
    own = set(Assignment.objects.filter(worker=town.cast.worker("nakajima")).values_list("code", flat=True))
    mine = {key: sent for key, sent in town.heard.confirmed.items() if sent[0].split("/")[3] in own}
    assert mine
    for key, (path, form) in list(mine.items())[:40]:
        assert hand.ask(path, {**form, "sent_key": key}).is_redirect
    assert (Submission.objects.count(), Event.objects.count()) == before
