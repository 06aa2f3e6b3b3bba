"""Stored files: kept once, found again, handed out to whom they belong, gone after their time."""

import hashlib
import io
import os
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.http import Http404
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from machikado.town.common import files, views
from machikado.town.common.models import FileUse, StoredFile
from machikado.town.common.ranges import Part, Unsatisfiable, part_of

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CONTENT = bytes(range(256)) * 40
PNG = "image/png"


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.MACHIKADO_HOME = tmp_path
    settings.FILE_DOORS = {"drawer": f"{__name__}.may_open"}
    return tmp_path


def may_open(viewer, noun_id: int) -> bool:
    return bool(viewer.drawer == noun_id)


def kept(content: bytes = CONTENT, *, name: str = "手紙 1.png", media_type: str = PNG) -> FileUse:
    stored = files.store(content, media_type=media_type, now=NOW)
    return files.attach(stored, noun="drawer", noun_id=5, name=name, now=NOW)


def ask(use: FileUse, *, account: int = 1, drawer: int = 5, method: str = "get", signature: str = "", **headers: str):
    viewer = SimpleNamespace(account_id=account, drawer=drawer)
    request = getattr(RequestFactory(), method)("/files/", headers={k.replace("_", "-"): v for k, v in headers.items()})
    request.viewer = viewer
    return views.file(request, use.code, signature or files.signature(use.code, 1, files._period()))


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def on_disk(home) -> list[str]:
    return sorted(path.name for path in (home / "files").rglob("*") if path.is_file())


def test_the_same_bytes_are_kept_once(db, home):
    first, second = (
        files.store(CONTENT, media_type=PNG, now=NOW),
        files.store(io.BytesIO(CONTENT), media_type=PNG, now=NOW),
    )
    assert first == second
    assert (first.sha256, first.size) == (hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))
    assert on_disk(home) == [first.sha256]
    assert (home / "files" / first.sha256[:2] / first.sha256[2:4] / first.sha256).exists()
    with files.open_file(first) as content:
        assert content.read() == CONTENT


def test_a_file_that_is_too_large_leaves_nothing(db, home):
    with pytest.raises(files.CannotStore) as refused:
        files.store(io.BytesIO(b"x" * 3_000_000), media_type=PNG, now=NOW, limit=2_000_000)
    assert refused.value.code == "too_large"
    assert "1" in refused.value.sentence
    assert on_disk(home) == []
    assert not StoredFile.objects.exists()


def test_an_upload_that_breaks_off_leaves_nothing(db, home):
    class Torn(io.BytesIO):
        def read(self, size=-1):
            if self.tell() > 0:
                raise ConnectionError
            return super().read(10)

    with pytest.raises(ConnectionError):
        files.store(Torn(CONTENT), media_type=PNG, now=NOW)
    assert on_disk(home) == []


@pytest.mark.parametrize(
    ("given", "kept_as"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\scans\\手紙.png", "手紙.png"),
        ("a\x00b\n.png", "ab.png"),
        ("..", "file"),
        ("", "file"),
        ("長" * 300 + ".png", "長" * 196 + ".png"),
    ],
)
def test_names_come_without_folders(given, kept_as):
    assert files.plain_name(given) == kept_as


@given(st.text(max_size=300))
def test_no_name_leads_anywhere(name):
    plain = files.plain_name(name)
    assert 0 < len(plain) <= 200
    assert not set(plain) & set("/\\\x00\n\r")
    assert plain not in {".", ".."}


@pytest.mark.parametrize("hash_", ["", "../../x", "A" * 64, "g" * 64, "a" * 63 + "/"])
def test_a_path_is_made_of_a_hash_and_nothing_else(hash_):
    with pytest.raises(ValueError, match="SHA-256"):
        files.path_of(hash_)


def test_a_noun_without_a_door_is_refused(db):
    stored = files.store(CONTENT, media_type=PNG, now=NOW)
    with pytest.raises(LookupError):
        files.attach(stored, noun="cellar", noun_id=1, name="x", now=NOW)


def test_an_image_is_shown_and_kept_by_the_browser(db):
    response = ask(kept())
    assert response.status_code == 200
    assert body(response) == CONTENT
    assert response["Content-Type"] == PNG
    assert response["Content-Length"] == str(len(CONTENT))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, max-age=900"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Content-Disposition"] == "inline; filename*=utf-8''%E6%89%8B%E7%B4%99%201.png"


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/pdf", "text/csv"])
def test_all_else_is_a_download(db, media_type):
    assert ask(kept(media_type=media_type))["Content-Disposition"].startswith("attachment;")


def test_a_head_has_the_heads_and_no_body(db):
    response = ask(kept(), method="head")
    assert (response.status_code, response["Content-Length"], body(response)) == (200, str(len(CONTENT)), b"")


def test_what_the_browser_has_is_not_sent_again(db):
    use = kept()
    response = ask(use, If_None_Match=f'"{use.file.sha256}"')
    assert (response.status_code, body(response)) == (304, b"")


