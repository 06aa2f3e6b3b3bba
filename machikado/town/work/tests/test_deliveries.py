"""Checked results reach the client, and come back for rework row by row."""

import csv
import hashlib
import json
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django_tasks_db.models import DBTaskResult

from machikado.town.common import files
from machikado.town.common.models import Event
from machikado.town.people.models import Message
from machikado.town.people.permissions import CannotDo
from machikado.town.work.actions import deliveries, delivery_files, orders
from machikado.town.work.actions.deliveries import CannotDecide, CannotDeliver, NewDecision, ReworkRow
from machikado.town.work.actions.delivery_files import make_files
from machikado.town.work.bridge import against_known, quality_of
from machikado.town.work.file_doors import may_read_delivery
from machikado.town.work.models import Order, Review, Settlement, Task
from machikado.town.work.queries.deliveries import (
    Difference,
    checked,
    contested,
    deliveries_visible_to,
    disagreements,
    how_resolved,
)
from machikado.town.work.tests.makings import (
    KNOWN,
    LATER,
    NOON,
    agreed_order,
    answered,
    deliver,
    open_job,
    ready_batch,
    resolved,
    table,
    viewer,
)

KANA = {"amount": 5, "kana": "カクタ"}


@pytest.fixture
def delivered(running, momose):
    """The first delivery of everything."""
    return deliver(running, momose)


def content_of(delivery, form):
    with files.open_file(delivery.files.get(format=form).use.file) as content:
        return content.read()


def manifest_of(delivery):
    return json.loads(content_of(delivery, "manifest"))


def rows_of(delivery):
    return list(csv.DictReader(StringIO(content_of(delivery, "csv_utf8").decode("utf-8-sig"))))


def task(order, line):
    return Task.objects.get(job__order=order, line=line)


def test_everything_checked_is_delivered(running, delivered):
    assert delivered.made_at is not None
    assert (delivered.number, delivered.total, delivered.done) == (1, 3, 3)
    assert delivered.order.state == "delivered"
    assert set(Task.objects.values_list("state", flat=True)) == {"delivered"}
    assert delivered.tasks.count() == 3
    assert [(row["line"], row["name"], row["amount"], row["kana"]) for row in rows_of(delivered)] == [
        ("2", "1", "1", ""),
        ("3", "2", "2", ""),
        ("4", "3", "3", ""),
    ]
    made = Event.objects.get(kind="work.delivery_made")
    assert (made.data["tasks"], made.data["changed"], made.data["order_state"]) == (3, 3, "delivered")


def test_the_manifest_vouches_for_the_files(delivered):
    manifest = manifest_of(delivered)
    for file, form in zip(manifest["files"], ("csv_utf8", "csv_cp932", "jsonl"), strict=True):
        content = content_of(delivered, form)
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        assert file["bytes"] == len(content)
    assert manifest["counts"] == {"rows": 3, "changed": 3, "by_agreement": 3, "by_leader": 0}
    assert manifest["jobs"][0]["schema"]["sha256"] == delivered.order.jobs.get().schema.digest
    assert {row["resolved"] for row in manifest["tasks"]} == {"agreement"}
    assert len(manifest["made_on"]) == len("2026-11-24")


def test_known_answers_never_leave(running, delivered):
    assert task(running, 2).known == {"amount": KNOWN}
    for form in ("csv_utf8", "csv_cp932", "jsonl", "manifest"):
        text = content_of(delivered, form).decode("utf-8", errors="replace")
        assert "known" not in text
        assert str(KNOWN) not in text


def test_json_lines_are_exact(running, momose):
    one = task(running, 2)
    resolved(one, {"amount": 1, "kana": None})
    delivery = deliver(running, momose)
    first = json.loads(content_of(delivery, "jsonl").splitlines()[0])
    assert first["result"] == {"amount": 1, "kana": None}


def test_asking_while_one_is_made_returns_it(running, momose):
    first = deliveries.ask(order=running, by=momose, now=NOON)
    assert deliveries.ask(order=running, by=momose, now=NOON) == first
    mine = DBTaskResult.objects.filter(task_path__endswith="make_files")
    assert mine.count() == 1
    deliveries.ask(order=running, by=momose, now=NOON + timedelta(minutes=11))
    assert mine.count() == 2
    assert Event.objects.filter(kind="work.delivery_asked").count() == 1
    for _ in range(2):
        make_files.call(delivery_code=first.code)
    assert Event.objects.filter(kind="work.delivery_made").count() == 1


