"""A worker's data from the first task to the last row: refused while the law needs them, then gone from every table.

`machikado check` finds the town sound afterwards.
"""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Model

from demo.cast import Cast
from machikado.town.common import clock, diary, worker
from machikado.town.law import actions as law
from machikado.town.law import retention
from machikado.town.people.actions import messages, persons
from machikado.town.people.models import ContactPoint
from machikado.town.work.actions import assignments, questions, reviews, submissions
from machikado.town.work.actions.reviews import Objection
from machikado.town.work.tests.corner import new_answer
from machikado.town.work.tests.examples import started
from tests.stories.test_altered_diary import Copy, check

NAMES = ("中島", "なかじま", "あかり", "nakajima", "0263999999")


def texts(model: type[Model]) -> Iterator[str]:
    """Every row of a table as one text."""
    encode = DjangoJSONEncoder(ensure_ascii=False, default=str).encode
    for row in model._default_manager.values():
        yield encode({name: str(value) for name, value in row.items()})


def where_named() -> set[str]:
    """The tables in which something still says who she was."""
    return {
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        for text in texts(model)
        if any(name in text for name in NAMES)
    }


@pytest.fixture
def lived(transactional_db, cast: Cast) -> datetime:
    """She worked, asked, was asked to do it again, left a draft and was told things; her name stands in many places."""
    now = clock.real_now()
    ContactPoint.objects.create(person=cast.nakajima, kind="phone", value="0263999999")
    begun, by, leader = started(cast, redundancy=1), cast.actor("nakajima"), cast.actor("ozawa")
    asked = questions.ask(assignment=begun, text="中島です。これは何と読みますか", by=by, now=now)
    questions.answer(question=asked, text="中島さん、りんごです", by=leader, now=now)
    sent = submissions.submit(assignment=begun, answer=new_answer(amount=1200), by=by, now=now)
    objection = Objection("4-2", "中島さん、フリガナがありません")
    proposed = reviews.redo(submission=sent, objection=objection, by=leader, now=now)
    reviews.confirm(review=proposed, by=cast.actor("momose"), now=now)
    again = assignments.start(assignment=begun, by=by, now=now)
    reviews.accept(
        submission=submissions.submit(assignment=again, answer=new_answer(amount=1200), by=by, now=now),
        by=leader,
        now=now,
    )
    draft = assignments.claim(worker=cast.worker("nakajima"), job=None, by=by, now=now)
    assert draft is not None
    held = assignments.start(assignment=draft, by=by, now=now)
    assignments.keep(assignment=held, draft=assignments.Draft({"kana": "ナカジマ 中島"}, seconds=20), by=by, now=now)
    messages.tell(cast.nakajima, messages.NewMessage("work.thanks", {"title": "中島さんの納品書"}), now=now)
    assignments.release(assignment=held, reason="family", by=by, now=now)
    worker.do_waiting_chores()
    return now


def test_she_is_erased_when_nothing_needs_her_and_the_town_stays_sound(lived, cast: Cast, copy_of_the_database: Copy):
    with copy_of_the_database() as database:
        assert {"people.Person", "people.Message", "work.Assignment", "work.Question", "work.Review"} < where_named()
        with pytest.raises(persons.CannotErase, match="needed"):
            persons.pseudonymise(person=cast.nakajima, by=cast.actor("momose"), now=lived)
        much_later = lived.replace(year=lived.year + 9, day=1)
        persons.pseudonymise(person=cast.nakajima, by=cast.actor("momose"), now=much_later)
        assert where_named() == set()
        for rule in retention.rules():
            law.apply(rule, much_later)
        worker.do_waiting_chores()
        while diary.seal():
            pass
        connection.close()
        code, said = check(database)
        assert code == 0
        assert said.startswith("Sound: the diary, its seals and every table agree.\n")
