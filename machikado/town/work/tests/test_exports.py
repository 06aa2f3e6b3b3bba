"""Files of results: what Excel opens, what Shift_JIS cannot hold, what a spreadsheet must not run."""

import csv
import json
from io import BytesIO, StringIO

import pytest

from machikado.town.common.spreadsheets import guarded
from machikado.town.work.exports import ResultRow, Writers, manifest_bytes


def row(**changes):
    return ResultRow(
        **{
            "task": "T1",
            "job": "J1",
            "line": 2,
            "name": "12",
            "values": {"a": "x"},
            "exact": {"a": "x"},
            "resolved": "agreement",
            "resolved_at": "2026-11-24T03:00:00+00:00",
            "changed": True,
            **changes,
        }
    )


def write(*rows, columns=("a",)):
    streams = BytesIO(), BytesIO(), BytesIO()
    writers = Writers(columns, *streams)
    writers.write(rows)
    writers.finish()
    return [stream.getvalue() for stream in streams], writers.replaced


def test_three_files_say_the_same():
    (utf8, cp932, jsonl), replaced = write(
        row(values={"a": "角田,商\n店"}, exact={"a": "角田,商\n店", "n": 5, "gone": None})
    )
    assert utf8.startswith(b"\xef\xbb\xbftask,job,line,name,a\r\n")
    for text in (utf8.decode("utf-8-sig"), cp932.decode("cp932")):
        assert list(csv.reader(StringIO(text, newline="")))[1] == ["T1", "J1", "2", "12", "角田,商\n店"]
    assert json.loads(jsonl) == {
        "task": "T1", "job": "J1", "line": 2, "name": "12", "result": {"a": "角田,商\n店", "n": 5, "gone": None},
    }  # fmt: skip
    assert replaced == []


def test_what_shift_jis_does_not_have_is_replaced_and_listed():
    (utf8, cp932, _), replaced = write(row(values={"a": "𠮷田と髙﨑と한"}), row(task="T2", name="☃"))
    assert "𠮷田と髙﨑と한" in utf8.decode("utf-8-sig")
    assert "〓田と髙﨑と〓" in cp932.decode("cp932")
    assert replaced == [
        {"task": "T1", "column": "a", "characters": "𠮷한"},
        {"task": "T2", "column": "name", "characters": "☃"},
    ]


def test_one_foreign_cell_leaves_the_other_cells_of_its_line_as_they_are():
    values = {"a": '9時〜10時、"髙"', "b": "𠮷\n—"}
    (utf8, cp932, _), replaced = write(row(values=values), columns=("a", "b"))
    read = [list(csv.reader(StringIO(text, newline=""))) for text in (utf8.decode("utf-8-sig"), cp932.decode("cp932"))]
    assert [lines[1][4:] for lines in read] == [['9時〜10時、"髙"', "𠮷\n—"], ['9時～10時、"髙"', "〓\n―"]]
    assert replaced == [{"task": "T1", "column": "b", "characters": "𠮷"}]


def test_the_same_character_under_two_numbers_is_not_lost():
    (_, cp932, _), replaced = write(row(values={"a": "10〜12 −5 ¢"}))
    assert "10～12 －5 ￠" in cp932.decode("cp932")
    assert replaced == []


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-1+1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("x")'])
def test_a_formula_is_only_a_text(text):
    (utf8, _, jsonl), _ = write(row(values={"a": text}, exact={"a": text}))
    assert list(csv.reader(StringIO(utf8.decode("utf-8-sig"), newline="")))[1][4] == f"'{text}"
    assert json.loads(jsonl)["result"]["a"] == text


@pytest.mark.parametrize("text", ["-5", "+81", "-1.25", "a=b", "", "〜"])
def test_numbers_and_usual_texts_stay(text):
    assert guarded(text) == text


def test_columns_of_other_jobs_stay_empty():
    (utf8, _, _), _ = write(row(values={"b": "y"}), columns=("a", "b"))
    assert utf8.decode("utf-8-sig").splitlines()[1] == "T1,J1,2,12,,y"


def test_the_manifest_explains_itself():
    content = json.loads(manifest_bytes({"order": "角"}, []))
    assert content["order"] == "角"
    assert content["tasks"] == []
    assert any("〓" in note for note in content["notes"])


def test_the_manifest_has_a_line_for_each_task():
    tasks = [{"task": "T1", "line": 2}, {"task": "角", "line": 3}]
    written = manifest_bytes({"order": "O1"}, tasks)
    assert json.loads(written)["tasks"] == tasks
    assert '{"task": "角", "line": 3}' in written.decode().splitlines()
