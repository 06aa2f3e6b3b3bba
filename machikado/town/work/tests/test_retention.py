"""What work keeps for a time: the clock moves, what is too old goes with its files, nothing younger goes."""

from datetime import UTC, datetime, timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from machikado.town.common import files, worker
from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Detail, Event, FileUse, StoredFile
from machikado.town.law import actions as law
from machikado.town.law import retention
from machikado.town.people.traces import ERASED
from machikado.town.work.actions import deliveries, orders, questions, settlements
from machikado.town.work.actions.delivery_files import make_files
from machikado.town.work.actions.settlements import NewSettlement
from machikado.town.work.models import (
    Assignment,
    Batch,
    ClientDecision,
    Delivery,
    Estimate,
    Inquiry,
    Order,
    Question,
    Settlement,
    Submission,
    Task,
)
from machikado.town.work.queries.staff_orders import as_csv
from machikado.town.work.tests.makings import (
    NOON,
    agreed_order,
    answered,
    inquiry,
    open_job,
    ready_batch,
    resolved,
    table,
)
from machikado.town.work.tests.test_reviewing import disputed

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def apply(code: str, now: datetime) -> int:
    """Apply one rule and do the chores that it asks for."""
    gone = law.apply(next(rule for rule in retention.rules() if rule.code == code), now)
    worker.do_waiting_chores()
    return gone


def asked(at: datetime, **changes) -> Order:
    return orders.inquire(inquiry=inquiry(**changes), by=SYSTEM, now=at)


def test_an_inquiry_that_nobody_linked_goes_after_180_days_with_the_words_of_the_diary(cast, client_of):
    old, young = asked(NOON, about="滝澤です。納品書を入力してほしい"), asked(NOON + DAY)
    linked = asked(NOON, client=None)
    orders.link_client(order=linked, client=cast.shop, by=cast.actor("momose"), now=NOON)
    assert apply("inquiry", NOON + 180 * DAY) == 0
    assert apply("inquiry", NOON + 181 * DAY) == 1
    assert set(Inquiry.objects.values_list("order_id", flat=True)) == {young.pk, linked.pk}
    old.refresh_from_db()
    assert (old.state, old.title) == ("declined", ERASED)
    told = Event.objects.filter(noun="order", code=old.code)
    assert list(told.order_by("pk").values_list("kind", flat=True)) == ["work.order_inquired", "work.order_stepped"]
    assert not Detail.objects.filter(event_id__in=told.values("pk")).exists()
    assert Detail.objects.filter(event_id__in=Event.objects.filter(code=young.code).values("pk")).count() == 1
    assert "—" in as_csv(Order.objects.filter(pk=old.pk)).decode()
    client = client_of(cast.momose)
    assert client.get(f"/orders/{old.code}/").status_code == 200
    assert client.get("/orders/").status_code == 200
    assert apply("inquiry", NOON + 181 * DAY) == 0


def test_a_declined_inquiry_goes_180_days_after_that_whoever_asked(cast):
    order = asked(NOON)
    orders.link_client(order=order, client=cast.shop, by=cast.actor("momose"), now=NOON)
    orders.step(order=order, to="declined", by=cast.actor("momose"), now=NOON + 100 * DAY)
    assert apply("inquiry", NOON + 200 * DAY) == 0
    assert apply("inquiry", NOON + 281 * DAY) == 1
    assert not Inquiry.objects.exists()


@pytest.fixture
def delivered(cast) -> Delivery:
    """An order of two rows that was delivered, accepted and closed at noon; its diary is sealed."""
    job = open_job(cast, agreed_order(cast))
    ready_batch(cast, job, table("name,text,known:amount\nA,滝澤 みせ,1\nB,原 みち,2\n"))
    by = cast.actor("momose")
    running = orders.step(order=job.order, to="running", by=by, now=NOON)
    for task in Task.objects.all():
        answered(task, {"amount": 1}, {"amount": 1})
        resolved(task, {"amount": 1})
    made = deliveries.ask(order=running, by=by, now=NOON)
    make_files.call(delivery_code=made.code)
    deliveries.decide(
        delivery=made, decision=deliveries.NewDecision(accepted=True), by=cast.actor("takizawa"), now=NOON
    )
    orders.step(order=running, to="closed", by=by, now=NOON)
    return Delivery.objects.get()


