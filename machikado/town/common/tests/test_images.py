"""Images: what browsers can show comes in, what is none is refused with a sentence."""

import io
import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from machikado.town.common.images import MEDIA_TYPES, CannotReadImage, sound_image


def drawn(kind: str, mode: str = "RGB", size: tuple[int, int] = (40, 30), **more) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 1).save(out, kind, **more)
    return out.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(CannotReadImage) as refused:
        sound_image(content)
    assert refused.value.sentence
    return refused.value.code


@pytest.mark.parametrize(("kind", "media_type"), MEDIA_TYPES.items())
def test_images_of_browsers_come_in_as_they_are(kind, media_type):
    content = drawn(kind)
    facts = sound_image(content)
    assert (facts.content, facts.media_type, facts.width, facts.height) == (content, media_type, 40, 30)


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "RGBA", "CMYK"])
def test_a_scan_in_tiff_becomes_png(mode):
    facts = sound_image(drawn("TIFF", mode))
    assert (facts.media_type, facts.width, facts.height) == ("image/png", 40, 30)
    assert Image.open(io.BytesIO(facts.content)).format == "PNG"


def test_a_photo_taken_upright_is_upright():
    turned = Image.Exif()
    turned[0x0112] = 6
    facts = sound_image(drawn("JPEG", exif=turned))
    assert (facts.width, facts.height) == (30, 40)


@pytest.mark.parametrize("content", [b"", b"hello", b"<svg onload='x'/>", b"GIF89a", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_image_is_refused(content):
    assert refusal(content) == "no_image"


def test_other_formats_are_refused():
    assert refusal(drawn("GIF", "P")) == "no_image"
    assert refusal(drawn("BMP")) == "no_image"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_half_an_image_is_refused(kind):
    whole = io.BytesIO()
    Image.effect_noise((200, 200), 90).convert("RGB").save(whole, kind)
    assert refusal(whole.getvalue()[: len(whole.getvalue()) // 2]) in {"broken", "no_image"}


def test_a_small_file_that_would_fill_the_memory_is_refused():
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    assert refusal(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"")) == "too_many_pixels"


def test_several_pages_in_one_file_are_refused():
    page = Image.new("1", (10, 10))
    out = io.BytesIO()
    page.save(out, "TIFF", save_all=True, append_images=[page, page])
    assert refusal(out.getvalue()) == "many_pages"


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda tail: drawn("PNG")[:40] + tail))
def test_whatever_comes_in_is_an_image_or_a_refusal(content):
    with suppress(CannotReadImage):  # any other exception is a fault
        assert sound_image(content).width > 0
