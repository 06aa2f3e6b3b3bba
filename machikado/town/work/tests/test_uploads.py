"""What a coordinator uploads by mistake, through the page: each file is called by its name, with a way out."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from machikado.town.work.models import Batch, Job
from machikado.town.work.queries.batches import problems_of
from machikado.town.work.tests.makings import archive, png

OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
WORKBOOK = archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}).content.read()


def send(desk: Client, job: Job, files: dict[str, bytes]):
    chosen = [SimpleUploadedFile(name, content) for name, content in files.items()]
    return desk.post(reverse("work:batch_add", args=[job.code]), {"chosen": chosen, "name": ""}, follow=True)


def test_no_file_at_all_is_a_fault_of_the_field(desk: Client, job: Job):
    for fields in ({"name": "納品書"}, {}):
        answer = desk.post(reverse("work:batch_add", args=[job.code]), fields)
        assert answer.status_code == 422
        assert "表（CSV）か画像を選んでください。" in answer.content.decode()
    assert not Batch.objects.exists()


REFUSED = {
    "an empty table": ({"納品書.csv": b"", "1.png": png()}, "表「納品書.csv」は空です。"),
    "a workbook under the name of a table": ({"納品書.csv": WORKBOOK}, "「CSV UTF-8」として保存してください。"),
    "an old workbook under the name of a table": ({"納品書.csv": OLD_WORKBOOK}, "「CSV UTF-8」として"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_says_what_to_do(desk: Client, job: Job, name: str):
    files, sentence = REFUSED[name]
    answer = send(desk, job, files)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Batch.objects.exists()


BESIDE = {
    "an empty image": ({"1.png": b"", "2.png": png()}, ("file_empty", "1.png")),
    "an empty image in an archive": (
        {"scans.zip": archive({"1.png": b"", "2.png": png()}).content.read()},
        ("file_empty", "1.png"),
    ),
    "a workbook": ({"納品書.xlsx": WORKBOOK, "2.png": png()}, ("workbook", "納品書.xlsx")),
    "half a workbook": ({"納品書.XLSX": WORKBOOK[:-30], "2.png": png()}, ("workbook", "納品書.XLSX")),
    "an old workbook": ({"納品書.xls": OLD_WORKBOOK, "2.png": png()}, ("workbook", "納品書.xls")),
    "a workbook called an archive": ({"納品書.zip": WORKBOOK, "2.png": png()}, ("workbook", "納品書.zip")),
    "a workbook in an archive": (
        {"scans.zip": archive({"t.xlsx": WORKBOOK, "2.png": png()}).content.read()},
        ("workbook", "t.xlsx"),
    ),
    "a table in an archive": (
        {"scans.zip": archive({"t.csv": b"name\n1\n", "2.png": png()}).content.read()},
        ("table_inside", "t.csv"),
    ),
}


@pytest.mark.parametrize("name", BESIDE)
def test_one_bad_file_is_listed_by_its_name_and_the_others_are_looked_at(desk: Client, job: Job, name: str):
    files, (code, bad) = BESIDE[name]
    page = send(desk, job, files).content.decode()
    batch = Batch.objects.get()
    assert (batch.total, batch.problem_count) == (1, 1)
    (problem,) = problems_of(batch)
    assert (problem.line, problem.code, problem.params) == (0, code, {"name": bad})
    assert problem.sentence in page
    assert f"「{bad}」は" in page


def test_a_cell_that_never_ends_has_a_sentence_of_its_own(desk: Client, job: Job):
    page = send(desk, job, {"納品書.csv": f"name,店\n1,a\n2,{'x' * 200_000}\n".encode()}).content.decode()
    assert [(problem.line, problem.code) for problem in problems_of(Batch.objects.get())] == [(3, "cell_endless")]
    assert "4,000文字を大きく超えるセル" in page
    assert "引用符の始まりか終わり" not in page


def test_semicolons_separate_as_well(desk: Client, job: Job):
    send(desk, job, {"納品書.csv": 'name;image;"店,名"\n1;1.png;a,b\n'.encode(), "1.png": png()})
    batch = Batch.objects.get()
    assert (batch.total, batch.problem_count) == (1, 0)


def test_a_name_that_stands_twice_is_told_together_with_lines_that_are_ragged(desk: Client, job: Job):
    send(desk, job, {"納品書.csv": "店,name,額\na,1,9\nb,1\nc,2,9,9\nd,2,9\ne\n".encode()})
    found = [(problem.line, problem.code) for problem in problems_of(Batch.objects.get())]
    assert found == [(3, "ragged"), (3, "name_twice"), (4, "ragged"), (5, "name_twice"), (6, "ragged")]