def test_one_range_is_a_part(db):
    use = kept()
    response = ask(use, Range="bytes=10-19")
    assert response.status_code == 206
    assert body(response) == CONTENT[10:20]
    assert response["Content-Range"] == f"bytes 10-19/{len(CONTENT)}"
    assert response["Content-Length"] == "10"
    assert body(ask(use, Range="bytes=-7")) == CONTENT[-7:]
    assert body(ask(use, Range="bytes=10000-")) == CONTENT[10000:]


def test_a_range_outside_is_416_and_odd_ones_are_the_whole(db):
    use = kept()
    response = ask(use, Range=f"bytes={len(CONTENT)}-")
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{len(CONTENT)}")
    for odd in ("bytes=1-2,5-6", "lines=1-2", "bytes=-", "bytes=9-3", "bytes=x-"):
        assert ask(use, Range=odd).status_code == 200
    assert ask(use, Range="bytes=0-1", If_Range='"another"').status_code == 200
    assert ask(use, Range="bytes=0-1", If_Range=f'"{use.file.sha256}"').status_code == 206


@given(st.integers(1, 50), st.integers(0, 60), st.integers(0, 60))
def test_a_part_is_what_python_would_cut_out(size, first, last):
    content = bytes(range(size))
    try:
        part = part_of(f"bytes={first}-{last}", size)
    except Unsatisfiable:
        assert first >= size
        return
    expected = content[first : last + 1] if first <= last else content
    assert content[part.first : part.first + part.length] == expected
    assert part_of("", size) == Part(0, size, is_partial=False)


def test_nobody_else_gets_it(db):
    use = kept()
    with pytest.raises(Http404):
        ask(use, account=2)  # the address was signed for account 1
    with pytest.raises(Http404):
        ask(use, drawer=6)  # the door does not open
    with pytest.raises(Http404):
        ask(use, signature="AAAAAAAAAAAAAAAAAAAAAA")
    other = kept(b"other")
    with pytest.raises(Http404):
        ask(other, signature=files.signature(use.code, 1, files._period()))
    request = RequestFactory().get("/files/")
    request.viewer = None  # type: ignore[attr-defined]
    with pytest.raises(Http404):
        views.file(request, use.code, files.signature(use.code, 1, files._period()))


def test_an_address_expires_and_stays_the_same_for_a_while(db, monkeypatch):
    use = kept()
    at = 1_700_000_000 // files.PERIOD_SECONDS * files.PERIOD_SECONDS
    monkeypatch.setattr(time, "time", lambda: at)
    given_out = files.signature(use.code, 1, files._period())
    for later, is_good in ((0, True), (899, True), (900, True), (1799, True), (1800, False)):
        monkeypatch.setattr(time, "time", lambda later=later: at + later)
        assert files.is_signed(use.code, given_out, 1) is is_good


def test_after_retention_the_bytes_go_and_the_row_stays(db, home):
    use, other = kept(), kept(name="again.png")
    assert files.remove_after_retention(FileUse.objects.filter(pk=use.pk), now=NOW) == 0
    assert ask(other).status_code == 200
    assert files.remove_after_retention(FileUse.objects.filter(pk=other.pk), now=NOW) == 1
    stored = StoredFile.objects.get()
    assert stored.removed_at == NOW
    assert on_disk(home) == []
    assert files.problems() == []


def test_bytes_that_come_back_are_kept_again(db, home):
    use = kept()
    files.remove_after_retention(FileUse.objects.filter(pk=use.pk), now=NOW)
    again = kept()
    assert again.file.removed_at is None
    assert body(ask(again)) == CONTENT
    assert StoredFile.objects.count() == 1


def test_a_removed_file_says_so(db):
    use = kept()
    StoredFile.objects.update(removed_at=NOW)
    response = ask(use)
    assert response.status_code == 410
    assert response.content


def test_strays_are_swept_and_what_is_used_stays(db, home):
    used = kept()
    stray = files.store(b"stray", media_type=PNG, now=NOW)
    rowless = files.path_of("ab" * 32)
    torn = home / "files" / "incoming" / "0123"
    young = files.path_of("cd" * 32)
    for path in (rowless, torn, young):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"left behind")
    for path in (rowless, torn):
        os.utime(path, (0, 0))
    os.utime(files.path_of(used.file.sha256), (0, 0))
    assert files.remove_strays(NOW + timedelta(hours=23)) == 2
    assert files.remove_strays(NOW + timedelta(hours=25)) == 1
    assert on_disk(home) == sorted([used.file.sha256, young.name])
    stray.refresh_from_db()
    assert stray.removed_at is not None


def test_missing_short_and_altered_bytes_are_found(db):
    missing, short, altered = kept(b"missing"), kept(b"short"), kept(b"altered")
    assert files.problems() == []
    files.path_of(missing.file.sha256).unlink()
    files.path_of(short.file.sha256).write_bytes(b"s")
    files.path_of(altered.file.sha256).write_bytes(b"ALTERED")
    assert [sentence.split(": ", 1)[1] for sentence in files.problems(full=False)] == [
        "its bytes are missing",
        "1 bytes where 5 were stored",
    ]
    assert f"file {altered.file.sha256}: its bytes were altered" in files.problems(full=True)
