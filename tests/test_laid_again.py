"""What is laid again is what was made: the same rows, a copy of one's own, and room for more."""

from django.db import transaction

from demo import cast as sample_cast
from demo.cast import Cast
from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.common.diary_check import problems
from machikado.town.people.actions import persons
from machikado.town.people.models import Person
from tests.laid_again import LaidAgain, all_rows

Rows = dict[str, list[str]]


def _rows() -> Rows:
    return {table: sorted(map(str, rows)) for table, rows in all_rows() if rows}


def _laid(people: LaidAgain[Cast]) -> tuple[Cast, Rows]:
    """Lay them, see what there is, and leave nothing of it behind."""
    with transaction.atomic():
        cast, rows = people.lay(), _rows()
        transaction.set_rollback(True)
    return cast, rows


def _people() -> LaidAgain[Cast]:
    return LaidAgain(lambda: sample_cast.build(clock.real_now()))


def test_the_same_rows_stand_there_again(db):
    people, before = _people(), _rows()
    made, first = _laid(people)
    assert _rows() == before
    again, second = _laid(people)
    assert second == first != before
    assert again.momose == made.momose


def test_each_gets_a_copy_of_its_own(db):
    people = _people()
    first, _ = _laid(people)
    first.momose.family_name = "変更"
    second, _ = _laid(people)
    assert second.momose.family_name == "百瀬"


def test_what_is_added_later_finds_room_and_the_diary_is_sound(db):
    people = _people()
    _laid(people)
    cast = people.lay()
    added = persons.add(new=persons.NewPerson("後", "から", is_sample=True), by=cast.actor("momose"), now=clock.now())
    assert added.pk not in {each.pk for each in cast.persons.values()}
    assert Person.objects.count() == len(cast.persons) + 1
    assert problems() == []


def test_rows_that_were_there_before_are_no_part_of_it(db):
    earlier = persons.add(new=persons.NewPerson("先", "に", is_sample=True), by=SYSTEM, now=clock.now())
    people = _people()
    _laid(people)
    earlier.delete()
    people.lay()
    assert not Person.objects.filter(family_name="先").exists()