def test_nothing_unchecked_leaves(cast, momose):
    """One answer that nobody checked stays here, even if its state says more; a review or a settlement frees it."""
    order = agreed_order(cast)
    batch = ready_batch(cast, open_job(cast, order, redundancy=1), table("店\na\nb\nc\n"))
    orders.step(order=order, to="running", by=momose, now=NOON)
    unchecked, reviewed, settled = batch.tasks.order_by("line")
    leader = cast.ozawa
    for one in (unchecked, reviewed, settled):
        answered(one, {"amount": 1})
        resolved(one, {"amount": 1})
    submission = reviewed.assignments.get().submissions.get()
    Review.objects.create(
        submission=submission,
        decision="accept",
        author_id=submission.assignment.worker.author_id,
        by=leader,
        made_at=NOON,
    )
    Settlement.objects.create(task=settled, result={"amount": 1}, by=leader, made_at=NOON)
    assert list(checked(order)) == [reviewed, settled]
    delivery = deliver(Order.objects.get(pk=order.pk), momose)
    assert [row["line"] for row in rows_of(delivery)] == ["3", "4"]
    assert manifest_of(delivery)["counts"] == {"rows": 2, "changed": 2, "by_agreement": 0, "by_leader": 2}
    assert delivery.order.state == "running"
    unchecked.refresh_from_db()
    assert unchecked.state == "resolved"


def test_a_part_is_delivered_and_the_rest_later(running, momose):
    last = task(running, 4)
    Task.objects.filter(pk=last.pk).update(state="submitted", resolved_at=None)
    first = deliver(running, momose)
    assert first.order.state == "running"
    with pytest.raises(CannotDeliver) as refused:
        deliveries.ask(order=running, by=momose, now=LATER)
    assert refused.value.code == "nothing_new"
    last.refresh_from_db()
    resolved(last, {"amount": 3})
    second = deliver(running, momose)
    assert (second.number, second.order.state, len(rows_of(second))) == (2, "delivered", 3)
    assert [row["changed"] for row in manifest_of(second)["tasks"]] == [False, False, True]


def test_a_result_that_moves_while_files_are_made_is_written_anew(running, momose, monkeypatch):
    delivery = deliveries.ask(order=running, by=momose, now=NOON)
    write = delivery_files._write_files
    moved: list[bool] = []

    def write_and_move(delivery, now):
        made = write(delivery, now)
        if not moved:
            moved.append(True)
            resolved(task(running, 2), {"amount": 77}, at=LATER)
        return made

    monkeypatch.setattr(delivery_files, "_write_files", write_and_move)
    make_files.call(delivery_code=delivery.code)
    delivery.refresh_from_db()
    assert [row["amount"] for row in rows_of(delivery)] == ["77", "2", "3"]


def test_results_that_never_stand_still_end_the_chore(running, momose, monkeypatch):
    delivery = deliveries.ask(order=running, by=momose, now=NOON)
    monkeypatch.setattr(delivery_files, "_hand_over", lambda *_: False)
    with pytest.raises(delivery_files.MovedOn):
        make_files.call(delivery_code=delivery.code)
    assert not Task.objects.filter(state="delivered").exists()


def test_only_a_running_order_is_delivered(running, momose):
    orders.step(order=running, to="suspended", by=momose, now=NOON)
    with pytest.raises(CannotDeliver) as refused:
        deliveries.ask(order=running, by=momose, now=NOON)
    assert refused.value.code == "order_state"


def test_the_client_accepts_and_twice_is_once(delivered, takizawa):
    for _ in range(2):
        row = deliveries.decide(
            delivery=delivered, decision=NewDecision(accepted=True), by=takizawa, now=delivered.made_at
        )
    assert row.accepted
    delivered.order.refresh_from_db()
    assert delivered.order.state == "accepted_by_client"
    assert Event.objects.filter(kind="work.delivery_decided").count() == 1
    rework = NewDecision(accepted=False, reason="x", items=[ReworkRow(delivered.tasks.first().code, "4-2")])
    with pytest.raises(CannotDecide) as refused:
        deliveries.decide(delivery=delivered, decision=rework, by=takizawa, now=LATER)
    assert refused.value.code == "decided"


