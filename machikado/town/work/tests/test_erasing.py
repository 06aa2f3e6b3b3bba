"""When a person is erased, what work holds of them goes; while the law or somebody needs them, it does not."""

from datetime import date, datetime, timedelta

import pytest

from machikado.town.common.models import Detail
from machikado.town.people.actions import persons
from machikado.town.people.models import Person
from machikado.town.people.traces import ERASED, needs
from machikado.town.work.actions import assignments, orders, questions, reviews, settlements
from machikado.town.work.actions.reviews import Objection
from machikado.town.work.actions.settlements import NewSettlement
from machikado.town.work.models import (
    Assignment,
    ClientDecision,
    Delivery,
    Estimate,
    Inquiry,
    Question,
    Review,
    Settlement,
    Submission,
)
from machikado.town.work.tests.corner import Corner, make_corner, staff
from machikado.town.work.tests.makings import NOON, inquiry
from machikado.town.work.tests.test_retention import delivered
from machikado.town.work.tests.test_reviewing import disputed

__all__ = ["delivered"]  # a fixture

pytestmark = pytest.mark.django_db

REASON = Objection("4-2", "中島さん、日付がありません")
LONG_AFTER = datetime(2040, 1, 1, 3, tzinfo=NOON.tzinfo)


def laws(person: Person, now: datetime) -> list[tuple[str, date | None]]:
    """The laws that need a person, and until when."""
    return [(need.law.partition(" ")[0], need.until) for need in needs(person, now)]


def person_of(submission: Submission) -> Person:
    return Person.objects.get(worker=submission.assignment.worker_id)


def person_by(person_id: int | None) -> Person:
    assert person_id is not None
    return Person.objects.get(pk=person_id)


def erase(person: Person, corner: Corner, now: datetime = LONG_AFTER) -> None:
    persons.pseudonymise(person=person, by=staff(corner.centre, "伊藤", "coordinator"), now=now)


def test_a_worker_with_pay_or_accounts_is_not_erased_before_the_law_lets_go():
    corner, one, _two = disputed()
    person, until = person_of(one), date(2034, 5, 31)  # the papers of the fiscal year to March 2027
    assert laws(person, corner.now) == [("フリーランス法", one.pay_by), ("法人税法施行規則", until)]
    with pytest.raises(persons.CannotErase) as refusal:
        erase(person, corner, corner.now)
    assert "65" in refusal.value.sentence
    days = (one.pay_by - one.received_on).days
    assert laws(person, corner.now + timedelta(days=days + 1)) == [("法人税法施行規則", until)]
    assert len(laws(person, datetime(2034, 5, 31, 3, tzinfo=NOON.tzinfo))) == 1
    assert laws(person, datetime(2034, 6, 1, 3, tzinfo=NOON.tzinfo)) == []


def test_a_worker_who_holds_a_task_is_not_erased():
    corner = make_corner(redundancy=1)
    worker = corner.worker()
    held = corner.start(worker)
    person = person_by(worker.person_id)
    with pytest.raises(persons.CannotErase):
        erase(person, corner, corner.now)
    assignments.release(assignment=held, reason="family", by=corner.actor(worker), now=corner.now)
    Assignment.objects.update(draft={"name": "書きかけ"})
    erase(person, corner, corner.now)
    assert Assignment.objects.get().draft == {}


def test_whoever_sent_an_answer_back_is_needed_for_three_years():
    corner = make_corner(redundancy=1)
    reviews.redo(submission=corner.do(corner.worker(), name="岡"), objection=REASON, by=corner.leader, now=corner.now)
    leader = person_by(corner.leader.person_id)
    assert laws(leader, corner.now) == [("フリーランス法", date(2029, 11, 23))]
    assert laws(leader, datetime(2029, 11, 24, 3, tzinfo=NOON.tzinfo)) == []


def test_who_signed_papers_or_coordinates_is_needed(cast, delivered: Delivery):
    until = date(2034, 5, 31)
    assert ("法人税法施行規則", until) in laws(cast.momose, NOON)
    assert laws(cast.takizawa, NOON) == [("法人税法施行規則", until)]
    asked = orders.inquire(inquiry=inquiry(), by=cast.actor("momose"), now=NOON)
    orders.link_client(order=asked, client=cast.shop, by=cast.actor("momose"), now=NOON)
    assert len(needs(cast.momose, LONG_AFTER)) == 2  # the only coordinator, and this order
    assert needs(cast.takizawa, LONG_AFTER) == []


