"""Tables and images become tasks: preview, import, going on after a kill, cancelling without trace, one flip."""

from io import BytesIO

import pytest
from django.db import IntegrityError
from django_tasks_db.models import DBTaskResult

from machikado.town.common import chores, files
from machikado.town.common.codes import is_code
from machikado.town.common.errors import CannotStep
from machikado.town.common.models import Event, FileUse, StoredFile
from machikado.town.people.permissions import CannotDo
from machikado.town.work.actions import batch_rows, batches, jobs
from machikado.town.work.actions.batch_rows import fresh_codes, import_rows, remove_rows
from machikado.town.work.actions.batches import CannotImport, Upload
from machikado.town.work.file_doors import may_read_image, may_read_upload
from machikado.town.work.imports.problems import CannotRead
from machikado.town.work.models import Batch, Task
from machikado.town.work.queries.batches import batches_visible_to, columns_and_rows, problems_of
from machikado.town.work.tests.makings import NOON, archive, loose, png, ready_batch, table, viewer


def numbered(count):
    return table("name,店\n" + "".join(f"{n},角田商店{n}\n" for n in range(1, count + 1)))


def kinds(batch):
    return list(Event.objects.filter(code=batch.code).order_by("pk").values_list("kind", flat=True))


def test_a_preview_counts_and_writes_no_task(job, momose):
    batch = batches.preview(job=job, upload=numbered(30), by=momose, now=NOON)
    assert (batch.state, batch.total, batch.done, batch.problem_count) == ("previewed", 30, 0, 0)
    assert batch.encoding == "utf-8-sig"
    assert not Task.objects.exists()
    columns, rows = columns_and_rows(batch)
    assert columns == ["name", "店"]
    assert len(rows) == 20
    assert rows[0].cells == ["1", "角田商店1"]
    assert Event.objects.get(kind="work.batch_previewed").data == {
        "job": job.code,
        "rows": 30,
        "images": 0,
        "problems": 0,
    }


def test_what_excel_saves_as_unicode_text_becomes_tasks(job, momose):
    """Tabs, UTF-16 with its mark, Windows' line ends; an import of two chunks goes on behind the first."""
    text = "\ufeffname\t店\r\n" + "".join(f"{number}\t《角田》{number}\r\n" for number in range(1, 2501))
    batch = batches.preview(job=job, upload=table(text, "utf-16-le"), by=momose, now=NOON)
    assert (batch.encoding, batch.total, batch.problem_count) == ("utf-16-le", 2500, 0)
    batches.start(batch=batch, by=momose, now=NOON)
    import_rows.call(batch_code=batch.code)
    assert Task.objects.count() == 2500
    assert Task.objects.get(name="2500").source == {"店": "《角田》2500"}


def test_faults_of_unicode_text_stand_by_line(job, momose):
    batch = batches.preview(
        job=job, upload=table("\ufeffname\t店\r\n1\ta\r\n2\r\n1\tb\r\n", "utf-16-be"), by=momose, now=NOON
    )
    assert [(row["line"], row["code"]) for row in batch.problems] == [(3, "ragged"), (4, "name_twice")]


def test_a_table_becomes_tasks(job, momose):
    upload = table(
        'name,image,店,known:amount,known:kana,空\n12,a.png,"角田\n商店","１,２００",カクタ,\n13,,隣町,,,x\n', "cp932"
    )
    upload = Upload(upload.name, upload.content, [archive({"scans/a.png": png()})])
    batch = batches.preview(job=job, upload=upload, by=momose, now=NOON)
    assert (batch.encoding, batch.problem_count) == ("cp932", 0)
    batches.start(batch=batch, by=momose, now=NOON)
    import_rows.call(batch_code=batch.code)
    first, second = Task.objects.order_by("line")
    assert (first.line, first.name, first.state, first.wanted, first.open_slots) == (2, "12", "ready", 2, 2)
    assert first.source == {"店": "角田\n商店"}
    assert first.known == {"amount": 1200, "kana": "カクタ"}
    assert first.image is not None
    assert (first.image.noun, first.image.noun_id, first.image.file.media_type) == ("task", first.pk, "image/png")
    assert (second.source, second.known, second.image) == ({"店": "隣町", "空": "x"}, None, None)
    assert list(second.source) == ["店", "空"]
    assert is_code(first.code)
    batch.refresh_from_db()
    assert (batch.state, batch.done) == ("imported", 2)
    assert kinds(batch) == ["work.batch_previewed", "work.batch_started", "work.batch_imported"]


