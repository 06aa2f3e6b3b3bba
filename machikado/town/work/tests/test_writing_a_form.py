"""A coordinator who is no programmer writes the form of a job in a table, and sees it as the workers will."""

import json
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from machikado.town.common.actors import SYSTEM
from machikado.town.work.actions import jobs, orders
from machikado.town.work.models import FormSchema, Job, Order
from machikado.town.work.tests.makings import NOON, SCHEMA, inquiry
from machikado.town.work.tests.test_pages_staff import NASTY, job_fields
from tests.examples import Cast

PART, PREVIEW = reverse("work:job_part"), reverse("work:schema_preview")


def table(*rows: dict[str, str], **others: Any) -> dict[str, Any]:
    """What the page sends: a job whose form stands in the table."""
    typed = {f"field-{place}-{part}": text for place, row in enumerate(rows) for part, text in row.items()}
    sent = job_fields(form_tab="table", field_rows=str(len(rows)), **typed, **others)
    del sent["schema_text"]
    return sent


def shown(client: Client, where: str, sent: dict[str, Any]) -> str:
    """The page that comes back, as it is read."""
    answer = client.post(where, sent)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


NUMBER = {"label": "受付番号", "kind": "digits", "required": "on", "hint": "5けたです。", "pattern": "^[0-9]{5}$"}
PAYMENT = {"label": "支払", "kind": "choice", "choices": "1 = 現金\n2 = 振込"}
POST_CODE = {"label": "郵便番号", "kind": "postal"}


def test_a_form_is_written_without_a_word_of_json(desk: Client, order: Order):
    desk.post(reverse("work:job_add", args=[order.code]), table(NUMBER, {}, PAYMENT, POST_CODE))
    schema = Job.objects.get().schema
    assert (schema.name, schema.version) == ("納品書", 1)
    assert schema.body["title"] == "納品書"
    assert list(schema.body["properties"]) == ["受付番号", "支払", "郵便番号"]
    assert schema.body["required"] == ["受付番号"]
    assert schema.body["properties"]["支払"]["enum"] == ["1", "2"]


def test_the_preview_follows_what_is_written_and_leaves_out_what_is_unfinished(desk: Client):
    page = shown(desk, PREVIEW, table(NUMBER, PAYMENT, {"label": "色", "kind": "choice", "choices": "赤"}))
    assert "受付番号" in page
    assert "現金" in page
    assert "結果の表の列：受付番号、支払" in page
    assert "書きかけの項目が1件" in page
    assert "色" not in page


def test_rows_are_added_moved_and_taken_away_and_nothing_typed_is_lost(desk: Client):
    sent = table(NUMBER, PAYMENT, POST_CODE)
    moved = shown(desk, PART, {**sent, "do": "field-up-2"})
    assert 'name="field-1-label" value="郵便番号"' in moved
    assert 'name="field-2-label" value="支払"' in moved
    assert "2 = 振込" in moved
    assert _autofocus(moved) == "field-up-1"
    added = shown(desk, PART, {**sent, "do": "field-add-0"})
    assert 'name="field_rows" value="4"' in added
    assert 'name="field-2-label" value="支払"' in added
    assert _autofocus(added) == "id_field-1-label"
    fewer = shown(desk, PART, {**sent, "do": "field-remove-0"})
    assert 'value="受付番号"' not in fewer
    assert _autofocus(fewer) == "id_field-0-label"


def _autofocus(page: str) -> str:
    """The one element on which the keyboard goes on: the value of a button, the id of a box."""
    (element,) = (part for part in page.split("<") if "autofocus" in part.split(">")[0])
    return element.split('value="' if element.startswith("button") else 'id="')[1].split('"')[0]


@pytest.mark.parametrize(
    "do", ["field-up-0", "field-down-2", "field-up-99", "field-remove-99", "field-fly-1", "x", "form-"]
)
def test_a_button_that_can_do_nothing_changes_nothing(desk: Client, do: str):
    page = shown(desk, PART, {**table(NUMBER, PAYMENT, POST_CODE), "do": do})
    for place, label in enumerate(["受付番号", "支払", "郵便番号"]):
        assert f'name="field-{place}-label" value="{label}"' in page


def test_without_script_the_same_buttons_redraw_the_whole_page(desk: Client, order: Order):
    where = reverse("work:job_add", args=[order.code])
    page = shown(desk, where, {**table(NUMBER, PAYMENT), "do": "field-down-0", "price_yen": "たくさん"})
    assert 'name="field-1-label" value="受付番号"' in page
    assert 'value="たくさん"' in page
    assert "error-summary" not in page
    assert not Job.objects.exists()


