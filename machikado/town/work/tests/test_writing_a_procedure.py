"""A coordinator writes the clauses of a procedure: they are numbered by their places, in every version anew."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from machikado.town.work.actions import jobs
from machikado.town.work.actions.jobs import Clause
from machikado.town.work.forms.clauses import ClauseRow, clauses_of, moved_clauses, numbered
from machikado.town.work.forms.moves import Move
from machikado.town.work.models import Job, Order, Procedure
from machikado.town.work.tests.makings import NOON, procedure_for
from machikado.town.work.tests.test_pages_staff import job_fields
from tests.examples import Cast

PART = reverse("work:job_part")


def typed(*rows: tuple[str, str, str], **others: Any) -> dict[str, Any]:
    """What the page sends: (title, text, "1" for an inner clause) for each row."""
    titles, texts, inner = zip(*rows, strict=True)
    return job_fields(clause_title=titles, clause_text=texts, clause_inner=inner, **others)


ROWS = (
    ("金額", "数字だけ。", ""),
    ("", "", ""),
    ("桁", "位置で読む。", "1"),
    ("カンマ", "入れない。", "1"),
    ("日付", "西暦。", ""),
)
EMPTY = ("", "", "")


def numbers(page: str) -> list[str]:
    return [part.split("<")[0] for part in page.split("data-number>")[1:]]


def test_numbers_follow_the_places_and_empty_rows_are_passed_over():
    """金額 is 1, 桁 and カンマ under it 1.1 and 1.2, 日付 2; an inner one before all others has nothing above it."""
    rows = [ClauseRow(title, text, is_inner=inner == "1") for title, text, inner in ROWS]
    assert [each.number for each in numbered(rows)] == ["1", "", "1.1", "1.2", "2"]
    assert [each.number for each in numbered(rows[2:])] == ["1", "1.1", "2"]
    assert clauses_of(rows)[1] == Clause("1.1", "桁", "位置で読む。")


def test_a_job_keeps_the_clauses_with_their_numbers(desk: Client, order: Order):
    desk.post(reverse("work:job_add", args=[order.code]), typed(*ROWS))
    clauses = Job.objects.get().procedure.clauses
    assert [(clause["number"], clause["title"]) for clause in clauses] == [
        ("1", "金額"),
        ("1.1", "桁"),
        ("1.2", "カンマ"),
        ("2", "日付"),
    ]


@pytest.mark.parametrize(
    ("do", "after"),
    [
        ("clause-add-0", ["1", "–", "–", "1.1", "1.2", "2"]),
        ("clause-remove-0", ["–", "1", "1.1", "2"]),
        ("clause-down-3", ["1", "–", "1.1", "2", "2.1"]),
        ("clause-down-0", ["1", "2", "–", "2.1", "2.2"]),
        ("clause-out-2", ["1", "–", "2", "2.1", "3"]),
        ("clause-in-4", ["1", "–", "1.1", "1.2", "1.3"]),
        ("clause-in-99", ["1", "–", "1.1", "1.2", "2"]),
    ],
)
def test_every_button_renumbers_what_comes_after(desk: Client, do: str, after: list[str]):
    answer = desk.post(PART, typed(*ROWS, do=do))
    page = unescape(answer.content.decode())
    assert answer.status_code == 200
    assert numbers(page) == after
    if do != "clause-remove-0":
        assert 'value="金額"' in page


@pytest.mark.parametrize(
    ("verb", "place", "after", "focus"),
    [
        ("down", 0, "d A b c", "clause-down-1"),
        ("up", 3, "d A b c", "clause-down-0"),
        ("up", 0, "A b c d", "clause-down-0"),
        ("down", 3, "A b c d", "clause-up-3"),
        ("up", 2, "A c b d", "clause-up-1"),
    ],
)
def test_a_clause_takes_the_clauses_under_it_along(verb, place, after, focus):
    """b and c stand under A, d beside it."""
    rows = [ClauseRow("A"), ClauseRow("b", is_inner=True), ClauseRow("c", is_inner=True), ClauseRow("d")]
    turned, there = moved_clauses(rows, Move("clause", verb, place))
    assert (" ".join(row.title for row in turned), there) == (after, focus)


def test_without_script_the_whole_page_comes_back(desk: Client, order: Order):
    page = desk.post(reverse("work:job_add", args=[order.code]), typed(*ROWS, do="clause-up-4")).content.decode()
    assert numbers(page) == ["1", "2", "–", "2.1", "2.2"]
    assert not Procedure.objects.exists()


def test_a_clause_without_a_text_is_named_by_its_number(desk: Client, order: Order):
    where = reverse("work:job_add", args=[order.code])
    answer = desk.post(where, typed(ROWS[0], ("", "", ""), ("日付", "", "")))
    assert answer.status_code == 422
    assert "2" in answer.content.decode().split('id="error-summary-title"')[1].split("</ul>")[0]
    assert 'value="日付"' in answer.content.decode()


def test_a_version_is_written_anew_and_the_old_one_stays(desk: Client, cast: Cast, order: Order):
    old = procedure_for(cast)
    page = desk.post(PART, typed(EMPTY, do="clause-take", procedure=str(old.pk))).content.decode()
    assert numbers(page) == ["1", "2"]
    assert 'value="フリガナ"' in page
    assert f'name="procedure_name" value="{old.name}"' in page
    desk.post(reverse("work:job_add", args=[order.code]), typed(*ROWS, procedure_name=old.name))
    new = Job.objects.get().procedure
    assert (new.name, new.version) == (old.name, 2)
    old.refresh_from_db()
    assert [clause["number"] for clause in old.clauses] == ["1", "4-2"]


def test_inner_clauses_stay_inner_when_a_version_is_taken(desk: Client, cast: Cast):
    clauses = [Clause("1", "a", "x"), Clause("1.1", "b", "x"), Clause("2", "c", "x")]
    old = jobs.add_procedure(name="手順", clauses=clauses, by=cast.actor("momose"), now=NOON)
    page = desk.post(PART, typed(EMPTY, do="clause-take", procedure=str(old.pk))).content.decode()
    assert numbers(page) == ["1", "1.1", "2"]
    page = desk.post(PART, typed(ROWS[0], do="clause-take", procedure="")).content.decode()
    assert "先に選んでください" in page
    assert 'value="金額"' in page


def test_taking_a_version_never_writes_over_what_is_written(desk: Client, cast: Cast):
    old = procedure_for(cast)
    page = unescape(desk.post(PART, typed(*ROWS, do="clause-take", procedure=str(old.pk))).content.decode())
    assert "先に書いたものを消してください" in page
    assert numbers(page) == ["1", "–", "1.1", "1.2", "2"]
    assert f'<option value="{old.pk}" selected>' in page


def test_clauses_beside_a_chosen_procedure_are_a_fault_and_stay(desk: Client, cast: Cast, order: Order):
    old = procedure_for(cast)
    where = reverse("work:job_add", args=[order.code])
    answer = desk.post(where, typed(*ROWS, procedure=str(old.pk)))
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "下にも書いてあります" in page
    assert 'value="カンマ"' in page
    assert not Job.objects.exists()
    desk.post(where, typed(EMPTY, procedure=str(old.pk)))
    assert Job.objects.get().procedure == old