def test_images_alone_become_one_task_each_in_the_order_of_people(job, momose):
    upload = Upload("scans", None, [loose("10.png"), loose("2.png", png((5, 5))), loose("1.png", png((6, 6)))])
    batch = ready_batch_of(job, momose, upload)
    assert list(batch.tasks.order_by("line").values_list("line", "name")) == [(1, "1.png"), (2, "2.png"), (3, "10.png")]
    assert batch.tasks.filter(image=None).count() == 0
    assert columns_and_rows(batch)[1][0].cells == ["1.png"]


def ready_batch_of(job, by, upload):
    batch = batches.preview(job=job, upload=upload, by=by, now=NOON)
    batches.start(batch=batch, by=by, now=NOON)
    import_rows.call(batch_code=batch.code)
    batch.refresh_from_db()
    return batch


BAD_LINES = {
    "ragged": ("name,店\n1,a\n2\n", [], [(3, "ragged")]),
    "a broken quotation mark": ('name,店\n1,a\n2,"b"c\n3,d\n', [], [(3, "broken")]),
    "a name twice": ("name,店\n1,a\n2,b\n1,c\n", [], [(4, "name_twice")]),
    "a long name": (f"name,店\n{'9' * 121},a\n", [], [(2, "name_long")]),
    "a long text": (f"店\n{'x' * 4001}\n", [], [(2, "cell_long")]),
    "nothing to show": ("name,店\n1,\n", [], [(2, "nothing_to_show")]),
    "an image that is not there": ("image\nb.png\n", ["a.png"], [(2, "image_missing"), (0, "image_unused")]),
    "a path that leads out": ("image\n../a.png\n", ["a.png"], [(2, "image_unsafe"), (0, "image_unused")]),
    "a known answer that does not fit": (
        "店,known:amount\nx,many\ny,-1\n",
        [],
        [(2, "known_unfit"), (3, "known_unfit")],
    ),
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_faults_are_named_by_line(job, momose, name):
    text, images, expected = BAD_LINES[name]
    upload = Upload("x.csv", table(text).content, [loose(image) for image in images])
    batch = batches.preview(job=job, upload=upload, by=momose, now=NOON)
    assert [(problem.line, problem.code) for problem in problems_of(batch)] == expected
    assert batch.problem_count == sum(code != "image_unused" for _, code in expected)
    assert all(problem.sentence and "%(" not in problem.sentence for problem in problems_of(batch))
    with pytest.raises(CannotImport) as refused:
        batches.start(batch=batch, by=momose, now=NOON)
    assert refused.value.code == "has_problems"
    assert not Task.objects.exists()


BAD_UPLOADS = {
    "nothing": (Upload("x"), "nothing"),
    "an empty file": (table(""), "empty"),
    "only a header": (table("name,店\n"), "only_header"),
    "wrong encoding": (Upload("x.csv", BytesIO(b"a\n\xff\xfe\x80\n")), "encoding"),
    "an image as a table": (Upload("x.csv", BytesIO(png())), "nul"),
    "a known column of no field": (table("店,known:nothing\na,1\n"), "known_unknown"),
    "images that no column names": (Upload("x.csv", table("店\na\n").content, [loose("a.png")]), "no_image_column"),
    "half an archive": (
        Upload("x", None, [loose("x.zip", archive({"a.png": png()}).content.read()[:-30])]),
        "zip_broken",
    ),
}


@pytest.mark.parametrize("name", BAD_UPLOADS)
def test_an_upload_of_which_nothing_can_be_used(job, momose, name):
    upload, code = BAD_UPLOADS[name]
    for content in filter(None, [upload.content, *(image.content for image in upload.images)]):
        content.seek(0)
    with pytest.raises(CannotRead) as refused:
        batches.preview(job=job, upload=upload, by=momose, now=NOON)
    assert refused.value.code == code
    assert not Batch.objects.exists()
    assert not FileUse.objects.exists()


def test_images_that_are_none_are_named(job, momose):
    script = b"<svg><script>alert(1)</script></svg>"
    upload = Upload("scans", None, [loose("ok.png"), loose("x.svg", script), loose("../y.png", b"x")])
    batch = batches.preview(job=job, upload=upload, by=momose, now=NOON)
    assert [problem.code for problem in problems_of(batch)] == ["image_none", "image_unsafe"]
    assert batch.problem_count == 2


def test_a_hundred_faults_are_kept_and_all_are_counted(job, momose):
    batch = batches.preview(job=job, upload=table("a,b\n" + "x\n" * 250), by=momose, now=NOON)
    assert len(batch.problems) == 100
    assert batch.problem_count == 250


def test_script_in_a_table_is_kept_as_text(job, momose):
    batch = ready_batch_of(job, momose, table("店\n<script>alert(1)</script>\n"))
    assert batch.tasks.get().source == {"店": "<script>alert(1)</script>"}


def test_starting_twice_is_one_start(job, momose):
    batch = batches.preview(job=job, upload=numbered(3), by=momose, now=NOON)
    for _ in range(2):
        batches.start(batch=batch, by=momose, now=NOON)
    assert DBTaskResult.objects.count() == 1
    assert kinds(batch).count("work.batch_started") == 1


def test_a_killed_import_goes_on_where_it_stopped(job, momose, monkeypatch):
    monkeypatch.setattr(batch_rows, "CHUNK", 4)
    batch = batches.preview(job=job, upload=numbered(10), by=momose, now=NOON)
    batches.start(batch=batch, by=momose, now=NOON)
    beats = chores.beat
    monkeypatch.setattr(chores, "beat", lambda: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        import_rows.call(batch_code=batch.code)
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.line, Task.objects.count()) == ("importing", 4, 5, 4)
    monkeypatch.setattr(chores, "beat", beats)
    import_rows.call(batch_code=batch.code)
    import_rows.call(batch_code=batch.code)  # a chore that is handed out once too often
    assert list(Task.objects.order_by("line").values_list("line", "name")) == [(n + 1, str(n)) for n in range(1, 11)]
    assert kinds(batch).count("work.batch_imported") == 1


def test_of_two_imports_at_once_only_one_writes_each_chunk(job, momose, monkeypatch):
    monkeypatch.setattr(batch_rows, "CHUNK", 2)
    batch = batches.preview(job=job, upload=numbered(6), by=momose, now=NOON)
    batches.start(batch=batch, by=momose, now=NOON)
    late = Batch.objects.get(pk=batch.pk)
    chunk = next(batch_rows._chunks(late))
    import_rows.call(batch_code=batch.code)
    assert not batch_rows.import_chunk(batch=late, chunk=chunk, images={}, now=NOON)
    assert Task.objects.count() == 6


def test_a_code_that_is_taken_is_drawn_again(job, momose, monkeypatch):
    batch = batches.preview(job=job, upload=numbered(2), by=momose, now=NOON)
    batches.start(batch=batch, by=momose, now=NOON)
    draws = iter([["SAME", "SAME"], fresh_codes(2)])
    monkeypatch.setattr(batch_rows, "fresh_codes", lambda count: next(draws))
    import_rows.call(batch_code=batch.code)
    assert Task.objects.count() == 2


def test_an_import_that_fails_says_so_and_can_go_on(job, momose, monkeypatch):
    batch = batches.preview(job=job, upload=numbered(3), by=momose, now=NOON)
    batches.start(batch=batch, by=momose, now=NOON)
    with monkeypatch.context() as patch:
        patch.setattr(files, "open_file", lambda stored: (_ for _ in ()).throw(FileNotFoundError))
        with pytest.raises(FileNotFoundError):
            import_rows.call(batch_code=batch.code)
    batch.refresh_from_db()
    assert batch.state == "failed"
    assert Event.objects.get(kind="work.batch_failed").data == {"done": 0, "fault": "FileNotFoundError"}
    batches.start(batch=batch, by=momose, now=NOON)
    import_rows.call(batch_code=batch.code)
    assert Task.objects.count() == 3


def test_a_lost_code_of_a_known_fault_is_not_hidden(job, momose, monkeypatch):
    batch = batches.preview(job=job, upload=numbered(2), by=momose, now=NOON)
    batches.start(batch=batch, by=momose, now=NOON)
    monkeypatch.setattr(batch_rows, "fresh_codes", lambda count: ["SAME"] * count)
    with pytest.raises(IntegrityError):
        import_rows.call(batch_code=batch.code)
    assert not Task.objects.exists()


def test_cancelling_leaves_nothing_but_the_batch_and_the_diary(job, momose, monkeypatch):
    monkeypatch.setattr(batch_rows, "CHUNK", 2)
    upload = Upload("x.csv", table("image,店\na.png,x\n,y\na.png,z\n").content, [loose("a.png")])
    batch = ready_batch_of(job, momose, upload)
    assert FileUse.objects.count() == 4
    for _ in range(2):
        batches.cancel(batch=batch, by=momose, now=NOON)
    remove_rows.call(batch_code=batch.code)
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.table, batch.problems) == ("cancelled", 0, None, [])
    assert not Task.objects.exists()
    assert not FileUse.objects.exists()
    assert StoredFile.objects.count() == 2  # bytes without use: the sweep of stored files takes them
    assert kinds(batch).count("work.batch_cancelled") == 1
    import_rows.call(batch_code=batch.code)
    assert not Task.objects.exists()


