"""Folders of images, loose and packed: sound ones come through, everything else is named."""

import stat
import struct
import zipfile
import zlib
from io import BytesIO

import pytest

from machikado.town.work.imports import pictures as reading
from machikado.town.work.imports.pictures import (
    Picture,
    UploadedImage,
    as_people_count,
    by_written_name,
    pictures,
    plain_name,
)
from machikado.town.work.imports.problems import CannotRead, Problem
from machikado.town.work.tests.makings import archive, loose, png


def names_and_faults(*uploads):
    found = list(pictures(uploads))
    images = [each.name for each in found if isinstance(each, Picture)]
    return images, [each.code for each in found if isinstance(each, Problem)]


def test_loose_images_and_archives_come_through():
    images, faults = names_and_faults(loose("1.png"), archive({"scans/2.png": png(), "scans/画像3.png": png()}))
    assert images == ["1.png", "scans/2.png", "scans/画像3.png"]
    assert faults == []


def test_the_media_type_comes_from_the_bytes():
    (picture,) = pictures([loose("photo.jpg", png())])
    assert isinstance(picture, Picture)
    assert picture.media_type == "image/png"


@pytest.mark.parametrize(
    "name",
    ["../evil.png", "a/../../evil.png", "/etc/passwd", "C:\\x.png", "..\\evil.png", "a//b.png", "./a.png", "CON",
     "com1.png", "nul.txt",
     "a\x00.png", "a\n.png", "trailing. ", "x./y.png", "", "x" * 201, "a:b.png", "\u202egnp.exe"],
)  # fmt: skip
def test_names_that_lead_elsewhere_are_refused(name):
    assert plain_name(name) in {"", "trailing"} if name == "trailing. " else plain_name(name) == ""


def test_names_are_brought_to_one_spelling():
    assert plain_name("か\u3099.png") == "が.png"
    assert plain_name("a\\b.png") == "a/b.png"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image_none"),
        (b"<html><script>", "image_none"),
        (png()[:-20], "image_none"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "image_none"),
        (b"GIF89a" + b"\0" * 50, "image_none"),
        (b"%PDF-1.7", "image_none"),
    ],
)
def test_an_image_that_is_none(content, code):
    assert names_and_faults(loose("a.png", content)) == ([], [code])


def test_an_image_of_too_many_pixels_is_not_decoded():
    # 60,000 × 60,000 in a header of 25 bytes
    header = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    data = b"IDAT" + zlib.compress(b"")
    bomb = b"\x89PNG\r\n\x1a\n"
    for chunk in (header, data):
        bomb += struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    assert names_and_faults(loose("a.png", bomb)) == ([], ["image_huge"])


def test_a_file_that_is_too_large(monkeypatch):
    monkeypatch.setattr(reading, "FILE_BYTES", 10)
    assert names_and_faults(loose("a.png")) == ([], ["image_huge"])
    assert names_and_faults(archive({"a.png": png()})) == ([], ["image_huge"])


def test_archives_with_names_that_lead_elsewhere():
    images, faults = names_and_faults(archive({"../../evil.png": png(), "/abs.png": png(), "ok.png": png()}))
    assert images == ["ok.png"]
    assert faults == ["image_unsafe", "image_unsafe"]


def test_an_archive_in_an_archive():
    inner = archive({"a.png": png()}).content.read()
    assert names_and_faults(archive({"inner.zip": inner})) == ([], ["zip_inside"])


def test_a_bomb():
    assert names_and_faults(archive({"a.png": b"\0" * 5_000_000})) == ([], ["zip_swells"])


def test_a_file_that_lies_about_its_length():
    """The directory says 200 bytes, the data holds a million: reading stops and the file is refused."""
    packed = archive({"a.png": bytes(range(256)) * 4000}).content.read()
    lying = packed.replace(struct.pack("<I", 1_024_000), struct.pack("<I", 200))
    assert lying != packed
    assert names_and_faults(UploadedImage("x.zip", BytesIO(lying))) in (([], ["zip_damaged"]), ([], ["image_none"]))


def test_a_locked_archive():
    packed = bytearray(archive({"a.png": png()}).content.read())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(mark) + place] |= 1
    assert names_and_faults(UploadedImage("x.zip", BytesIO(bytes(packed)))) == ([], ["zip_locked"])


def test_a_link_in_an_archive():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        link = zipfile.ZipInfo("passwd.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(link, "/etc/passwd")
    assert names_and_faults(UploadedImage("x.zip", BytesIO(out.getvalue()))) == ([], ["zip_link"])


def test_a_damaged_archive():
    packed = bytearray(archive({"a.png": bytes(range(256)) * 40}).content.read())
    packed[60] ^= 255
    assert names_and_faults(UploadedImage("x.zip", BytesIO(bytes(packed)))) == ([], ["zip_damaged"])


def test_half_an_archive_is_refused_as_a_whole():
    packed = archive({"a.png": png()}).content.read()
    with pytest.raises(CannotRead) as refused:
        list(pictures([UploadedImage("x.zip", BytesIO(packed[: len(packed) // 2]))]))
    assert refused.value.code == "zip_broken"


def test_names_from_japanese_windows():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(zipfile.ZipInfo("XXXX.png"), png())
    renamed = out.getvalue().replace(b"XXXX", "画像".encode("cp932"))
    assert names_and_faults(UploadedImage("x.zip", BytesIO(renamed))) == (["画像.png"], [])


def test_what_systems_leave_behind_is_passed_over():
    junk = {"__MACOSX/._a.png": b"x", ".DS_Store": b"x", "scans/Thumbs.db": b"x", "a.png": png()}
    assert names_and_faults(archive(junk)) == (["a.png"], [])


def test_the_same_name_twice():
    assert names_and_faults(loose("a.png"), loose("a.png")) == (["a.png"], ["image_twice"])


def test_too_many_files(monkeypatch):
    monkeypatch.setattr(reading, "FILES", 1)
    with pytest.raises(CannotRead) as refused:
        list(pictures([loose("a.png"), loose("b.png")]))
    assert refused.value.code == "too_many_images"


def test_a_table_may_write_the_last_part_of_a_name_if_it_is_the_only_one():
    assert by_written_name(["a/1.png", "b/1.png", "b/2.png"]) == {
        "a/1.png": "a/1.png",
        "b/1.png": "b/1.png",
        "b/2.png": "b/2.png",
        "2.png": "b/2.png",
    }


def test_images_stand_in_the_order_in_which_people_count():
    assert sorted(["10.png", "2.png", "a1", "1.png"], key=as_people_count) == ["1.png", "2.png", "10.png", "a1"]
