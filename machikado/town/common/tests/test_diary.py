"""The diary: what is written stands, in one order, and whoever alters a row is found."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from machikado.town.common import append_only, diary
from machikado.town.common.actors import SYSTEM, Actor, ActorKind
from machikado.town.common.diary import Visibility
from machikado.town.common.diary_check import head_problems, problems
from machikado.town.common.models import Detail, Event, Reader, Seal, Unsealed

NOW = datetime(2026, 11, 23, 1, 2, 3, 456789, tzinfo=UTC)
ANYONE = Actor(kind=ActorKind.PERSON, person_id=7, organisation_id=3)


@dataclass(frozen=True)
class LampLit(diary.DiaryEvent):
    kind = "tests.lamp_lit"
    visibility = Visibility.STAFF
    noun = "lamp"

    minutes: int
    ids: tuple[int, ...] = ()


def light(count: int = 1, **more):
    with transaction.atomic():
        return [diary.record(LampLit("L" * 10, minutes=n), by=ANYONE, now=NOW, **more) for n in range(count)]


def found(*words: str) -> bool:
    sentences = problems()
    return any(all(word in sentence for word in words) for sentence in sentences)


@pytest.fixture
def hand(transactional_db):
    """A hand in the database: its SQL goes past the triggers, in a connection of its own."""

    def alter(sql: str, *values: str | int) -> None:
        with append_only.lifted(), connection.cursor() as cursor:
            cursor.execute(sql, values)

    return alter


def test_an_event_holds_who_did_what_and_waits_for_its_seal(db):
    row = light()[0]
    stored = Event.objects.get()
    assert (stored.kind, stored.v, stored.noun, stored.code) == ("tests.lamp_lit", 1, "lamp", "L" * 10)
    assert (stored.actor_kind, stored.actor_person, stored.actor_organisation) == ("person", 7, 3)
    assert stored.data == {"minutes": 0, "ids": []}
    assert stored.at == NOW
    assert list(Unsealed.objects.values_list("event_id", flat=True)) == [row.pk]
    assert problems() == []


def test_an_event_is_rolled_back_with_what_it_tells(transactional_db):
    with transaction.atomic():
        diary.record(LampLit("L", minutes=1), by=SYSTEM, now=NOW)
        transaction.set_rollback(True)
    assert not Event.objects.exists()
    assert not Unsealed.objects.exists()


def test_outside_a_transaction_nothing_is_written(transactional_db):
    with pytest.raises(transaction.TransactionManagementError):
        diary.record(LampLit("L", minutes=1), by=SYSTEM, now=NOW)
    assert not Event.objects.exists()


def test_floats_are_refused(db):
    with pytest.raises(TypeError, match="float"):
        diary.record(LampLit("L", minutes=1.5), by=SYSTEM, now=NOW)  # type: ignore[arg-type]


def test_seals_are_gap_free_and_chained(db):
    light(3)
    with transaction.atomic():
        diary.record_many([LampLit("L", minutes=n) for n in range(4)], by=SYSTEM, now=NOW)
    assert diary.seal(limit=5) == 5
    assert diary.seal(limit=5) == 2
    assert diary.seal(limit=5) == 0
    assert list(Seal.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4, 5, 6, 7]
    assert not Unsealed.objects.exists()
    assert diary.head()[0] == 7
    assert problems() == []


def test_the_hash_is_the_one_that_the_readme_promises(db):
    """Worked by hand: SHA-256 of the previous hash and the JSON of seq and the event's fields."""
    row = light()[0]
    diary.seal()
    text = (
        f'[1,{row.pk},"tests.lamp_lit",1,"2026-11-23T01:02:03.456789+00:00","person",7,null,3,null,'
        f'"lamp","LLLLLLLLLL","staff",{{"ids":[],"minutes":0}},""]'
    )
    assert Seal.objects.get().hash == hashlib.sha256(("0" * 64 + text).encode()).hexdigest()


def test_names_are_erasable_and_their_digest_stays(db):
    light(detail={"name": "角田 花"})
    diary.seal()
    event = Event.objects.get()
    assert "角田" not in json.dumps(event.data)
    assert len(event.detail_digest) == 64
    assert problems() == []
    assert diary.erase_detail([event.pk]) == 1
    assert problems() == []


def test_an_altered_name_is_found(db):
    light(detail={"name": "角田 花"})
    diary.seal()
    Detail.objects.update(body={"name": "角田 華"})
    assert found("detail", "altered")


@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
@pytest.mark.parametrize("table", ["common_event", "common_seal"])
def test_the_database_refuses_to_alter_the_diary(db, verb, table):
    light()
    diary.seal()
    column = "code" if table == "common_event" else "hash"
    sql = f"UPDATE {table} SET {column} = 'x'" if verb == "UPDATE" else f"DELETE FROM {table}"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert problems() == []


def test_a_row_altered_by_hand_is_found(hand):
    light(5)
    diary.seal()
    victim = Event.objects.order_by("pk")[2]
    hand("UPDATE common_event SET actor_person = 8 WHERE id = %s", victim.pk)
    assert problems() == [f"diary: event {victim.pk} or its seal 3 was altered, or a seal before it was lost"]