def test_cancelling_in_the_middle_stops_the_import(job, momose, monkeypatch):
    monkeypatch.setattr(batch_rows, "CHUNK", 2)
    batch = batches.preview(job=job, upload=numbered(6), by=momose, now=NOON)
    batches.start(batch=batch, by=momose, now=NOON)
    monkeypatch.setattr(chores, "beat", lambda: batches.cancel(batch=batch, by=momose, now=NOON))
    import_rows.call(batch_code=batch.code)
    assert Task.objects.count() == 2
    monkeypatch.undo()
    remove_rows.call(batch_code=batch.code)
    assert not Task.objects.exists()


def test_one_flip_opens_all_and_cannot_be_cancelled(job, momose, django_assert_max_num_queries):
    batch = ready_batch_of(job, momose, numbered(5))
    with django_assert_max_num_queries(12):
        batches.open_batch(batch=batch, by=momose, now=NOON)
    batch = batches.open_batch(batch=batch, by=momose, now=NOON)
    assert (batch.state, batch.ready_at) == ("ready", NOON)
    assert Event.objects.get(kind="work.batch_opened").data == {"job": job.code, "tasks": 5, "answers_wanted": 10}
    with pytest.raises(CannotStep):
        batches.cancel(batch=batch, by=momose, now=NOON)


