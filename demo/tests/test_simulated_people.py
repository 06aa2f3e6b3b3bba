"""The simulated people err as often as they are said to, and keep at it."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from demo import crowd, hands
from demo.crowd import HABITS, LEADER_HABIT, Habit
from demo.office import Desk, disputed
from demo.recipes import DIGITS, DONATIONS, GOODS
from demo.slips import slip
from machikado.town.common import clock, worker
from machikado.town.work.kinds import Field, kind_of
from machikado.town.work.models import FormSchema, Job, Task

FIELDS = 12_000
KNOWN: dict[str, dict[str, Any]] = {
    DIGITS.title: {"digit": "7"},
    GOODS.title: {"name": "赤ワイン 720ml", "kind": "酒"},
    DONATIONS.title: {
        "number": "04101", "day": "2026-11-01", "yen": 30_000, "use": "2", "gift": "2051", "one_stop": "なし",
    },
}  # fmt: skip


def paper(recipe) -> Task:
    """One paper of a recipe as a task, of no town."""
    return Task(job=Job(schema=FormSchema(body=dict(recipe.schema))), known=KNOWN[recipe.title])


@pytest.mark.parametrize("habit", [*HABITS, LEADER_HABIT])
@pytest.mark.parametrize("recipe", [DIGITS, DONATIONS, GOODS], ids=lambda recipe: recipe.title)
def test_people_err_as_often_as_is_said_of_them(habit, recipe):
    """Measured as the town measures: after normalisation. Four times the spread of so many throws is allowed."""
    task, chance = paper(recipe), Random(7)
    kind, body = kind_of(task.job), task.job.schema.body
    true = kind.normalise(body, KNOWN[recipe.title])
    wrong = unread = fields = 0
    while fields < FIELDS:
        answer, unreadable = hands.keyed(task, habit, chance)
        fields += len(true)
        unread += len(unreadable)
        if answer != task.known:
            given = kind.normalise(body, kind.read(body, answer))
            assert kind.check(body, kind.read(body, answer), unreadable) == {}
            wrong += sum(given[name] != true[name] for name in answer)
    for count, rate in ((wrong, habit.error_rate), (unread, habit.unreadable_rate)):
        stated = fields * rate / 10_000
        assert abs(count - stated) <= 4 * stated**0.5 + 1, (count, stated)


@pytest.mark.parametrize(
    ("field", "true"),
    [
        (Field("kana", "フリガナ", "text", True, kana=True), "モモセ"),
        (Field("name", "名前", "text", True), "百瀬"),
        (Field("name", "名前", "text", True), "上"),
        (Field("amount", "金額", "integer", True), 0),
        (Field("agreed", "同意", "yes_no", True), True),
    ],
)
def test_a_slip_is_never_right(field, true):
    assert all(slip(field, true, Random(seed)) not in ("", true) for seed in range(50))


def test_a_field_with_one_choice_leaves_nothing_to_get_wrong():
    schema = {"type": "object", "properties": {"seen": {"type": "string", "enum": ["見た"]}}}
    field = kind_of(Job()).fields(schema)[0]
    assert slip(field, "見た", Random(1)) == "見た"


@pytest.fixture
def desk(cast, settings, tmp_path) -> Desk:
    """The office of a sample town in which nothing is ordered yet."""
    settings.MACHIKADO_DEMO = True
    settings.MACHIKADO_HOME = tmp_path
    clock.begin(clock.real_now())
    return Desk(crowd.build(clock.now()), Random(3))


def running(desk: Desk, cast, items: int) -> Job:
    """Goods to be put in order, two people an item, open to the crowd."""
    now = clock.now()
    order = desk.inquire(GOODS, cast.shop, items, now)
    while order.state != order.State.RUNNING:
        desk.bring_on(order, GOODS, now)
        worker.do_waiting_chores()
        order.refresh_from_db()
    return Job.objects.get(order=order)


@pytest.mark.parametrize("seed", range(4))
def test_who_has_nothing_left_holds_nobody_up(desk, cast, seed):
    """Three items for two people: each may answer three, whoever is asked first."""
    job = running(desk, cast, 3)
    two = replace(desk.crowd, workers=desk.crowd.workers[:2])
    span = (clock.now(), timedelta(hours=1))
    assert hands.work_through(two, job, span, Random(seed), 6) == 6
    assert hands.work_through(two, job, span, Random(seed), 6) == 0


def test_the_leader_reads_the_paper_and_may_err(desk, cast):
    """A leader who always errs settles no field right."""
    job = running(desk, cast, 30)
    hands.work_through(desk.crowd, job, (clock.now(), timedelta(hours=1)), Random(5), 60)
    waiting = disputed(job)
    assert waiting
    blind = Desk(replace(desk.crowd, leader_habit=Habit(10_000, 0, 100)), Random(1))
    assert blind.settle(waiting, clock.now()) == len(waiting)
    for task in Task.objects.filter(pk__in=[each.pk for each in waiting]):
        assert task.result
        assert task.known
        assert all(task.result[name] != value for name, value in task.known.items())