def test_altered_data_is_found(hand):
    light(2)
    diary.seal()
    hand("UPDATE common_event SET data = %s", json.dumps({"minutes": 999, "ids": []}))
    assert found("or its seal 1 was altered")
    assert found("or its seal 2 was altered")


def test_an_altered_seal_is_found_with_the_one_that_leans_on_it(hand):
    light(4)
    diary.seal()
    hand("UPDATE common_seal SET hash = %s WHERE seq = 2", "f" * 64)
    assert found("seal 2")
    assert found("seal 3")
    assert not found("seal 4")


def test_a_lost_event_a_lost_seal_and_a_cut_end_are_found(hand):
    light(5)
    diary.seal()
    diary.read("tests", lambda event: None)
    ids = list(Event.objects.order_by("pk").values_list("pk", flat=True))
    hand("DELETE FROM common_event WHERE id = %s", ids[1])
    assert found("seal 2", "not there")
    hand("DELETE FROM common_seal WHERE seq = 4")
    assert found("after seal 3 comes 5")
    assert found(f"event {ids[3]} is neither sealed nor waiting")
    hand("DELETE FROM common_seal WHERE seq = 5")
    assert found("tests has read up to seal 5", "ends at 3")


def test_an_end_that_was_cut_off_with_its_seals_is_found_by_a_head_that_was_kept_elsewhere(hand):
    light(4)
    diary.seal()
    early, known = (2, Seal.objects.get(seq=2).hash), diary.head()
    assert head_problems(*known) == head_problems(*early) == head_problems(0, diary.FIRST) == []
    last = Seal.objects.get(seq=4).event_id
    hand("DELETE FROM common_seal WHERE seq = 4")
    hand("DELETE FROM common_event WHERE id = %s", last)
    assert problems() == [], "the chain alone cannot tell"
    assert "cut off" in head_problems(*known)[0]
    assert head_problems(*early) == []
    light()
    diary.seal()
    assert "written anew" in head_problems(known[0], "f" * 64)[0]


def test_an_event_smuggled_past_the_sealer_is_found(hand):
    light(1)
    Unsealed.objects.all().delete()
    assert found("neither sealed nor waiting")


def test_a_mark_without_event_is_found(db):
    Unsealed.objects.create(event_id=404)
    assert found("event 404 waits", "not there")


def test_a_missing_trigger_is_found_and_put_back(transactional_db):
    with connection.cursor() as cursor:
        on = " ON common_event" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER common_event_update{on}")
    assert append_only.missing_triggers() == ["common_event_update"]
    assert found("trigger common_event_update is missing")
    append_only.install()
    assert append_only.missing_triggers() == []


def test_a_trigger_that_was_made_harmless_is_found(transactional_db):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE common_event DISABLE TRIGGER common_event_delete")
        else:
            cursor.execute("DROP TRIGGER common_event_delete")
            cursor.execute("CREATE TRIGGER common_event_delete BEFORE DELETE ON common_event BEGIN SELECT 1; END")
    assert append_only.missing_triggers() == ["common_event_delete"]
    append_only.install()
    assert append_only.missing_triggers() == []


def test_a_row_altered_by_hand_in_a_copy_of_the_database_is_found(copy_of_the_database):
    light(3)
    diary.seal()
    last = Event.objects.order_by("-pk")[0].pk
    with copy_of_the_database():
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = replica")  # what a superuser does to pass triggers
            else:
                cursor.execute("DROP TRIGGER common_event_update")
            cursor.execute("UPDATE common_event SET code = 'KX74RDM2P9' WHERE id = %s", [last])
        assert found(f"event {last} or its seal 3 was altered")
        assert found("trigger common_event_update is missing") == (connection.vendor == "sqlite")
    assert problems() == []


def test_a_reader_gets_each_event_once_and_in_order(db):
    light(5)
    seen = []
    assert diary.read("tests", lambda event: seen.append(event.data["minutes"])) == 0
    diary.seal()
    assert diary.read("tests", lambda event: seen.append(event.data["minutes"]), limit=2) == 2
    assert diary.read("tests", lambda event: seen.append(event.data["minutes"])) == 3
    assert diary.read("tests", lambda event: seen.append(event.data["minutes"])) == 0
    assert seen == [0, 1, 2, 3, 4]


def test_a_reader_that_stumbles_keeps_its_place_and_undoes_its_effect(transactional_db):
    light(3)
    diary.seal()

    def stumble(event: Event) -> None:
        Unsealed.objects.create(event_id=1000 + event.data["minutes"])
        if event.data["minutes"] == 1:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        diary.read("tests", stumble)
    assert Reader.objects.get().seq == 1
    assert list(Unsealed.objects.values_list("event_id", flat=True)) == [1000]


def test_two_events_may_not_have_one_name():
    with pytest.raises(TypeError, match=r"tests\.lamp_lit"):
        type("LampDimmed", (diary.DiaryEvent,), {"kind": "tests.lamp_lit", "__module__": __name__})