def test_rework_opens_the_rows_for_new_people_and_comes_again(running, delivered, momose, takizawa):
    again = task(running, 3)
    rework = NewDecision(accepted=False, reason="金額が違います", items=[ReworkRow(again.code, "1")])
    for _ in range(2):
        deliveries.decide(
            delivery=delivered, decision=rework, by=takizawa, now=delivered.made_at + timedelta(minutes=90)
        )
    again.refresh_from_db()
    assert (again.state, again.wanted, again.open_slots, again.answers) == ("needs_more", 4, 2, 2)
    running.refresh_from_db()
    assert running.state == "rework"
    decided = Event.objects.get(kind="work.delivery_decided").data
    assert (decided["rework"], decided["minutes"], decided["order_state"]) == (1, 90, "rework")

    answered(again, {"amount": 20}, {"amount": 20})
    resolved(again, {"amount": 20}, at=LATER)
    second = deliver(running, momose)
    assert second.number == 2
    assert [row["amount"] for row in rows_of(second)] == ["1", "20", "3"]
    assert [row["changed"] for row in manifest_of(second)["tasks"]] == [False, True, False]
    assert second.order.state == "delivered"
    with pytest.raises(CannotDecide):
        deliveries.decide(delivery=delivered, decision=NewDecision(accepted=True), by=takizawa, now=LATER)
    deliveries.decide(delivery=second, decision=NewDecision(accepted=True), by=takizawa, now=LATER)


def test_where_nine_have_answered_a_leader_decides(running, delivered, takizawa):
    full = task(running, 2)
    Task.objects.filter(pk=full.pk).update(wanted=9)
    rework = NewDecision(accepted=False, reason="x", items=[ReworkRow(full.code, "1")])
    deliveries.decide(delivery=delivered, decision=rework, by=takizawa, now=LATER)
    full.refresh_from_db()
    assert (full.state, full.wanted, full.open_slots) == ("disputed", 9, 0)


BAD_DECISIONS = {
    "no reason": (lambda code: NewDecision(False, " ", [ReworkRow(code, "1")]), "no_reason"),
    "no rows": (lambda code: NewDecision(False, "x"), "no_rows"),
    "a foreign row": (lambda code: NewDecision(False, "x", [ReworkRow("2222222222", "1")]), "unknown_row"),
    "an unknown clause": (lambda code: NewDecision(False, "x", [ReworkRow(code, "99")]), "unknown_clause"),
}


@pytest.mark.parametrize("name", BAD_DECISIONS)
def test_a_decision_that_does_not_fit(running, delivered, takizawa, name):
    make, code = BAD_DECISIONS[name]
    with pytest.raises(CannotDecide) as refused:
        deliveries.decide(delivery=delivered, decision=make(task(running, 2).code), by=takizawa, now=LATER)
    assert refused.value.code == code
    assert refused.value.sentence
    running.refresh_from_db()
    assert running.state == "delivered"


def test_a_delivery_that_is_not_made_cannot_be_decided(running, momose, takizawa):
    delivery = deliveries.ask(order=running, by=momose, now=NOON)
    with pytest.raises(CannotDecide) as refused:
        deliveries.decide(delivery=delivery, decision=NewDecision(True), by=takizawa, now=NOON)
    assert refused.value.code == "not_made"


@pytest.mark.parametrize("name", ["furuhata", "momose", "nakajima"])
def test_nobody_else_decides(cast, delivered, name):
    with pytest.raises(CannotDo):
        deliveries.decide(delivery=delivered, decision=NewDecision(True), by=cast.actor(name), now=LATER)


def test_who_may_read_a_delivery(cast, delivered):
    names = ("momose", "ozawa", "nakajima", "takizawa", "furuhata")
    seen = {name: viewer(cast, name) for name in names}
    assert [name for name in names if may_read_delivery(seen[name], delivered.pk)] == ["momose", "ozawa", "takizawa"]
    assert [name for name in names if deliveries_visible_to(seen[name]).exists()] == ["momose", "ozawa", "takizawa"]
    assert not may_read_delivery(seen["momose"], 0)
    assert {use.use.noun for use in delivered.files.select_related("use")} == {"delivery"}
    assert settings.FILE_DOORS["delivery"]


