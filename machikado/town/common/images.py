"""Whether bytes are an image that browsers can show, and how large it is."""

import io
import warnings
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from machikado.town.common.errors import Cannot

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
# A4 at 600 dpi has 35 million pixels; beyond this a small file may hold an image that fills the memory.
MOST_PIXELS = 100_000_000
PHOTO_QUALITY = 88  # of 100: no difference is seen on a page
_READ = (*MEDIA_TYPES, "TIFF")


class CannotReadImage(Cannot):
    """Bytes that are no image, or none that we take."""

    sentences = {
        "no_image": _("This file is not an image that can be read. PNG, JPEG, WebP and TIFF can be used."),
        "broken": _("This image is damaged. Please scan or save it again."),
        "too_many_pixels": _("This image has more than %(million)s million pixels. Please make it smaller."),
        "many_pages": _("This file holds %(pages)s pages. Please save each page as a file of its own."),
    }


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """A sound image: bytes that browsers show (TIFF has become PNG), their type, width and height in pixels."""

    content: bytes
    media_type: str
    width: int
    height: int


def sound_image(content: bytes) -> ImageFacts:
    """Read an image through to its last pixel and say what it is. Raises CannotReadImage(code)."""
    kind, width, height, turned = _read(content)
    if kind == "TIFF":
        return _as_png(content)
    return ImageFacts(content, MEDIA_TYPES[kind], *((height, width) if turned else (width, height)))


def plain_photo(content: bytes) -> ImageFacts:
    """Return a photo without what a camera writes into it (place, moment, whose it is), standing upright.

    Raises CannotReadImage.
    """
    image = _opened(sound_image(content).content)
    upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.info.clear()  # a comment would be written again
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=PHOTO_QUALITY)
    return ImageFacts(out.getvalue(), "image/jpeg", upright.width, upright.height)


def _read(content: bytes) -> tuple[str, int, int, bool]:
    """Return format, width, height and whether a camera held upright turned it."""
    image = _opened(content)
    try:
        image.load()
        turned = image.getexif().get(0x0112, 1) >= 5
    except Exception as broken:  # Pillow's decoders raise whatever comes to them
        raise CannotReadImage("broken") from broken
    return str(image.format), image.width, image.height, turned


def _opened(content: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit follows
        try:
            image = Image.open(io.BytesIO(content), formats=_READ)
        except Image.DecompressionBombError as bomb:
            raise CannotReadImage("too_many_pixels", million=MOST_PIXELS // 1_000_000) from bomb
        except Exception as refused:
            raise CannotReadImage("no_image") from refused
    if image.width * image.height > MOST_PIXELS:
        raise CannotReadImage("too_many_pixels", million=MOST_PIXELS // 1_000_000)
    if image.format == "TIFF" and (pages := getattr(image, "n_frames", 1)) > 1:
        raise CannotReadImage("many_pages", pages=pages)
    return image


def _as_png(content: bytes) -> ImageFacts:
    image = _opened(content)
    modes = {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}
    upright = ImageOps.exif_transpose(image if image.mode in modes else image.convert("RGB"))
    out = io.BytesIO()
    upright.save(out, "PNG")
    return ImageFacts(out.getvalue(), "image/png", upright.width, upright.height)