def test_a_preview_cannot_be_opened_and_a_closed_job_takes_nothing(job, momose):
    batch = batches.preview(job=job, upload=numbered(1), by=momose, now=NOON)
    with pytest.raises(CannotStep):
        batches.open_batch(batch=batch, by=momose, now=NOON)
    closed = jobs.close(job=job, by=momose, now=NOON)
    with pytest.raises(CannotImport):
        batches.preview(job=closed, upload=numbered(1), by=momose, now=NOON)


@pytest.mark.parametrize("name", ["takizawa", "nakajima", "ozawa"])
def test_only_coordinators_import(cast, job, name):
    with pytest.raises(CannotDo):
        batches.preview(job=job, upload=numbered(1), by=cast.actor(name), now=NOON)


def test_who_may_read_what(cast, job):
    upload = Upload("x.csv", table("image\na.png\n").content, [loose("a.png")])
    batch = ready_batch(cast, job, upload)
    task = batch.tasks.get()
    seen = {name: viewer(cast, name) for name in ("momose", "ozawa", "nakajima", "takizawa", "furuhata")}
    assert [name for name, who in seen.items() if may_read_upload(who, batch.pk)] == ["momose"]
    assert [name for name, who in seen.items() if may_read_image(who, task.pk)] == ["momose", "ozawa"]
    assert [name for name, who in seen.items() if batches_visible_to(who).exists()] == ["momose", "ozawa"]
    assert not may_read_image(seen["momose"], 0)


def test_many_codes_at_once_are_sound_and_different():
    codes = fresh_codes(5000)
    assert len(set(codes)) == 5000
    assert all(map(is_code, codes))


def test_an_import_whose_chore_was_given_up_can_be_started_again(job, momose):
    batch = batches.preview(job=job, upload=numbered(5), by=momose, now=NOON)
    batches.start(batch=batch, by=momose, now=NOON)
    assert batch_rows.fail_lost(NOON) == 0  # it only waits
    DBTaskResult.objects.update(status="FAILED")
    assert batch_rows.fail_lost(NOON) == 1
    assert Batch.objects.get(pk=batch.pk).state == "failed"
    batches.start(batch=batch, by=momose, now=NOON)
    import_rows.call(batch_code=batch.code)
    assert Batch.objects.get(pk=batch.pk).state == "imported"