def stored() -> int:
    return StoredFile.objects.filter(removed_at=None).count()


def test_what_a_client_entrusted_goes_90_days_after_the_end(cast, delivered):
    other = open_job(cast, agreed_order(cast))
    ready_batch(cast, other, table("name,text\nC,よその表\n"))
    Assignment.objects.filter(task__job__order=delivered.order).update(draft={"amount": 1})
    before = stored()
    assert apply("source", NOON + 90 * DAY) == 0
    assert apply("source", NOON + 91 * DAY) > 0
    tasks = Task.objects.filter(job__order=delivered.order)
    assert [(task.name, task.source, task.image_id, task.known) for task in tasks] == [("", {}, None, None)] * 2
    assert not Assignment.objects.exclude(draft={}).exists()
    assert stored() == before - 1
    assert Task.objects.get(job=other).source == {"text": "よその表"}
    assert Batch.objects.get(job=other).table is not None
    assert [task.result for task in tasks] == [{"amount": 1}, {"amount": 1}]
    assert apply("source", NOON + 91 * DAY) == 0
    assert files.problems() == []


def test_results_and_delivered_files_go_a_year_after_the_end_and_the_earnings_stay(cast, delivered, client_of):
    uses = FileUse.objects.filter(noun="delivery")
    assert uses.count() == 4
    yen = list(Submission.objects.order_by("pk").values_list("yen", "pay_by"))
    assert apply("result", NOON + 365 * DAY) == 0
    assert apply("result", NOON + 366 * DAY) > 0
    assert not uses.exists()
    assert set(Submission.objects.values_list("yen", "pay_by")) == set(yen)
    assert {str(row.answer) for row in Submission.objects.all()} == {"{}"}
    assert {str(row.result) for row in Task.objects.all()} == {"{}"}
    for slug, path in (("momose", "orders"), ("takizawa", "client")):
        assert client_of(cast.persons[slug]).get(f"/{path}/{delivered.order.code}/").status_code == 200
    assert apply("result", NOON + 366 * DAY) == 0


def test_files_whose_chore_was_lost_go_the_next_day(cast, delivered):
    law.apply(next(rule for rule in retention.rules() if rule.code == "source"), NOON + 91 * DAY)
    DBTaskResult.objects.all().delete()  # … before a worker came to it
    before = stored()
    assert apply("source", NOON + 92 * DAY) == 1
    assert stored() == before - 1


def test_words_between_worker_and_leader_and_reasons_go_after_three_years():
    corner, one, _two = disputed()
    task = one.assignment.task
    question = questions.ask(
        assignment=one.assignment, text="岡さんは人名?", by=corner.actor(one.assignment.worker), now=corner.now
    )
    questions.answer(question=question, text="中島さん、人名です", by=corner.leader, now=corner.now)
    settlements.settle(
        task=task, settlement=NewSettlement({"name": "岡"}, "4-2", "中島さんが正しい"), by=corner.leader, now=corner.now
    )
    young = corner.now.replace(year=corner.now.year + 3)
    assert apply("dealings", young) == 0
    assert apply("dealings", young + DAY) >= 2
    assert Question.objects.values_list("text", "answer").get() == (ERASED, ERASED)
    assert Settlement.objects.get().reason == ERASED
    assert apply("dealings", young + DAY) == 0


def test_papers_go_when_the_law_lets_them(cast, delivered):
    Estimate.objects.update(note="滝澤様へ")
    ClientDecision.objects.update(reason="百瀬さんへ")
    assert apply("papers", datetime(2034, 5, 31, 3, tzinfo=UTC)) == 0
    assert apply("papers", datetime(2034, 6, 1, 3, tzinfo=UTC)) == 3
    assert Estimate.objects.get().note == ERASED
    assert ClientDecision.objects.get().reason == ERASED
    assert not Inquiry.objects.exists()


def test_many_files_are_removed_in_pieces(cast, monkeypatch):
    monkeypatch.setattr(files, "USES_AT_ONCE", 2)
    for number in range(5):
        kept = files.store(b"%d" % number, media_type="text/plain", now=NOON)
        files.attach(kept, noun="task", noun_id=number, name="x", now=NOON)
    assert files.remove_after_retention(FileUse.objects.filter(noun="task"), now=NOON) == 5
    assert stored() == 0