def test_a_client_sees_only_what_is_made(cast, running, momose):
    deliveries.ask(order=running, by=momose, now=NOON)
    assert not deliveries_visible_to(viewer(cast, "takizawa")).exists()
    assert deliveries_visible_to(viewer(cast, "momose")).exists()


def test_disagreements_are_shown_without_names(cast, running):
    """１人め says 5, 2人め 6, and both mean the same reading; a leader decides for 6."""
    extra = ready_batch(cast, running.jobs.get(), table("name,店\n9,z\n10,y\n"))
    one, other = extra.tasks.order_by("line")
    answered(one, {"amount": 5, "kana": "カクタ"}, {"amount": 6, "kana": "かくた"})
    Task.objects.filter(pk=one.pk).update(state="disputed")
    answered(other, KANA, KANA)
    (found,) = disagreements(contested(running))
    (difference,) = found.differences
    assert (found.task, found.name, difference.label, difference.answers) == (one.code, "9", "金額", ("5", "6"))
    assert difference.marked == [[("5", True)], [("6", True)]]
    assert (difference.decided, difference.decided_by) == (None, "")
    one.refresh_from_db()
    resolved(one, {"amount": 6, "kana": "カクタ"})
    Settlement.objects.create(task=one, result=one.result, by=cast.ozawa, made_at=NOON)
    (found,) = disagreements(contested(running))
    assert (found.differences[0].decided, found.differences[0].decided_by) == ("6", "leader")


@pytest.mark.parametrize(
    ("answers", "marked"),
    [
        (
            ("ぶどう", "ぷどう", "ぶどう"),
            [[("ぶ", True), ("どう", False)], [("ぷ", True), ("どう", False)], [("ぶ", True), ("どう", False)]],
        ),
        (("赤 白", "赤白", ""), [[("赤", False), (" ", True), ("白", False)], [("赤", False), ("白", False)], []]),
    ],
)
def test_what_looks_alike_is_marked(answers, marked):
    """ぶ and ぷ, a blank that is there once; where somebody could read nothing, nothing can be marked."""
    assert Difference("name", "品名", answers, None, "").marked == marked


def test_a_result_that_came_back_and_was_agreed_on_is_no_leaders_any_more(cast, running):
    """Settled at noon; after the rework the new people agree: the manifest and the client's page say agreement."""
    one = task(running, 2)
    Settlement.objects.create(task=one, result=one.result, by=cast.ozawa, made_at=NOON)
    assert [how_resolved(each) for each in checked(running)] == ["leader", "agreement", "agreement"]
    before = quality_of(list(running.jobs.select_related("schema")))
    assert before is not None
    assert before.settled == 1
    resolved(one, {"amount": 1}, at=LATER)
    assert {how_resolved(each) for each in checked(running)} == {"agreement"}
    found = quality_of(list(running.jobs.select_related("schema")))
    assert found is not None
    assert found.right is not None
    # Three of three: by Wilson with z = 1.96 from 3 / (3 + 1.96²) = 43.85 % on.
    assert (found.settled, found.agreed.successes, found.agreed.total, found.agreed.low) == (0, 3, 3, 4384)
    assert (found.right.successes, found.right.total) == (0, 3)


def test_client_and_coordinator_are_told(cast, delivered, takizawa):
    """滝澤 hears of the estimate and the delivery, 百瀬 of the inquiry and both answers, the other client nothing."""
    deliveries.decide(delivery=delivered, decision=NewDecision(accepted=True), by=takizawa, now=LATER)

    def told(name):
        return list(Message.objects.filter(person=cast.persons[name]).order_by("pk").values_list("kind", flat=True))

    assert told("takizawa") == ["work.estimate_made", "work.delivery_made"]
    assert told("momose") == ["work.inquiry_came", "work.estimate_accepted", "work.delivery_accepted"]
    assert told("furuhata") == []


def test_results_against_known_answers(running):
    """Three of amount 1, 2, 3 where KNOWN is known: none is right; then one is."""
    share = against_known(running.jobs.select_related("schema"))
    assert (share.successes, share.total) == (0, 3)
    one = task(running, 2)
    resolved(one, {"amount": "９８７６５４３２１", "kana": "x"})
    share = against_known(running.jobs.select_related("schema"))
    assert (share.successes, share.total) == (1, 3)
    assert share.low < 3333 < share.high