def test_with_a_worker_go_questions_answers_and_reasons_about_them():
    corner, one, two = disputed()
    by = corner.actor(one.assignment.worker)
    asked = questions.ask(assignment=one.assignment, text="中島です。岡ですか", by=by, now=corner.now)
    questions.answer(question=asked, text="中島さん、岡です", by=corner.leader, now=corner.now)
    proposed = reviews.redo(submission=one, objection=REASON, by=corner.leader, now=corner.now)
    reviews.confirm(review=proposed, by=corner.second, now=corner.now)
    again = assignments.start(assignment=one.assignment, by=by, now=corner.now)
    corner.send(again, name="岡")
    chosen = NewSettlement({"name": "岡"}, "4-2", "中島さんが正しい")
    settlements.settle(task=two.assignment.task, settlement=chosen, by=corner.leader, now=corner.now)
    erase(person_of(two), corner)
    assert Question.objects.get().text == "中島です。岡ですか"
    assert Review.objects.get(decision="redo").reason == REASON.reason
    erase(person_of(one), corner)
    assert Question.objects.values_list("text", "answer").get() == (ERASED, ERASED)
    assert Review.objects.get(decision="redo").reason == ERASED
    assert Settlement.objects.get().reason == ERASED
    assert [row.answer for row in Submission.objects.all()] == [{"name": "岡"}, {"name": "丘"}, {"name": "岡"}]


def test_with_a_leader_go_the_words_that_they_wrote():
    corner, one, two = disputed()
    by = corner.actor(one.assignment.worker)
    asked = questions.ask(assignment=one.assignment, text="岡ですか", by=by, now=corner.now)
    questions.answer(question=asked, text="小沢です。岡です", by=corner.leader, now=corner.now)
    chosen = NewSettlement({"name": "岡"}, "4-2", "小沢が見ました")
    settlements.settle(task=two.assignment.task, settlement=chosen, by=corner.leader, now=corner.now)
    erase(person_by(corner.leader.person_id), corner)
    assert Question.objects.values_list("text", "answer").get() == ("岡ですか", ERASED)
    assert Settlement.objects.get().reason == ERASED


def test_with_a_client_go_reasons_and_the_contact_in_inquiries(cast, delivered: Delivery):
    by = cast.actor("takizawa")
    own = orders.inquire(inquiry=inquiry(client=cast.shop, phone="0263000000"), by=by, now=NOON)
    other = orders.inquire(inquiry=inquiry(), by=cast.actor("momose"), now=NOON)
    ClientDecision.objects.update(reason="滝澤です")
    persons.pseudonymise(person=cast.takizawa, by=cast.actor("momose"), now=LONG_AFTER)
    erased = Inquiry.objects.get(order=own)
    assert (erased.person_name, erased.email, erased.phone) == (
        ERASED,
        f"{cast.takizawa.code.lower()}@erased.invalid",
        "",
    )
    assert erased.about == "納品書を1,000枚、入力してほしい"  # what was asked belongs to the order
    assert Inquiry.objects.get(order=other).person_name == "滝澤"  # nobody is linked by a name
    assert ClientDecision.objects.get().reason == ERASED


def test_with_a_coordinator_go_the_notes_on_estimates(cast, delivered: Delivery):
    Estimate.objects.update(note="百瀬が作りました")
    assert Detail.objects.exists()
    centre_staff = staff(cast.momose.memberships.get().organisation, "伊藤", "coordinator")
    cast.momose.memberships.update(until=NOON + timedelta(days=999))
    persons.pseudonymise(person=cast.momose, by=centre_staff, now=LONG_AFTER)
    assert Estimate.objects.get().note == ERASED


def test_the_page_names_each_reason_with_its_law_and_the_year_of_its_day(cast, delivered: Delivery, client_of):
    said = client_of(cast.momose).get(f"/erasures/{cast.takizawa.code}/").content.decode()
    assert "見積や検収の書類" in said
    assert "法人税法施行規則 第59条・第67条" in said
    assert "2034年5月31日" in said
    assert 'name="code"' not in said  # no form while somebody needs them