def test_what_is_wrong_is_said_at_its_place_and_everything_stays(desk: Client, order: Order):
    where = reverse("work:job_add", args=[order.code])
    wrong = {"label": "金額", "kind": "integer", "least": "9", "most": "1", "unit": NASTY}
    answer = desk.post(where, table(NUMBER, {**NUMBER, "key": "受付番号"}, wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "項目3の「最大」：「最小」より小さくなっています。" in unescape(page)
    assert 'id="id_field-2-most_error"' in page
    assert NASTY not in page
    assert NASTY in unescape(page)
    assert not FormSchema.objects.exists()


def test_two_fields_never_write_into_one_column(desk: Client, order: Order):
    one, same = {**NUMBER, "key": "no"}, {**PAYMENT, "key": "no"}
    answer = desk.post(reverse("work:job_add", args=[order.code]), table(one, same))
    assert "項目2の「列の名前」" in unescape(answer.content.decode())


def test_an_empty_table_is_no_form(desk: Client, order: Order):
    answer = desk.post(reverse("work:job_add", args=[order.code]), table({}, {"kind": "date"}))
    assert answer.status_code == 422
    assert "項目をひとつ以上書くか" in answer.content.decode()


def test_more_fields_than_a_form_takes_is_a_sentence(desk: Client, order: Order):
    rows = [{"label": f"項目{number}"} for number in range(61)]
    answer = desk.post(reverse("work:job_add", args=[order.code]), table(*rows))
    assert answer.status_code == 422
    assert "60" in answer.content.decode()
    assert 'value="項目60"' in answer.content.decode()


def test_from_the_table_to_json_schema_and_back(desk: Client):
    page = shown(desk, PART, {**table(NUMBER, PAYMENT), "do": "form-json"})
    text = page.split('name="schema_text"')[1].split(">", 1)[1].split("</textarea>")[0]
    schema = json.loads(text)
    assert schema["properties"]["受付番号"]["pattern"] == "^[0-9]{5}$"
    back = shown(desk, PART, {**job_fields(form_tab="json", schema_text=text), "do": "form-table"})
    assert 'name="field-0-label" value="受付番号"' in back
    assert 'name="field-1-key" value="支払"' in back
    assert "1 = 現金\n2 = 振込" in back


def test_what_the_table_cannot_say_stays_in_json_schema_and_is_named(desk: Client):
    text = json.dumps(
        {"type": "object", "properties": {"n": {"type": "integer", "enum": [1, 2], "title": "口数"}}},
        ensure_ascii=False,
    )
    page = shown(desk, PART, {**job_fields(form_tab="json", schema_text=text), "do": "form-table"})
    assert "「口数」には、項目の表では書けない決まりがあります" in page
    assert '"口数"' in page.split('name="schema_text"')[1]
    assert 'name="form_tab" value="json"' in page


def test_json_that_is_none_stays_where_it_is_with_its_sentence(desk: Client):
    page = shown(desk, PART, {**job_fields(form_tab="json", schema_text='{"type": '), "do": "form-table"})
    assert "JSON" in page
    assert '{"type": ' in page
    assert 'name="form_tab" value="json"' in page


def test_unfinished_rows_are_mended_before_they_become_json(desk: Client):
    page = shown(desk, PART, {**table({**PAYMENT, "choices": "1"}), "do": "form-json"})
    assert 'name="form_tab" value="table"' in page
    assert "選択肢を2つ以上" in page


def test_writing_a_version_anew_makes_the_next_one_and_leaves_the_old(desk: Client, cast: Cast, order: Order):
    first = jobs.add_schema(name="納品書", body=SCHEMA, by=cast.actor("momose"), now=NOON)
    page = shown(desk, PART, {**table({}), "schema": str(first.pk), "do": "field-take"})
    assert 'name="field-0-key" value="amount"' in page
    assert 'name="schema_name" value="納品書"' in page
    rows = [
        {"label": "金額", "kind": "integer", "required": "on", "unit": "円", "least": "0", "key": "amount"},
        {"label": "フリガナ", "kind": "kana", "most": "60", "key": "kana"},
        POST_CODE,
    ]
    desk.post(reverse("work:job_add", args=[order.code]), table(*rows))
    second = Job.objects.get().schema
    assert (second.name, second.version) == ("納品書", 2)
    assert list(second.body["properties"]) == ["amount", "kana", "郵便番号"]
    first.refresh_from_db()
    assert first.body == SCHEMA


def test_nothing_chosen_is_a_sentence(desk: Client):
    assert "先に選んでください" in shown(desk, PART, {**table(NUMBER), "do": "field-take", "schema": ""})
    assert "先に選んでください" in shown(desk, PART, {**table(NUMBER), "do": "field-take", "schema": "x9"})


def test_a_chosen_form_is_drawn_and_said_to_be_used(desk: Client, cast: Cast):
    kept = jobs.add_schema(name="納品書", body=SCHEMA, by=cast.actor("momose"), now=NOON)
    page = shown(desk, PREVIEW, {**table(NUMBER), "schema": str(kept.pk)})
    assert "「納品書」第1版を使います" in page
    assert "フリガナ" in page
    assert "受付番号" not in page


def test_the_summary_of_faults_leads_to_the_box(desk: Client, order: Order):
    """A fault is a link, and what was typed stays text."""
    sent = table({"label": "", "kind": "text", "hint": "x"}, {**NUMBER, "least": "<b>9"})
    answer = desk.post(reverse("work:job_add", args=[order.code]), sent)
    assert answer.status_code == 422
    summary = answer.content.decode().split('id="error-summary-title"')[1].split("</ul>")[0]
    assert '<a href="#id_field-0-label">' in summary
    assert '<a href="#id_field-1-least">' in summary
    assert "<b>" not in summary
    assert 'id="id_field-1-least"' in answer.content.decode()


def test_a_file_that_was_chosen_stays_as_text_when_a_button_draws_the_form_again(desk: Client):
    file = SimpleUploadedFile("form.json", b"\xef\xbb\xbf" + json.dumps({"type": "array"}).encode())
    page = shown(desk, PART, job_fields(form_tab="json", schema_text="", schema_file=file, do="field-take"))
    assert '{"type": "array"}' in text_of_the_schema(page)
    broken = SimpleUploadedFile("form.json", "品名".encode("cp932"))
    assert "UTF-8" in shown(
        desk, PART, job_fields(form_tab="json", schema_text="", schema_file=broken, do="form-table")
    )


def text_of_the_schema(page: str) -> str:
    """What stands in its box; the preview beside it shows the same names."""
    return unescape(page.split('name="schema_text"')[1].split("</textarea>")[0])


def test_a_file_that_was_chosen_is_not_lost_by_a_fault_elsewhere(desk: Client, order: Order):
    file = SimpleUploadedFile("form.json", json.dumps(SCHEMA, ensure_ascii=False).encode())
    sent = job_fields(form_tab="json", schema_text="", schema_file=file, title="")
    answer = desk.post(reverse("work:job_add", args=[order.code]), sent)
    assert answer.status_code == 422
    assert next(iter(SCHEMA["properties"])) in text_of_the_schema(answer.content.decode())
    again = job_fields(form_tab="json", schema_text=json.dumps(SCHEMA))
    desk.post(reverse("work:job_add", args=[order.code]), again)
    assert Job.objects.get().schema.body["properties"] == SCHEMA["properties"]


def test_that_an_order_takes_no_job_yet_is_said_before_anything_is_written(desk: Client, cast: Cast):
    waiting = orders.inquire(inquiry=inquiry(), by=SYSTEM, now=NOON)
    answer = desk.get(reverse("work:job_add", args=[waiting.code]), follow=True)
    assert answer.redirect_chain == [(reverse("work:order", args=[waiting.code]), 302)]
    assert "先に発注者が見積を承諾" in answer.content.decode()


def test_taking_a_version_never_writes_over_what_is_written(desk: Client, cast: Cast):
    kept = jobs.add_schema(name="納品書", body=SCHEMA, by=cast.actor("momose"), now=NOON)
    page = shown(desk, PART, {**table(NUMBER), "schema": str(kept.pk), "do": "field-take"})
    assert "先に書いたものを消してください" in page
    assert 'name="field-0-label" value="受付番号"' in page
    text = json.dumps(SCHEMA, ensure_ascii=False)
    sent = job_fields(form_tab="json", schema_text=text, schema=str(kept.pk), do="field-take")
    page = shown(desk, PART, sent)
    assert "先に書いたものを消してください" in page
    assert text in text_of_the_schema(page)


@pytest.mark.parametrize("tab", ["table", "json"])
def test_a_form_beside_a_chosen_one_is_a_fault_and_stays(desk: Client, cast: Cast, order: Order, tab: str):
    kept = jobs.add_schema(name="納品書", body=SCHEMA, by=cast.actor("momose"), now=NOON)
    where = reverse("work:job_add", args=[order.code])
    sent = table(NUMBER) if tab == "table" else job_fields(form_tab="json", schema_text=json.dumps(SCHEMA))
    answer = desk.post(where, {**sent, "schema": str(kept.pk)})
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "下にも書いてあります" in page
    assert ('value="受付番号"' if tab == "table" else "amount") in page
    assert not Job.objects.exists()
    desk.post(where, {**table({}), "schema": str(kept.pk)})
    assert Job.objects.get().schema == kept
